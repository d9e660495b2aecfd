import Cluster
import KafkaProtocol
import NIOCore
import Testing

@testable import BrokerCore

@Suite("Committed offsets")
struct OffsetTests {
    @Test("a commit is answered, and seen, once the log has it")
    func commitWaitsForLog() throws {
        let fixture = GroupFixture()
        #expect(fixture.commit("g", 5).first == ErrorCode.none)
        fixture.topic.acknowledgesAtOnce = false
        let answer = fixture.commit("g", 7)
        #expect(answer.all.isEmpty)
        #expect(fixture.fetch()?.committedOffset == 5)
        #expect(fixture.fetch(requireStable: true)?.errorCode == .unstableOffsetCommit)
        fixture.topic.acknowledge()
        #expect(answer.all == [.none])
        #expect(fixture.fetch(requireStable: true)?.committedOffset == 7)
        #expect(fixture.restarted().fetch()?.committedOffset == 7)
    }

    @Test("the first commits wait for their topic without holding anybody up, and are written in their order")
    func firstCommits() {
        let fixture = GroupFixture()
        fixture.topic.holdCreation()
        let answers = (1...3).map { fixture.commit("g", Int64($0)) }
        let other = fixture.commit("h", 9)
        #expect(answers.allSatisfy { $0.all.isEmpty } && other.all.isEmpty)
        #expect(fixture.topic.appendCount == 0)
        #expect(fixture.topic.finishCreation(succeeds: true))
        #expect((answers + [other]).allSatisfy { $0.all == [.none] })
        #expect(fixture.fetch()?.committedOffset == 3)
        #expect(fixture.topic.appendCount == 4)
        #expect(!fixture.topic.finishCreation(succeeds: true))
        #expect(fixture.commit("g", 4).first == ErrorCode.none)
    }

    @Test("a topic of commits that cannot be made is tried again with the next commit")
    func failedCreation() {
        let fixture = GroupFixture()
        fixture.topic.holdCreation()
        fixture.topic.error = .unknownTopicOrPartition
        let refused = fixture.commit("g", 1)
        #expect(fixture.topic.finishCreation(succeeds: false))
        #expect(refused.first == .coordinatorNotAvailable)
        fixture.topic.error = .none
        let taken = fixture.commit("g", 2)
        #expect(fixture.topic.finishCreation(succeeds: true))
        #expect(taken.first == ErrorCode.none)
        #expect(fixture.fetch()?.committedOffset == 2)
    }

    @Test("acknowledgements in any order never take an offset back")
    func acknowledgementsOutOfOrder() {
        let fixture = GroupFixture()
        fixture.topic.acknowledgesAtOnce = false
        _ = fixture.commit("g", 5)
        _ = fixture.commit("g", 9)
        fixture.topic.acknowledge(at: 1)
        #expect(fixture.fetch()?.committedOffset == 9)
        fixture.topic.acknowledge(at: 0)
        #expect(fixture.fetch()?.committedOffset == 9)
    }

    @Test(
        "a commit that the log refuses changes nothing and says why",
        arguments: [
            (ErrorCode.kafkaStorageError, ErrorCode.notCoordinator),
            (.notEnoughReplicas, .coordinatorNotAvailable),
            (.messageTooLarge, .invalidCommitOffsetSize),
        ]
    )
    func commitRefusedByLog(error: ErrorCode, told: ErrorCode) {
        let fixture = GroupFixture()
        _ = fixture.commit("g", 5)
        fixture.topic.error = error
        #expect(fixture.commit("g", 6).first == told)
        #expect(fixture.fetch()?.committedOffset == 5)
        #expect(fixture.fetch(requireStable: true)?.errorCode == ErrorCode.none)
    }

    @Test("members commit in their generation, but not between join and assignment; strangers do not")
    func commitsDuringRebalance() throws {
        let fixture = GroupFixture()
        let joined = try #require(fixture.joinNew().first)
        #expect(fixture.commit("g", 1, member: joined).first == .rebalanceInProgress)
        _ = fixture.sync("g", joined, [joined.memberID: [0]])
        #expect(fixture.commit("g", 2, member: joined).first == ErrorCode.none)
        var stale = joined
        stale.generationID = 0
        #expect(fixture.commit("g", 3, member: stale).first == .illegalGeneration)
        #expect(fixture.commit("g", 3).first == .unknownMemberID)
        _ = fixture.joinNew()
        #expect(fixture.state() == "PreparingRebalance")
        #expect(fixture.commit("g", 4, member: joined).first == ErrorCode.none)
        #expect(fixture.fetch()?.committedOffset == 4)
        #expect(fixture.commit("unheard-of", 4, member: joined).first == .illegalGeneration)
        // Without a generation it is a group that only keeps offsets, as long as nobody is in it.
        var outside = joined
        outside.generationID = -1
        #expect(fixture.commit("unheard-of", 4, member: outside).first == ErrorCode.none)
        #expect(fixture.commit("unheard-of", 5, member: outside).first == ErrorCode.none)
        #expect(fixture.commit("g", 5, member: outside).first == .illegalGeneration)
    }

    @Test("a commit keeps its member alive like a heartbeat")
    func commitIsHeartbeat() throws {
        let fixture = GroupFixture()
        let joined = try #require(fixture.joinNew().first)
        _ = fixture.sync("g", joined, [joined.memberID: [0]])
        for offset in Int64(0)..<4 {
            fixture.advance(milliseconds: 8_000)
            #expect(fixture.commit("g", offset, member: joined).first == ErrorCode.none)
        }
    }

    @Test("metadata may be as long as the broker allows, and topics must exist")
    func commitChecks() {
        let fixture = GroupFixture()
        #expect(fixture.commit("g", 1, metadata: String(repeating: "é", count: 4_096)).first == ErrorCode.none)
        #expect(fixture.commit("g", 2, metadata: String(repeating: "é", count: 4_097)).first == .offsetMetadataTooLarge)
        #expect(fixture.commit("g", 2, topic: "missing").first == .unknownTopicOrPartition)
        #expect(fixture.fetch()?.committedOffset == 1)
        #expect(fixture.fetch()?.metadata == String(repeating: "é", count: 4_096))
    }

    @Test("groups and partitions without an offset are answered with -1 and no error")
    func nothingCommitted() {
        let fixture = GroupFixture()
        #expect(fixture.fetch("unheard-of")?.committedOffset == -1)
        #expect(fixture.fetch("unheard-of")?.errorCode == ErrorCode.none)
        let all = OffsetFetchRequest(groupID: "unheard-of", topics: nil)
        let answer = fixture.coordinator.fetchOffsets(all, context: GroupFixture.context(7))
        #expect(answer.topics.isEmpty && answer.errorCode == ErrorCode.none)
    }

    @Test("all offsets of a group come in the order of topics and partitions")
    func allOffsets() {
        let fixture = GroupFixture()
        for (topic, partition) in [("b", 2), ("a", 1), ("b", 0), ("a", 11), ("b", 1)] as [(String, Int32)] {
            _ = fixture.commit("g", 1, partition: partition, topic: topic)
        }
        let all = OffsetFetchRequest(groupID: "g", topics: nil)
        let answer = fixture.coordinator.fetchOffsets(all, context: GroupFixture.context(7))
        #expect(answer.topics.map(\.name) == ["a", "b"])
        #expect(answer.topics.map { $0.partitions.map(\.partitionIndex) } == [[1, 11], [0, 1, 2]])
    }

    @Test("only groups without members are deleted, and they stay deleted")
    func deleteGroups() throws {
        let fixture = GroupFixture()
        let joined = try #require(fixture.joinNew("busy").first)
        _ = fixture.sync("busy", joined, [joined.memberID: [0]])
        _ = fixture.commit("idle", 3)
        _ = fixture.commit("idle", 4, partition: 1)
        let answers = Answers<DeleteGroupsResponse>()
        fixture.coordinator.deleteGroups(
            DeleteGroupsRequest(groupsNames: ["busy", "idle", "unheard-of"]), context: GroupFixture.context(2)
        ) { answers.take($0) }
        #expect(answers.first?.results.map(\.errorCode) == [.nonEmptyGroup, .none, .groupIDNotFound])
        #expect(fixture.state("idle") == "Dead")
        let restarted = fixture.restarted()
        #expect(restarted.state("idle") == "Dead")
        #expect(restarted.fetch("idle")?.committedOffset == -1)
        #expect(restarted.state("busy") == "Stable")
    }

    @Test("a commit on its way when its group is deleted does not bring it back")
    func deleteOvertakesCommit() {
        let fixture = GroupFixture()
        _ = fixture.commit("g", 1)
        fixture.topic.acknowledgesAtOnce = false
        let commit = fixture.commit("g", 2)
        let deleted = Answers<DeleteGroupsResponse>()
        fixture.coordinator.deleteGroups(
            DeleteGroupsRequest(groupsNames: ["g"]), context: GroupFixture.context(2)
        ) { deleted.take($0) }
        #expect(deleted.all.isEmpty)
        fixture.topic.acknowledge()
        fixture.topic.acknowledge()
        #expect(commit.all == [.none])
        #expect(deleted.first?.results.map(\.errorCode) == [.none])
        #expect(fixture.state() == "Dead")
        #expect(fixture.restarted().fetch()?.committedOffset == -1)
    }

    @Test("offsets of topics that members subscribe to are not deleted, others are")
    func deleteOffsets() throws {
        let fixture = GroupFixture()
        let joined = try #require(fixture.joinNew(topics: ["t"]).first)
        _ = fixture.sync("g", joined, [joined.memberID: [0]])
        _ = fixture.commit("g", 1, member: joined)
        _ = fixture.commit("g", 2, topic: "former", member: joined)
        let answers = Answers<OffsetDeleteResponse>()
        let request = OffsetDeleteRequest(
            groupID: "g",
            topics: ["t", "former", "missing"].map { .init(name: $0, partitions: [.init(partitionIndex: 0)]) }
        )
        fixture.coordinator.deleteOffsets(request, context: GroupFixture.context(0)) { answers.take($0) }
        let errors = Dictionary(
            uniqueKeysWithValues: answers.first?.topics.map { ($0.name, $0.partitions.first?.errorCode) } ?? []
        )
        #expect(
            errors == ["t": .groupSubscribedToTopic, "former": ErrorCode.none, "missing": .unknownTopicOrPartition])
        #expect(fixture.restarted().fetch(topic: "former")?.committedOffset == -1)
        #expect(fixture.restarted().fetch(topic: "t")?.committedOffset == 1)
    }

    @Test("deleted partitions take their offsets along in every group")
    func partitionsDeleted() {
        let fixture = GroupFixture()
        _ = fixture.commit("one", 1)
        _ = fixture.commit("two", 2)
        _ = fixture.commit("two", 2, topic: "other")
        fixture.coordinator.partitionsDeleted([TopicPartition(topic: "t", partition: 0)])
        let restarted = fixture.restarted()
        #expect(restarted.fetch("one")?.committedOffset == -1)
        #expect(restarted.fetch("two")?.committedOffset == -1)
        #expect(restarted.fetch("two", topic: "other")?.committedOffset == 2)
        #expect(restarted.state("one") == "Dead")
    }

    @Test("a group with very many offsets is deleted in batches that the log takes")
    func manyTombstones() throws {
        let partitions = (0..<20_000).map { TopicPartition(topic: "a-topic-with-a-rather-long-name", partition: $0) }
        let batches = try OffsetsBatch.tombstones(
            of: "g", partitions: partitions, andGroup: [.group("g", nil)], timestamp: 0)
        #expect(batches.count > 1)
        #expect(batches.allSatisfy { $0.readableBytes < 1_048_588 })
        var replay = OffsetsReplay()
        for batch in batches { OffsetsBatch.replay(batch, into: &replay) }
        #expect(replay.report.records == 20_001)
        #expect(replay.report.unreadable == 0)
    }

    @Test("damaged and strange records of the log are counted, not fatal")
    func strangeRecords() throws {
        let topic = MemoryOffsetsTopic()
        let good = GroupFixture(topic: topic)
        _ = good.commit("g", 1)
        var builder = RecordBatchBuilder()
        builder.append(timestamp: 0, key: nil, value: nil)
        builder.append(timestamp: 0, key: ByteBuffer(bytes: [0]), value: nil)
        builder.append(timestamp: 0, key: ByteBuffer(bytes: [0, 1, 0, 200]), value: nil)
        builder.append(timestamp: 0, key: ByteBuffer(bytes: [0, 99, 1, 2, 3]), value: nil)
        topic.seed([try builder.build(), ByteBuffer(bytes: [1, 2, 3])], in: 0)
        let again = GroupFixture(topic: topic)
        let report = again.coordinator.load()
        #expect(report.unreadable == 3)
        #expect(report.unknownKeyTypes == [-1: 1, 99: 1])
        #expect(again.fetch()?.committedOffset == 1)
    }
}

@Suite("Expiry of offsets")
struct OffsetExpiryTests {
    private static let week: Int64 = 7 * 24 * 3_600_000

    @Test("offsets of a consumer without a group live a week from their commit")
    func simpleConsumer() {
        let fixture = GroupFixture()
        _ = fixture.commit("g", 1)
        fixture.advance(milliseconds: Self.week - 1)
        #expect(fixture.fetch()?.committedOffset == 1)
        _ = fixture.commit("g", 2, partition: 1)
        fixture.advance(milliseconds: 600_000)
        #expect(fixture.fetch()?.committedOffset == -1)
        #expect(fixture.fetch(partition: 1)?.committedOffset == 2)
        #expect(fixture.restarted().fetch()?.committedOffset == -1)
    }

    @Test("offsets of a group live a week from the moment its last member left, however old they are")
    func emptyGroup() throws {
        let fixture = GroupFixture()
        let joined = try #require(fixture.joinNew().first)
        _ = fixture.sync("g", joined, [joined.memberID: [0]])
        _ = fixture.commit("g", 1, member: joined)
        for _ in 0..<(2 * 7 * 24 * 2) {
            for _ in 0..<200 {
                fixture.clock.advance(milliseconds: 9_000)
                _ = fixture.heartbeat("g", joined)
            }
            fixture.coordinator.tick()
        }
        // Two weeks with a member: the topic is subscribed to.
        #expect(fixture.fetch()?.committedOffset == 1)
        fixture.advance(milliseconds: 20_000)
        #expect(fixture.state() == "Empty")
        fixture.advance(milliseconds: Self.week - 30_000)
        #expect(fixture.fetch()?.committedOffset == 1)
        fixture.advance(milliseconds: 1_200_000)
        #expect(fixture.fetch()?.committedOffset == -1)
        #expect(fixture.state() == "Dead")
        #expect(fixture.restarted().state() == "Dead")
    }

    @Test("a stable group loses old offsets only of topics that nobody subscribes to")
    func unsubscribedTopic() throws {
        let fixture = GroupFixture()
        let joined = try #require(fixture.join(instance: "i", session: 1_800_000).first)
        _ = fixture.sync("g", joined, instance: "i", [joined.memberID: [0]])
        _ = fixture.commit("g", 1, member: joined)
        _ = fixture.commit("g", 1, topic: "former", member: joined)
        for _ in 0..<(7 * 24 * 2 + 1) {
            fixture.advance(milliseconds: 1_790_000)
            #expect(fixture.heartbeat("g", joined, instance: "i") == ErrorCode.none)
        }
        fixture.advance(milliseconds: 1_790_000)
        #expect(fixture.fetch()?.committedOffset == 1)
        #expect(fixture.fetch(topic: "former")?.committedOffset == -1)
    }

    @Test("a client's own retention wins over the broker's")
    func ownRetention() {
        let fixture = GroupFixture()
        _ = fixture.commit("g", 1, retention: 1_000)
        let restarted = fixture.restarted()
        #expect(restarted.fetch()?.committedOffset == 1)
        restarted.advance(milliseconds: 600_000)
        #expect(restarted.fetch()?.committedOffset == -1)
    }

    @Test("offsets with a commit on its way do not expire")
    func pendingCommit() {
        let fixture = GroupFixture()
        _ = fixture.commit("g", 1)
        fixture.topic.acknowledgesAtOnce = false
        _ = fixture.commit("g", 2)
        fixture.advance(milliseconds: 2 * Self.week)
        #expect(fixture.fetch()?.committedOffset == 1)
        fixture.topic.acknowledge()
        #expect(fixture.fetch()?.committedOffset == 2)
    }
}

@Suite("Snapshots of groups")
struct GroupSnapshotTests {
    @Test("a snapshot shows members, assignments, subscriptions and commits with their times")
    func contents() throws {
        let fixture = GroupFixture()
        let joined = try #require(fixture.joinNew(topics: ["t", "u"]).first)
        _ = fixture.sync("g", joined, [joined.memberID: [1, 0]])
        _ = fixture.commit("g", 5, member: joined, metadata: "note")
        let group = try #require(fixture.coordinator.snapshot().groups.first)
        #expect(group.description.state == .stable)
        #expect(group.description.generation == 1)
        #expect(group.description.protocolName == "range")
        #expect(group.description.members.first?.clientHost == "/127.0.0.1")
        #expect(group.description.members.first?.assignment.map(\.description) == ["t-0", "t-1"])
        #expect(group.subscriptions == [joined.memberID: ["t", "u"]])
        #expect(
            group.description.commits == [
                CommittedOffset(
                    topicPartition: TopicPartition(topic: "t", partition: 0),
                    offset: 5,
                    committedAt: fixture.clock.wallMilliseconds,
                    metadata: "note"
                )
            ]
        )
    }

    @Test("only groups that changed are described anew")
    func unchangedGroups() {
        let fixture = GroupFixture()
        for group in ["a", "b", "c"] { _ = fixture.commit(group, 1) }
        let first = fixture.coordinator.snapshot()
        #expect(fixture.coordinator.snapshot().version == first.version)
        _ = fixture.commit("b", 2)
        _ = fixture.commit("d", 1)
        let second = fixture.coordinator.snapshot()
        #expect(second.groups.map(\.description.groupID) == ["a", "b", "c", "d"])
        #expect(second.version != first.version)
        let unchanged = zip(first.groups, second.groups).map { $0.version == $1.version }
        #expect(unchanged == [true, false, true])
        #expect(first.groups[1].description.commits.first?.offset == 1)
        #expect(second.groups[1].description.commits.first?.offset == 2)
        fixture.coordinator.deleteGroups(
            DeleteGroupsRequest(groupsNames: ["a"]), context: GroupFixture.context(2)
        ) { _ in }
        #expect(fixture.coordinator.snapshot().groups.map(\.description.groupID) == ["b", "c", "d"])
    }
}
