import Cluster
import KafkaProtocol
import Logging
import NIOCore
import Synchronization

/// Kafka's directory: the partitions in it, the checkpoints over them, and whether the disk is well (Kafka's `LogManager`).
final class LogDirectory: Sendable {
    /// The checkpoints as the last run left them: they speak for partitions that are not open.
    struct Checkpoints: Sendable, Equatable {
        var recoveryPoint = OffsetCheckpoint()
        var highWatermark = OffsetCheckpoint()
        var logStart = OffsetCheckpoint()
    }

    let path: String
    let storage: any Storage
    let clock: any Clock
    private let logger: Logger
    /// True when the last run closed the logs in order: they need no recovery.
    let hadCleanShutdown: Bool
    private let former: Mutex<Checkpoints>
    private let table = Mutex<[TopicPartition: Partition]>([:])
    private let offline = Mutex<String?>(nil)
    /// Set with ``offline``: lets appends look without the lock.
    private let isOffline = Atomic<Bool>(false)
    private let foundNotes = Mutex<[String]>([])
    private let quarantines = Atomic(0)
    /// The damaged files that readers met and that were told of.
    private let damagedFiles = Mutex<Set<String>>([])
    /// Counts topics and partitions that came and went.
    let tableVersion = Atomic<UInt64>(1)

    init(
        path: String, hadCleanShutdown: Bool, former: Checkpoints, storage: any Storage, clock: any Clock,
        logger: Logger
    ) {
        self.path = path
        self.logger = logger
        self.hadCleanShutdown = hadCleanShutdown
        self.former = Mutex(former)
        self.storage = storage
        self.clock = clock
    }

    // MARK: Health

    /// Why the directory is offline: after a failed sync nothing in it can be trusted to be durable until the next start.
    var offlineReason: String? { isOffline.load(ordering: .acquiring) ? offline.withLock { $0 } : nil }

    /// Takes the directory offline; the first reason stays, and is logged.
    func goOffline(_ reason: String) {
        let isFirst = offline.withLock { offline in
            guard offline == nil else { return false }
            offline = reason
            return true
        }
        isOffline.store(true, ordering: .releasing)
        guard isFirst else { return }
        logger.error(
            """
            \(path) is offline: \(reason). Nothing can be written until the broker is started again; what was \
            acknowledged is kept. Look at the disk first: is it full, failing, or read-only?
            """)
    }

    /// Notes an error of a partition's log: a disk's failure takes the whole directory offline, as in Kafka; a damaged file is logged, once.
    /// A log whose topic was deleted meanwhile has lost its files by order.
    func note(_ error: LogError, of partition: Partition? = nil) {
        guard partition?.isDeleted != true else { return }
        switch error {
        case .storage(let cause): goOffline("\(cause)")
        case .corruptFile(let file, _) where file.hasSuffix(".log"): tellDamage(of: file, error)
        default: return
        }
    }

    /// Says that a file is damaged, the first time that somebody meets it: readers try again and again.
    private func tellDamage(of file: String, _ error: LogError) {
        let isNew = damagedFiles.withLock { files in
            files.count < Self.mostDamagedFiles && files.insert(file).inserted
        }
        guard isNew else { return }
        logger.error(
            """
            \(error). Readers cannot get past it. To set the damage aside and keep what is good: stop the broker, remove \
            \(CleanShutdownMarker.fileName) and \(OffsetCheckpoint.Name.recoveryPoint.rawValue) from \(path), start it again
            """)
    }

    /// Damaged files that are told of in a run.
    private static let mostDamagedFiles = 1000

    /// What opening the logs recovered, cut, quarantined or found strange, one sentence each.
    var notes: [String] { foundNotes.withLock { $0 } }

    /// Adds sentences to what opening found, and logs them.
    func addNotes(_ sentences: [String], level: Logger.Level = .notice) {
        guard !sentences.isEmpty else { return }
        foundNotes.withLock { $0 += sentences }
        for sentence in sentences { logger.log(level: level, "\(sentence)") }
    }

    /// Damaged segments that were set aside since the start.
    var quarantinedSegments: Int { quarantines.load(ordering: .relaxed) }

    // MARK: Partitions

    /// The partition, or nil where this broker has none.
    subscript(topicPartition: TopicPartition) -> Partition? { table.withLock { $0[topicPartition] } }

    /// All partitions, in no order.
    var partitions: [Partition] { table.withLock { Array($0.values) } }

    /// Registers a partition; its log is opened on first use, made where its directory is missing.
    func add(
        _ topicPartition: TopicPartition, topicID: KafkaUUID, settings: Partition.Settings, leaderEpoch: Int32,
        isBorn: Bool
    ) -> Partition {
        let partition = Partition(
            topicPartition, topicID: topicID, directory: "\(path)/\(topicPartition)", settings: settings,
            leaderEpoch: leaderEpoch, isBorn: isBorn
        ) { [unowned self] (partition, config, leaderEpoch) throws(LogError) in
            try self.openLog(of: partition, config, leaderEpoch)
        }
        table.withLock { $0[topicPartition] = partition }
        tableVersion.wrappingAdd(1, ordering: .releasing)
        return partition
    }

    private func openLog(
        of partition: Partition, _ config: LogConfig, _ leaderEpoch: Int32
    ) throws(LogError) -> PartitionLog {
        do throws(LogError) {
            let name = partition.topicPartition
            let isThere = try LogError.onDisk { () throws(StorageError) in
                try storage.status(of: partition.directory) != nil
            }
            guard isThere else {
                return try PartitionLog.create(
                    topicPartition: name, topicID: partition.topicID, directory: partition.directory, config: config,
                    leaderEpoch: max(0, leaderEpoch), storage: storage, clock: clock)
            }
            let (recoveryPoint, logStart) = former.withLock {
                ($0.recoveryPoint.offsets[name] ?? 0, $0.logStart.offsets[name] ?? 0)
            }
            let log = try PartitionLog.open(
                topicPartition: name, topicID: partition.topicID, directory: partition.directory, config: config,
                recoveryPoint: recoveryPoint, logStartOffset: logStart, hadCleanShutdown: hadCleanShutdown,
                leaderEpoch: leaderEpoch, storage: storage, clock: clock)
            addNotes(
                log.recovery.lines(of: name), level: log.recovery.hasLosses ? .warning : .notice)
            let aside = log.recovery.quarantines.count + (log.recovery.setAside?.keptAs.count ?? 0)
            quarantines.wrappingAdd(aside, ordering: .relaxed)
            return log
        } catch {
            addNotes(["\(partition.topicPartition) cannot be opened: \(error)"], level: .error)
            // Whoever deletes it waits for this to end.
            note(error)
            throw error
        }
    }

    /// Forgets a partition.
    ///
    /// - Returns: The partition, if there was one.
    func remove(_ topicPartition: TopicPartition) -> Partition? {
        let removed = table.withLock { $0.removeValue(forKey: topicPartition) }
        former.withLock { former in
            former.recoveryPoint.offsets[topicPartition] = nil
            former.highWatermark.offsets[topicPartition] = nil
            former.logStart.offsets[topicPartition] = nil
        }
        tableVersion.wrappingAdd(1, ordering: .releasing)
        return removed
    }

    /// Removes a deleted partition's files: renamed first, so that a crash leaves nothing that looks like a log.
    func delete(_ partition: Partition) throws(LogError) {
        do throws(LogError) {
            if let log = partition.retire() {
                try log.delete()
            } else {
                try removeDirectory(named: "\(partition.topicPartition)", of: partition.topicPartition)
            }
        } catch {
            note(error)
            throw error
        }
    }

    /// Renames a directory to its `-delete` name and removes it; a missing one is fine.
    func removeDirectory(named name: String, of partition: TopicPartition) throws(LogError) {
        try LogError.onDisk { () throws(StorageError) in
            guard try storage.status(of: "\(path)/\(name)") != nil else { return }
            let grave = "\(path)/\(DirectoryName.suffixed(partition, "delete"))"
            try storage.rename("\(path)/\(name)", to: grave)
            try storage.syncDirectory(path)
            try PartitionLog.removeTree(grave, storage: storage)
        }
    }

    // MARK: Checkpoints

    /// Writes the recovery points, high watermarks and log start offsets of all partitions.
    ///
    /// - Parameter ifChanged: Writes nothing when the files say all this already.
    func storeCheckpoints(ifChanged: Bool = false) throws(LogError) {
        var next = former.withLock { $0 }
        for partition in partitions {
            guard let log = partition.openLog else { continue }
            let offsets = log.offsets
            let name = partition.topicPartition
            next.recoveryPoint.offsets[name] = offsets.recoveryPoint
            next.highWatermark.offsets[name] = offsets.highWatermark
            // Kafka notes a start only where the first segment's name does not say it.
            next.logStart.offsets[name] = log.needsLogStartCheckpoint ? offsets.start : nil
        }
        let names = table.withLock { Set($0.keys) }
        for file in [\Checkpoints.recoveryPoint, \Checkpoints.highWatermark, \Checkpoints.logStart] {
            next[keyPath: file].offsets = next[keyPath: file].offsets.filter { names.contains($0.key) }
        }
        if ifChanged, former.withLock({ $0 == next }) { return }
        try next.recoveryPoint.store(.recoveryPoint, in: path, on: storage)
        try next.highWatermark.store(.highWatermark, in: path, on: storage)
        try next.logStart.store(.logStart, in: path, on: storage)
        former.withLock { $0 = next }
    }

    /// Loads the checkpoints; a damaged file counts as empty, which costs a longer recovery, and is said.
    static func loadCheckpoints(from path: String, on storage: any Storage) -> (Checkpoints, [String]) {
        var notes: [String] = []
        func load(_ name: OffsetCheckpoint.Name) -> OffsetCheckpoint {
            do throws(LogError) {
                return try OffsetCheckpoint.load(name, from: path, on: storage)
            } catch {
                notes.append("\(error); it counts as empty")
                return OffsetCheckpoint()
            }
        }
        let checkpoints = Checkpoints(
            recoveryPoint: load(.recoveryPoint), highWatermark: load(.highWatermark), logStart: load(.logStart))
        return (checkpoints, notes)
    }
}
