package import NIOCore

/// Which records a reader wants to see.
package enum IsolationLevel: Int8, Sendable {
    /// All up to the high watermark.
    case readUncommitted = 0
    /// Those of decided transactions: up to the last stable offset.
    case readCommitted = 1
}

/// The offsets of a log.
package struct LogOffsets: Sendable, Equatable {
    /// The first offset that may be read.
    package var start: Int64
    /// The offset after the last that consumers see: the end, as there is one replica.
    package var highWatermark: Int64
    /// The first offset that is not yet decided: that of the oldest open transaction, else the high watermark.
    package var lastStable: Int64
    /// The offset the next record gets.
    package var end: Int64
    /// Everything before it is known to be on the disk.
    package var recoveryPoint: Int64

    /// The offsets of a log.
    package init(start: Int64, highWatermark: Int64, lastStable: Int64, end: Int64, recoveryPoint: Int64) {
        self.start = start
        self.highWatermark = highWatermark
        self.lastStable = lastStable
        self.end = end
        self.recoveryPoint = recoveryPoint
    }
}

/// What became of an append.
package struct AppendResult: Sendable, Equatable {
    /// The offset of the first record.
    package var baseOffset: Int64
    /// The offset of the last record. Wait until the recovery point is behind it, also for a duplicate, to answer
    /// that it is durable.
    package var lastOffset: Int64
    /// The timestamp the log gave the records, in ms; -1 when they keep theirs.
    package var logAppendTime: Int64
    /// The log's first offset.
    package var logStartOffset: Int64
    /// The log's end after it.
    package var endOffset: Int64
    /// Whether it was there before (same producer, epoch and sequence): nothing was written.
    package var isDuplicate: Bool
    /// Whether a new segment was begun: a good time to ``PartitionLog/flush()``, whatever the flush mode, so that the
    /// recovery point follows.
    package var didRoll: Bool
    /// Whether `flush.messages` records or more are not yet known to be durable: ``PartitionLog/flush()`` before answering.
    package var isFlushDue: Bool
    /// Within how many milliseconds the log is to be synced (`flush.ms`).
    package var flushWithinMs: Int64
    /// Bytes written.
    package var bytes: Int
}

/// What a read found.
package struct ReadResult: Sendable, Equatable {
    /// Whole batches; the first one holds the wanted offset or is the next one there is.
    package var records: ByteBuffer
    /// The offset after the last one in ``records``, or the wanted one when there are none.
    package var nextOffset: Int64
    /// The high watermark.
    package var highWatermark: Int64
    /// The last stable offset.
    package var lastStableOffset: Int64
    /// The log's first offset.
    package var logStartOffset: Int64
    /// The aborted transactions that overlap ``records``; empty unless committed records were asked for.
    package var abortedTransactions: [AbortedTransaction]
}

/// A record found by its timestamp.
package struct TimestampedOffset: Sendable, Equatable {
    /// Its timestamp, in ms.
    package var timestamp: Int64
    /// Its offset.
    package var offset: Int64
    /// The leader epoch of its batch.
    package var leaderEpoch: Int32
}

/// A segment as screens and the cleaner see it.
package struct SegmentInfo: Sendable, Equatable {
    /// The offset in its name.
    package var baseOffset: Int64
    /// The base offset of the segment behind it, or the log's end.
    package var nextOffset: Int64
    /// Bytes of the `.log` file.
    package var bytes: Int64
    /// The largest timestamp in it, in ms; -1 when there is none.
    package var maxTimestamp: Int64
    /// The largest timestamp of its first batch; nil when it is empty or has none.
    package var firstBatchTimestamp: Int64?
    /// When it was last written, in wall ms.
    package var lastModified: Int64
    /// Whether it is the one that is appended to.
    package var isActive: Bool
}

/// A file that left the log and waits under its `.deleted` name.
struct DeletedSegment: Sendable {
    var segment: Segment
    /// When to remove it, in wall ms.
    var due: Int64
}
