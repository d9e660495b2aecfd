import Cluster
import KafkaProtocol
import NIOCore

/// Groups: answered by their coordinator only.
extension ClusterModel {
    func findCoordinator(_ request: FindCoordinatorRequest, _ version: Int16) -> FindCoordinatorResponse {
        let keys = version >= 4 ? request.coordinatorKeys : [request.key]
        let found = keys.map { key -> FindCoordinatorResponse.Coordinator in
            let id = coordinator(of: key)
            guard request.keyType == 0, let broker = brokers[id], broker.isListed else {
                return .init(key: key, nodeID: -1, host: "", port: -1, errorCode: .coordinatorNotAvailable)
            }
            return .init(key: key, nodeID: id, host: "127.0.0.1", port: Int32(broker.port))
        }
        guard version < 4, let only = found.first else { return FindCoordinatorResponse(coordinators: found) }
        return FindCoordinatorResponse(
            errorCode: only.errorCode, nodeID: only.nodeID, host: only.host, port: only.port)
    }

    func listGroups(_ request: ListGroupsRequest, _ version: Int16, by broker: Int32) -> ListGroupsResponse {
        let own = groups.filter { $0.value.coordinator == broker }.sorted { $0.key < $1.key }
        return ListGroupsResponse(
            groups: own.compactMap { id, group in
                guard version < 4 || request.statesFilter.isEmpty || request.statesFilter.contains(group.state.rawValue)
                else { return nil }
                return .init(
                    groupID: id, protocolType: "consumer", groupState: group.state.rawValue,
                    groupType: group.type.rawValue.lowercased())
            })
    }

    func describeGroups(_ request: DescribeGroupsRequest, by broker: Int32) -> DescribeGroupsResponse {
        DescribeGroupsResponse(
            groups: request.groups.map { id in
                let error = refusal(ofGroup: id, by: broker)
                guard error == .none else { return .init(errorCode: error, groupID: id) }
                // A group that is not there, or speaks KIP-848, is dead in this API's eyes.
                guard let group = groups[id], group.type == .classic else {
                    return .init(groupID: id, groupState: GroupState.dead.rawValue)
                }
                guard group.error == .none else { return .init(errorCode: group.error, groupID: id) }
                return .init(
                    groupID: id, groupState: group.state.rawValue, protocolType: "consumer",
                    protocolData: group.assignor,
                    members: group.members.map { member in
                        .init(
                            memberID: member.id, clientID: member.clientID, clientHost: "/10.0.0.7",
                            memberMetadata: Self.subscription(member.topics),
                            memberAssignment: Self.assignment(member.assignment))
                    })
            })
    }

    /// Groups that speak KIP-848; of others nothing is known here.
    func describeConsumerGroups(
        _ request: ConsumerGroupDescribeRequest, by broker: Int32
    ) -> ConsumerGroupDescribeResponse {
        var answer = ConsumerGroupDescribeResponse()
        answer.groups = request.groupIDs.map { id in
            var described = ConsumerGroupDescribeResponse.Group()
            described.groupID = id
            described.errorCode = refusal(ofGroup: id, by: broker)
            if described.errorCode == .none, groups[id]?.type != .consumer { described.errorCode = .groupIDNotFound }
            guard described.errorCode == .none, let group = groups[id] else { return described }
            described.groupState = group.state.rawValue
            described.assignorName = group.assignor
            described.members = group.members.map(describe)
            return described
        }
        return answer
    }

    private func describe(_ member: ModelGroup.Member) -> ConsumerGroupDescribeResponse.Member {
        var described = ConsumerGroupDescribeResponse.Member()
        described.memberID = member.id
        described.memberEpoch = 1
        described.clientID = member.clientID
        described.clientHost = "/10.0.0.7"
        described.subscribedTopicNames = member.topics
        let byTopic = Dictionary(grouping: member.assignment, by: \.topic).sorted { $0.key < $1.key }
        described.assignment.topicPartitions = byTopic.map { name, partitions in
            var assigned = ConsumerGroupDescribeResponse.TopicPartitions()
            assigned.topicID = topics[name]?.id ?? .zero
            assigned.topicName = name
            assigned.partitions = partitions.map(\.partition)
            return assigned
        }
        described.targetAssignment = described.assignment
        return described
    }

    private static func subscription(_ topics: [String]) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeInteger(Int16(1))
        bytes.writeInteger(Int32(topics.count))
        for topic in topics {
            bytes.writeInteger(Int16(topic.utf8.count))
            bytes.writeString(topic)
        }
        bytes.writeInteger(Int32(-1))
        bytes.writeInteger(Int32(0))
        return bytes
    }

    private static func assignment(_ partitions: [TopicPartition]) -> ByteBuffer {
        var bytes = ByteBuffer()
        let topics = Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }
        bytes.writeInteger(Int16(1))
        bytes.writeInteger(Int32(topics.count))
        for (topic, partitions) in topics {
            bytes.writeInteger(Int16(topic.utf8.count))
            bytes.writeString(topic)
            bytes.writeInteger(Int32(partitions.count))
            for partition in partitions { bytes.writeInteger(partition.partition) }
        }
        bytes.writeInteger(Int32(-1))
        return bytes
    }

    func offsetFetch(_ request: OffsetFetchRequest, _ version: Int16, by broker: Int32) -> OffsetFetchResponse {
        if version >= 8 {
            return OffsetFetchResponse(
                groups: request.groups.map { asked in
                    let (topics, error) = commits(of: asked.groupID, asked.topics, by: broker)
                    return .init(groupID: asked.groupID, topics: topics, errorCode: error)
                })
        }
        var (topics, error) = commits(of: request.groupID, request.topics, by: broker)
        if version < 2, error != .none {
            topics = (request.topics ?? []).map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitionIndexes.map {
                        .init(partitionIndex: $0, committedOffset: -1, errorCode: error)
                    })
            }
        }
        return OffsetFetchResponse(topics: topics, errorCode: error)
    }

    private func commits(
        of id: String, _ topics: [OffsetFetchRequest.Topic]?, by broker: Int32
    ) -> ([OffsetFetchResponse.Topic], ErrorCode) {
        var error = refusal(ofGroup: id, by: broker)
        if error == .none { error = groups[id]?.error ?? .none }
        guard error == .none else { return ([], error) }
        let known = groups[id]?.commits ?? [:]
        let wanted =
            topics?.flatMap { topic in
                topic.partitionIndexes.map { TopicPartition(topic: topic.name, partition: $0) }
            } ?? Array(known.keys)
        let byTopic = Dictionary(grouping: wanted, by: \.topic).sorted { $0.key < $1.key }
        return (
            byTopic.map { name, partitions in
                .init(
                    name: name,
                    partitions: partitions.sorted().map {
                        .init(
                            partitionIndex: $0.partition, committedOffset: known[$0]?.offset ?? -1,
                            metadata: known[$0]?.metadata ?? "")
                    })
            }, .none
        )
    }

    mutating func offsetCommit(_ request: OffsetCommitRequest, by broker: Int32) -> OffsetCommitResponse {
        var error = refusal(ofGroup: request.groupID, by: broker)
        if error == .none, groups[request.groupID]?.members.isEmpty == false, request.memberID.isEmpty {
            error = .unknownMemberID
        }
        if error == .none, groups[request.groupID] == nil { addGroup(request.groupID) }
        var answer = OffsetCommitResponse()
        for topic in request.topics {
            var partitions: [OffsetCommitResponse.Partition] = []
            for sent in topic.partitions {
                let name = TopicPartition(topic: topic.name, partition: sent.partitionIndex)
                let own = error == .none && self[name] == nil ? .unknownTopicOrPartition : error
                if own == .none {
                    groups[request.groupID]?.commits[name] = .init(
                        offset: sent.committedOffset, metadata: sent.committedMetadata ?? "")
                }
                partitions.append(.init(partitionIndex: sent.partitionIndex, errorCode: own))
            }
            answer.topics.append(.init(name: topic.name, partitions: partitions))
        }
        return answer
    }

    mutating func offsetDelete(_ request: OffsetDeleteRequest, by broker: Int32) -> OffsetDeleteResponse {
        var error = refusal(ofGroup: request.groupID, by: broker)
        if error == .none, groups[request.groupID] == nil { error = .groupIDNotFound }
        guard error == .none, let group = groups[request.groupID] else { return OffsetDeleteResponse(errorCode: error) }
        let subscribed = Set(group.members.flatMap(\.topics))
        var answer = OffsetDeleteResponse()
        for topic in request.topics {
            var partitions: [OffsetDeleteResponse.Partition] = []
            for asked in topic.partitions {
                let name = TopicPartition(topic: topic.name, partition: asked.partitionIndex)
                let isHeld = subscribed.contains(topic.name)
                if !isHeld { groups[request.groupID]?.commits[name] = nil }
                partitions.append(
                    .init(
                        partitionIndex: asked.partitionIndex, errorCode: isHeld ? .groupSubscribedToTopic : .none))
            }
            answer.topics.append(.init(name: topic.name, partitions: partitions))
        }
        return answer
    }

    mutating func deleteGroups(_ request: DeleteGroupsRequest, by broker: Int32) -> DeleteGroupsResponse {
        var answer = DeleteGroupsResponse()
        for id in request.groupsNames {
            var error = refusal(ofGroup: id, by: broker)
            if error == .none, groups[id] == nil { error = .groupIDNotFound }
            if error == .none, groups[id]?.members.isEmpty == false { error = .nonEmptyGroup }
            if error == .none { groups[id] = nil }
            answer.results.append(.init(groupID: id, errorCode: error))
        }
        return answer
    }
}
