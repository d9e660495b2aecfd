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
    /// The recovery point as the checkpoint has it: the log reached at least so far.
    private let checkpointedEnd: Int64
    /// The log start from the checkpoint.
    var logStartOffset: Int64
    /// The partition's leader epoch, if known: batches cannot have newer ones, whatever their (unchecked) bytes say.
    let leaderEpoch: Int32?
    var report = RecoveryReport()

    /// The segments' base offsets and which files they have.
    var files: [Int64: Set<SegmentFile.Kind>] = [:]
    var snapshots: Set<Int64> = []
    /// Segments whose indexes on the disk are not theirs.
    var withoutIndexes: Set<Int64> = []
    /// The `.corrupt` copies, with the base offsets of what they are copies of.
    var keptCopies: [(base: Int64, name: String)] = []
    /// Whether the last file has bytes at its end that are no batch.
    var hasBadTail = false

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
        checkpointedEnd = self.recoveryPoint
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
        if end < checkpointedEnd { noteMissing(from: end, to: checkpointedEnd) }
        if end < logStartOffset, !segments.isEmpty {
            try restart(segments, end: end, &epochs)
            segments = []
            bases = []
        }
        if segments.isEmpty {
            end = logStartOffset
            segments = [
                try Segment.create(
                    baseOffset: end,
                    directory: directory,
                    now: clock.wallMilliseconds,
                    config: config,
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
        state.directoryVersion = hadCleanShutdown && !bases.isEmpty && report.completedSwaps.isEmpty ? 0 : 1
        state.size = segments.reduce(0) { $0 + $1.size }
        return state
    }

    /// Empties a log whose start is ahead of all that is left: nothing in it may be read any more. The files are set
    /// aside, for it may be the start that is wrong. Its producers stay known, by a snapshot at the new beginning.
    mutating func restart(
        _ segments: [Segment],
        end: Int64,
        _ epochs: inout LeaderEpochs
    ) throws(StorageError) {
        // Up to the new beginning, where an opening that a crash cut short may have left the snapshot.
        let producers = try loadProducers(segments, end: logStartOffset, epochs: &epochs).state
        let name = SegmentFile(baseOffset: logStartOffset, kind: .snapshot).name
        try storage.replaceFile("\(directory)/\(name)", with: ProducerSnapshot.bytes(of: producers))
        snapshots.insert(logStartOffset)
        var kept: [String] = []
        for segment in segments {
            segment.log.close()
            if try storage.status(of: path(segment.baseOffset))?.size ?? 0 > 0 {
                kept.append(try setAside(segment.baseOffset))
            }
            try removeSegmentFiles(segment.baseOffset)
        }
        if !kept.isEmpty {
            report.setAside = RecoveryReport.SetAside(
                keptAs: kept, endOffset: end, logStartOffset: logStartOffset)
        }
        withoutIndexes = []
    }

    mutating func reloadAfterCrash() throws(StorageError) -> LogState {
        hadCleanShutdown = false
        hasBadTail = false
        recoveryPoint = 0
        report = RecoveryReport()
        report.wasClean = false
        files = [:]
        snapshots = []
        withoutIndexes = []
        keptCopies = []
        return try load()
    }

    // MARK: - Names

    /// Lists the directory, removes leftovers, completes a replacement that a crash interrupted.
    mutating func takeStock() throws(StorageError) {
        var swaps: [Int64] = []
        var cleaned: Int64 = .max
        var leftovers: [String] = []
        for name in try storage.list(directory) {
            let parts = name.split(separator: ".")
            if parts.count >= 3, parts[2] == "corrupt", let file = SegmentFile(name: "\(parts[0]).\(parts[1])") {
                keptCopies.append((file.baseOffset, name))
            }
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
        let undone = swaps.filter { $0 >= cleaned }
        for base in undone {
            let name = SegmentFile(baseOffset: base, kind: .log, stage: .swap).name
            try storage.remove("\(directory)/\(name)")
            report.removedFiles.append(name)
        }
        // Before the .cleaned file goes that tells so.
        if !undone.isEmpty { try storage.syncDirectory(directory) }
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
    }

    /// Lets `.swap` segments take the place of those they replace.
    mutating func completeSwap(_ swaps: [Int64]) throws(StorageError) {
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

    mutating func removeSegmentFiles(_ base: Int64) throws(StorageError) {
        let kinds = files[base] ?? []
        for kind in kinds {
            try storage.remove("\(directory)/\(SegmentFile(baseOffset: base, kind: kind).name)")
        }
        files[base] = nil
        if kinds.contains(.log) { report.removedFiles.append(SegmentFile(baseOffset: base, kind: .log).name) }
    }

    /// The path of a segment's `.log` file.
    func path(_ base: Int64) -> String {
        "\(directory)/\(SegmentFile(baseOffset: base, kind: .log).name)"
    }
}
