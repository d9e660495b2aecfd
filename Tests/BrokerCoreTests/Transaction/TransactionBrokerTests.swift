import Cluster
import KafkaProtocol
import NIOCore
import Testing

@testable import BrokerCore

@Suite("Transactions in a broker")
struct TransactionBrokerTests {
    private let out = TopicPartition("out")

    /// Begins a transaction with one record in `out`.
    private func begin(_ broker: Broker, _ id: String = "tx") throws -> ProducerClaim {
        let given = Answer<InitProducerIdResponse>()
        broker.transactions.initProducerID(
            InitProducerIdRequest(transactionalID: id, transactionTimeoutMs: 60_000), version: 4
        ) { given.give($0) }
        let answer = given.wait()
        let claim = ProducerClaim(producerID: answer.producerID, epoch: answer.producerEpoch)
        let added = Answer<AddPartitionsToTxnResponse>()
        broker.transactions.addPartitions(
            AddPartitionsToTxnRequest(
                transactionalID: id, producerID: claim.producerID, producerEpoch: claim.epoch,
                topics: [.init(name: "out", partitions: [0])]), version: 3
        ) { added.give($0) }
        #expect(added.wait().results[0].partitions[0].errorCode == .none)
        #expect(try write(broker, claim, sequence: 0, id) == .none)
        return claim
    }

    private func write(
        _ broker: Broker, _ claim: ProducerClaim, sequence: Int32, _ id: String?
    ) throws -> ErrorCode {
        var builder = RecordBatchBuilder(
            attributes: .transactional, producerID: claim.producerID, producerEpoch: claim.epoch,
            baseSequence: sequence)
        builder.append(timestamp: 1, key: nil, value: ByteBuffer(string: "v"))
        let written = Answer<ErrorCode>()
        broker.append(try builder.build(), to: out, transactionalID: id, acks: -1) { written.give($0.error) }
        return written.wait()
    }

    private func end(_ broker: Broker, _ claim: ProducerClaim, commit: Bool) -> ErrorCode {
        let ended = Answer<ErrorCode>()
        broker.transactions.end(
            EndTxnRequest(
                transactionalID: "tx", producerID: claim.producerID, producerEpoch: claim.epoch, isCommit: commit),
            version: 3
        ) { ended.give($0.errorCode) }
        return ended.wait()
    }

    @Test("a batch that comes after the end of its transaction is refused, also with the right epoch")
    func lateBatch() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("out")
        let claim = try begin(broker)
        #expect(end(broker, claim, commit: true) == .none)
        #expect(try write(broker, claim, sequence: 1, "tx") == .invalidTxnState)
        #expect(try write(broker, claim, sequence: 1, nil) == .invalidTxnState)
        #expect(broker.offsets(of: out).map { $0.lastStable == $0.end } == true)
        #expect(broker.openTransactions().isEmpty)
    }

    @Test("open transactions are told by partitions and by their coordinator; one that it does not know is unclaimed")
    func figures() throws {
        let home = try BrokerHome()
        var broker = try home.open()
        broker.createTopic("out")
        let claim = try begin(broker)
        home.clock.advance(5_000)
        let told = try #require(broker.transactionDescriptions.first { $0.transactionalID == "tx" })
        #expect(told.phase == .ongoing && told.coordinator == broker.nodeID)
        #expect(told.details?.startedAt.map { home.clock.wallMilliseconds - $0 } == 5_000)
        #expect(told.details?.partitions == [out])
        let open = broker.openTransactions()
        #expect(open.map(\.transactionalID) == ["tx"] && open.map(\.firstOffset) == [0])
        // As after the loss of the coordinator's records, with the data still there.
        var stray = RecordBatchBuilder(
            attributes: .transactional, producerID: 500, producerEpoch: 0, baseSequence: 0)
        stray.append(timestamp: 1, key: nil, value: ByteBuffer(string: "stray"))
        let written = Answer<ErrorCode>()
        broker.writer.append(try stray.build(), to: out, acks: -1, origin: .client) { written.give($0.error) }
        #expect(written.wait() == .none)
        #expect(broker.openTransactions().filter(\.isUnclaimed).map(\.producerID) == [500])
        let described = broker.producers(of: out).producers
        #expect(described.map(\.producerID) == [claim.producerID, 500])
        #expect(described.map(\.currentTransactionStartOffset) == [0, 1])
        #expect(broker.producers(of: TopicPartition("nowhere")).error == .unknownTopicOrPartition)
        // After a clean stop both are as they were, and the known one can be ended.
        broker.close()
        broker = try home.open()
        defer { broker.close() }
        _ = broker.offsets(of: out)
        #expect(broker.openTransactions().map(\.isUnclaimed) == [false, true])
        #expect(end(broker, claim, commit: false) == .none)
        #expect(broker.openTransactions().map(\.producerID) == [500])
    }

    @Test("`__transaction_state` is made on first use, compacted, with as many partitions as is set")
    func topic() throws {
        let home = try BrokerHome()
        let broker = try home.open([("transaction.state.log.num.partitions", "7")])
        defer { broker.close() }
        broker.createTopic("out")
        #expect(broker.topics.image.topic(TopicName.transactions) == nil)
        _ = try begin(broker)
        #expect(broker.topics.image.topic(TopicName.transactions)?.partitionCount == 7)
        #expect(broker.topics.image.overrides(ofTopic: TopicName.transactions)["cleanup.policy"] == "compact")
        #expect(try broker.records(of: TopicPartition(TopicName.transactions, place(of: "tx", 7))).count == 2)
    }

    private func place(of id: String, _ count: Int32) -> Int32 {
        CoordinatorPartitions.partition(of: id, count: count)
    }

    @Test("a transaction whose topic is deleted can be ended")
    func deletedTopic() throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("out")
        let claim = try begin(broker)
        #expect(broker.deleteTopic("out") == .none)
        #expect(end(broker, claim, commit: true) == .none)
        #expect(broker.transactions.snapshot()[0].stored.state == .completeCommit)
    }
}
