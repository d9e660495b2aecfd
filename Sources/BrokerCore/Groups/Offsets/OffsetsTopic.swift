package import KafkaProtocol
package import NIOCore

/// The topic `__consumer_offsets` as the coordinator needs it; the broker stands behind it.
package protocol OffsetsTopic: Sendable {
    /// How many partitions the topic has; nil as long as nobody needed it.
    var existingPartitionCount: Int32? { get }
    /// Creates the topic (50 partitions, compacted) unless it is there, then calls back, whether or not it could be created.
    /// Never blocks the caller, which may be an event loop: creating takes the disk.
    func create(_ done: @escaping @Sendable () -> Void)
    /// Appends record batches. The completion runs once they are as durable as the broker makes acks=all, on any thread,
    /// possibly before this returns. The coordinator calls it from one thread at a time and in order.
    func append(_ records: ByteBuffer, to partition: Int32, completion: @escaping @Sendable (ErrorCode) -> Void)
    /// Passes every batch of a partition in order, from its log start to its end.
    func forEachBatch(in partition: Int32, _ body: (ByteBuffer) -> Void)
    /// Whether a topic has a partition: offsets of others are refused.
    func hasPartition(_ partition: Int32, of topic: String) -> Bool
}

/// The name and the numbering of `__consumer_offsets`.
package enum OffsetsTopicName {
    /// Kafka's name for it.
    package static let name = "__consumer_offsets"

    /// The partition that keeps a group: `Utils.abs(groupId.hashCode()) % count`.
    package static func partition(of groupID: String, count: Int32) -> Int32 {
        guard count > 0 else { return 0 }
        var hash: Int32 = 0
        for unit in groupID.utf16 { hash = hash &* 31 &+ Int32(unit) }
        return (hash == .min ? 0 : abs(hash)) % count
    }
}
