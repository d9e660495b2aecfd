import Cluster
import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import BrokerCore

@Suite("Offsets in transactions")
struct GroupTransactionTests {
    private static let producer = ProducerClaim(producerID: 5, epoch: 0)

    /// Sends TxnOffsetCommit for one partition.
    private func commit(
        _ fixture: GroupFixture, _ offset: Int64, group: String = "g", topic: String = "t",
        producer: ProducerClaim = producer, member: JoinGroupResponse? = nil, memberID: String? = nil,
        generation: Int32? = nil, verified: ErrorCode = .none
    ) -> Answers<ErrorCode> {
        let answers = Answers<ErrorCode>()
        let request = TxnOffsetCommitRequest(
            transactionalID: "tx", groupID: group, producerID: producer.producerID, producerEpoch: producer.epoch,
            generationID: generation ?? member?.generationID ?? -1, memberID: memberID ?? member?.memberID ?? "",
            topics: [.init(name: topic, partitions: [.init(partitionIndex: 0, committedOffset: offset)])])
        fixture.coordinator.commitTransactionalOffsets(
            request, verification: TransactionVerification { _, _ in verified }
        ) { answers.take($0.topics.first?.partitions.first?.errorCode ?? .unknownServerError) }
        return answers
    }

    private func end(
        _ fixture: GroupFixture, commit: Bool, group: String = "g", producer: ProducerClaim = producer
    ) -> Answers<ErrorCode> {
        let answers = Answers<ErrorCode>()
        let marker = MarkerBatch(producer: producer, isCommit: commit, coordinatorEpoch: 0)
        let place = CoordinatorPartitions.partition(of: group, count: 50)
        fixture.coordinator.endTransaction(marker, in: place) { answers.take($0) }
        return answers
    }

    private func offset(_ fixture: GroupFixture, _ group: String = "g") -> Int64 {
        fixture.fetch(group)?.committedOffset ?? -2
    }

    @Test("they wait for the transaction, and are unstable until it ends")
    func pending() {
        let fixture = GroupFixture()
        _ = fixture.commit("g", 1)
        #expect(commit(fixture, 7).first == ErrorCode.none)
        #expect(offset(fixture) == 1)
        #expect(fixture.fetch(requireStable: true)?.errorCode == .unstableOffsetCommit)
        #expect(end(fixture, commit: true).first == ErrorCode.none)
        #expect(offset(fixture) == 7)
        #expect(fixture.fetch(requireStable: true)?.errorCode == ErrorCode.none)
        _ = commit(fixture, 9)
        _ = end(fixture, commit: false)
        #expect(offset(fixture) == 7)
        #expect(fixture.fetch(requireStable: true)?.errorCode == ErrorCode.none)
    }

    @Test("a start finds them as they were: ended ones done, open ones waiting")
    func restart() {
        let fixture = GroupFixture()
        _ = commit(fixture, 7)
        var next = fixture.restarted()
        #expect(offset(next) == -1)
        #expect(next.fetch(requireStable: true)?.errorCode == .unstableOffsetCommit)
        _ = end(next, commit: true)
        #expect(offset(next) == 7)
        next = next.restarted()
        #expect(offset(next) == 7)
        #expect(next.fetch(requireStable: true)?.errorCode == ErrorCode.none)
    }

    @Test("a plain commit between them and their end stays, live and after a start")
    func plainBetween() {
        let fixture = GroupFixture()
        _ = commit(fixture, 7)
        _ = fixture.commit("g", 8)
        _ = end(fixture, commit: true)
        #expect(offset(fixture) == 8)
        #expect(offset(fixture.restarted()) == 8)
    }

    @Test("what is deleted meanwhile is not brought back, live or after a start")
    func deletedBetween() {
        let fixture = GroupFixture()
        _ = fixture.commit("g", 1)
        _ = commit(fixture, 7)
        fixture.coordinator.partitionsDeleted([TopicPartition("t", 0)])
        _ = end(fixture, commit: true)
        #expect(offset(fixture) == -1)
        #expect(offset(fixture.restarted()) == -1)
    }

    @Test("a commit behind the marker belongs to the next transaction")
    func behindMarker() {
        let fixture = GroupFixture()
        _ = commit(fixture, 7)
        fixture.topic.acknowledgesAtOnce = false
        let ended = end(fixture, commit: true)
        _ = commit(fixture, 9)
        fixture.topic.acknowledge()
        #expect(ended.first == ErrorCode.none)
        #expect(offset(fixture) == 7)
        #expect(fixture.fetch(requireStable: true)?.errorCode == .unstableOffsetCommit)
        fixture.topic.acknowledge()
        fixture.topic.acknowledgesAtOnce = true
        _ = end(fixture, commit: false)
        #expect(offset(fixture) == 7)
        #expect(fixture.fetch(requireStable: true)?.errorCode == ErrorCode.none)
    }

    @Test("one that comes late and is refused takes nothing from those before it")
    func lateRefusal() {
        let fixture = GroupFixture()
        _ = commit(fixture, 7)
        fixture.topic.acknowledgesAtOnce = false
        let ended = end(fixture, commit: true)
        let late = commit(fixture, 9)
        fixture.topic.acknowledge(at: 1, error: .notEnoughReplicas)
        #expect(late.first == .coordinatorNotAvailable)
        fixture.topic.acknowledge()
        #expect(ended.first == ErrorCode.none)
        #expect(offset(fixture) == 7)
        #expect(offset(fixture.restarted()) == 7)
    }

    @Test("one that the log refuses leaves nothing behind")
    func refused() {
        let fixture = GroupFixture()
        _ = fixture.commit("g", 1)
        fixture.topic.error = .invalidTxnState
        #expect(commit(fixture, 7).first == .invalidTxnState)
        fixture.topic.error = .none
        #expect(fixture.fetch(requireStable: true)?.errorCode == ErrorCode.none)
        _ = end(fixture, commit: true)
        #expect(offset(fixture) == 1)
        #expect(fixture.coordinator.registry.withLock { $0.openTransactions.isEmpty })
    }

    @Test("the generation fences; who names none is let in, as older producers name none")
    func members() {
        let fixture = GroupFixture()
        let joined = fixture.joinNew()
        _ = fixture.sync("g", joined.first, [joined.first?.memberID ?? "": [0]])
        #expect(commit(fixture, 3, member: joined.first).first == ErrorCode.none)
        #expect(commit(fixture, 4).first == ErrorCode.none)
        #expect(
            commit(fixture, 5, memberID: joined.first?.memberID, generation: 7).first == .illegalGeneration)
        #expect(commit(fixture, 5, memberID: "stranger", generation: 1).first == .unknownMemberID)
        #expect(commit(fixture, 5, group: "nobody", memberID: "m", generation: 1).first == .illegalGeneration)
        #expect(commit(fixture, 5, group: "").first == .invalidGroupID)
        #expect(commit(fixture, 5, topic: "missing").first == .unknownTopicOrPartition)
        _ = end(fixture, commit: true)
        #expect(offset(fixture) == 4)
    }
}
