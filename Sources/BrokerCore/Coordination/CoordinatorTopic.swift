package import KafkaProtocol
package import NIOCore

/// The topic in which a coordinator keeps what it knows; the broker stands behind it.
package protocol CoordinatorTopic: Sendable {
    /// How many partitions the topic has; nil as long as nobody needed it.
    var existingPartitionCount: Int32? { get }
    /// Creates the topic (50 partitions, compacted) unless it is there, then calls back, whether or not it could be created.
    /// Never blocks the caller, which may be an event loop: creating takes the disk.
    func create(_ done: @escaping @Sendable () -> Void)
    /// Appends record batches. The coordinator calls it from one thread at a time and in order.
    ///
    /// - Parameters:
    ///   - acks: -1 waits until they are as durable as the broker makes acks=all, 1 until they are written.
    ///   - verification: Asked, for the first batch of a transaction in the partition, whether the partition belongs to it.
    ///   - completion: Runs once, on any thread, possibly before this returns.
    func append(
        _ records: ByteBuffer, to partition: Int32, acks: Int16, verification: TransactionVerification?,
        completion: @escaping @Sendable (ErrorCode) -> Void)
    /// Passes every batch of a partition in order, from its log start to its end.
    func forEachBatch(in partition: Int32, _ body: (ByteBuffer) -> Void)
}

/// How the ids that coordinators keep are spread over the partitions of their topics.
package enum CoordinatorPartitions {
    /// The partition that keeps an id: `Utils.abs(id.hashCode()) % count`.
    package static func partition(of id: String, count: Int32) -> Int32 {
        guard count > 0 else { return 0 }
        var hash: Int32 = 0
        for unit in id.utf16 { hash = hash &* 31 &+ Int32(unit) }
        return (hash == .min ? 0 : abs(hash)) % count
    }
}
