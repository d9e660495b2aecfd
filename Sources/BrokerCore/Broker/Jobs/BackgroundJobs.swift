import Dispatch
import Logging
import Synchronization

/// What the broker does without being asked: retention, removal of deleted files, checkpoints, deadlines of groups and transactions,
/// expiry of idle producers, metadata snapshots. The cleaner has a queue of its own (``CompactionService``).
///
/// Each job is a method that tests call themselves with a clock of their own; ``start()`` only runs them by real time.
final class BackgroundJobs: Sendable {
    /// Kafka's first retention pass comes this much after the start (`log.initial.task.delay.ms`).
    private static let firstRetentionDelay: Int64 = 30_000
    /// Idle producers are looked for this often (`producer.id.expiration.check.interval.ms`).
    private static let producerCheckInterval: Int64 = 600_000

    private let configuration: BrokerConfiguration
    private let topics: TopicController
    private let writer: LogWriter
    private let timers: [CoordinatorTimer]
    private let clock: any Clock
    private let logger: Logger
    private let queue = DispatchQueue(label: "weir.background", qos: .utility)
    private let isRunning = Mutex(false)

    init(
        configuration: BrokerConfiguration, topics: TopicController, writer: LogWriter, cleaner: CompactionService,
        coordinators: [(any TimedCoordinator, label: String)], clock: any Clock, logger: Logger
    ) {
        self.configuration = configuration
        self.topics = topics
        self.writer = writer
        self.clock = clock
        self.logger = logger
        timers = coordinators.map { CoordinatorTimer($0.0, label: $0.label) }
    }

    /// Starts the jobs.
    func start() {
        let isFirst = isRunning.withLock { isRunning in
            defer { isRunning = true }
            return !isRunning
        }
        guard isFirst else { return }
        for timer in timers { timer.start() }
        let settings = configuration.settings
        let retention = settings.integer("log.retention.check.interval.ms", or: 300_000)
        repeatJob(first: min(retention, Self.firstRetentionDelay), every: retention) { $0.enforceRetention() }
        repeatJob(
            first: Self.producerCheckInterval, every: Self.producerCheckInterval
        ) { $0.expireProducers() }
        // One job writes all checkpoints, as often as the more frequent of the two wants its own.
        let checkpoints = min(
            settings.integer("log.flush.offset.checkpoint.interval.ms", or: 60_000),
            settings.integer("log.flush.start.offset.checkpoint.interval.ms", or: 60_000))
        repeatJob(first: checkpoints, every: checkpoints) { $0.storeCheckpoints() }
        queue.async { [weak self] in self?.openLogs() }
    }

    /// Ends the jobs, and returns when none runs.
    func stop() {
        let wasRunning = isRunning.withLock { isRunning in
            defer { isRunning = false }
            return isRunning
        }
        if wasRunning { for timer in timers { timer.stop() } }
        queue.sync {}
    }

    private func repeatJob(first: Int64, every interval: Int64, _ job: @escaping @Sendable (BackgroundJobs) -> Void) {
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(clamping: max(1, first)))) { [weak self] in
            guard let self, self.isRunning.withLock({ $0 }) else { return }
            job(self)
            self.repeatJob(first: interval, every: interval, job)
        }
    }

    // MARK: Jobs

    /// Removes old segments, and the files of those that were removed long enough ago.
    func enforceRetention() {
        for partition in writer.directory.partitions {
            guard writer.directory.offlineReason == nil else { return }
            guard let log = partition.openLog else { continue }
            attempt("retention of \(partition.topicPartition)", partition) { () throws(LogError) in
                let result = try log.enforceRetention()
                let removed = try log.removeDeletedFiles()
                for removal in result.removals {
                    let why = removal.reason.rawValue
                    logger.info(
                        "\(partition.topicPartition): removed segment \(removal.baseOffset), \(removal.bytes) bytes (\(why))"
                    )
                }
                if !result.removals.isEmpty || removed > 0 { partition.touch() }
            }
        }
        attempt("a snapshot of the metadata") { () throws(LogError) in try topics.snapshotIfDue() }
    }

    /// Forgets producers that have been idle for `producer.id.expiration.ms`.
    func expireProducers() {
        let expiration = topics.layers.broker("producer.id.expiration.ms", or: 86_400_000)
        for partition in writer.directory.partitions {
            _ = partition.openLog?.removeExpiredProducers(expirationMs: expiration)
        }
    }

    /// Writes the checkpoints.
    func storeCheckpoints() {
        guard writer.directory.offlineReason == nil else { return }
        attempt("writing checkpoints") { () throws(LogError) in try writer.directory.storeCheckpoints(ifChanged: true) }
    }

    /// Opens the logs that nobody has asked for yet, so that the first who does need not wait.
    func openLogs() {
        for partition in writer.directory.partitions where partition.isBorn && partition.openLog == nil {
            guard isRunning.withLock({ $0 }) else { return }
            // One that cannot be opened is noted by the directory, and answers with its error.
            _ = try? partition.log()
        }
    }

    private func attempt(_ what: String, _ partition: Partition? = nil, _ body: () throws(LogError) -> Void) {
        do throws(LogError) {
            try body()
        } catch {
            // A topic that was deleted meanwhile is nobody's failure.
            if let partition, partition.isDeleted { return }
            writer.directory.note(error, of: partition)
            logger.error("\(what) failed: \(error)")
        }
    }
}
