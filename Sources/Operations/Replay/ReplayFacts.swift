package import Cluster

/// The first record at or after an offset.
package enum ReplayPoint: Sendable, Equatable {
    /// The record; its offset is a later one where the offset asked for has no record (compacted away, a transaction's marker).
    case record(FetchedRecord)
    /// Nothing is there yet: the log's end.
    case end
    /// It could not be read; says why.
    case unreadable(String)

    /// The record, where there is one.
    package var record: FetchedRecord? {
        if case .record(let record) = self { record } else { nil }
    }

    /// The record's timestamp, wall milliseconds; nil at the end, unread, or for a record without one.
    package var timestamp: Int64? { record.flatMap { $0.timestamp >= 0 ? $0.timestamp : nil } }
}

/// A stretch of offsets that was read, with the records found in it.
package struct OffsetSample: Sendable, Equatable {
    /// The offsets read.
    package var offsets: Range<Int64>
    /// The records there are among them.
    package var records: Int64

    /// A stretch that was read.
    package init(offsets: Range<Int64>, records: Int64) {
        self.offsets = offsets
        self.records = records
    }
}

/// What was read of a cluster to say what a reset would mean.
package struct ReplayFacts: Sendable, Equatable {
    /// When it was read, wall milliseconds.
    package var readAt: Int64
    /// The partitions, with sizes and what the cleaner sees as far as known.
    package var partitions: [TopicPartition: PartitionDescription] = [:]
    /// What is kept of each topic.
    package var retention: [String: TopicRetention] = [:]
    /// The segments, oldest first, where the peer tells.
    package var segments: [TopicPartition: [SegmentDescription]] = [:]
    /// The first record of each log.
    package var starts: [TopicPartition: ReplayPoint] = [:]
    /// The record each commit stands at.
    package var committed: [TopicPartition: ReplayPoint] = [:]
    /// The record each target stands at.
    package var targets: [TopicPartition: ReplayPoint] = [:]
    /// The largest timestamp of each log, wall milliseconds.
    package var latest: [TopicPartition: Int64] = [:]
    /// What was read of the stretches to be read again, ascending, of compacted topics.
    package var samples: [TopicPartition: [OffsetSample]] = [:]

    /// Nothing yet.
    package init(readAt: Int64) { self.readAt = readAt }
}
