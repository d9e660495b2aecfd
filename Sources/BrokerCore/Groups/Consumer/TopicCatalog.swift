package import KafkaProtocol

/// The topics of the cluster at one moment, as a group's coordinator sees them.
package protocol TopicCatalog: Sendable {
    /// Another number whenever something has changed.
    var version: Int64 { get }
    /// The names of all topics, in any order.
    var names: [String] { get }
    /// The topic of that name; nil if there is none.
    func catalogTopic(named name: String) -> CatalogTopic?
    /// The name of the topic with that id; nil if there is none.
    func topicName(of id: KafkaUUID) -> String?
}

/// A topic in a ``TopicCatalog``.
package struct CatalogTopic: Sendable, Equatable {
    /// Its id.
    package var id: KafkaUUID
    /// How many partitions it has, numbered from 0.
    package var partitionCount: Int32
    /// The racks of the replicas, by partition; partitions without any are missing.
    package var racks: [Int32: [String]]

    /// States a topic.
    package init(id: KafkaUUID, partitionCount: Int32, racks: [Int32: [String]] = [:]) {
        self.id = id
        self.partitionCount = partitionCount
        self.racks = racks
    }
}
