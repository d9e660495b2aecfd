import Cluster
import KafkaProtocol
import Synchronization

/// One partition of this broker: its log, opened on first use.
///
/// After a clean shutdown nothing needs to be read before it is asked for, so a broker with ten thousand partitions starts at once.
final class Partition: Sendable {
    /// What the partition's topic asks of it.
    struct Settings: Sendable, Equatable {
        var config: LogConfig
        /// `min.insync.replicas`: with one copy, more than one refuses acks=all.
        var minInSyncReplicas: Int
    }

    private enum State {
        /// There is no directory yet: the log is made when it is first used.
        case unborn
        /// There is a directory, not looked into yet.
        case closed
        case open(PartitionLog)
        case failed(LogError)
        case deleted
    }

    private struct Guarded {
        var state: State
        var settings: Settings
        var leaderEpoch: Int32
        /// The version right after an opening that found everything in order; nil otherwise.
        var pristineVersion: UInt64?
    }

    let topicPartition: TopicPartition
    let topicID: KafkaUUID
    let directory: String
    /// Counts everything that changes what a description of the partition says.
    let version = Atomic<UInt64>(1)
    /// Appends that wait for the log to be opened: later ones go behind them.
    let waitingAppends = Atomic<Int>(0)
    /// Appends that wait for a large batch to be decompressed, it included: later ones go behind them.
    let waitingExpansions = Atomic<Int>(0)
    /// When the cleaner last finished with the partition, wall milliseconds; 0 for never since the start.
    let lastCleanedAt = Atomic<Int64>(0)
    /// Records that clients wrote here since the start.
    let recordsIn = Atomic<Int64>(0)
    /// Bytes of their batches.
    let bytesIn = Atomic<Int64>(0)
    private let guarded: Mutex<Guarded>
    private let opener: Opener

    /// Opens or makes a partition's log with these settings and this leader epoch.
    typealias Opener = @Sendable (Partition, LogConfig, Int32) throws(LogError) -> PartitionLog

    /// A partition whose log is opened by `opener` when it is first used.
    init(
        _ topicPartition: TopicPartition,
        topicID: KafkaUUID,
        directory: String,
        settings: Settings,
        leaderEpoch: Int32,
        isBorn: Bool,
        opener: @escaping Opener
    ) {
        self.topicPartition = topicPartition
        self.topicID = topicID
        self.directory = directory
        self.opener = opener
        guarded = Mutex(Guarded(state: isBorn ? .closed : .unborn, settings: settings, leaderEpoch: leaderEpoch))
    }

    /// The log, opened if it is not.
    ///
    /// - Throws: ``LogError``; a log that could not be opened stays so until the broker starts again.
    func log() throws(LogError) -> PartitionLog {
        try guarded.withLock { (guarded) throws(LogError) -> PartitionLog in
            switch guarded.state {
            case .open(let log): return log
            case .failed(let error): throw error
            case .deleted: throw .closed(topicPartition)
            case .closed, .unborn:
                do throws(LogError) {
                    let log = try opener(self, guarded.settings.config, guarded.leaderEpoch)
                    if log.recovery == RecoveryReport(), !log.hasUnwrittenEpochs, log.offsets.end > 0 {
                        guarded.pristineVersion = version.load(ordering: .acquiring)
                    }
                    guarded.state = .open(log)
                    return log
                } catch {
                    guarded.state = .failed(error)
                    throw error
                }
            }
        }
    }

    /// The log if it is open now.
    var openLog: PartitionLog? {
        guarded.withLock { if case .open(let log) = $0.state { log } else { nil } }
    }

    /// False while the partition has no directory: it is empty, and its log begins at offset 0.
    var isBorn: Bool {
        guarded.withLock { if case .unborn = $0.state { false } else { true } }
    }

    /// Why the log cannot be used, or nil.
    var failure: LogError? {
        guarded.withLock { if case .failed(let error) = $0.state { error } else { nil } }
    }

    /// Whether the log was taken away for good.
    var isDeleted: Bool {
        guarded.withLock { if case .deleted = $0.state { true } else { false } }
    }

    /// What the topic asks.
    var settings: Settings { guarded.withLock { $0.settings } }

    /// The leader epoch that clients must know.
    var leaderEpoch: Int32 { guarded.withLock { $0.leaderEpoch } }

    /// Takes new settings; they hold from the next append on.
    func update(_ settings: Settings) {
        guarded.withLock { guarded in
            guarded.settings = settings
            if case .open(let log) = guarded.state { log.updateConfig(settings.config) }
        }
        touch()
    }

    /// Takes a new leader epoch.
    func update(leaderEpoch: Int32) {
        guarded.withLock { guarded in
            guarded.leaderEpoch = max(guarded.leaderEpoch, leaderEpoch)
            if case .open(let log) = guarded.state { log.beginLeaderEpoch(leaderEpoch) }
        }
        touch()
    }

    /// Closes the log's files as Kafka does at a clean shutdown. One that nothing happened to since it was opened is on the disk as it should be.
    func close() throws(LogError) {
        let (log, isPristine) = guarded.withLock { guarded -> (PartitionLog?, Bool) in
            guard case .open(let log) = guarded.state else { return (nil, false) }
            return (log, guarded.pristineVersion == version.load(ordering: .acquiring))
        }
        try log?.close(clean: !isPristine)
    }

    /// Takes the log away for good: whoever asks later finds it closed.
    ///
    /// - Returns: The log if it was open.
    func retire() -> PartitionLog? {
        defer { touch() }
        return guarded.withLock { guarded in
            defer { guarded.state = .deleted }
            if case .open(let log) = guarded.state { return log }
            return nil
        }
    }

    /// Notes a change.
    func touch() { version.wrappingAdd(1, ordering: .releasing) }
}
