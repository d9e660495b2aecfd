package import Cluster
import Dispatch
import KafkaProtocol
import Logging
package import NIOCore
import Synchronization

/// The embedded broker: topics, logs, groups and producers of one log directory, without a network.
///
/// Everything here may be called from any thread. Appends, reads and look-ups never wait for a sync; changes of topics do, so they
/// are not for an event loop.
package final class Broker: Sendable {
    /// How it was set up.
    package let configuration: BrokerConfiguration
    /// The cluster's id, from `meta.properties`.
    package let clusterID: String
    /// The node id: leader and only replica of every partition.
    package let nodeID: Int32
    /// When it was opened, wall milliseconds.
    package let startedAt: Int64
    /// The topics and their settings.
    package let topics: TopicController
    /// The consumer groups.
    package let groups: GroupCoordinator
    /// The transactional ids and their transactions.
    package let transactions: TransactionCoordinator
    /// Gives out producer ids.
    package let producerIDs: ProducerIDManager
    /// The users who may log in with SCRAM.
    package let scramUsers: ScramUsers
    /// The quotas of clients.
    package let clientQuotas: ClientQuotas
    /// What was done since the start.
    package let counters: BrokerCounters

    let storage: any Storage
    let clock: any Clock
    let logger: Logger
    let directory: LogDirectory
    let writer: LogWriter
    let cleaner: CompactionService
    let background: BackgroundJobs
    private let keeper: PartitionKeeper
    private let listener: ListenerNote
    private let lock: DirectoryLock?
    private let isClosed = Mutex(false)

    init(
        configuration: BrokerConfiguration, opening: BrokerOpening, topics: TopicController, keeper: PartitionKeeper,
        writer: LogWriter
    ) {
        self.configuration = configuration
        clusterID = opening.properties.clusterID
        nodeID = opening.properties.nodeID
        storage = opening.storage
        clock = opening.clock
        logger = opening.logger
        startedAt = opening.clock.wallMilliseconds
        lock = opening.lock
        directory = writer.directory
        counters = writer.counters
        self.topics = topics
        scramUsers = ScramUsers(topics)
        clientQuotas = ClientQuotas(topics)
        self.keeper = keeper
        self.writer = writer
        listener = ListenerNote(directory: configuration.stateDirectory, storage: opening.storage)
        let groups = GroupCoordinator(
            settings: GroupSettings(configuration.settings),
            topic: BrokerCoordinatorTopic(TopicName.offsets, topics: topics, writer: writer),
            clock: opening.clock, logger: opening.logger)
        self.groups = groups
        let producerIDs = ProducerIDManager(journal: MetadataProducerIDs(topics: topics), logger: opening.logger)
        self.producerIDs = producerIDs
        transactions = TransactionCoordinator(
            settings: TransactionSettings(configuration.settings),
            topic: BrokerCoordinatorTopic(TopicName.transactions, topics: topics, writer: writer),
            partitions: BrokerTransactionPartitions(
                topics: topics, writer: writer, groups: groups, clock: opening.clock),
            producerIDs: producerIDs, clock: opening.clock, logger: opening.logger)
        cleaner = CompactionService(
            directory: writer.directory, layers: { topics.layers }, clock: opening.clock, logger: opening.logger)
        background = BackgroundJobs(
            configuration: configuration, topics: topics, writer: writer, cleaner: cleaner,
            coordinators: [(groups, "weir.groups"), (transactions, "weir.transactions")],
            clock: opening.clock, logger: opening.logger)
        keeper.tellDeletions { groups.partitionsDeleted($0) }
    }

    /// The rack that was set (`broker.rack`), or nil.
    package var rack: String? { configuration.settings.text("broker.rack") }

    /// Whether groups of KIP-848 are served: `group.version` is 1 and `group.coordinator.rebalance.protocols` has `consumer`.
    package var allowsConsumerProtocol: Bool {
        topics.image.level(of: .groupVersion) >= 1
            && ConfigKey.elements(of: configuration.settings.text("group.coordinator.rebalance.protocols") ?? "")
                .contains("consumer")
    }

    /// The broker's time, wall milliseconds.
    package var wallMilliseconds: Int64 { clock.wallMilliseconds }

    /// What the start recovered, cut, quarantined or found strange, one sentence each.
    package var recoveryNotes: [String] { directory.notes }

    /// Why the log directory is offline; nil while it is well.
    package var offlineReason: String? { directory.offlineReason }

    /// Starts what works in the background, unless the configuration has it off.
    package func start() {
        guard configuration.backgroundJobs else { return }
        background.start()
        cleaner.start()
    }

    /// Notes the address of the listener, for those who find the directory in use.
    package func announce(listener address: String) { listener.write(address) }

    /// The address that was announced last; nil before.
    package var listenerAddress: String? { listener.address }

    /// Stops in order: nothing runs on, logs are closed as Kafka does, checkpoints and the clean-shutdown marker written. Once is enough.
    package func close() {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return }
        background.stop()
        cleaner.stop()
        keeper.close()
        groups.close()
        transactions.close()
        writer.drain()
        writer.flusher.close()
        closeLogs()
        listener.remove()
        lock?.release()
    }

    /// Ends as a kill would, for tests: nothing is closed in order, only the lock is given back, as the system does.
    func abandon() {
        isClosed.withLock { $0 = true }
        background.stop()
        cleaner.stop()
        lock?.release()
    }

    private func closeLogs() {
        let partitions = directory.partitions
        let failures = Mutex(directory.offlineReason == nil ? 0 : 1)
        DispatchQueue.concurrentPerform(iterations: partitions.count) { index in
            do throws(LogError) {
                try partitions[index].close()
            } catch {
                failures.withLock { $0 += 1 }
                logger.error("\(partitions[index].topicPartition) could not be closed in order: \(error)")
            }
            if partitions[index].failure != nil { failures.withLock { $0 += 1 } }
        }
        let isClean = failures.withLock { $0 == 0 }
        do throws(LogError) {
            try directory.storeCheckpoints()
            try topics.close()
            if isClean {
                let epoch = topics.image.brokers[nodeID]?.brokerEpoch ?? -1
                try CleanShutdownMarker(brokerEpoch: epoch).store(in: directory.path, on: storage)
            }
        } catch {
            logger.error(
                "the log directory could not be closed in order, the next start reads the logs again: \(error)")
        }
    }

    // MARK: Records

    /// Appends one batch of a producer.
    ///
    /// - Parameters:
    ///   - records: The batch as the producer sent it.
    ///   - partition: Where to.
    ///   - transactionalID: Whose transaction a transactional batch belongs to; without one it is refused.
    ///   - acks: -1: the completion runs once the records are durable (`weir.flush.mode=commit`) or written; 0 and 1: once written.
    ///   - completion: Runs exactly once, possibly before this returns, otherwise on the flusher's thread.
    package func append(
        _ records: ByteBuffer,
        to partition: TopicPartition,
        transactionalID: String? = nil,
        acks: Int16,
        completion: @escaping @Sendable (AppendOutcome) -> Void
    ) {
        guard (-1...1).contains(acks) else {
            return count(AppendOutcome(error: .invalidRequiredAcks), completion)
        }
        guard !TopicName.isInternal(partition.topic) else {
            return count(
                AppendOutcome(
                    error: .invalidTopicException, message: "Cannot append to internal topic \(partition.topic)"),
                completion)
        }
        let verification = transactionalID.map { transactions.verification(of: $0) } ?? .refusing
        writer.append(records, to: partition, acks: acks, origin: .client, verification: verification) { [self] in
            count($0, completion)
        }
    }

    private func count(_ outcome: AppendOutcome, _ completion: (AppendOutcome) -> Void) {
        if outcome.error != .none { counters.recordErrors.wrappingAdd(1, ordering: .relaxed) }
        completion(outcome)
    }

    /// Reads batches of one partition. May read the disk.
    ///
    /// - Parameters:
    ///   - offset: The first offset wanted.
    ///   - currentLeaderEpoch: The epoch the client knows, -1 for none: an older one is fenced.
    ///   - maxBytes: The most bytes.
    ///   - minOneBatch: Gives the first batch whole even when it is longer (KIP-74).
    ///   - isolation: Bounds the read by the high watermark or the last stable offset.
    package func read(
        _ partition: TopicPartition,
        from offset: Int64,
        currentLeaderEpoch: Int32 = -1,
        maxBytes: Int,
        minOneBatch: Bool = true,
        isolation: IsolationLevel = .readUncommitted
    ) -> ReadOutcome {
        guard let found = directory[partition] else { return ReadOutcome(error: .unknownTopicOrPartition) }
        if let error = check(currentLeaderEpoch, of: found) { return ReadOutcome(error: error) }
        do throws(LogError) {
            let log = try found.log()
            do throws(LogError) {
                let result = try log.read(
                    from: offset, maxBytes: maxBytes, minOneBatch: minOneBatch, isolation: isolation)
                return ReadOutcome(error: .none, result: result, offsets: nil)
            } catch {
                guard isCurrent(found, partition) else { return ReadOutcome(error: .unknownTopicOrPartition) }
                directory.note(error, of: found)
                return ReadOutcome(error: error.errorCode, offsets: log.offsets)
            }
        } catch {
            return ReadOutcome(error: isCurrent(found, partition) ? error.errorCode : .unknownTopicOrPartition)
        }
    }

    /// Reads as ``read(_:from:currentLeaderEpoch:maxBytes:minOneBatch:isolation:)`` does where that needs no disk; never blocks.
    ///
    /// - Parameter limit: The most bytes to copy.
    /// - Returns: nil where the disk may be needed, and for what only the other call can tell.
    package func readFromMemory(
        _ partition: TopicPartition,
        from offset: Int64,
        currentLeaderEpoch: Int32 = -1,
        maxBytes: Int,
        minOneBatch: Bool = true,
        isolation: IsolationLevel = .readUncommitted,
        limit: Int
    ) -> ReadOutcome? {
        guard let found = directory[partition] else { return ReadOutcome(error: .unknownTopicOrPartition) }
        if let error = check(currentLeaderEpoch, of: found) { return ReadOutcome(error: error) }
        let result = found.openLog?.readFromMemory(
            from: offset, maxBytes: maxBytes, minOneBatch: minOneBatch, isolation: isolation, limit: limit)
        return result.map { ReadOutcome(error: .none, result: $0) }
    }

    /// False for a partition that was deleted since it was looked up: its log's errors are nobody's news.
    private func isCurrent(_ found: Partition, _ name: TopicPartition) -> Bool { directory[name] === found }

    /// Registers a delayed fetch: `wake` runs at every append to one of the partitions, and at their deletion, until it is cancelled.
    ///
    /// Read once more *after* this returns: what came before does not wake. `wake` runs on the appending thread, outside of all locks.
    package func watch(_ partitions: [TopicPartition], wake: @escaping @Sendable () -> Void) -> WatchToken {
        writer.watchers.watch(partitions, wake: wake)
    }

    /// Ends a delayed fetch's registration; once more does nothing.
    package func cancel(_ token: WatchToken) { writer.watchers.cancel(token) }

    /// The offsets of a partition's log, or nil where this broker has none that can be opened.
    package func offsets(of partition: TopicPartition) -> LogOffsets? { try? directory[partition]?.log().offsets }

    /// The leader epoch of a partition; -1 for one that is unknown.
    package func leaderEpoch(of partition: TopicPartition) -> Int32 { directory[partition]?.leaderEpoch ?? -1 }

    func check(_ epoch: Int32, of partition: Partition) -> ErrorCode? {
        guard epoch >= 0 else { return nil }
        let current = partition.leaderEpoch
        return epoch == current ? nil : epoch < current ? .fencedLeaderEpoch : .unknownLeaderEpoch
    }
}

extension GroupSettings {
    /// What the broker's settings say of groups.
    init(_ settings: BrokerSettings) {
        self.init()
        minSessionTimeout = Int32(clamping: settings.integer("group.min.session.timeout.ms", or: 6_000))
        maxSessionTimeout = Int32(clamping: settings.integer("group.max.session.timeout.ms", or: 1_800_000))
        maxSize = Int32(clamping: settings.integer("group.max.size", or: Int64(Int32.max)))
        initialRebalanceDelay = Int32(clamping: settings.integer("group.initial.rebalance.delay.ms"))
        offsetMetadataMaxBytes = Int32(clamping: settings.integer("offset.metadata.max.bytes", or: 4_096))
        offsetsRetentionMinutes = Int32(clamping: settings.integer("offsets.retention.minutes", or: 10_080))
        offsetsRetentionCheckInterval = settings.integer("offsets.retention.check.interval.ms", or: 600_000)
        consumer = ConsumerGroupSettings(settings)
    }
}

extension ConsumerGroupSettings {
    /// What the broker's settings say of KIP-848 groups.
    init(_ settings: BrokerSettings) {
        self.init()
        sessionTimeout = Int32(clamping: settings.integer("group.consumer.session.timeout.ms", or: 45_000))
        heartbeatInterval = Int32(clamping: settings.integer("group.consumer.heartbeat.interval.ms", or: 5_000))
        maxSize = Int32(clamping: settings.integer("group.consumer.max.size", or: Int64(Int32.max)))
        assignors = ConfigKey.elements(of: settings.text("group.consumer.assignors") ?? "").compactMap {
            ConsumerGroupKeys.assignor($0)
        }
    }
}
