package import Cluster
package import KafkaProtocol

/// The partitions that transactions write to, as their coordinator needs them; the broker stands behind it.
package protocol TransactionPartitions: Sendable {
    /// Whether a topic has a partition: others cannot be part of a transaction.
    func hasPartition(_ partition: TopicPartition) -> Bool
    /// The partition of `__consumer_offsets` that keeps a group.
    func offsetsPartition(of groupID: String) -> TopicPartition
    /// The leader epoch of a partition of `__transaction_state`, which markers carry as their coordinator's epoch.
    func coordinatorEpoch(of partition: Int32) -> Int32
    /// Appends a marker and takes it into account.
    ///
    /// - Parameter completion: Runs once the marker is as durable as the broker makes acks=all, or with the error, on any
    ///   thread, possibly before this returns.
    func write(_ marker: MarkerBatch, to partition: TopicPartition, completion: @escaping @Sendable (ErrorCode) -> Void)
}
