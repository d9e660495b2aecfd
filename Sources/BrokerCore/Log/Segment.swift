import KafkaProtocol
import NIOCore
import Synchronization

/// One segment of a partition's log: a `.log` file and the indexes that belong to it.
///
/// The active segment keeps its indexes in memory; ``writeIndexes()`` puts them into their files when it has rolled or
/// closes, and lets go of them. Only the log's owner appends; anybody may read.
final class Segment: Sendable {
    /// What changes as the segment grows.
    struct State {
        /// Bytes of whole batches in the `.log` file.
        var size: Int64 = 0
        /// The offset after the last one.
        var nextOffset: Int64
        /// The largest timestamp of the first batch; `segment.ms` counts from here.
        var firstBatchTimestamp: Int64?
        /// The largest timestamp, and the last offset of its batch; -1 when there is none.
        var maxTimestamp: Int64 = -1
        var offsetOfMaxTimestamp: Int64 = -1
        /// Bytes since the batch of the last index entry.
        var bytesSinceIndexEntry: Int64 = 0
        /// Indexes in memory: while the segment is active and until their files are written.
        var indexes: MemoryIndexes?
        /// Aborted transactions, once they were needed or written; nil while they are only in their file.
        var transactions: TransactionIndex?
        /// Whether ``transactions`` has entries that the file has not.
        var hasUnwrittenTransactions = false
        /// Whether ``maxTimestamp`` was read from the time index of a segment that is not written any more.
        var isTimeKnown = true
        /// Whether the `.log` file is longer than ``size``, by zeros that wait to be written over (`preallocate`).
        var isPreallocated = false
        /// Whether the segment left the log: the files of its name may be another's by now.
        var isRetired = false
    }

    /// Where a segment ends, in bytes and in offsets.
    struct Extent {
        /// Bytes of whole batches in the `.log` file.
        var size: Int64
        /// The offset after the last one, or any behind it up to the next segment's base offset.
        var nextOffset: Int64

        /// What the state says.
        init(_ state: State) { (size, nextOffset) = (state.size, state.nextOffset) }
    }

    /// The indexes of a segment that is being written.
    struct MemoryIndexes {
        var offsets = OffsetIndex()
        var times = TimeIndex()
    }

    /// The offset in the files' names.
    let baseOffset: Int64
    /// The partition's directory.
    let directory: String
    /// The `.log` file.
    let log: any StorageFile
    /// When this process made or opened the segment, in wall ms.
    let createdMs: Int64
    /// How much earlier than `segment.ms` it rolls.
    let jitterMs: Int64

    let storage: any Storage
    let state: Mutex<State>

    /// A segment over an open `.log` file.
    init(
        baseOffset: Int64,
        directory: String,
        log: any StorageFile,
        createdMs: Int64,
        jitterMs: Int64,
        storage: any Storage,
        state: State
    ) {
        self.baseOffset = baseOffset
        self.directory = directory
        self.log = log
        self.createdMs = createdMs
        self.jitterMs = jitterMs
        self.storage = storage
        self.state = Mutex(state)
    }

    /// Creates the `.log` file of a new, empty, active segment, at full length where the topic wants it preallocated. A
    /// leftover of that name is emptied.
    static func create(
        baseOffset: Int64,
        directory: String,
        now: Int64,
        config: LogConfig,
        storage: any Storage
    ) throws(StorageError) -> Segment {
        let path = "\(directory)/\(SegmentFile(baseOffset: baseOffset, kind: .log).name)"
        let log = try storage.open(path, .replace)
        var state = State(nextOffset: baseOffset)
        if config.preallocate {
            try log.allocate(to: Int64(config.segmentBytes))
            state.isPreallocated = true
        }
        state.indexes = MemoryIndexes()
        state.transactions = TransactionIndex()
        return Segment(
            baseOffset: baseOffset,
            directory: directory,
            log: log,
            createdMs: now,
            jitterMs: config.randomJitterMs,
            storage: storage,
            state: state
        )
    }

    /// A copy of what changes.
    var current: State { state.withLock { $0 } }
    /// Bytes of whole batches.
    var size: Int64 { state.withLock { $0.size } }
    /// Size and end of one moment.
    var extent: Extent { state.withLock { Extent($0) } }
    /// The offset after the last one.
    var nextOffset: Int64 { state.withLock { $0.nextOffset } }

    /// The path of one of the segment's files.
    func path(_ kind: SegmentFile.Kind, _ stage: SegmentFile.Stage? = nil) -> String {
        "\(directory)/\(SegmentFile(baseOffset: baseOffset, kind: kind, stage: stage).name)"
    }

    // MARK: - Append

    /// What a batch means for its segment.
    struct Addition {
        var bytes: Int64
        var lastOffset: Int64
        var maxTimestamp: Int64

        /// Batches of this size, end and newest timestamp.
        init(bytes: Int64, lastOffset: Int64, maxTimestamp: Int64) {
            self.bytes = bytes
            self.lastOffset = lastOffset
            self.maxTimestamp = maxTimestamp
        }

        /// A batch by its header.
        init(_ header: RecordBatchHeader) {
            self.init(
                bytes: Int64(header.sizeInBytes),
                lastOffset: header.lastOffset,
                maxTimestamp: header.maxTimestamp
            )
        }
    }

    /// Whether a batch belongs into the next segment (Kafka's `LogSegment.shouldRoll`).
    func shouldRoll(for batch: Addition, now: Int64, config: LogConfig) -> Bool {
        state.withLock { state in
            if state.size > Int64(config.segmentBytes) - batch.bytes { return true }
            if state.size > 0 && waited(state, now: now, newest: batch.maxTimestamp) > config.maxSegmentMs - jitterMs {
                return true
            }
            if let indexes = state.indexes {
                let room = config.segmentIndexBytes
                if indexes.offsets.entries.count >= room / OffsetIndex.entrySize { return true }
                // One entry is kept free for the last one at roll.
                if indexes.times.entries.count >= room / TimeIndex.entrySize - 1 { return true }
            }
            return batch.lastOffset &- baseOffset > Int64(Int32.max)
        }
    }

    private func waited(_ state: State, now: Int64, newest: Int64) -> Int64 {
        if let first = state.firstBatchTimestamp, first >= 0 { return newest &- first }
        return now &- createdMs
    }

    /// Writes batches, given as two pieces, at the end. The bytes are one write; the indexes get an entry a batch at most.
    func append(
        head: ByteBuffer,
        rest: ByteBuffer,
        _ batches: [Addition],
        indexIntervalBytes: Int
    ) throws(StorageError) {
        try log.write(head, rest, at: size)
        state.withLock { state in
            for batch in batches { note(batch, in: &state, indexIntervalBytes: indexIntervalBytes) }
        }
    }

    /// Takes a batch into account that stands at the end of the file (Kafka's `LogSegment.append` and `recover`).
    func note(_ batch: Addition, indexIntervalBytes: Int) {
        state.withLock { note(batch, in: &$0, indexIntervalBytes: indexIntervalBytes) }
    }

    private func note(_ batch: Addition, in state: inout State, indexIntervalBytes: Int) {
        if state.size == 0 { state.firstBatchTimestamp = batch.maxTimestamp }
        if batch.maxTimestamp > state.maxTimestamp {
            state.maxTimestamp = batch.maxTimestamp
            state.offsetOfMaxTimestamp = batch.lastOffset
        }
        if state.bytesSinceIndexEntry > Int64(indexIntervalBytes) {
            state.indexes?.offsets.append(
                relativeOffset: relative(batch.lastOffset),
                position: Int32(clamping: state.size)
            )
            addTime(&state)
            state.bytesSinceIndexEntry = 0
        }
        state.bytesSinceIndexEntry += batch.bytes
        state.size += batch.bytes
        state.nextOffset = batch.lastOffset &+ 1
    }

    private func addTime(_ state: inout State) {
        guard state.maxTimestamp >= 0 else { return }
        state.indexes?.times.maybeAppend(
            timestamp: state.maxTimestamp,
            relativeOffset: relative(state.offsetOfMaxTimestamp)
        )
    }

    /// Enters an aborted transaction whose marker is in this segment.
    func append(_ aborted: AbortedTransaction) {
        state.withLock { state in
            if state.transactions == nil { state.transactions = TransactionIndex() }
            state.transactions?.entries.append(aborted)
            state.hasUnwrittenTransactions = true
        }
    }

    func relative(_ offset: Int64) -> Int32 { Int32(clamping: offset &- baseOffset) }

    // MARK: - Opening

    /// Goes on behind the last batch of a file that was closed in order.
    ///
    /// - Parameters:
    ///   - last: The last batch, nil if there is none.
    ///   - first: The first batch.
    ///   - size: Where the last batch ends.
    func resume(last: RecordBatchHeader?, first: RecordBatchHeader?, size: Int64) {
        state.withLock { state in
            state.size = size
            state.nextOffset = last.map { $0.lastOffset &+ 1 } ?? baseOffset
            state.firstBatchTimestamp = first?.maxTimestamp
            if let newest = state.indexes?.times.entries.last {
                state.maxTimestamp = newest.timestamp
                state.offsetOfMaxTimestamp = baseOffset &+ Int64(newest.relativeOffset)
            }
            // As Kafka counts after a restart.
            state.bytesSinceIndexEntry = 0
        }
    }

    /// Says where a segment ends that others follow.
    func endsAt(_ next: Int64) { state.withLock { $0.nextOffset = next } }

    /// The largest timestamp and the last offset of its batch; -1 when no record has a timestamp.
    func newest() throws(StorageError) -> (timestamp: Int64, offset: Int64) {
        let known = state.withLock { state in
            state.isTimeKnown ? (state.maxTimestamp, state.offsetOfMaxTimestamp) : nil
        }
        if let known { return known }
        var found: (Int64, Int64) = (-1, -1)
        if let file = try openIfPresent(.timeindex) {
            defer { file.close() }
            let size = try file.size()
            var entry = ByteBuffer()
            if size >= Int64(TimeIndex.entrySize) {
                _ = try file.read(at: size - Int64(TimeIndex.entrySize), count: TimeIndex.entrySize, into: &entry)
            }
            if let (timestamp, relative) = entry.readMultipleIntegers(as: (Int64, Int32).self) {
                found = (timestamp, baseOffset &+ Int64(relative))
            }
        }
        state.withLock { state in
            (state.maxTimestamp, state.offsetOfMaxTimestamp) = found
            state.isTimeKnown = true
        }
        return found
    }

    /// The largest timestamp of the first batch; nil when the segment is empty.
    func firstBatchTimestamp() throws(StorageError) -> Int64? {
        if let known = state.withLock({ $0.firstBatchTimestamp }) { return known }
        guard size > 0 else { return nil }
        var head = ByteBuffer()
        _ = try log.read(at: 0, count: RecordBatchHeader.size, into: &head)
        let timestamp = RecordBatchHeader(plausible: head)?.maxTimestamp
        state.withLock { $0.firstBatchTimestamp = timestamp }
        return timestamp
    }

    // MARK: - The end of writing

    /// Cuts what was preallocated and not written, once nothing is appended any more; a sync makes it durable.
    ///
    /// - Returns: Whether there was anything to cut.
    func trim() throws(StorageError) -> Bool {
        let (isPreallocated, size) = state.withLock { ($0.isPreallocated, $0.size) }
        guard isPreallocated else { return false }
        try log.truncate(to: size)
        state.withLock { $0.isPreallocated = false }
        return true
    }

    // MARK: - Indexes on the disk

    /// The entry at the end of the time index that says how new the segment is. Kafka adds it at roll and at close.
    func sealTimeIndex() {
        state.withLock { addTime(&$0) }
    }

    /// Writes the indexes in memory to their files, syncing them if asked, and, unless the segment stays active, lets
    /// go of them.
    func writeIndexes(sync: Bool, keepInMemory: Bool) throws(StorageError) {
        let state = current
        if let indexes = state.indexes {
            try replace(.index, with: indexes.offsets.bytes, sync: sync)
            try replace(.timeindex, with: indexes.times.bytes, sync: sync)
        }
        if state.hasUnwrittenTransactions, let transactions = state.transactions {
            try replace(.txnindex, with: transactions.bytes, sync: sync)
        }
        self.state.withLock { state in
            state.hasUnwrittenTransactions = false
            if !keepInMemory { state.indexes = nil }
        }
    }

    /// Whether the indexes in memory are not yet in their files.
    var hasUnwrittenIndexes: Bool { state.withLock { $0.indexes != nil || $0.hasUnwrittenTransactions } }

    private func replace(_ kind: SegmentFile.Kind, with bytes: ByteBuffer, sync: Bool) throws(StorageError) {
        let file = try storage.open(path(kind), .replace)
        defer { file.close() }
        if bytes.readableBytes > 0 { try file.write(bytes, at: 0) }
        if sync { try file.sync() }
    }

    // MARK: - Leaving the log

    /// Whether the segment left the log. Ask after an index was read: then it was still this segment's.
    var isRetired: Bool { state.withLock { $0.isRetired } }

    /// Notes that the segment leaves the log; before its files are renamed or another takes its name.
    func retire() { state.withLock { $0.isRetired = true } }

    /// Gives the segment's files the `.deleted` ending; readers that still hold it go on reading the `.log`.
    func markDeleted() throws(StorageError) {
        retire()
        for kind in [SegmentFile.Kind.index, .timeindex, .txnindex] where try storage.status(of: path(kind)) != nil {
            try storage.rename(path(kind), to: path(kind, .deleted))
        }
        try log.rename(to: path(.log, .deleted))
    }
}
