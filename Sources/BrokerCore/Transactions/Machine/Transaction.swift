import Cluster
import KafkaProtocol

/// One transactional id: a pure value that only ``handle(_:now:)`` changes (Kafka's `TransactionMetadata` and the rules of its
/// `TransactionCoordinator`).
///
/// ```
/// Empty ──add──> Ongoing ──end──> PrepareCommit ──all marked──> CompleteCommit ──add──> Ongoing
///                   └──end, timeout, new instance──> PrepareAbort ──all marked──> CompleteAbort
/// ```
///
/// A change counts once the log has it. Until then it is pending, and whoever wants another is told CONCURRENT_TRANSACTIONS.
/// A Prepare state is durable before the first marker is written, so that after a crash the same markers are written again.
/// The Complete state need not be: without it the markers are written twice, which changes nothing.
struct Transaction: Sendable, Equatable {
    /// Epochs from here on are not given to producers: the last is kept for shutting out the one before.
    static let exhaustedEpoch = Int16.max - 1

    /// What the log has.
    private(set) var stored: StoredTransaction
    /// The producer id before the present one, whose exhausted epoch may still ask again; -1 for none.
    private var previousProducerID: Int64 = -1
    /// The epoch before the present one, with which a lost answer may be asked for again; -1 for none.
    private var previousEpoch: Int16 = -1
    /// What is on its way to the log.
    private var pending: Pending?
    /// Partitions whose marker is not durable.
    private var unmarked: Set<TopicPartition> = []
    /// Those of them whose marker is to be tried again.
    private var failed: Set<TopicPartition> = []

    private struct Pending: Equatable {
        enum Purpose { case change, end, fence, complete, forget }

        var purpose: Purpose
        var stored: StoredTransaction?
        var previousProducerID: Int64 = -1
        var previousEpoch: Int16 = -1
    }

    /// A new id whose first producer has no epoch yet.
    init(producerID: Int64, timeoutMs: Int32, now: Int64) {
        stored = StoredTransaction(producerID: producerID, timeoutMs: timeoutMs, updatedAt: now)
    }

    /// An id as the log has it; ``TransactionEvent/resume`` goes on with it.
    init(_ stored: StoredTransaction) {
        self.stored = stored
    }

    /// Whether something has to be seen to when time passes: a timeout, or markers.
    var isRestless: Bool { !stored.state.isAtRest }

    /// Whether something is on its way to the log.
    var isPending: Bool { pending != nil }

    /// Takes in what happens, at a wall time in milliseconds.
    mutating func handle(_ event: TransactionEvent, now: Int64) -> [TransactionEffect] {
        switch event {
        case .initialize(let claim, let timeoutMs, let fresh): initialize(claim, timeoutMs, fresh, now)
        case .add(let claim, let partitions): add(partitions, claim, now)
        case .end(let claim, let isCommit): end(claim, isCommit, now)
        case .written: written(now)
        case .refused(let error): refused(error)
        case .marked(let partition): marked(partition, now)
        case .unmarked(let partition): unmarked(partition)
        case .tick: tick(now)
        case .expire(let milliseconds): expire(milliseconds, now)
        case .resume: stored.state.isPrepared ? mark(now) : []
        }
    }

    /// Whether a producer may write to a partition as part of its transaction (KIP-890's verification).
    ///
    /// - Returns: INVALID_PRODUCER_ID_MAPPING, INVALID_PRODUCER_EPOCH, CONCURRENT_TRANSACTIONS or INVALID_TXN_STATE, or none.
    func verify(_ claim: ProducerClaim, writesTo partition: TopicPartition) -> ErrorCode {
        if claim.producerID != stored.producerID { return .invalidProducerIDMapping }
        if claim.epoch != stored.producerEpoch { return .invalidProducerEpoch }
        if stored.state.isPrepared { return .concurrentTransactions }
        return stored.state == .ongoing && stored.partitions.contains(partition) ? .none : .invalidTxnState
    }

    // MARK: Requests

    private mutating func initialize(
        _ claim: ProducerClaim?, _ timeoutMs: Int32, _ fresh: Int64?, _ now: Int64
    ) -> [TransactionEffect] {
        if pending != nil { return [.answer(.concurrentTransactions)] }
        if let claim, !isOwn(claim) { return [.answer(.producerFenced)] }
        if stored.state.isPrepared { return [.answer(.concurrentTransactions)] }
        // The client is told to ask again, and then gets an epoch of its own behind the one that shut the old instance out.
        if stored.state == .ongoing { return fence(now) }
        if stored.producerEpoch >= Self.exhaustedEpoch, claim.map({ $0.epoch == stored.producerEpoch }) ?? true {
            guard let fresh else { return [.takeProducerID] }
            let next = StoredTransaction(
                producerID: fresh, producerEpoch: 0, timeoutMs: timeoutMs, updatedAt: now)
            return begin(
                Pending(
                    purpose: .change, stored: next, previousProducerID: stored.producerID,
                    previousEpoch: claim == nil ? -1 : stored.producerEpoch))
        }
        guard let (epoch, previous) = nextEpoch(for: claim) else { return [.answer(.producerFenced)] }
        let next = StoredTransaction(
            producerID: stored.producerID, producerEpoch: epoch, timeoutMs: timeoutMs, updatedAt: now)
        return begin(
            Pending(
                purpose: .change, stored: next, previousProducerID: previousProducerID, previousEpoch: previous))
    }

    /// Whether a claim fits the present producer, a producer id that was just given, or the id before whose epochs ran out and
    /// whose owner did not hear the answer. Epochs are looked at when they are raised.
    private func isOwn(_ claim: ProducerClaim) -> Bool {
        stored.producerEpoch == -1 || claim.producerID == stored.producerID
            || (claim.producerID == previousProducerID && claim.epoch >= Self.exhaustedEpoch)
    }

    /// The epoch for a producer and the one before it; nil for one that was fenced (`prepareIncrementProducerEpoch`).
    private func nextEpoch(for claim: ProducerClaim?) -> (epoch: Int16, previous: Int16)? {
        let current = stored.producerEpoch
        guard let claim else { return (current + 1, -1) }
        if current == -1 || claim.epoch == current { return (current + 1, current) }
        // The answer to the last rise was lost: the same one again.
        return claim.epoch == previousEpoch ? (current, previousEpoch) : nil
    }

    private mutating func add(
        _ partitions: Set<TopicPartition>, _ claim: ProducerClaim, _ now: Int64
    ) -> [TransactionEffect] {
        if claim.producerID != stored.producerID { return [.answer(.invalidProducerIDMapping)] }
        if claim.epoch != stored.producerEpoch { return [.answer(.producerFenced)] }
        if pending != nil || stored.state.isPrepared { return [.answer(.concurrentTransactions)] }
        if stored.state == .ongoing, partitions.isSubset(of: stored.partitions) { return [.answer(.none)] }
        var next = stored
        if stored.state != .ongoing { next.startedAt = now }
        next.state = .ongoing
        next.partitions.formUnion(partitions)
        next.updatedAt = now
        return begin(change(to: next))
    }

    private mutating func end(_ claim: ProducerClaim, _ isCommit: Bool, _ now: Int64) -> [TransactionEffect] {
        if claim.producerID != stored.producerID { return [.answer(.invalidProducerIDMapping)] }
        if claim.epoch != stored.producerEpoch { return [.answer(.producerFenced)] }
        if pending != nil { return [.answer(.concurrentTransactions)] }
        switch stored.state {
        case .ongoing:
            var next = stored
            next.state = isCommit ? .prepareCommit : .prepareAbort
            next.updatedAt = now
            var change = change(to: next)
            change.purpose = .end
            return begin(change)
        case .prepareCommit: return [.answer(isCommit ? .concurrentTransactions : .invalidTxnState)]
        case .prepareAbort: return [.answer(isCommit ? .invalidTxnState : .concurrentTransactions)]
        case .completeCommit: return [.answer(isCommit ? .none : .invalidTxnState)]
        case .completeAbort: return [.answer(isCommit ? .invalidTxnState : .none)]
        case .empty, .dead, .prepareEpochFence: return [.answer(.invalidTxnState)]
        }
    }

    // MARK: Time

    private mutating func tick(_ now: Int64) -> [TransactionEffect] {
        if pending == nil, stored.isOverdue(at: now) { return fence(now) }
        guard stored.state.isPrepared, pending == nil else { return [] }
        if unmarked.isEmpty { return complete(now) }
        let again = failed
        failed = []
        return again.isEmpty ? [] : [.mark(again, claim, isCommit: stored.state == .prepareCommit)]
    }

    private mutating func expire(_ milliseconds: Int64, _ now: Int64) -> [TransactionEffect] {
        let (limit, overflow) = now.subtractingReportingOverflow(milliseconds)
        guard pending == nil, stored.state.isAtRest, !overflow, stored.updatedAt <= limit else { return [] }
        pending = Pending(purpose: .forget)
        return [.write(nil, isDurable: true)]
    }

    /// Aborts the open transaction under the next epoch, so that its producer is shut out.
    private mutating func fence(_ now: Int64) -> [TransactionEffect] {
        var next = stored
        if next.producerEpoch < .max { next.producerEpoch += 1 }
        next.state = .prepareAbort
        next.updatedAt = now
        return begin(Pending(purpose: .fence, stored: next, previousProducerID: previousProducerID))
    }

    // MARK: The log

    private var claim: ProducerClaim { ProducerClaim(producerID: stored.producerID, epoch: stored.producerEpoch) }

    private func change(to next: StoredTransaction) -> Pending {
        Pending(
            purpose: .change, stored: next, previousProducerID: previousProducerID, previousEpoch: previousEpoch)
    }

    private mutating func begin(_ change: Pending) -> [TransactionEffect] {
        pending = change
        return [.write(change.stored, isDurable: change.purpose != .complete)]
    }

    private mutating func written(_ now: Int64) -> [TransactionEffect] {
        guard let change = pending else { return [] }
        pending = nil
        guard let next = change.stored else { return [.forget] }
        stored = next
        previousProducerID = change.previousProducerID
        previousEpoch = change.previousEpoch
        switch change.purpose {
        case .change, .complete: return [.release(.none)]
        case .end: return mark(now)
        case .fence: return [.release(.concurrentTransactions)] + mark(now)
        case .forget: return []
        }
    }

    private mutating func refused(_ error: ErrorCode) -> [TransactionEffect] {
        guard let change = pending else { return [] }
        pending = nil
        switch change.purpose {
        // What was decided stays so: the completion is written again in time.
        case .complete: return [.release(.none)]
        // Nobody has heard of the id, so it need not be remembered.
        case .change where stored.producerEpoch == -1: return [.release(error), .forget]
        case .change, .end, .fence, .forget: return [.release(error)]
        }
    }

    // MARK: Markers

    private mutating func mark(_ now: Int64) -> [TransactionEffect] {
        unmarked = stored.partitions
        failed = []
        if unmarked.isEmpty { return complete(now) }
        return [.mark(unmarked, claim, isCommit: stored.state == .prepareCommit)]
    }

    private mutating func marked(_ partition: TopicPartition, _ now: Int64) -> [TransactionEffect] {
        guard stored.state.isPrepared, unmarked.remove(partition) != nil, unmarked.isEmpty else { return [] }
        return complete(now)
    }

    private mutating func unmarked(_ partition: TopicPartition) -> [TransactionEffect] {
        guard stored.state.isPrepared, unmarked.contains(partition) else { return [] }
        failed.insert(partition)
        // The outcome is decided and durable, so the producer is not kept waiting for a partition that may stay away.
        return [.release(.none)]
    }

    private mutating func complete(_ now: Int64) -> [TransactionEffect] {
        var next = stored
        next.state = stored.state == .prepareCommit ? .completeCommit : .completeAbort
        next.partitions = []
        next.updatedAt = now
        var change = change(to: next)
        change.purpose = .complete
        return begin(change)
    }
}
