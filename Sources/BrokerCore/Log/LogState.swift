import KafkaProtocol
import NIOCore

/// Everything of a partition's log that changes, under the log's lock.
struct LogState: Sendable {
    /// Whether the log may be used.
    enum Status: Sendable, Equatable {
        case open
        /// A call to the disk failed: nothing is appended any more.
        case offline(reason: String)
        case closed
    }

    var config: LogConfig
    /// Ascending by base offset; the last is active. Readers take the array and go without the lock.
    var segments: [Segment]
    var logStartOffset: Int64
    var endOffset: Int64
    var recoveryPoint: Int64
    var producers: ProducerState
    var epochs: LeaderEpochs
    /// The epoch that new batches get.
    var leaderEpoch: Int32
    var status = Status.open
    /// Counts changes of names in the directory, so that a flush knows whether to sync it.
    var directoryVersion: UInt64 = 0
    /// The version of the directory that is durable.
    var syncedDirectoryVersion: UInt64 = 0
    /// Producer snapshots of rolls, not yet written, by offset.
    var pendingSnapshots: [Int64: ByteBuffer] = [:]
    /// The newest snapshot there is, written or pending.
    var lastSnapshotOffset: Int64 = -1
    /// Whether the leader epochs differ from their file.
    var hasUnwrittenEpochs = false
    /// The base offset that the first segment has after any crash: a removal counts once it is durable.
    var durableFirstBase: Int64 = 0
    /// Segments that left the log.
    var deleted: [DeletedSegment] = []
    /// The newest time given by LogAppendTime: it never goes back within a run.
    var lastAppendTime: Int64 = -1
    /// Bytes of all segments.
    var size: Int64 = 0

    /// The segment that is appended to.
    var active: Segment? { segments.last }

    /// The first offset that is not decided yet.
    var lastStableOffset: Int64 {
        min(max(producers.firstUnstableOffset ?? endOffset, logStartOffset), endOffset)
    }

    /// The offsets.
    var offsets: LogOffsets {
        LogOffsets(
            start: logStartOffset,
            highWatermark: endOffset,
            lastStable: lastStableOffset,
            end: endOffset,
            recoveryPoint: recoveryPoint
        )
    }

    /// Begins a new segment at an offset; the old one's producers are kept for a snapshot.
    mutating func roll(
        at offset: Int64,
        directory: String,
        now: Int64,
        storage: any Storage
    ) throws(StorageError) {
        if let active, active.baseOffset == offset, active.size == 0 {
            return
        }
        let segment = try Segment.create(
            baseOffset: offset,
            directory: directory,
            now: now,
            config: config,
            storage: storage
        )
        active?.sealTimeIndex()
        takeSnapshot(at: offset)
        segments.append(segment)
        endOffset = max(endOffset, offset)
        directoryVersion += 1
    }

    /// Keeps the producers as they are now for a snapshot at an offset, unless there is a newer one; the next flush
    /// writes it.
    mutating func takeSnapshot(at offset: Int64) {
        guard offset > lastSnapshotOffset else { return }
        pendingSnapshots[offset] = ProducerSnapshot.bytes(of: producers)
        lastSnapshotOffset = offset
    }
}
