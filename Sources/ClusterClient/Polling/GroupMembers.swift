import Cluster
import ClusterRequests
import KafkaProtocol

/// What a coordinator says of a group, its commits aside.
struct DescribedGroup: Sendable, Equatable {
    var state: GroupState
    var type: GroupType
    var protocolType: String
    var protocolName: String
    var generation: Int32 = -1
    var members: [GroupMember]
}

/// DescribeGroups and ConsumerGroupDescribe: states and members.
extension KafkaCluster {
    /// Groups in one request, at most: a group's answer carries what its members say of themselves.
    private static let groupsPerDescription = 200

    /// What a coordinator says of a group, nil for one that does not exist, or why it says nothing.
    typealias Members = Result<DescribedGroup?, GroupFailure>

    /// Describes groups at their coordinator.
    ///
    /// - Parameter types: What is known of each group's type. To those that it does not describe, because their members speak the
    ///   protocol of KIP-848, DescribeGroups says that they are dead: they are asked for the other way.
    /// - Returns: An entry for each group.
    func members(of types: [String: GroupType], at coordinator: Int32) async -> [String: Members] {
        let consumers = types.filter { $1 == .consumer }.map(\.key)
        var found = await describe(types.filter { $1 != .consumer }.map(\.key), at: coordinator)
        let dead = found.filter { name, answer in
            guard case .success(nil) = answer else { return false }
            return types[name] == .unknown
        }.map(\.key)
        for (group, answer) in await describeConsumers(consumers + dead, at: coordinator) {
            if case .failure(let failure) = answer, case .unsupported = failure.error, types[group] != .consumer {
                // A broker that cannot tell has no such groups.
                continue
            }
            found[group] = answer
        }
        return found
    }

    private func describe(_ groups: [String], at coordinator: Int32) async -> [String: Members] {
        var found: [String: Members] = [:]
        for chunk in groups.chunks(of: Self.groupsPerDescription) {
            switch await poll(DescribeGroupsRequest(groups: chunk), toBroker: coordinator) {
            case .success(let answer):
                for group in answer.groups { found[group.groupID] = DescribedGroup.of(group, at: coordinator) }
            case .failure(let error): for group in chunk { found[group] = .failure(GroupFailure(error)) }
            }
        }
        return found
    }

    private func describeConsumers(_ groups: [String], at coordinator: Int32) async -> [String: Members] {
        var found: [String: Members] = [:]
        for chunk in groups.chunks(of: Self.groupsPerDescription) {
            switch await poll(ConsumerGroupDescribeRequest(groupIDs: chunk), toBroker: coordinator) {
            case .success(let answer):
                for group in answer.groups { found[group.groupID] = DescribedGroup.of(group, at: coordinator) }
            case .failure(let error): for group in chunk { found[group] = .failure(GroupFailure(error)) }
            }
        }
        return found
    }
}

extension DescribedGroup {
    fileprivate static func of(_ group: DescribeGroupsResponse.Group, at broker: Int32) -> KafkaCluster.Members {
        guard group.errorCode == .none || group.errorCode == .groupIDNotFound else {
            return .failure(GroupFailure(group.errorCode, group.groupID, at: broker))
        }
        let state = GroupState(kafka: group.groupState)
        guard state != .dead, group.errorCode == .none else { return .success(nil) }
        let isConsumer = group.protocolType == ConsumerSubscription.protocolType
        let members = group.members.map { member in
            GroupMember(
                memberID: member.memberID, groupInstanceID: member.groupInstanceID, clientID: member.clientID,
                clientHost: member.clientHost,
                assignment: isConsumer ? ConsumerAssignment(decoding: member.memberAssignment)?.partitions ?? [] : [])
        }
        return .success(
            DescribedGroup(
                state: state, type: .classic, protocolType: group.protocolType, protocolName: group.protocolData,
                members: members.sorted { $0.memberID < $1.memberID }))
    }

    fileprivate static func of(
        _ group: ConsumerGroupDescribeResponse.Group, at broker: Int32
    ) -> KafkaCluster.Members {
        guard group.errorCode != .groupIDNotFound else { return .success(nil) }
        guard group.errorCode == .none else {
            return .failure(GroupFailure(group.errorCode, group.groupID, at: broker))
        }
        let members = group.members.map { member in
            GroupMember(
                memberID: member.memberID, groupInstanceID: member.instanceID, clientID: member.clientID,
                clientHost: member.clientHost, memberEpoch: member.memberEpoch,
                assignment: member.assignment.topicPartitions.flatMap { topic in
                    topic.partitions.map { TopicPartition(topic: topic.topicName, partition: $0) }
                }.sorted())
        }
        return .success(
            DescribedGroup(
                state: GroupState(kafka: group.groupState), type: .consumer,
                protocolType: ConsumerSubscription.protocolType, protocolName: group.assignorName,
                generation: group.groupEpoch, members: members.sorted { $0.memberID < $1.memberID }))
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
