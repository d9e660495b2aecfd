import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore

/// The members of one demo group, joined through the group protocol as real consumers would be.
struct GroupMembership {
    private struct Member {
        var clientID: String
        var memberID = ""
        var generation: Int32 = -1
    }

    /// What the demo's consumers speak; from JoinGroup 4 on a member has to ask twice.
    private static let apiVersion: Int16 = 3

    private let groupID: String
    private let topic: String
    private let partitions: Int32
    private let coordinator: GroupCoordinator
    private var members: [Member]
    /// True while the members are in the group.
    private(set) var isJoined = false

    /// Members that are not in the group yet.
    init(_ group: DemoGroup, partitions: Int32, coordinator: GroupCoordinator) {
        groupID = group.groupID
        topic = group.topic
        self.partitions = partitions
        self.coordinator = coordinator
        members = (0..<group.memberCount).map { Member(clientID: "\(group.groupID)-\($0)") }
    }

    /// Joins all members and shares the partitions out by range.
    mutating func join() async {
        let answers = await joinAll()
        guard answers.allSatisfy({ $0.errorCode == .none }) else { return }
        let ids = answers.map(\.memberID).sorted()
        for (index, answer) in answers.enumerated() {
            members[index].memberID = answer.memberID
            members[index].generation = answer.generationID
        }
        var synced = true
        // The leader first: the others wait for what it says.
        let isLeader = answers.map { $0.leader == $0.memberID }
        for index in members.indices.filter({ isLeader[$0] }) + members.indices.filter({ !isLeader[$0] }) {
            var request = SyncGroupRequest()
            request.groupID = groupID
            request.memberID = members[index].memberID
            request.generationID = members[index].generation
            if isLeader[index] {
                request.assignments = ids.enumerated().map { place, id in
                    SyncGroupRequest.Assignment(memberID: id, assignment: assignment(place: place, of: ids.count))
                }
            }
            let answer = await sync(request, clientID: members[index].clientID)
            if answer.errorCode != .none { synced = false }
        }
        isJoined = synced
    }

    /// Tells the coordinator that the members live; a member that was thrown out makes all join again at the next step.
    mutating func heartbeat() {
        for member in members {
            var request = HeartbeatRequest()
            request.groupID = groupID
            request.memberID = member.memberID
            request.generationID = member.generation
            if coordinator.heartbeat(request, context: context(member.clientID)).errorCode != .none { isJoined = false }
        }
    }

    /// Leaves with all members.
    mutating func leave() {
        for index in members.indices {
            var request = LeaveGroupRequest()
            request.groupID = groupID
            request.members = [LeaveGroupRequest.Member(memberID: members[index].memberID)]
            _ = coordinator.leave(request, context: context(members[index].clientID))
            members[index].memberID = ""
        }
        isJoined = false
    }

    /// Commits positions in the name of the first member.
    func commit(_ positions: [Int32: Int64]) async {
        guard let member = members.first, !positions.isEmpty else { return }
        var request = OffsetCommitRequest()
        request.groupID = groupID
        request.memberID = member.memberID
        request.generationIDOrMemberEpoch = member.generation
        request.topics = [
            OffsetCommitRequest.Topic(
                name: topic,
                partitions: positions.sorted { $0.key < $1.key }.map {
                    OffsetCommitRequest.Partition(partitionIndex: $0.key, committedOffset: $0.value)
                }
            )
        ]
        let context = context(member.clientID)
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            coordinator.commitOffsets(request, context: context) { _ in done.resume() }
        }
    }

    private func context(_ clientID: String) -> RequestContext {
        RequestContext(clientID: clientID, clientHost: "/127.0.0.1", apiVersion: Self.apiVersion)
    }

    private func joinAll() async -> [JoinGroupResponse] {
        let subscription = subscription()
        return await withTaskGroup(of: (Int, JoinGroupResponse).self) { tasks in
            for (index, member) in members.enumerated() {
                var request = JoinGroupRequest()
                request.groupID = groupID
                request.sessionTimeoutMs = 30_000
                request.rebalanceTimeoutMs = 30_000
                request.memberID = member.memberID
                request.protocolType = ConsumerSubscription.protocolType
                request.protocols = [JoinGroupRequest.GroupProtocol(name: "range", metadata: subscription)]
                let (coordinator, context) = (coordinator, context(member.clientID))
                tasks.addTask { [request] in
                    let answer = await withCheckedContinuation { (done: CheckedContinuation<JoinGroupResponse, Never>) in
                        coordinator.join(request, context: context) { done.resume(returning: $0) }
                    }
                    return (index, answer)
                }
            }
            var answers = [JoinGroupResponse](repeating: JoinGroupResponse(), count: members.count)
            for await (index, answer) in tasks { answers[index] = answer }
            return answers
        }
    }

    private func sync(_ request: SyncGroupRequest, clientID: String) async -> SyncGroupResponse {
        let context = context(clientID)
        return await withCheckedContinuation { done in
            coordinator.sync(request, context: context) { done.resume(returning: $0) }
        }
    }

    /// `ConsumerProtocolSubscription` version 0: the topic, no user data.
    private func subscription() -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeMultipleIntegers(Int16(0), Int32(1), Int16(topic.utf8.count))
        bytes.writeString(topic)
        bytes.writeInteger(Int32(-1))
        return bytes
    }

    /// `ConsumerProtocolAssignment` version 0: the member's range of partitions.
    private func assignment(place: Int, of count: Int) -> ByteBuffer {
        let (share, more) = Int(partitions).quotientAndRemainder(dividingBy: count)
        let first = place * share + min(place, more)
        let own = first..<(first + share + (place < more ? 1 : 0))
        var bytes = ByteBuffer()
        bytes.writeMultipleIntegers(Int16(0), Int32(1), Int16(topic.utf8.count))
        bytes.writeString(topic)
        bytes.writeInteger(Int32(own.count))
        for partition in own { bytes.writeInteger(Int32(partition)) }
        bytes.writeInteger(Int32(-1))
        return bytes
    }
}
