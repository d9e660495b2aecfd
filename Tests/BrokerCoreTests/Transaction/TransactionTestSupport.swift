import Cluster
import Foundation
import KafkaProtocol
import Logging
import NIOCore
import Synchronization

@testable import BrokerCore

/// `__transaction_state` and the partitions of transactions in memory. Markers are durable at once, or one by one when the test
/// says so.
final class MemoryTransactionPartitions: TransactionPartitions {
    /// A marker that was written.
    struct Written: Equatable {
        var marker: MarkerBatch
        var partition: TopicPartition
    }

    private struct State {
        var written: [Written] = []
        var errors: [TopicPartition: ErrorCode] = [:]
        var holds = false
        var waiting: [@Sendable (ErrorCode) -> Void] = []
    }

    private let state = Mutex(State())

    /// The markers so far.
    var written: [Written] { state.withLock { $0.written } }
    /// How many wait.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    func hasPartition(_ partition: TopicPartition) -> Bool { !partition.topic.hasPrefix("missing") }

    func offsetsPartition(of groupID: String) -> TopicPartition {
        TopicPartition("__consumer_offsets", CoordinatorPartitions.partition(of: groupID, count: 3))
    }

    func coordinatorEpoch(of partition: Int32) -> Int32 { 0 }

    func write(
        _ marker: MarkerBatch, to partition: TopicPartition, completion: @escaping @Sendable (ErrorCode) -> Void
    ) {
        let error = state.withLock { state -> ErrorCode? in
            if state.holds {
                state.waiting.append(completion)
                return nil
            }
            if let error = state.errors[partition] { return error }
            state.written.append(Written(marker: marker, partition: partition))
            return ErrorCode.none
        }
        if let error { completion(error) }
    }

    /// Lets markers for a partition fail; nil lets them in.
    func refuse(_ partition: TopicPartition, with error: ErrorCode?) { state.withLock { $0.errors[partition] = error } }

    /// Lets markers wait for ``release(_:)``.
    func hold() { state.withLock { $0.holds = true } }

    /// Answers the markers that wait, and lets later ones in.
    func release(_ error: ErrorCode = .none) {
        let waiting = state.withLock { state in
            state.holds = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for completion in waiting { completion(error) }
    }
}

/// A transaction coordinator with its log, its partitions and its clock.
struct TransactionFixture {
    let clock: ManualClock
    let topic: MemoryOffsetsTopic
    let partitions: MemoryTransactionPartitions
    let journal: MemoryJournal
    let coordinator: TransactionCoordinator

    init(
        settings: TransactionSettings = TransactionSettings(),
        topic: MemoryOffsetsTopic = MemoryOffsetsTopic(count: 3),
        clock: ManualClock = ManualClock(),
        journal: MemoryJournal = MemoryJournal()
    ) {
        self.clock = clock
        self.topic = topic
        self.journal = journal
        partitions = MemoryTransactionPartitions()
        coordinator = TransactionCoordinator(
            settings: settings, topic: topic, partitions: partitions,
            producerIDs: ProducerIDManager(journal: journal), clock: clock,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// The same log under a new coordinator, as after a restart.
    func restarted() -> TransactionFixture {
        let next = TransactionFixture(topic: topic, clock: clock, journal: journal)
        next.coordinator.load()
        return next
    }

    func advance(milliseconds: Int64) {
        clock.advance(milliseconds: milliseconds)
        coordinator.tick()
    }

    /// Sends InitProducerId.
    func initialize(
        _ id: String = "tx", timeout: Int32 = 60_000, claim: ProducerClaim? = nil, version: Int16 = 4
    ) -> Answers<InitProducerIdResponse> {
        let answers = Answers<InitProducerIdResponse>()
        let request = InitProducerIdRequest(
            transactionalID: id, transactionTimeoutMs: timeout, producerID: claim?.producerID ?? -1,
            producerEpoch: claim?.epoch ?? -1)
        coordinator.initProducerID(request, version: version) { answers.take($0) }
        return answers
    }

    /// The producer that InitProducerId gives.
    func producer(_ id: String = "tx", timeout: Int32 = 60_000) -> ProducerClaim {
        let answer = initialize(id, timeout: timeout).first
        return ProducerClaim(producerID: answer?.producerID ?? -1, epoch: answer?.producerEpoch ?? -1)
    }

    /// Sends AddPartitionsToTxn; the error of each partition.
    func add(
        _ partitions: [TopicPartition], _ producer: ProducerClaim, _ id: String = "tx", version: Int16 = 3
    ) -> Answers<[ErrorCode]> {
        let answers = Answers<[ErrorCode]>()
        let request = AddPartitionsToTxnRequest(
            transactionalID: id, producerID: producer.producerID, producerEpoch: producer.epoch,
            topics: partitions.map { .init(name: $0.topic, partitions: [$0.partition]) })
        coordinator.addPartitions(request, version: version) { answer in
            answers.take(answer.results.flatMap { $0.partitions.map(\.errorCode) })
        }
        return answers
    }

    /// Sends AddOffsetsToTxn.
    func addOffsets(_ group: String, _ producer: ProducerClaim, _ id: String = "tx") -> Answers<ErrorCode> {
        let answers = Answers<ErrorCode>()
        let request = AddOffsetsToTxnRequest(
            transactionalID: id, producerID: producer.producerID, producerEpoch: producer.epoch, groupID: group)
        coordinator.addOffsets(request, version: 3) { answers.take($0.errorCode) }
        return answers
    }

    /// Sends EndTxn.
    func end(
        _ producer: ProducerClaim, commit: Bool, _ id: String = "tx", version: Int16 = 3
    ) -> Answers<ErrorCode> {
        let answers = Answers<ErrorCode>()
        let request = EndTxnRequest(
            transactionalID: id, producerID: producer.producerID, producerEpoch: producer.epoch, isCommit: commit)
        coordinator.end(request, version: version) { answers.take($0.errorCode) }
        return answers
    }

    /// The id's state as DescribeTransactions tells it.
    func state(_ id: String = "tx") -> String {
        coordinator.describe(DescribeTransactionsRequest(transactionalIDs: [id])).transactionStates[0].transactionState
    }
}
