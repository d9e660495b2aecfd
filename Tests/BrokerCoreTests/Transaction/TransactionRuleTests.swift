import Cluster
import KafkaProtocol
import NIOCore
import Testing

@testable import BrokerCore

@Suite("The rules of transactions")
struct TransactionRuleTests {
    private let out = TopicPartition("out")
    private let other = TopicPartition("out", 1)

    @Test("a transaction ends in all its partitions, and is answered when it has")
    func commit() {
        let fixture = TransactionFixture()
        let producer = fixture.producer()
        #expect(producer == ProducerClaim(producerID: 0, epoch: 0))
        #expect(fixture.add([out, other], producer).first == [.none, .none])
        #expect(fixture.state() == "Ongoing")
        fixture.partitions.hold()
        let end = fixture.end(producer, commit: true)
        #expect(end.all.isEmpty)
        #expect(fixture.state() == "PrepareCommit")
        #expect(fixture.add([out], producer).first == [.concurrentTransactions])
        #expect(fixture.initialize().first?.errorCode == .concurrentTransactions)
        fixture.partitions.release()
        #expect(end.all == [.none])
        #expect(fixture.state() == "CompleteCommit")
        // Asking again tells the outcome; asking for the other one is an error.
        #expect(fixture.end(producer, commit: true).first == ErrorCode.none)
        #expect(fixture.end(producer, commit: false).first == .invalidTxnState)
    }

    @Test("the outcome is in the log before the first marker is written")
    func twoPhases() {
        let fixture = TransactionFixture()
        let producer = fixture.producer()
        _ = fixture.add([out], producer)
        fixture.topic.acknowledgesAtOnce = false
        let end = fixture.end(producer, commit: true)
        #expect(fixture.partitions.written.isEmpty)
        fixture.topic.acknowledge()
        #expect(
            fixture.partitions.written == [
                .init(
                    marker: MarkerBatch(producer: producer, isCommit: true, coordinatorEpoch: 0), partition: out)
            ])
        fixture.topic.acknowledge()
        #expect(end.all == [.none])
    }

    @Test("a transaction without partitions cannot be ended, one of nobody neither")
    func nothingToEnd() {
        let fixture = TransactionFixture()
        let producer = fixture.producer()
        #expect(fixture.end(producer, commit: true).first == .invalidTxnState)
        #expect(fixture.end(producer, commit: true, "nobody").first == .invalidProducerIDMapping)
        #expect(fixture.end(producer, commit: true, "").first == .invalidRequest)
        #expect(
            fixture.add([out, TopicPartition("missing")], producer).first == [
                .operationNotAttempted, .unknownTopicOrPartition,
            ])
        #expect(fixture.state() == "Empty")
    }

    @Test("a new instance shuts the old one out: its open transaction is aborted under the next epoch")
    func fencing() {
        let fixture = TransactionFixture()
        let old = fixture.producer()
        _ = fixture.add([out], old)
        #expect(fixture.initialize().first?.errorCode == .concurrentTransactions)
        let fence = ProducerClaim(producerID: 0, epoch: 1)
        #expect(
            fixture.partitions.written == [
                .init(marker: MarkerBatch(producer: fence, isCommit: false, coordinatorEpoch: 0), partition: out)
            ])
        let new = fixture.producer()
        #expect(new == ProducerClaim(producerID: 0, epoch: 2))
        #expect(fixture.add([out], old).first == [.producerFenced])
        #expect(fixture.add([out], old, version: 1).first == [.invalidProducerEpoch])
        #expect(fixture.end(old, commit: true).first == .producerFenced)
        #expect(fixture.end(old, commit: true, version: 1).first == .invalidProducerEpoch)
        #expect(fixture.initialize(claim: old).first?.errorCode == .producerFenced)
        #expect(fixture.initialize(claim: old, version: 3).first?.errorCode == .invalidProducerEpoch)
        #expect(fixture.add([out], new).first == [.none])
    }

    @Test("a producer that says who it was gets the next epoch, and the same one again if the answer was lost")
    func bump() {
        let fixture = TransactionFixture()
        let first = fixture.producer()
        for _ in 0..<2 {
            let answer = fixture.initialize(claim: first).first
            #expect(answer?.errorCode == ErrorCode.none)
            #expect(answer?.producerID == 0 && answer?.producerEpoch == 1)
        }
    }

    @Test("where the epochs run out the producer gets a new id, and may ask for it again with the old one")
    func exhausted() throws {
        var machine = Transaction(
            StoredTransaction(
                producerID: 7, producerEpoch: Transaction.exhaustedEpoch, timeoutMs: 1, state: .completeCommit,
                updatedAt: 0))
        let claim = ProducerClaim(producerID: 7, epoch: Transaction.exhaustedEpoch)
        let ask = TransactionEvent.initialize(claim: claim, timeoutMs: 1, freshProducerID: nil)
        #expect(machine.handle(ask, now: 1) == [.takeProducerID])
        let next = StoredTransaction(producerID: 9, producerEpoch: 0, timeoutMs: 1, updatedAt: 1)
        #expect(
            machine.handle(.initialize(claim: claim, timeoutMs: 1, freshProducerID: 9), now: 1)
                == [.write(next, isDurable: true)])
        #expect(machine.handle(.written, now: 1) == [.release(.none)])
        // The answer is lost: the same producer asks again as who it was.
        #expect(machine.handle(ask, now: 2) == [.write(next.at(2), isDurable: true)])
        #expect(machine.handle(.written, now: 2) == [.release(.none)])
        // An open transaction under the last epoch is aborted with the one kept for that.
        var last = Transaction(
            StoredTransaction(
                producerID: 7, producerEpoch: Transaction.exhaustedEpoch, timeoutMs: 1, state: .ongoing,
                partitions: [out], updatedAt: 0, startedAt: 0))
        guard case .write(let fence?, _) = last.handle(ask, now: 1).first else {
            Issue.record("not fenced")
            return
        }
        #expect(fence.producerEpoch == .max && fence.state == .prepareAbort)
    }

    @Test("an overdue transaction is aborted, and its producer shut out")
    func timeout() {
        let fixture = TransactionFixture()
        let producer = fixture.producer(timeout: 30_000)
        _ = fixture.add([out], producer)
        fixture.advance(milliseconds: 25_000)
        #expect(fixture.state() == "Ongoing")
        fixture.advance(milliseconds: 10_000)
        #expect(fixture.state() == "CompleteAbort")
        #expect(fixture.partitions.written.map(\.marker.producer.epoch) == [1])
        #expect(fixture.end(producer, commit: true).first == .producerFenced)
        // After one more look nothing is left to look at but the calendar.
        fixture.advance(milliseconds: 10_000)
        let expiry = TransactionSettings().expiryIntervalMs
        #expect(fixture.coordinator.nextDeadline.map { $0 > expiry / 2 } == true)
    }

    @Test("timeouts outside the broker's bounds are refused")
    func timeoutBounds() {
        let fixture = TransactionFixture()
        for timeout in [0, -1, 900_001] as [Int32] {
            #expect(fixture.initialize(timeout: timeout).first?.errorCode == .invalidTransactionTimeout)
        }
        #expect(fixture.initialize(timeout: 900_000).first?.errorCode == ErrorCode.none)
        #expect(fixture.initialize("").first?.errorCode == .invalidRequest)
        #expect(
            fixture.initialize(claim: ProducerClaim(producerID: 3, epoch: -1)).first?.errorCode == .invalidRequest)
    }

    @Test("a marker that fails is tried again; the producer is told the outcome meanwhile, and waits with the next one")
    func failedMarker() {
        let fixture = TransactionFixture()
        let producer = fixture.producer()
        _ = fixture.add([out, other], producer)
        fixture.partitions.refuse(other, with: .kafkaStorageError)
        #expect(fixture.end(producer, commit: true).all == [.none])
        #expect(fixture.state() == "PrepareCommit")
        #expect(fixture.add([out], producer).first == [.concurrentTransactions])
        fixture.partitions.refuse(other, with: nil)
        fixture.advance(milliseconds: 10_000)
        #expect(fixture.state() == "CompleteCommit")
        #expect(fixture.partitions.written.map(\.partition) == [out, other])
    }

    @Test("a deleted partition needs no marker, and one that knows a later epoch takes none")
    func needlessMarkers() {
        let fixture = TransactionFixture()
        let producer = fixture.producer()
        _ = fixture.add([out, other], producer)
        fixture.partitions.refuse(out, with: .unknownTopicOrPartition)
        fixture.partitions.refuse(other, with: .invalidProducerEpoch)
        #expect(fixture.end(producer, commit: false).all == [.none])
        #expect(fixture.state() == "CompleteAbort")
    }

    @Test("what was decided is carried out at the next start, what was open stays open")
    func restart() {
        let fixture = TransactionFixture()
        let decided = fixture.producer("decided")
        let open = fixture.producer("open")
        _ = fixture.add([out], decided, "decided")
        _ = fixture.add([other], open, "open")
        fixture.partitions.hold()
        _ = fixture.end(decided, commit: true, "decided")
        let next = fixture.restarted()
        #expect(next.state("decided") == "CompleteCommit")
        #expect(next.partitions.written.map(\.partition) == [out])
        #expect(next.state("open") == "Ongoing")
        #expect(next.end(open, commit: true, "open").all == [.none])
        #expect(next.partitions.written.map(\.partition) == [out, other])
    }

    @Test("a log that refuses leaves all as it was")
    func logRefuses() {
        let fixture = TransactionFixture()
        fixture.topic.error = .kafkaStorageError
        #expect(fixture.initialize().first?.errorCode == .notCoordinator)
        #expect(fixture.coordinator.snapshot().isEmpty)
        fixture.topic.error = .none
        let producer = fixture.producer()
        fixture.topic.error = .messageTooLarge
        #expect(fixture.add([out], producer).first == [.unknownServerError])
        #expect(fixture.state() == "Empty")
        fixture.topic.error = .none
        _ = fixture.add([out], producer)
        fixture.topic.error = .kafkaStorageError
        #expect(fixture.end(producer, commit: true).first == .notCoordinator)
        #expect(fixture.partitions.written.isEmpty)
        fixture.topic.error = .none
        #expect(fixture.end(producer, commit: true).first == ErrorCode.none)
    }

    @Test("an id that nobody uses is forgotten with a tombstone; one with an open transaction never")
    func expiry() {
        var settings = TransactionSettings()
        settings.expirationMs = 5_000_000
        let fixture = TransactionFixture(settings: settings)
        _ = fixture.producer("idle")
        let busy = fixture.producer("busy", timeout: 900_000)
        _ = fixture.add([out], busy, "busy")
        fixture.advance(milliseconds: 3_600_000)
        #expect(fixture.state("busy") == "CompleteAbort")
        #expect(fixture.state("idle") == "Empty")
        fixture.advance(milliseconds: 3_600_000)
        #expect(fixture.coordinator.snapshot().map(\.transactionalID) == ["busy"])
        #expect(fixture.restarted().coordinator.snapshot().map(\.transactionalID) == ["busy"])
        // A new start under the old name begins anew.
        #expect(fixture.producer("idle").epoch == 0)
    }

    @Test("only the producer of an open transaction may write, and only to its partitions")
    func verification() {
        let fixture = TransactionFixture()
        let producer = fixture.producer()
        let check = fixture.coordinator.verification(of: "tx").check
        #expect(check(producer, out) == .invalidTxnState)
        _ = fixture.add([out], producer)
        #expect(check(producer, out) == .none)
        #expect(check(producer, other) == .invalidTxnState)
        #expect(check(ProducerClaim(producerID: 0, epoch: 1), out) == .invalidProducerEpoch)
        #expect(check(ProducerClaim(producerID: 1, epoch: 0), out) == .invalidProducerIDMapping)
        #expect(fixture.coordinator.verification(of: "nobody").check(producer, out) == .invalidProducerIDMapping)
        fixture.partitions.hold()
        _ = fixture.end(producer, commit: true)
        #expect(check(producer, out) == .notEnoughReplicas)
        fixture.partitions.release()
        #expect(check(producer, out) == .invalidTxnState)
    }

    @Test("lists are filtered by state, producer and age; unknown states are named")
    func lists() {
        let fixture = TransactionFixture()
        _ = fixture.producer("idle")
        let busy = fixture.producer("busy")
        _ = fixture.add([out], busy, "busy")
        fixture.clock.advance(milliseconds: 500)
        func ids(_ request: ListTransactionsRequest) -> [String] {
            fixture.coordinator.list(request).transactionStates.map(\.transactionalID)
        }
        #expect(ids(ListTransactionsRequest()) == ["busy", "idle"])
        #expect(ids(ListTransactionsRequest(stateFilters: ["Ongoing"])) == ["busy"])
        #expect(ids(ListTransactionsRequest(producerIDFilters: [0])) == ["idle"])
        #expect(ids(ListTransactionsRequest(durationFilterMs: 499)) == ["busy"])
        #expect(ids(ListTransactionsRequest(durationFilterMs: 500)).isEmpty)
        let strange = fixture.coordinator.list(ListTransactionsRequest(stateFilters: ["Nowhere"]))
        #expect(strange.unknownStateFilters == ["Nowhere"] && strange.transactionStates.isEmpty)
        let missing = fixture.coordinator.describe(DescribeTransactionsRequest(transactionalIDs: ["none", ""]))
        #expect(missing.transactionStates.map(\.errorCode) == [.transactionalIDNotFound, .invalidRequest])
    }

    @Test("requests that wait when the broker stops are told to look for the coordinator anew")
    func close() {
        let fixture = TransactionFixture()
        let producer = fixture.producer()
        _ = fixture.add([out], producer)
        fixture.partitions.hold()
        let end = fixture.end(producer, commit: true)
        fixture.coordinator.close()
        #expect(end.all == [.coordinatorNotAvailable])
        fixture.partitions.release()
        #expect(end.all.count == 1)
    }

    @Test("an id whose records cannot be used is left out, and said")
    func damagedRecords() throws {
        let fixture = TransactionFixture()
        let dead = StoredTransaction(producerID: 1, producerEpoch: 0, timeoutMs: 1, state: .dead, updatedAt: 1)
        var strange = RecordBatchBuilder()
        strange.append(timestamp: 1, key: ByteBuffer(bytes: [0, 9, 1]), value: nil)
        strange.append(timestamp: 1, key: nil, value: nil)
        strange.append(timestamp: 1, key: ByteBuffer(bytes: [0, 0, 0, 5, 1]), value: ByteBuffer(bytes: [0]))
        fixture.topic.seed([try TransactionRecord("tx", dead).batch(timestamp: 1), try strange.build()], in: 0)
        let report = fixture.coordinator.load()
        #expect(report.unreadable == 4)
        #expect(fixture.coordinator.snapshot().isEmpty)
    }
}

extension StoredTransaction {
    /// The same at another time.
    fileprivate func at(_ time: Int64) -> StoredTransaction {
        var copy = self
        copy.updatedAt = time
        return copy
    }
}
