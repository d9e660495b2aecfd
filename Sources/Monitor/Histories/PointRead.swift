package import Cluster

/// A wish to read the one record that tells how old the oldest unread record is.
package struct PointRead: Sendable, Equatable {
    /// The partition.
    package var topicPartition: TopicPartition
    /// The first offset that may hold an unread record.
    package var offset: Int64
    /// Which rows it is for.
    var targets: [Target]

    /// A group's row.
    struct Target: Sendable, Equatable {
        var group: Int
        var row: Int
    }
}

/// What a point read found: the first record at or after an offset.
struct PointFinding: Sendable, Equatable {
    /// The offset that was asked for.
    var requested: Int64
    /// The first record's offset; nil when there was none up to `next`.
    var record: Int64?
    /// The record's timestamp, wall milliseconds; nil for none.
    var timestamp: Int64?
    /// Where the next read would begin: nothing readable lies between `requested` and here when `record` is nil.
    var next: Int64
    /// When it was read, monotonic nanoseconds.
    var readAt: Int64

    /// From `requested` up to here no offset holds a record.
    var emptyUpTo: Int64 { record ?? next }

    /// Whether the finding answers for a position: nothing but emptiness between the read and it.
    func answers(for position: Int64) -> Bool {
        requested <= position && position <= emptyUpTo
    }
}

/// A record whose timestamp is known.
struct DatedOffset: Sendable, Equatable {
    var offset: Int64
    /// Wall milliseconds.
    var timestamp: Int64
}
