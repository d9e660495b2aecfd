import BrokerCore
import Cluster
import ClusterRequests
import KafkaProtocol
import NIOCore
import Synchronization

/// One member of a demo group, taken through the group protocol as a consumer's client would be: join, sync, heartbeat, and from the
/// beginning when the group rebalances.
final class DemoMember: Sendable {
    private enum Phase {
        case out
        case joining
        case joined(JoinGroupResponse)
        case syncing
        case synced(SyncGroupResponse)
        case stable
    }

    private struct State {
        var phase = Phase.out
        var memberID = ""
        var generation: Int32 = -1
    }

    /// What the member speaks; from JoinGroup 4 on a member has to ask twice.
    private static let apiVersion: Int16 = 3

    private let groupID: String
    private let topic: String
    private let partitions: Int32
    private let coordinator: GroupCoordinator
    private let context: RequestContext
    private let state = Mutex(State())

    /// A member that is not in the group yet.
    init(clientID: String, groupID: String, topic: String, partitions: Int32, coordinator: GroupCoordinator) {
        self.groupID = groupID
        self.topic = topic
        self.partitions = partitions
        self.coordinator = coordinator
        context = RequestContext(clientID: clientID, clientHost: "/127.0.0.1", apiVersion: Self.apiVersion)
    }

    /// The member's id and generation while it is part of a settled group.
    var membership: (memberID: String, generation: Int32)? {
        state.withLock { state in
            if case .stable = state.phase { (state.memberID, state.generation) } else { nil }
        }
    }

    /// Goes on where the protocol stands; never waits.
    func step() {
        let current = state.withLock { $0 }
        switch current.phase {
        case .out: join(as: current.memberID)
        case .joined(let answer): sync(answer)
        case .synced(let answer): settle(answer)
        case .joining, .syncing, .stable: break
        }
    }

    /// Says that the member lives; if the group moves on without it, it joins again at the next step.
    func heartbeat() {
        guard let (memberID, generation) = membership else { return }
        let request = HeartbeatRequest(groupID: groupID, generationID: generation, memberID: memberID)
        let answer = coordinator.heartbeat(request, context: context)
        if answer.errorCode != .none { rejoin(after: answer.errorCode) }
    }

    /// Leaves the group.
    func leave() {
        let memberID = state.withLock { state in
            defer { state = State() }
            return state.memberID
        }
        guard !memberID.isEmpty else { return }
        _ = coordinator.leave(
            LeaveGroupRequest(groupID: groupID, members: [.init(memberID: memberID)]), context: context)
    }

    private func rejoin(after error: ErrorCode) {
        state.withLock { state in
            state.phase = .out
            if error == .unknownMemberID { state.memberID = "" }
        }
    }

    private func join(as memberID: String) {
        var request = JoinGroupRequest()
        request.groupID = groupID
        request.sessionTimeoutMs = 30_000
        request.rebalanceTimeoutMs = 30_000
        request.memberID = memberID
        request.protocolType = ConsumerSubscription.protocolType
        request.protocols = [JoinGroupRequest.GroupProtocol(name: "range", metadata: subscription())]
        state.withLock { $0.phase = .joining }
        coordinator.join(request, context: context) { [self] answer in
            state.withLock { state in
                // An answer to a member that has left meanwhile is nobody's.
                guard case .joining = state.phase else { return }
                state.phase = answer.errorCode == .none ? .joined(answer) : .out
                state.memberID = answer.errorCode == .none ? answer.memberID : ""
                state.generation = answer.generationID
            }
        }
    }

    private func sync(_ joined: JoinGroupResponse) {
        var request = SyncGroupRequest()
        request.groupID = groupID
        request.memberID = joined.memberID
        request.generationID = joined.generationID
        if joined.leader == joined.memberID {
            let ids = joined.members.map(\.memberID).sorted()
            request.assignments = ids.enumerated().map { place, id in
                SyncGroupRequest.Assignment(memberID: id, assignment: assignment(place: place, of: ids.count))
            }
        }
        state.withLock { $0.phase = .syncing }
        coordinator.sync(request, context: context) { [self] answer in
            state.withLock { state in
                guard case .syncing = state.phase else { return }
                state.phase = .synced(answer)
            }
        }
    }

    private func settle(_ synced: SyncGroupResponse) {
        if synced.errorCode == .none {
            state.withLock { $0.phase = .stable }
        } else {
            rejoin(after: synced.errorCode)
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
