import Cluster
import KafkaProtocol
import NIOCore

/// Opens a partition's directory: completes or undoes what a crash interrupted, reads again what may not be whole,
/// and builds the log's state (Kafka's `LogLoader`).
struct LogLoader {
    let topicPartition: TopicPartition
    let directory: String
    let config: LogConfig
    /// Whether the log was closed in order; its end is looked at all the same.
    private(set) var hadCleanShutdown: Bool
    let storage: any Storage
    let clock: any Clock
    /// Everything before it is known to be on the disk, so it is not read again.
    var recoveryPoint: Int64
    /// The log start from the checkpoint.
    var logStartOffset: Int64
    /// The partition's leader epoch, if known: batches cannot have newer ones, whatever their (unchecked) bytes say.
    let leaderEpoch: Int32?
    var report = RecoveryReport()

    /// The segments' base offsets and which files they have.
    private var files: [Int64: Set<SegmentFile.Kind>] = [:]
    private var snapshots: Set<Int64> = []
    /// Segments whose indexes on the disk are not theirs.
    private var withoutIndexes: Set<Int64> = []
    /// Whether the last file has bytes at its end that are no batch.
    private var hasBadTail = false

    init(
        topicPartition: TopicPartition,
        directory: String,
        config: LogConfig,
        recoveryPoint: Int64,
        logStartOffset: Int64,
        hadCleanShutdown: Bool,
        leaderEpoch: Int32?,
        storage: any Storage,
        clock: any Clock
    ) {
        self.leaderEpoch = leaderEpoch
        self.topicPartition = topicPartition
        self.directory = directory
        self.config = config
        self.recoveryPoint = max(0, recoveryPoint)
        self.logStartOffset = max(0, logStartOffset)
        self.hadCleanShutdown = hadCleanShutdown
        self.storage = storage
        self.clock = clock
        report.wasClean = hadCleanShutdown
    }

    /// Loads the log.
    mutating func load() throws(StorageError) -> LogState {
        try takeStock()
        if !hadCleanShutdown { try recoverFiles() }
        var bases = files.keys.sorted()
        let firstBase = bases.first ?? logStartOffset
        var epochs = loadEpochs()
        let epochsAsRead = epochs

        var segments: [Segment] = []
        for (index, base) in bases.enumerated() {
            segments.append(try openSegment(base, next: index + 1 < bases.count ? bases[index + 1] : nil))
        }
        if hasBadTail && hadCleanShutdown {
            // It says it was closed in order, and it was not, or somebody touched it since.
            for segment in segments { segment.log.close() }
            return try reloadAfterCrash()
        }
        var end = segments.last?.nextOffset ?? logStartOffset
        if end < logStartOffset {
            // The log start is ahead of all that is left: nothing here may be read any more.
            for segment in segments {
                segment.log.close()
                try removeSegmentFiles(segment.baseOffset)
            }
            segments = []
            bases = []
            end = logStartOffset
        }
        if segments.isEmpty {
            segments = [
                try Segment.create(
                    baseOffset: end,
                    directory: directory,
                    now: clock.wallMilliseconds,
                    jitterMs: 0,
                    storage: storage
                )
            ]
            // What was removed must not come back once the checkpoints follow the new start.
            try storage.syncDirectory(directory)
        }
        let producers = try loadProducers(segments, end: end, epochs: &epochs)
        let start = max(logStartOffset, bases.isEmpty ? end : firstBase)
        _ = epochs.truncate(toEnd: end)
        _ = epochs.truncate(toStart: start)
        var state = LogState(
            config: config,
            segments: segments,
            logStartOffset: start,
            endOffset: end,
            recoveryPoint: hadCleanShutdown ? end : min(recoveryPoint, end),
            producers: producers.state,
            epochs: epochs,
            leaderEpoch: max(0, epochs.latest)
        )
        state.durableFirstBase = segments.first?.baseOffset ?? start
        state.lastSnapshotOffset = producers.snapshotOffset
        state.hasUnwrittenEpochs = epochs != epochsAsRead
        state.directoryVersion = hadCleanShutdown && !bases.isEmpty ? 0 : 1
        state.size = segments.reduce(0) { $0 + $1.size }
        return state
    }

    private mutating func reloadAfterCrash() throws(StorageError) -> LogState {
        hadCleanShutdown = false
        hasBadTail = false
        recoveryPoint = 0
        report = RecoveryReport()
        report.wasClean = false
        files = [:]
        snapshots = []
        withoutIndexes = []
        return try load()
    }

    // MARK: - Names

    /// Lists the directory, removes leftovers, completes a replacement that a crash interrupted.
    private mutating func takeStock() throws(StorageError) {
        var swaps: [Int64] = []
        var cleaned: Int64 = .max
        var leftovers: [String] = []
        for name in try storage.list(directory) {
            guard let file = SegmentFile(name: name) else {
                if name.hasSuffix(".tmp") { leftovers.append(name) }
                continue
            }
            switch (file.stage, file.kind) {
            case (nil, .snapshot): snapshots.insert(file.baseOffset)
            case (nil, let kind): files[file.baseOffset, default: []].insert(kind)
            case (.cleaned, _):
                cleaned = min(cleaned, file.baseOffset)
                leftovers.append(name)
            case (.swap, .log): swaps.append(file.baseOffset)
            case (.swap, _), (.deleted, _): leftovers.append(name)
            case (.corrupt, _): break
            }
        }
        // Segments become .swap from the last to the first: one that is still .cleaned means that those behind it
        // were not yet meant to replace anything.
        for base in swaps where base >= cleaned {
            leftovers.append(SegmentFile(baseOffset: base, kind: .log, stage: .swap).name)
        }
        let complete = swaps.filter { $0 < cleaned }.sorted()
        for (base, kinds) in files where !kinds.contains(.log) && !complete.contains(base) {
            leftovers += kinds.map { SegmentFile(baseOffset: base, kind: $0).name }
            files[base] = nil
        }
        for name in leftovers {
            try storage.remove("\(directory)/\(name)")
            report.removedFiles.append(name)
        }
        if !complete.isEmpty { try completeSwap(complete) }
        if !leftovers.isEmpty || !complete.isEmpty { try storage.syncDirectory(directory) }
    }

    /// Lets `.swap` segments take the place of those they replace.
    private mutating func completeSwap(_ swaps: [Int64]) throws(StorageError) {
        var end: Int64 = 0
        for base in swaps {
            let path = "\(directory)/\(SegmentFile(baseOffset: base, kind: .log, stage: .swap).name)"
            let file = try storage.open(path, .read)
            defer { file.close() }
            let scan = try SegmentScan(file, baseOffset: base, size: try file.size(), limit: .max)
            end = max(end, scan.runs.last?.nextOffset ?? base)
        }
        for base in files.keys.sorted() where base >= swaps[0] && base < end && !swaps.contains(base) {
            try removeSegmentFiles(base)
        }
        for base in swaps {
            // Indexes of either are not worth telling apart: they are built again.
            for kind in [SegmentFile.Kind.index, .timeindex, .txnindex] where files[base]?.contains(kind) == true {
                try storage.remove("\(directory)/\(SegmentFile(baseOffset: base, kind: kind).name)")
            }
        }
        // What is replaced must be gone before what replaces it has its name: only the .swap names tell of it.
        try storage.syncDirectory(directory)
        for base in swaps {
            try storage.rename(
                "\(directory)/\(SegmentFile(baseOffset: base, kind: .log, stage: .swap).name)",
                to: "\(directory)/\(SegmentFile(baseOffset: base, kind: .log).name)"
            )
            files[base] = [.log]
            withoutIndexes.insert(base)
            report.completedSwaps.append(base)
        }
    }

    private mutating func removeSegmentFiles(_ base: Int64) throws(StorageError) {
        for kind in files[base] ?? [] {
            try storage.remove("\(directory)/\(SegmentFile(baseOffset: base, kind: kind).name)")
        }
        files[base] = nil
        report.removedFiles.append(SegmentFile(baseOffset: base, kind: .log).name)
    }

    // MARK: - Recovery

    /// Reads every segment that may not be whole, and repairs the files as ``RecoveryPlan`` says.
    private mutating func recoverFiles() throws(StorageError) {
        let bases = files.keys.sorted()
        // From the segment that holds the last record known to be durable: its indexes may not have been written.
        let first = max(0, (bases.firstIndex { $0 > max(0, recoveryPoint - 1) } ?? bases.count) - 1)
        var scans: [SegmentScan] = []
        for index in bases.indices where index >= first {
            let path = path(bases[index])
            let file = try storage.open(path, .read)
            defer { file.close() }
            scans.append(
                try SegmentScan(
                    file,
                    baseOffset: bases[index],
                    size: try file.size(),
                    limit: index + 1 < bases.count ? bases[index + 1] : .max
                )
            )
            report.scannedSegments.append(bases[index])
            withoutIndexes.insert(bases[index])
        }
        let plan = RecoveryPlan(scans: scans, logStart: bases.first ?? logStartOffset)
        var copies: [Int64: String] = [:]
        for step in plan.steps { try carryOut(step, plan, &copies) }
        for gap in plan.gaps {
            report.quarantines.append(
                RecoveryReport.Quarantine(
                    file: fileName(of: path(gap.segment)),
                    keptAs: copies[gap.segment] ?? "",
                    firstLostOffset: gap.firstLostOffset,
                    nextOffset: gap.nextOffset,
                    bytes: gap.bytes
                )
            )
        }
    }

    private mutating func carryOut(
        _ step: RecoveryPlan.Step,
        _ plan: RecoveryPlan,
        _ copies: inout [Int64: String]
    ) throws(StorageError) {
        switch step {
        case .keepCopy(let base):
            copies[base] = try keepCopy(of: base)
        case .extract(let base, let run):
            let target = SegmentFile(baseOffset: run.firstOffset, kind: .log)
            try copy(path(base), from: run.start, to: run.end, as: "\(directory)/\(target.name)")
            files[run.firstOffset] = [.log]
            withoutIndexes.insert(run.firstOffset)
        case .cut(let base, let position, let bytes, let isTail):
            let file = try storage.open(path(base), .write)
            defer { file.close() }
            try file.truncate(to: position)
            try file.sync()
            if isTail {
                report.cuts.append(
                    RecoveryReport.Cut(
                        file: fileName(of: path(base)),
                        position: position,
                        bytes: bytes,
                        endOffset: plan.endOffset
                    )
                )
            }
        case .remove(let base):
            try removeSegmentFiles(base)
            try storage.syncDirectory(directory)
        }
    }

    /// Copies a damaged file to the first free `.corrupt` name; one that an earlier try copied is taken again.
    private func keepCopy(of base: Int64) throws(StorageError) -> String {
        let source = path(base)
        let size = try storage.status(of: source)?.size ?? 0
        var target = source + ".corrupt"
        var number = 1
        while let existing = try storage.status(of: target) {
            if existing.size == size { return fileName(of: target) }
            number += 1
            target = "\(source).corrupt.\(number)"
        }
        try copy(source, from: 0, to: size, as: target)
        return fileName(of: target)
    }

    /// Copies a part of a file to a new one, durably: it is there whole or not at all.
    private func copy(_ source: String, from start: Int64, to end: Int64, as target: String) throws(StorageError) {
        let input = try storage.open(source, .read)
        defer { input.close() }
        let output = try storage.open(target + ".tmp", .replace)
        defer { output.close() }
        var position = start
        while position < end {
            var buffer = ByteBufferAllocator().buffer(capacity: 1 << 20)
            let got = try input.read(at: position, count: Int(min(1 << 20, end - position)), into: &buffer)
            guard got > 0 else { break }
            try output.write(buffer, at: position - start)
            position += Int64(got)
        }
        try output.sync()
        try output.rename(to: target)
        try storage.syncDirectory(directory)
    }

    private func path(_ base: Int64) -> String {
        "\(directory)/\(SegmentFile(baseOffset: base, kind: .log).name)"
    }

    // MARK: - Segments

    /// Opens a segment; `next` is the base offset of the one behind it, nil for the last.
    private mutating func openSegment(_ base: Int64, next: Int64?) throws(StorageError) -> Segment {
        let log = try storage.open(path(base), next == nil ? .write : .read)
        let size = try log.size()
        var state = Segment.State(nextOffset: next ?? base)
        var needsRebuild = withoutIndexes.contains(base)
        if !needsRebuild { needsRebuild = try !loadIndexes(base, size, isActive: next == nil, &state) }
        if needsRebuild {
            state.indexes = Segment.MemoryIndexes()
            state.transactions = TransactionIndex()
            report.rebuiltIndexes.append(base)
        } else {
            state.size = size
        }
        let segment = Segment(
            baseOffset: base,
            directory: directory,
            log: log,
            createdMs: clock.wallMilliseconds,
            jitterMs: 0,
            storage: storage,
            state: state
        )
        if needsRebuild {
            try rebuild(segment, size: size)
            if next != nil { segment.sealTimeIndex() }
        } else if next == nil {
            try readTail(segment, size: size)
        }
        if let next { segment.endsAt(next) }
        return segment
    }

    /// Loads what a segment that was closed in order left in its index files; false when they do not fit it.
    private func loadIndexes(
        _ base: Int64,
        _ size: Int64,
        isActive: Bool,
        _ state: inout Segment.State
    ) throws(StorageError) -> Bool {
        let kinds = files[base] ?? []
        guard kinds.contains(.index), kinds.contains(.timeindex) else { return false }
        func whole(_ kind: SegmentFile.Kind) throws(StorageError) -> ByteBuffer? {
            try storage.readFile("\(directory)/\(SegmentFile(baseOffset: base, kind: kind).name)", limit: 1 << 30)
        }
        if isActive {
            guard let offsets = try whole(.index).flatMap({ OffsetIndex(reading: $0) }),
                let times = try whole(.timeindex).flatMap({ TimeIndex(reading: $0) }),
                offsets.entries.last.map({ Int64($0.position) < size }) ?? true
            else { return false }
            state.indexes = Segment.MemoryIndexes(offsets: offsets, times: times)
            if kinds.contains(.txnindex) {
                guard let transactions = try whole(.txnindex).flatMap({ TransactionIndex(reading: $0) }) else {
                    return false
                }
                state.transactions = transactions
            } else {
                state.transactions = TransactionIndex()
            }
            return true
        }
        guard try isSound(base, .index, OffsetIndex.entrySize, size: size),
            try isSound(base, .timeindex, TimeIndex.entrySize, size: size)
        else { return false }
        if !kinds.contains(.txnindex) { state.transactions = TransactionIndex() }
        state.isTimeKnown = false
        return true
    }

    /// Whether an index of a segment that is not read has whole entries and a last one that is not zeros.
    private func isSound(
        _ base: Int64,
        _ kind: SegmentFile.Kind,
        _ entrySize: Int,
        size: Int64
    ) throws(StorageError) -> Bool {
        let path = "\(directory)/\(SegmentFile(baseOffset: base, kind: kind).name)"
        guard let status = try storage.status(of: path), status.size % Int64(entrySize) == 0 else { return false }
        // Kafka leaves both empty for a segment smaller than an index interval, save for the last timestamp.
        guard status.size > 0 else { return true }
        let file = try storage.open(path, .read)
        defer { file.close() }
        var entry = ByteBuffer()
        _ = try file.read(at: status.size - Int64(entrySize), count: entrySize, into: &entry)
        if kind == .index {
            guard let (_, position) = entry.readMultipleIntegers(as: (Int32, Int32).self) else { return false }
            return position > 0 && Int64(position) < size
        }
        guard let (timestamp, offset) = entry.readMultipleIntegers(as: (Int64, Int32).self) else { return false }
        return (timestamp > 0 || status.size == Int64(entrySize)) && timestamp >= 0 && offset >= 0
    }

    /// Walks all batches of a segment whose indexes have to be built.
    private func rebuild(_ segment: Segment, size: Int64) throws(StorageError) {
        var walk = HeaderWalk(segment.log, end: size)
        while let (_, header) = try walk.next() {
            segment.note(Segment.Addition(header), indexIntervalBytes: config.indexIntervalBytes)
        }
    }

    /// Walks the batches behind the last index entry, to find the end.
    private mutating func readTail(_ segment: Segment, size: Int64) throws(StorageError) {
        let start = try segment.position(for: .max)
        var walk = HeaderWalk(segment.log, from: start, end: size)
        var last: RecordBatchHeader?
        var first: RecordBatchHeader?
        while let (_, header) = try walk.next() {
            last = header
            if start == 0 && first == nil { first = header }
        }
        if first == nil && size > 0 {
            var head = HeaderWalk(segment.log, end: size)
            first = try head.next()?.header
        }
        hasBadTail = walk.position < size
        segment.resume(last: last, first: first, size: walk.position)
    }

    // MARK: - Producers and epochs

    private func loadEpochs() -> LeaderEpochs {
        let path = "\(directory)/\(LeaderEpochs.fileName)"
        guard let bytes = try? storage.readFile(path), let epochs = try? LeaderEpochs(reading: bytes, path: path) else {
            return LeaderEpochs()
        }
        return epochs
    }

    /// The newest snapshot that can be read, and what the batches behind it add. Segments whose indexes were built
    /// get their transaction index here.
    private mutating func loadProducers(
        _ segments: [Segment],
        end: Int64,
        epochs: inout LeaderEpochs
    ) throws(StorageError) -> (state: ProducerState, snapshotOffset: Int64) {
        // A compaction changes nothing that snapshots behind it tell.
        let rebuilt =
            segments.first {
                withoutIndexes.contains($0.baseOffset) && !report.completedSwaps.contains($0.baseOffset)
            }?.baseOffset ?? .max
        var state = ProducerState()
        var from = segments.first?.baseOffset ?? 0
        var newest: Int64 = -1
        for offset in snapshots.sorted(by: >) {
            let path = "\(directory)/\(SegmentFile(baseOffset: offset, kind: .snapshot).name)"
            guard offset <= end, offset >= segments.first?.baseOffset ?? 0 else {
                // It tells of records that the log lost, or not of those between it and the log's beginning.
                try storage.remove(path)
                report.removedFiles.append(fileName(of: path))
                continue
            }
            guard let bytes = try storage.readFile(path), let snapshot = ProducerSnapshot.read(bytes) else {
                try storage.remove(path)
                report.damagedSnapshots.append(fileName(of: path))
                continue
            }
            newest = max(newest, offset)
            guard offset <= rebuilt else { continue }
            state = snapshot
            from = max(from, offset)
            break
        }
        let first = PartitionLog.floor(from, in: segments)
        for segment in segments[min(first, segments.count)...] {
            try replay(segment, from: from, into: &state, epochs: &epochs)
        }
        return (state, newest)
    }

    private func replay(
        _ segment: Segment,
        from offset: Int64,
        into state: inout ProducerState,
        epochs: inout LeaderEpochs
    ) throws(StorageError) {
        let isRebuilt = withoutIndexes.contains(segment.baseOffset)
        guard segment.nextOffset > offset || isRebuilt else { return }
        let start = offset > segment.baseOffset ? try segment.position(for: offset) : 0
        var walk = HeaderWalk(segment.log, from: start, end: segment.size)
        while let (position, header) = try walk.next() {
            guard header.lastOffset >= offset else { continue }
            if header.partitionLeaderEpoch <= leaderEpoch ?? .max {
                _ = epochs.assign(epoch: header.partitionLeaderEpoch, startOffset: header.baseOffset)
            }
            guard header.producerID >= 0 else { continue }
            if header.isControl {
                guard let bytes = try walk.bytes(at: position, count: header.sizeInBytes),
                    let ending = TransactionEnding(header: header, bytes: bytes)
                else { continue }
                if let aborted = state.append(TransactionMarker(ending, header)), isRebuilt { segment.append(aborted) }
            } else if header.recordCount > 0 || header.baseSequence >= 0 {
                state.append(ProducerBatch(header))
            }
        }
    }
}
