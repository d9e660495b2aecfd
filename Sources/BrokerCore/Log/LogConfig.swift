/// The settings of one partition's log: Kafka's topic configs, with Kafka 3.8's defaults.
package struct LogConfig: Sendable, Equatable {
    /// What happens to old records (`cleanup.policy`).
    package struct CleanupPolicy: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Segments go by age and size.
        package static let delete = CleanupPolicy(rawValue: 1)
        /// The newest record of each key stays.
        package static let compact = CleanupPolicy(rawValue: 2)
    }

    /// How batches are stored (`compression.type`).
    package enum Compression: String, Sendable, CaseIterable {
        /// As the producer sent them.
        case producer
        case uncompressed, gzip, snappy, lz4, zstd
    }

    /// Whose clock stamps records (`message.timestamp.type`).
    package enum TimestampType: String, Sendable, CaseIterable {
        /// The producer's.
        case createTime = "CreateTime"
        /// The broker's, when the batch is appended.
        case logAppendTime = "LogAppendTime"
    }

    /// `segment.bytes`: a segment ends before it would grow past this.
    package var segmentBytes: Int = 1 << 30
    /// `segment.ms`: a segment ends when its first batch is this much older than the newest.
    package var segmentMs: Int64 = 604_800_000
    /// `segment.jitter.ms`: the most to take off `segment.ms`, differently per segment.
    package var segmentJitterMs: Int64 = 0
    /// `segment.index.bytes`: room for index entries; a full index ends the segment.
    package var segmentIndexBytes: Int = 10 << 20
    /// `index.interval.bytes`: bytes of log between two index entries.
    package var indexIntervalBytes: Int = 4096
    /// `retention.ms`: older segments go; -1 keeps them.
    package var retentionMs: Int64 = 604_800_000
    /// `retention.bytes`: the oldest segments beyond this size go; -1 keeps them.
    package var retentionBytes: Int64 = -1
    /// `cleanup.policy`.
    package var cleanupPolicy: CleanupPolicy = .delete
    /// `min.cleanable.dirty.ratio`.
    package var minCleanableDirtyRatio: Double = 0.5
    /// `min.compaction.lag.ms`.
    package var minCompactionLagMs: Int64 = 0
    /// `max.compaction.lag.ms`.
    package var maxCompactionLagMs: Int64 = .max
    /// `delete.retention.ms`: how long tombstones stay after a cleaning met them.
    package var deleteRetentionMs: Int64 = 86_400_000
    /// `max.message.bytes`: the largest batch taken.
    package var maxMessageBytes: Int = 1_048_588
    /// `compression.type`.
    package var compressionType: Compression = .producer
    /// `compression.gzip.level`: how hard gzip tries where the topic compresses anew.
    package var gzipLevel: Int32 = -1
    /// `compression.lz4.level`: how hard lz4 tries where the topic compresses anew.
    package var lz4Level: Int32 = 9
    /// `compression.zstd.level`: how hard zstd tries where the topic compresses anew.
    package var zstdLevel: Int32 = 3
    /// `message.timestamp.type`.
    package var messageTimestampType: TimestampType = .createTime
    /// `message.timestamp.before.max.ms`: how far in the past a record's timestamp may lie.
    package var messageTimestampBeforeMaxMs: Int64 = .max
    /// `message.timestamp.after.max.ms`: how far in the future a record's timestamp may lie.
    package var messageTimestampAfterMaxMs: Int64 = .max
    /// `file.delete.delay.ms`: how long deleted files stay under their `.deleted` name.
    package var fileDeleteDelayMs: Int64 = 60_000
    /// `flush.messages`: sync after this many records.
    package var flushMessages: Int64 = .max
    /// `flush.ms`: sync at least this often.
    package var flushMs: Int64 = .max
    /// `preallocate`: a new segment's file gets its full length at once.
    package var preallocate = false

    /// Kafka 3.8's defaults.
    package init() {}

    /// What to take off `segment.ms` for one segment, so that not all of them roll at once.
    var randomJitterMs: Int64 {
        let most = min(segmentJitterMs, segmentMs)
        return most > 0 ? Int64.random(in: 0..<most) : 0
    }

    /// The roll time, cut by `max.compaction.lag.ms` on compacted topics so that a segment becomes cleanable in time
    /// (KIP-354).
    var maxSegmentMs: Int64 {
        cleanupPolicy.contains(.compact) ? min(max(0, maxCompactionLagMs), segmentMs) : segmentMs
    }
}
