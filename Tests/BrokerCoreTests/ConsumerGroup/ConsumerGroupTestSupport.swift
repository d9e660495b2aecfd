import KafkaProtocol
import Synchronization

@testable import BrokerCore

/// What a test asks of a coordinator with groups of KIP-848.
extension GroupFixture {
    /// Sends ConsumerGroupHeartbeat.
    func beat(
        _ group: String = "g", member: String = "", epoch: Int32 = 0, instance: String? = nil, topics: [String]? = nil,
        pattern: String? = nil, assignor: String? = nil, owned: [ConsumerGroupTopicPartitions]? = nil,
        rebalance: Int32 = -1, version: Int16 = 1
    ) -> Answers<ConsumerGroupHeartbeatResponse> {
        let answers = Answers<ConsumerGroupHeartbeatResponse>()
        let request = ConsumerGroupHeartbeatRequest(
            groupID: group, memberID: member, memberEpoch: epoch, instanceID: instance, rebalanceTimeoutMs: rebalance,
            subscribedTopicNames: topics, subscribedTopicRegex: pattern, serverAssignor: assignor,
            topicPartitions: owned)
        coordinator.consumerHeartbeat(request, context: Self.context(version)) { answers.take($0) }
        return answers
    }

    /// Joins a member, or joins it again.
    func enter(
        _ group: String = "g", _ member: String, instance: String? = nil, topics: [String]? = ["t"],
        pattern: String? = nil, assignor: String? = nil
    ) -> ConsumerGroupHeartbeatResponse {
        beat(
            group, member: member, instance: instance, topics: topics, pattern: pattern, assignor: assignor, owned: [],
            rebalance: 20_000
        ).first ?? ConsumerGroupHeartbeatResponse(errorCode: .unknownServerError, errorMessage: "no answer")
    }

    /// Leads members on until nothing changes any more; each reports what it was told last.
    ///
    /// - Returns: The partitions of topic `t`, by member.
    func settle(_ members: [String], group: String = "g") -> [String: [Int32]] {
        var owned: [String: [ConsumerGroupTopicPartitions]] = [:]
        for _ in 0..<20 {
            for member in members {
                let described = consumerGroup(group)?.members.first { $0.memberID == member }
                guard let described else { continue }
                let told = beat(
                    group, member: member, epoch: described.memberEpoch,
                    owned: owned[member]
                        ?? described.assignment.topicPartitions.map {
                            .init(topicID: $0.topicID, partitions: $0.partitions)
                        }
                ).first
                if let assignment = told?.assignment { owned[member] = assignment.topicPartitions }
            }
        }
        var shares: [String: [Int32]] = [:]
        for member in consumerGroup(group)?.members ?? [] {
            shares[member.memberID] = member.assignment.topicPartitions.flatMap(\.partitions).sorted()
        }
        return shares
    }

    /// What ConsumerGroupDescribe says; nil where there is no such group.
    func consumerGroup(_ group: String = "g") -> ConsumerGroupDescribeResponse.Group? {
        coordinator.describeConsumerGroups(ConsumerGroupDescribeRequest(groupIDs: [group])).groups.first {
            $0.errorCode == .none
        }
    }

    /// Sends OffsetCommit 9 for partition 0 of `t`.
    func commit(_ offset: Int64, member: String, epoch: Int32, group: String = "g", version: Int16 = 9) -> ErrorCode? {
        let answers = Answers<ErrorCode>()
        let request = OffsetCommitRequest(
            groupID: group, generationIDOrMemberEpoch: epoch, memberID: member,
            topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, committedOffset: offset)])])
        coordinator.commitOffsets(request, context: Self.context(version)) {
            answers.take($0.topics.first?.partitions.first?.errorCode ?? .unknownServerError)
        }
        return answers.first
    }

    /// What broke in the coordinator's books.
    var brokenInvariants: [String] {
        coordinator.registry.withLock { registry in
            registry.groups.values.flatMap { $0.consumer?.brokenInvariants() ?? [] }
        }
    }
}
