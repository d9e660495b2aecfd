import Cluster
import KafkaProtocol
import Synchronization
import Testing

@testable import BrokerCore

@Suite("Rules of KIP-848 groups")
struct ConsumerGroupRuleTests {
    private static func fixture(
        partitions: Int32 = 6, _ change: (inout GroupSettings) -> Void = { _ in }
    ) -> GroupFixture {
        var settings = GroupSettings()
        change(&settings)
        let fixture = GroupFixture(settings: settings)
        fixture.topic.changeTopics { $0.make("t", partitions: partitions) }
        return fixture
    }

    private static func partitions(_ answer: ConsumerGroupHeartbeatResponse?) -> [Int32] {
        answer?.assignment?.topicPartitions.flatMap(\.partitions) ?? []
    }

    @Test("members commit and fetch in their own epoch, and in no other")
    func epochs() {
        let fixture = Self.fixture()
        let joined = fixture.enter("g", "a")
        #expect(fixture.commit(7, member: "a", epoch: joined.memberEpoch) == ErrorCode.none)
        #expect(fixture.commit(8, member: "a", epoch: joined.memberEpoch + 1) == .staleMemberEpoch)
        #expect(fixture.commit(8, member: "b", epoch: 1) == .unknownMemberID)
        #expect(fixture.commit(8, member: "", epoch: -1) == .unknownMemberID)
        #expect(fixture.commit(8, member: "a", epoch: joined.memberEpoch, version: 8) == .unsupportedVersion)
        func fetch(_ member: String?, _ epoch: Int32) -> ErrorCode? {
            let request = OffsetFetchRequest(
                groups: [.init(groupID: "g", memberID: member, memberEpoch: epoch, topics: nil)])
            return fixture.coordinator.fetchOffsets(request, context: GroupFixture.context(9)).groups.first?.errorCode
        }
        #expect(fetch("a", joined.memberEpoch) == ErrorCode.none)
        #expect(fetch("a", joined.memberEpoch + 1) == .staleMemberEpoch)
        #expect(fetch("b", 1) == .unknownMemberID)
        #expect(fetch(nil, -1) == ErrorCode.none)
        #expect(fixture.fetch()?.committedOffset == 7)
    }

    @Test("who comes with a wrong epoch is fenced; the epoch before is let in while its answer may be lost")
    func fencing() {
        let fixture = Self.fixture()
        _ = fixture.enter("g", "a")
        #expect(fixture.beat(member: "a", epoch: 9).first?.errorCode == .fencedMemberEpoch)
        #expect(fixture.beat(member: "x", epoch: 1).first?.errorCode == .unknownMemberID)
        #expect(fixture.beat("other", member: "a", epoch: 1).first?.errorCode == .groupIDNotFound)
        let first = fixture.consumerGroup()?.members.first?.assignment.topicPartitions.first
        let kept = [ConsumerGroupTopicPartitions(topicID: first?.topicID ?? .zero, partitions: [0])]
        // The topic grows: the member enters epoch 2, but its answer is lost.
        fixture.topic.changeTopics { $0.make("t", partitions: 8) }
        #expect(Self.partitions(fixture.beat(member: "a", epoch: 1).first).count == 8)
        let again = fixture.beat(member: "a", epoch: 1, owned: kept).first
        #expect(again?.errorCode == ErrorCode.none && again?.memberEpoch == 2)
        #expect(fixture.beat(member: "a", epoch: 1).first?.errorCode == .fencedMemberEpoch)
        // Fenced members join again under their id, and keep their place.
        let back = fixture.enter("g", "a")
        #expect(back.memberEpoch == 2 && Self.partitions(back).count == 8)
    }

    @Test("a static member that is away keeps its partitions, and its successor gets them without a rebalance")
    func staticMembers() {
        let fixture = Self.fixture()
        _ = fixture.enter("g", "a", instance: "i1")
        _ = fixture.enter("g", "b", instance: "i2")
        let shares = fixture.settle(["a", "b"])
        let epoch = fixture.consumerGroup()?.groupEpoch
        let refused = fixture.enter("g", "c", instance: "i1")
        #expect(refused.errorCode == .unreleasedInstanceID)
        #expect(
            refused.errorMessage
                == "Static member c with instance id i1 cannot join the group because the instance id is owned by a member."
        )
        #expect(fixture.beat(member: "a", epoch: -2, instance: "i1").first?.memberEpoch == -2)
        #expect(fixture.coordinator.snapshot().groups[0].description.members[0].memberEpoch == -2)
        let successor = fixture.enter("g", "c", instance: "i1")
        #expect(Self.partitions(successor) == shares["a"])
        #expect(successor.memberEpoch == epoch)
        #expect(fixture.consumerGroup()?.groupEpoch == epoch)
        #expect(fixture.beat(member: "a", epoch: epoch ?? 0, instance: "i1").first?.errorCode == .fencedInstanceID)
        #expect(fixture.consumerGroup()?.groupState == "Stable")
        // Away for longer than a session, it is gone.
        #expect(fixture.beat(member: "c", epoch: -2, instance: "i1").first?.errorCode == ErrorCode.none)
        fixture.advance(milliseconds: 30_000)
        #expect(fixture.beat(member: "b", epoch: epoch ?? 0).first?.errorCode == ErrorCode.none)
        fixture.advance(milliseconds: 20_000)
        #expect(fixture.settle(["b"])["b"] == [0, 1, 2, 3, 4, 5])
        #expect(fixture.brokenInvariants.isEmpty)
    }

    @Test("a member that is silent for a session is taken out, and its partitions go to the others")
    func sessions() {
        let fixture = Self.fixture()
        _ = fixture.enter("g", "a")
        _ = fixture.enter("g", "b")
        let epoch = fixture.consumerGroup()?.groupEpoch ?? 0
        _ = fixture.settle(["a", "b"])
        fixture.advance(milliseconds: 44_000)
        #expect(fixture.beat(member: "b", epoch: epoch).first?.errorCode == ErrorCode.none)
        fixture.advance(milliseconds: 2_000)
        #expect(fixture.consumerGroup()?.members.map(\.memberID) == ["b"])
        #expect(fixture.beat(member: "a", epoch: epoch).first?.errorCode == .unknownMemberID)
        #expect(fixture.settle(["b"]) == ["b": [0, 1, 2, 3, 4, 5]])
        fixture.advance(milliseconds: 46_000)
        #expect(fixture.consumerGroup()?.groupState == "Empty")
    }

    @Test("a member that does not give up in time what it was asked for is taken out, though it sends heartbeats")
    func rebalanceTimeout() {
        let fixture = Self.fixture()
        let first = fixture.enter("g", "a")
        _ = fixture.enter("g", "b")
        let all = first.assignment?.topicPartitions
        #expect(Self.partitions(fixture.beat(member: "a", epoch: 1, owned: all).first).count == 3)
        for _ in 0..<3 {
            fixture.advance(milliseconds: 6_000)
            #expect(fixture.beat(member: "a", epoch: 1, owned: all).first?.errorCode == ErrorCode.none)
        }
        fixture.advance(milliseconds: 3_000)
        #expect(fixture.beat(member: "a", epoch: 1, owned: all).first?.errorCode == .unknownMemberID)
        #expect(fixture.settle(["b"]) == ["b": [0, 1, 2, 3, 4, 5]])
    }

    @Test("members follow their patterns when topics come and go, and what is no pattern is refused")
    func patterns() {
        let fixture = Self.fixture()
        let joined = fixture.enter("g", "a", topics: nil, pattern: "t.*")
        #expect(Self.partitions(joined).count == 6)
        fixture.topic.changeTopics { $0.make("tea", partitions: 2) }
        #expect(Self.partitions(fixture.beat(member: "a", epoch: 1).first).count == 8)
        fixture.topic.changeTopics { $0.topics["t"] = nil }
        #expect(Self.partitions(fixture.beat(member: "a", epoch: 2, owned: []).first).count == 2)
        let refused = fixture.enter("g", "b", topics: nil, pattern: "(")
        #expect(refused.errorCode == .invalidRegularExpression)
        #expect(fixture.consumerGroup()?.members.map(\.memberID) == ["a"])
        // After a restart the pattern counts before the first heartbeat: its offsets are needed.
        let restarted = fixture.restarted()
        let deletion = Answers<OffsetDeleteResponse>()
        restarted.coordinator.deleteOffsets(
            OffsetDeleteRequest(groupID: "g", topics: [.init(name: "tea", partitions: [.init(partitionIndex: 0)])]),
            context: GroupFixture.context(0)
        ) { deletion.take($0) }
        #expect(deletion.first?.topics.first?.partitions.first?.errorCode == .groupSubscribedToTopic)
    }

    @Test("a full group takes nobody else in, and an assignor that is not offered is refused")
    func limits() {
        let fixture = Self.fixture { $0.consumer.maxSize = 1 }
        _ = fixture.enter("g", "a")
        #expect(fixture.enter("g", "b").errorCode == .groupMaxSizeReached)
        #expect(fixture.enter("g", "a").errorCode == ErrorCode.none)
        #expect(fixture.enter("h", "b", assignor: "sticky").errorCode == .unsupportedAssignor)
        #expect(fixture.enter("h", "b", assignor: "range").errorCode == ErrorCode.none)
        #expect(fixture.consumerGroup("h")?.assignorName == "range")
    }

    @Test("a group with members keeps its protocol; one without takes that of whoever joins, and its offsets stay")
    func kinds() {
        let fixture = Self.fixture()
        _ = fixture.enter("g", "a")
        #expect(fixture.commit(5, member: "a", epoch: 1) == ErrorCode.none)
        #expect(fixture.join().first?.errorCode == .inconsistentGroupProtocol)
        #expect(fixture.heartbeat("g", JoinGroupResponse(generationID: 1, memberID: "a")) == .unknownMemberID)
        _ = fixture.beat(member: "a", epoch: -1)
        let classic = fixture.joinNew()
        #expect(classic.first?.errorCode == ErrorCode.none)
        #expect(fixture.fetch()?.committedOffset == 5)
        #expect(fixture.consumerGroup() == nil)
        #expect(fixture.enter("g", "b").errorCode == .groupIDNotFound)
        let member = LeaveGroupRequest.Member(memberID: classic.first?.memberID ?? "")
        _ = fixture.coordinator.leave(
            LeaveGroupRequest(groupID: "g", members: [member]), context: GroupFixture.context(3))
        #expect(fixture.enter("g", "b").errorCode == ErrorCode.none)
        #expect(fixture.fetch()?.committedOffset == 5)
        let restarted = fixture.restarted()
        #expect(restarted.consumerGroup()?.members.map(\.memberID) == ["b"])
        #expect(restarted.fetch()?.committedOffset == 5)
    }

    @Test("groups are listed, described and deleted by their kind")
    func administration() {
        let fixture = Self.fixture()
        _ = fixture.enter("g", "a")
        _ = fixture.joinNew("h")
        func list(_ types: [String]) -> [String] {
            fixture.coordinator.listGroups(ListGroupsRequest(typesFilter: types), context: GroupFixture.context(5))
                .groups.map { "\($0.groupID) \($0.groupType) \($0.groupState) \($0.protocolType)" }
        }
        #expect(list(["Consumer"]) == ["g consumer Stable consumer"])
        #expect(list(["classic"]) == ["h classic CompletingRebalance consumer"])
        #expect(fixture.state("g") == "Dead")
        #expect(fixture.consumerGroup("h") == nil)
        func delete() -> ErrorCode? {
            let answers = Answers<DeleteGroupsResponse>()
            fixture.coordinator.deleteGroups(
                DeleteGroupsRequest(groupsNames: ["g"]), context: GroupFixture.context(2)
            ) { answers.take($0) }
            return answers.first?.results.first?.errorCode
        }
        #expect(delete() == .nonEmptyGroup)
        _ = fixture.beat(member: "a", epoch: -1)
        #expect(delete() == ErrorCode.none)
        #expect(fixture.consumerGroup() == nil)
        #expect(fixture.restarted().coordinator.snapshot().groups.map(\.description.groupID) == [])
    }

    @Test("nobody is told of what the log refused, and the group is as if it had not happened")
    func refusedByTheLog() {
        let fixture = Self.fixture()
        fixture.topic.error = .notEnoughReplicas
        #expect(fixture.enter("g", "a").errorCode == .coordinatorNotAvailable)
        #expect(fixture.consumerGroup() == nil)
        fixture.topic.error = .none
        _ = fixture.enter("g", "a")
        fixture.topic.acknowledgesAtOnce = false
        let joining = fixture.beat(member: "b", topics: ["t"], owned: [], rebalance: 20_000)
        let waiting = fixture.beat(member: "a", epoch: 1)
        #expect(joining.first == nil && waiting.first == nil)
        fixture.topic.acknowledge(error: .kafkaStorageError)
        #expect(joining.first?.errorCode == .notCoordinator)
        // Without the other member nothing has changed for this one.
        #expect(waiting.first?.memberEpoch == 1 && waiting.first?.assignment == nil)
        #expect(fixture.consumerGroup()?.groupEpoch == 1)
        #expect(fixture.brokenInvariants.isEmpty)
    }

    @Test("a heartbeat that changes nothing writes nothing")
    func quiet() {
        let fixture = Self.fixture()
        let joined = fixture.enter("g", "a")
        let appends = fixture.topic.appendCount
        for _ in 0..<10 {
            fixture.advance(milliseconds: 5_000)
            let answer = fixture.beat(member: "a", epoch: 1, owned: joined.assignment?.topicPartitions).first
            #expect(answer?.memberEpoch == 1 && answer?.assignment == nil && answer?.heartbeatIntervalMs == 5_000)
        }
        #expect(fixture.topic.appendCount == appends)
    }

    @Test("offsets within a transaction count for members in their epoch")
    func transactions() {
        let fixture = Self.fixture()
        _ = fixture.enter("g", "a")
        func commit(_ member: String, _ epoch: Int32) -> ErrorCode {
            fixture.coordinator.registry.withLock {
                $0.groups["g"]?.validateTransactionalCommit(MemberClaim(memberID: member, generation: epoch))
                    ?? .groupIDNotFound
            }
        }
        #expect(commit("a", 1) == .none)
        #expect(commit("a", 2) == .illegalGeneration)
        #expect(commit("b", 1) == .unknownMemberID)
        #expect(commit("", -1) == .none)
    }
}
