import Cluster
import ClusterRequests
import KafkaProtocol

/// DescribeGroups: states and members.
extension KafkaCluster {
    /// Groups in one request, at most: a group's answer carries what its members say of themselves.
    static let groupsPerDescription = 200

    /// What a coordinator says of a group, or why it says nothing.
    typealias Members = Result<DescribeGroupsResponse.Group, GroupFailure>

    /// Describes groups at their coordinator.
    ///
    /// - Returns: An entry for each group.
    func members(of groups: [String], at coordinator: Int32) async -> [String: Members] {
        var found: [String: Members] = [:]
        for chunk in groups.chunks(of: Self.groupsPerDescription) {
            switch await poll(DescribeGroupsRequest(groups: chunk), toBroker: coordinator) {
            case .success(let answer):
                for group in answer.groups {
                    found[group.groupID] =
                        group.errorCode == .none || group.errorCode == .groupIDNotFound
                        ? .success(group) : .failure(GroupFailure(group.errorCode, group.groupID, at: coordinator))
                }
            case .failure(let error): for group in chunk { found[group] = .failure(GroupFailure(error)) }
            }
            for group in chunk where found[group] == nil {
                found[group] = .failure(
                    GroupFailure(.unavailable("broker \(coordinator): the answer to DescribeGroups left it out")))
            }
        }
        return found
    }
}

/// Why a coordinator says nothing of a group.
struct GroupFailure: Error, Sendable {
    var error: ClusterError
    /// Whether another broker may know.
    var hasMoved = false

    /// No answer.
    init(_ error: ClusterError) { self.error = error }

    /// A broker's no.
    init(_ code: ErrorCode, _ group: String, at broker: Int32) {
        error = ClusterError(code, "broker \(broker), group \(group)")
        hasMoved = code.meansCoordinatorMoved
    }
}

extension GroupMember {
    /// A member as DescribeGroups tells it.
    init(_ member: DescribeGroupsResponse.Member, isConsumer: Bool) {
        self.init(
            memberID: member.memberID, groupInstanceID: member.groupInstanceID, clientID: member.clientID,
            clientHost: member.clientHost,
            assignment: isConsumer ? ConsumerAssignment(decoding: member.memberAssignment)?.partitions ?? [] : [])
    }
}
