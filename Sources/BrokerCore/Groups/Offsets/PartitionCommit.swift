/// A committed offset as the log keeps it (`OffsetCommitValue`), with its place in the coordinator's order.
package struct PartitionCommit: Sendable, Equatable {
    /// The partition's number.
    package var partition: Int32
    /// The next offset to read.
    package var offset: Int64
    /// The leader epoch of the last record read; -1 if the client did not say.
    package var leaderEpoch: Int32 = -1
    /// The client's own note, as it sent it.
    package var metadata = ""
    /// When it was committed, wall milliseconds.
    package var committedAt: Int64
    /// When it expires whatever the broker's retention says: only from clients that ask so (OffsetCommit 2 to 4).
    package var expiresAt: Int64?
    /// Its place among all commits of this coordinator: a later one is never replaced by an earlier one, in whatever
    /// order the log acknowledges them.
    package var order: UInt64 = 0
}

/// The committed offsets of one group in one topic.
package struct TopicCommits: Sendable, Equatable {
    /// The topic's name.
    package let topic: String
    /// Ascending by partition, each partition once.
    package internal(set) var partitions: [PartitionCommit]
}
