package import KafkaProtocol
import OrderedCollections
import Synchronization

/// ConsumerGroupDescribe (KIP-848).
extension GroupCoordinator {
    /// ConsumerGroupDescribe: groups that are unknown, or classic, are answered with GROUP_ID_NOT_FOUND.
    package func describeConsumerGroups(_ request: ConsumerGroupDescribeRequest) -> ConsumerGroupDescribeResponse {
        let catalog = topic.catalog
        let groups = registry.withLock { registry in
            request.groupIDs.map { groupID in
                var group = registry.groups[groupID]?.consumer.map { describe($0, catalog) }
                if request.includeAuthorizedOperations { group?.authorizedOperations = Self.allOperations }
                return group ?? Self.notFound(groupID)
            }
        }
        return ConsumerGroupDescribeResponse(groups: groups)
    }

    private static func notFound(_ groupID: String) -> ConsumerGroupDescribeResponse.Group {
        var group = ConsumerGroupDescribeResponse.Group()
        group.groupID = groupID
        group.errorCode = .groupIDNotFound
        return group
    }

    private func describe(
        _ group: ConsumerGroup, _ catalog: any TopicCatalog
    ) -> ConsumerGroupDescribeResponse.Group {
        var described = ConsumerGroupDescribeResponse.Group()
        described.groupID = group.groupID
        described.groupState = group.state.rawValue
        described.groupEpoch = group.epoch
        described.assignmentEpoch = group.assignmentEpoch
        described.assignorName = group.assignor.rawValue
        described.members = group.members.values.map { describe($0, target: group.targets[$0.memberID], catalog) }
        return described
    }

    private func describe(
        _ member: ConsumerMember, target: PartitionAssignment?, _ catalog: any TopicCatalog
    ) -> ConsumerGroupDescribeResponse.Member {
        var described = ConsumerGroupDescribeResponse.Member()
        described.memberID = member.memberID
        described.instanceID = member.instanceID
        described.rackID = member.metadata.rackID
        described.memberEpoch = member.epoch
        described.clientID = member.metadata.clientID
        described.clientHost = member.metadata.clientHost
        described.subscribedTopicNames = member.metadata.subscribedTopicNames
        described.subscribedTopicRegex = member.metadata.subscribedTopicRegex
        described.assignment = ConsumerGroupDescribeResponse.Assignment(member.assigned, catalog)
        described.targetAssignment = ConsumerGroupDescribeResponse.Assignment(target ?? PartitionAssignment(), catalog)
        // 1: a member that speaks the protocol of KIP-848 itself.
        described.memberType = 1
        return described
    }
}

extension ConsumerGroupDescribeResponse.Assignment {
    /// Partitions with the names of their topics; topics that are gone are left out, as Kafka does.
    fileprivate init(_ assignment: PartitionAssignment, _ catalog: any TopicCatalog) {
        self.init()
        topicPartitions = assignment.wireForm.compactMap { topic in
            guard let name = catalog.topicName(of: topic.topicID) else { return nil }
            var described = ConsumerGroupDescribeResponse.TopicPartitions()
            described.topicID = topic.topicID
            described.topicName = name
            described.partitions = topic.partitions
            return described
        }
    }
}
