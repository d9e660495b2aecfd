package import KafkaProtocol

/// The topics, as the coordinator of groups sees them.
extension MetadataImage: TopicCatalog {
    /// The end of the log that the image was read from.
    package var version: Int64 { endOffset }

    /// The names of all topics.
    package var names: [String] { Array(topics.keys) }

    /// The topic of that name, with the racks of its replicas.
    package func catalogTopic(named name: String) -> CatalogTopic? {
        guard let topic = topic(name) else { return nil }
        var racks: [Int32: [String]] = [:]
        for (number, partition) in topic.partitions {
            let known = Set(partition.replicas.compactMap { brokers[$0]?.rack }).sorted()
            if !known.isEmpty { racks[number] = known }
        }
        return CatalogTopic(id: topic.id, partitionCount: topic.partitionCount, racks: racks)
    }

    /// The name of the topic with that id.
    package func topicName(of id: KafkaUUID) -> String? { topicNames[id] }
}
