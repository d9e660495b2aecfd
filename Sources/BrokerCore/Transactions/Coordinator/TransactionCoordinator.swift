import Cluster
import KafkaProtocol
package import Logging
import NIOCore
import Synchronization

/// Coordinates transactions: who may write under a transactional id, which partitions a transaction has, and that it ends in all of
/// them or in none. What it knows is kept in `__transaction_state`.
///
/// It is built as ``GroupCoordinator`` is: one lock guards all ids and is never held while something is written or answered; the
/// rules are those of the pure ``Transaction``; completions run exactly once, on the thread that brought the answer about.
///
/// EndTxn is answered when all markers are durable, where Kafka answers when the outcome is: so the producer's next transaction
/// never meets CONCURRENT_TRANSACTIONS, and who reads committed records after the answer sees them.
package final class TransactionCoordinator: TimedCoordinator {
    let settings: TransactionSettings
    let topic: any CoordinatorTopic
    let partitions: any TransactionPartitions
    let producerIDs: ProducerIDManager
    let clock: any Clock
    let logger: Logger
    let appender: CoordinatorAppender
    let registry = Mutex(TransactionRegistry())
    /// Wakes the timer.
    package let alarm = CoordinatorAlarm()

    /// A coordinator without transactional ids; ``load()`` brings those of the log.
    ///
    /// - Parameters:
    ///   - settings: The broker settings that transactions obey.
    ///   - topic: Where transactional ids are kept.
    ///   - partitions: What transactions write to.
    ///   - producerIDs: Gives out producer ids.
    ///   - clock: Tells the time.
    ///   - logger: Is told of aborted transactions and of records that cannot be used.
    package init(
        settings: TransactionSettings,
        topic: any CoordinatorTopic,
        partitions: any TransactionPartitions,
        producerIDs: ProducerIDManager,
        clock: any Clock,
        logger: Logger = Logger(label: "weir.transactions")
    ) {
        self.settings = settings
        self.topic = topic
        self.partitions = partitions
        self.producerIDs = producerIDs
        self.clock = clock
        self.logger = logger
        appender = CoordinatorAppender(topic: topic)
    }

    /// The present on the clock of deadlines, milliseconds.
    package var monotonicMilliseconds: Int64 { Int64(clock.monotonicNanoseconds / 1_000_000) }

    // MARK: Acting

    /// What is left to do once the lock is released.
    struct Aftermath {
        var steps: [@Sendable () -> Void] = []

        /// Adds a step.
        mutating func then(_ step: @escaping @Sendable () -> Void) { steps.append(step) }
    }

    /// Does something to the transactional ids, then writes and answers what follows from it.
    @discardableResult
    func act<Result: Sendable>(_ body: (inout TransactionRegistry, inout Aftermath) -> Result) -> Result {
        var aftermath = Aftermath()
        let (result, deadline) = registry.withLock { registry in
            let result = body(&registry, &aftermath)
            return (result, registry.nextDeadline)
        }
        appender.drain()
        for step in aftermath.steps { step() }
        alarm.wake(for: deadline)
        return result
    }

    /// Passes an event to an id and carries out what it wants.
    ///
    /// - Parameter asker: Who asked for it, if somebody did: answered at once, or made the waiter of what was begun.
    func send(
        _ event: TransactionEvent,
        to id: String,
        _ registry: inout TransactionRegistry,
        _ aftermath: inout Aftermath,
        asker: TransactionWaiter? = nil
    ) {
        guard let effects = registry.entries[id]?.machine.handle(event, now: clock.wallMilliseconds) else { return }
        for effect in effects {
            guard let stored = registry.entries[id]?.machine.stored else { return }
            switch effect {
            case .answer(let error):
                if let asker { aftermath.then { asker(error, stored) } }
            case .release(let error):
                guard let waiter = registry.entries[id]?.waiter else { break }
                registry.entries[id]?.waiter = nil
                aftermath.then { waiter(error, stored) }
            case .takeProducerID:
                aftermath.then { [self] in sendAgain(event, to: id, asker: asker) }
            case .write(let next, let isDurable):
                if let asker { registry.entries[id]?.waiter = asker }
                write(TransactionRecord(id, next), isDurable: isDurable, &aftermath)
            case .mark(let partitions, let producer, let isCommit):
                aftermath.then { [self] in mark(id, partitions, producer, isCommit: isCommit) }
            case .forget:
                registry.entries[id] = nil
            }
        }
        registry.version += 1
        scheduleSweep(&registry, for: id)
    }

    /// Asks an id again with a producer id that was never given before.
    private func sendAgain(_ event: TransactionEvent, to id: String, asker: TransactionWaiter?) {
        guard case .initialize(let claim, let timeoutMs, _) = event else { return }
        producerIDs.take { [self] taken in
            act { registry, aftermath in
                switch taken {
                case .success(let fresh):
                    send(
                        .initialize(claim: claim, timeoutMs: timeoutMs, freshProducerID: fresh), to: id, &registry,
                        &aftermath, asker: asker)
                case .failure(let error):
                    guard let asker, let stored = registry.entries[id]?.machine.stored else { return }
                    aftermath.then { asker(error, stored) }
                }
            }
        }
    }

    // MARK: The log

    private func write(_ record: TransactionRecord, isDurable: Bool, _ aftermath: inout Aftermath) {
        let id = record.transactionalID
        let finish = { @Sendable [weak self] (error: ErrorCode) -> Void in self?.finish(id, error) }
        do {
            appender.enqueue(
                CoordinatorAppender.Entry(
                    place: .id(id), records: try record.batch(timestamp: clock.wallMilliseconds),
                    acks: isDurable ? -1 : 1, completion: finish))
        } catch {
            aftermath.then { [logger] in
                logger.error("the state of transactional id \(id) cannot be written: \(error)")
                finish(.unknownServerError)
            }
        }
    }

    /// The log has, or has not, what was written last.
    private func finish(_ id: String, _ error: ErrorCode) {
        if error != .none { logger.warning("the state of transactional id \(id) could not be stored: \(error)") }
        act { registry, aftermath in
            send(error == .none ? .written : .refused(Self.errorOfStore(error)), to: id, &registry, &aftermath)
        }
    }

    /// What producers are told when the log refuses (Kafka's `TransactionStateManager.appendTransactionToLog`).
    private static func errorOfStore(_ error: ErrorCode) -> ErrorCode {
        switch error {
        case .unknownTopicOrPartition, .notEnoughReplicas, .notEnoughReplicasAfterAppend, .requestTimedOut:
            .coordinatorNotAvailable
        case .notLeaderOrFollower, .kafkaStorageError: .notCoordinator
        default: .unknownServerError
        }
    }

    // MARK: Markers

    private func mark(_ id: String, _ targets: Set<TopicPartition>, _ producer: ProducerClaim, isCommit: Bool) {
        let home = CoordinatorPartitions.partition(of: id, count: topic.existingPartitionCount ?? 1)
        let marker = MarkerBatch(
            producer: producer, isCommit: isCommit, coordinatorEpoch: partitions.coordinatorEpoch(of: home))
        for target in targets.sorted() {
            partitions.write(marker, to: target) { [weak self] error in self?.marked(id, target, error) }
        }
    }

    private func marked(_ id: String, _ partition: TopicPartition, _ error: ErrorCode) {
        let isDone: Bool
        switch error {
        // A partition that was deleted needs no marker.
        case .none, .unknownTopicOrPartition: isDone = true
        // The partition knows a later instance of the producer, so the transaction has ended there.
        case .invalidProducerEpoch, .transactionCoordinatorFenced:
            logger.warning("transactional id \(id): \(partition) takes no marker any more: \(error)")
            isDone = true
        default:
            logger.error("transactional id \(id): the marker for \(partition) could not be written: \(error)")
            isDone = false
        }
        act { registry, aftermath in
            send(isDone ? .marked(partition) : .unmarked(partition), to: id, &registry, &aftermath)
        }
    }

    // MARK: Ending

    /// Answers every request that still waits with COORDINATOR_NOT_AVAILABLE, so that clients look for the coordinator anew.
    /// What was decided is carried out at the next start.
    package func close() {
        act { registry, aftermath in
            for (id, entry) in registry.entries {
                guard let waiter = entry.waiter else { continue }
                registry.entries[id]?.waiter = nil
                aftermath.then { waiter(.coordinatorNotAvailable, entry.machine.stored) }
            }
        }
    }
}
