import Cluster
import KafkaProtocol
import NIOCore
import Testing

@testable import BrokerCore

@Suite("Members of a group")
struct GroupMembershipTests {
    /// A stable group of two dynamic members; the first leads.
    private func pair(_ fixture: GroupFixture) throws -> (leader: JoinGroupResponse, follower: JoinGroupResponse) {
        let alone = try #require(fixture.joinNew().first)
        #expect(fixture.sync("g", alone, [alone.memberID: [0, 1]]).first?.errorCode == ErrorCode.none)
        let second = fixture.joinNew()
        let again = fixture.join("g", member: alone.memberID)
        let leader = try #require(again.first)
        let follower = try #require(second.first)
        let waiting = fixture.sync("g", follower)
        #expect(waiting.all.isEmpty)
        _ = fixture.sync("g", leader, [leader.memberID: [0], follower.memberID: [1]])
        #expect(waiting.first?.assignment == GroupFixture.assignment("t", [1]))
        return (leader, follower)
    }

    @Test("a dynamic member is sent back for an id first, and let in with it")
    func memberIDRequired() throws {
        let fixture = GroupFixture()
        let first = try #require(fixture.join(version: 4).first)
        #expect(first.errorCode == .memberIDRequired)
        #expect(first.memberID == "client-id1")
        #expect(first.generationID == -1)
        let second = try #require(fixture.join(member: first.memberID, version: 4).first)
        #expect(second.errorCode == ErrorCode.none)
        #expect(second.generationID == 1)
        #expect(second.leader == first.memberID)
        #expect(second.members.map(\.memberID) == [first.memberID])
    }

    @Test("old clients are let in at once, static members too", arguments: [Int16(0), 1, 2, 3])
    func noIDNeeded(version: Int16) {
        #expect(GroupFixture().join(version: version).first?.errorCode == ErrorCode.none)
        #expect(GroupFixture().join(instance: "i", version: 5).first?.memberID == "i-id1")
    }

    @Test("an id that was given lapses after the session timeout and no longer holds a rebalance up")
    func pendingMemberLapses() throws {
        let fixture = GroupFixture()
        let members = try pair(fixture)
        _ = fixture.join("g", session: 6_000)  // asks for an id and never comes back
        let leader = fixture.join("g", member: members.leader.memberID)
        let follower = fixture.join("g", member: members.follower.memberID)
        #expect(leader.all.isEmpty && follower.all.isEmpty)
        fixture.advance(milliseconds: 6_000)
        #expect(leader.first?.generationID == 3)
        #expect(follower.first?.generationID == 3)
    }

    @Test("a second member sets off a rebalance that heartbeats announce, and both share the partitions")
    func secondMember() throws {
        let fixture = GroupFixture()
        let alone = try #require(fixture.joinNew().first)
        _ = fixture.sync("g", alone, [alone.memberID: [0, 1]])
        #expect(fixture.state() == "Stable")
        let second = fixture.joinNew()
        #expect(fixture.state() == "PreparingRebalance")
        #expect(second.all.isEmpty)
        #expect(fixture.heartbeat("g", alone) == .rebalanceInProgress)
        let leader = try #require(fixture.join("g", member: alone.memberID).first)
        #expect(fixture.state() == "CompletingRebalance")
        #expect(leader.members.count == 2)
        let follower = try #require(second.first)
        #expect(follower.members.isEmpty)
        #expect(follower.leader == leader.memberID)
        #expect(fixture.heartbeat("g", alone) == .illegalGeneration)
        #expect(fixture.heartbeat("g", leader) == ErrorCode.none)
    }

    @Test("assignments are given out only once the log has them")
    func assignmentWaitsForLog() throws {
        let fixture = GroupFixture()
        let joined = try #require(fixture.joinNew().first)
        fixture.topic.acknowledgesAtOnce = false
        let synced = fixture.sync("g", joined, [joined.memberID: [0]])
        #expect(synced.all.isEmpty)
        #expect(fixture.state() == "CompletingRebalance")
        fixture.topic.acknowledge()
        #expect(synced.first?.assignment == GroupFixture.assignment("t", [0]))
        #expect(fixture.state() == "Stable")
    }

    @Test("if the log refuses an assignment, the members are told and join again")
    func assignmentRefusedByLog() throws {
        let fixture = GroupFixture()
        let joined = try #require(fixture.joinNew().first)
        fixture.topic.error = .kafkaStorageError
        #expect(fixture.sync("g", joined, [joined.memberID: [0]]).first?.errorCode == .notCoordinator)
        #expect(fixture.state() == "PreparingRebalance")
        fixture.topic.error = .none
        #expect(fixture.join("g", member: joined.memberID).first?.generationID == 2)
    }

    @Test("a member that falls silent is dropped after its session, and the others take over")
    func sessionExpires() throws {
        let fixture = GroupFixture()
        let members = try pair(fixture)
        for _ in 0..<3 {
            fixture.advance(milliseconds: 3_000)
            #expect(fixture.heartbeat("g", members.leader) == ErrorCode.none)
        }
        fixture.advance(milliseconds: 1_000)
        #expect(fixture.heartbeat("g", members.follower) == .unknownMemberID)
        #expect(fixture.heartbeat("g", members.leader) == .rebalanceInProgress)
        let again = try #require(fixture.join("g", member: members.leader.memberID).first)
        #expect(again.members.map(\.memberID) == [members.leader.memberID])
    }

    @Test("a leap of the wall clock drops nobody")
    func wallClockLeaps() throws {
        let fixture = GroupFixture()
        let members = try pair(fixture)
        fixture.clock.setWall(4_000_000_000_000)
        fixture.coordinator.tick()
        #expect(fixture.heartbeat("g", members.leader) == ErrorCode.none)
        #expect(fixture.heartbeat("g", members.follower) == ErrorCode.none)
    }

    @Test("a rebalance waits no longer than the rebalance timeout; who is late is out")
    func lateMemberIsDropped() throws {
        let fixture = GroupFixture()
        let members = try pair(fixture)
        let leader = fixture.join("g", member: members.leader.memberID)
        for _ in 0..<9 {
            fixture.advance(milliseconds: 3_000)
            #expect(fixture.heartbeat("g", members.follower) == .rebalanceInProgress)
        }
        #expect(leader.all.isEmpty)
        fixture.advance(milliseconds: 3_000)
        #expect(leader.first?.members.map(\.memberID) == [members.leader.memberID])
        #expect(fixture.heartbeat("g", members.follower) == .unknownMemberID)
    }

    @Test("a member that joined but never asks for its assignment is dropped after the rebalance timeout")
    func missingSyncIsDropped() throws {
        let fixture = GroupFixture()
        let members = try pair(fixture)
        let leader = fixture.join("g", member: members.leader.memberID)
        let follower = try #require(fixture.join("g", member: members.follower.memberID).first)
        let joined = try #require(leader.first)
        _ = fixture.sync("g", joined, [joined.memberID: [0, 1]])
        for _ in 0..<10 {
            fixture.advance(milliseconds: 3_000)
            _ = fixture.heartbeat("g", joined)
            _ = fixture.heartbeat("g", follower)
        }
        #expect(fixture.heartbeat("g", follower) == .unknownMemberID)
        #expect(fixture.heartbeat("g", joined) == .rebalanceInProgress)
    }

    @Test("leaving is immediate; the last one out leaves an empty group with its next generation stored")
    func leaving() throws {
        let fixture = GroupFixture()
        let members = try pair(fixture)
        let context = GroupFixture.context(5)
        let one = LeaveGroupRequest(groupID: "g", members: [.init(memberID: members.follower.memberID)])
        #expect(fixture.coordinator.leave(one, context: context).members.map(\.errorCode) == [.none])
        #expect(fixture.heartbeat("g", members.leader) == .rebalanceInProgress)
        let both = LeaveGroupRequest(
            groupID: "g", members: [.init(memberID: members.leader.memberID), .init(memberID: "ghost")]
        )
        #expect(
            fixture.coordinator.leave(both, context: context).members.map(\.errorCode) == [.none, .unknownMemberID])
        #expect(fixture.state() == "Empty")
        let restarted = fixture.restarted()
        #expect(restarted.state() == "Empty")
        #expect(restarted.coordinator.snapshot().groups.first?.description.generation == 3)
        #expect(restarted.coordinator.snapshot().groups.first?.description.protocolType == "consumer")
    }

    @Test("waiting requests of a member that leaves are answered")
    func leavingAnswersWaiters() throws {
        let fixture = GroupFixture()
        let members = try pair(fixture)
        let waiting = fixture.join("g", member: members.leader.memberID)
        _ = fixture.coordinator.leave(
            LeaveGroupRequest(groupID: "g", memberID: members.leader.memberID), context: GroupFixture.context(0)
        )
        #expect(waiting.first?.errorCode == .unknownMemberID)
    }

    @Test("a request sent twice is answered twice: the older one is told to try again")
    func repeatedRequests() throws {
        let fixture = GroupFixture()
        let members = try pair(fixture)
        let first = fixture.join("g", member: members.leader.memberID)
        let second = fixture.join("g", member: members.leader.memberID)
        #expect(first.first?.errorCode == .rebalanceInProgress)
        _ = fixture.join("g", member: members.follower.memberID)
        #expect(second.first?.errorCode == ErrorCode.none)
        #expect(first.all.count == 1)
        let follower = try #require(fixture.join("g", member: members.follower.memberID).first)
        let lost = fixture.sync("g", follower)
        let kept = fixture.sync("g", follower)
        #expect(lost.first?.errorCode == .rebalanceInProgress)
        let leader = try #require(second.first)
        _ = fixture.sync("g", leader, [leader.memberID: [0], follower.memberID: [1]])
        #expect(kept.first?.assignment == GroupFixture.assignment("t", [1]))
    }

    @Test("the protocol most members prefer among those all offer is chosen")
    func protocolVotes() throws {
        let fixture = GroupFixture()
        let first = try #require(fixture.joinNew(protocols: ["sticky", "range", "roundrobin"]).first)
        #expect(first.protocolName == "sticky")
        _ = fixture.sync("g", first, [:])
        let second = fixture.joinNew(protocols: ["roundrobin", "range"])
        let third = fixture.joinNew(protocols: ["roundrobin", "range", "sticky"])
        let again = fixture.join("g", member: first.memberID, protocols: ["sticky", "range", "roundrobin"])
        for answer in [second, third, again] { #expect(answer.first?.protocolName == "roundrobin") }
        #expect(fixture.join("g", protocols: ["cooperative"]).first?.errorCode == .inconsistentGroupProtocol)
    }

    @Test("a full group turns newcomers away")
    func groupIsFull() throws {
        var settings = GroupSettings()
        settings.maxSize = 1
        let fixture = GroupFixture(settings: settings)
        let first = try #require(fixture.joinNew().first)
        _ = fixture.sync("g", first, [first.memberID: [0]])
        let second = try #require(fixture.join("g").first)
        #expect(second.errorCode == .groupMaxSizeReached)
        #expect(fixture.heartbeat("g", first) == ErrorCode.none)
    }

    @Test("a session timeout outside the broker's bounds is refused", arguments: [Int32(5_999), 1_800_001, -1])
    func sessionTimeoutBounds(timeout: Int32) {
        #expect(GroupFixture().join(session: timeout).first?.errorCode == .invalidSessionTimeout)
    }

    @Test("the first rebalance waits for more members as long as the initial delay says")
    func initialDelay() throws {
        var settings = GroupSettings()
        settings.initialRebalanceDelay = 3_000
        let fixture = GroupFixture(settings: settings)
        let first = fixture.joinNew()
        #expect(first.all.isEmpty)
        fixture.advance(milliseconds: 2_000)
        let second = fixture.joinNew()
        fixture.advance(milliseconds: 1_000)
        // Somebody came: the delay is drawn out once more.
        #expect(first.all.isEmpty)
        fixture.advance(milliseconds: 3_000)
        #expect(first.first?.generationID == 1)
        #expect(second.first?.generationID == 1)
        #expect(first.first?.members.count == 2)
    }

    @Test("a closing coordinator answers whoever waits")
    func closing() throws {
        let fixture = GroupFixture()
        let members = try pair(fixture)
        let waiting = fixture.join("g", member: members.leader.memberID)
        fixture.coordinator.close()
        #expect(waiting.first?.errorCode == .coordinatorNotAvailable)
        #expect(waiting.all.count == 1)
    }

    @Test("after a restart members go on in their generation")
    func restart() throws {
        let fixture = GroupFixture()
        let members = try pair(fixture)
        let restarted = fixture.restarted()
        #expect(restarted.state() == "Stable")
        #expect(restarted.heartbeat("g", members.leader) == ErrorCode.none)
        #expect(restarted.heartbeat("g", members.follower) == ErrorCode.none)
        #expect(restarted.commit("g", 5, member: members.follower).first == ErrorCode.none)
        let assigned = restarted.coordinator.snapshot().groups.first?.description.members.flatMap(\.assignment)
        #expect(assigned?.map(\.partition).sorted() == [0, 1])
        restarted.advance(milliseconds: 10_000)
        #expect(restarted.state() == "Empty")
    }
}

@Suite("Static members of a group")
struct GroupStaticMemberTests {
    private func single(_ fixture: GroupFixture) throws -> JoinGroupResponse {
        let joined = try #require(fixture.join(instance: "i").first)
        _ = fixture.sync("g", joined, instance: "i", [joined.memberID: [0, 1]])
        return joined
    }

    @Test("a static member that comes back keeps its assignment without a rebalance; its old self is fenced")
    func comesBack() throws {
        let fixture = GroupFixture()
        let before = try single(fixture)
        let after = try #require(fixture.join(instance: "i").first)
        #expect(after.errorCode == ErrorCode.none)
        #expect(after.memberID != before.memberID)
        #expect(after.generationID == before.generationID)
        #expect(after.skipAssignment)
        #expect(after.leader == after.memberID)
        #expect(after.members.map(\.memberID) == [after.memberID])
        #expect(fixture.state() == "Stable")
        #expect(fixture.sync("g", after, instance: "i").first?.assignment == GroupFixture.assignment("t", [0, 1]))
        #expect(fixture.heartbeat("g", before, instance: "i") == .fencedInstanceID)
        #expect(fixture.heartbeat("g", after, instance: "i") == ErrorCode.none)
        #expect(fixture.restarted().heartbeat("g", after, instance: "i") == ErrorCode.none)
    }

    @Test("clients that cannot skip the assignment are told their old id leads, so that they assign nothing")
    func comesBackBeforeVersion9() throws {
        let fixture = GroupFixture()
        let before = try single(fixture)
        let after = try #require(fixture.join(instance: "i", version: 8).first)
        #expect(after.leader == before.memberID)
        #expect(after.members.isEmpty)
        #expect(!after.skipAssignment)
    }

    @Test("if the log refuses the new id, the old one stays valid")
    func comesBackWithoutLog() throws {
        let fixture = GroupFixture()
        let before = try single(fixture)
        fixture.topic.error = .notEnoughReplicas
        let refused = try #require(fixture.join(instance: "i").first)
        #expect(refused.errorCode == .coordinatorNotAvailable)
        #expect(refused.memberID.isEmpty)
        #expect(fixture.heartbeat("g", before, instance: "i") == ErrorCode.none)
    }

    @Test("a static member that is away is waited for until its session ends")
    func awayDuringRebalance() throws {
        let fixture = GroupFixture()
        let away = try single(fixture)
        let other = fixture.join(instance: "j", rebalance: 2_000)
        for _ in 0..<3 { fixture.advance(milliseconds: 2_000) }
        #expect(other.all.isEmpty)
        fixture.advance(milliseconds: 4_000)
        #expect(other.first?.members.map(\.groupInstanceID) == ["j"])
        #expect(fixture.heartbeat("g", away, instance: "i") == .unknownMemberID)
    }

    @Test("an unknown instance id is unknown, and a tool removes a static member by it")
    func removedByInstance() throws {
        let fixture = GroupFixture()
        let joined = try single(fixture)
        #expect(fixture.heartbeat("g", joined, instance: "k") == .unknownMemberID)
        let request = LeaveGroupRequest(
            groupID: "g", members: [.init(groupInstanceID: "i"), .init(groupInstanceID: "k")]
        )
        let answer = fixture.coordinator.leave(request, context: GroupFixture.context(5))
        #expect(answer.members.map(\.errorCode) == [.none, .unknownMemberID])
        #expect(fixture.state() == "Empty")
    }
}

@Suite("The timer of groups")
struct GroupTimerTests {
    @Test("what is due happens without anybody asking, and the timer stops when told", .timeLimit(.minutes(1)))
    func timer() async {
        var settings = GroupSettings()
        settings.initialRebalanceDelay = 20
        settings.minSessionTimeout = 10
        let coordinator = GroupCoordinator(settings: settings, topic: MemoryOffsetsTopic(), clock: SystemClock())
        let timer = CoordinatorTimer(coordinator, label: "groups")
        timer.start()
        let join = JoinGroupRequest(
            groupID: "g",
            sessionTimeoutMs: 100,
            rebalanceTimeoutMs: 100,
            groupInstanceID: "i",
            protocolType: "consumer",
            protocols: [.init(name: "range", metadata: GroupFixture.subscription(["t"]))]
        )
        let first = await withCheckedContinuation { continuation in
            coordinator.join(join, context: GroupFixture.context(9)) { continuation.resume(returning: $0) }
        }
        #expect(first.generationID == 1)
        // The first member falls silent; a second one gets the group when the first one's session is over.
        var other = join
        other.groupInstanceID = "j"
        let second = await withCheckedContinuation { continuation in
            coordinator.join(other, context: GroupFixture.context(9)) { continuation.resume(returning: $0) }
        }
        #expect(second.members.map(\.groupInstanceID) == ["j"])
        timer.stop()
    }
}
