/// The topic `__consumer_offsets` as the group coordinator needs it; the broker stands behind it.
package protocol OffsetsTopic: CoordinatorTopic {
    /// The topics that groups subscribe to, as they are now.
    var catalog: any TopicCatalog { get }
    /// Whether a topic has a partition: offsets of others are refused.
    func hasPartition(_ partition: Int32, of topic: String) -> Bool
}
