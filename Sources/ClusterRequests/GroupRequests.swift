package import Cluster
import KafkaProtocol

/// Groups by Kafka's requests.
extension RequestSending {
    package func commit(
        _ offsets: [TopicPartition: Int64], group: String
    ) async throws(ClusterError) -> [TopicPartition: Result<Void, ClusterError>] {
        try requireWrite()
        let topics = offsets.keys.byTopic.map { topic, partitions in
            OffsetCommitRequest.Topic(
                name: topic,
                partitions: partitions.map {
                    .init(partitionIndex: $0.partition, committedOffset: offsets[$0] ?? 0, committedMetadata: "")
                })
        }
        // No generation and no member: the coordinator takes it only while nobody is in the group.
        let request = OffsetCommitRequest(groupID: group, topics: topics)
        let answer = try await askCoordinator(request, of: group) { answer in
            answer.topics.contains { $0.partitions.contains { $0.errorCode.meansCoordinatorMoved } }
        }
        var outcomes: [TopicPartition: Result<Void, ClusterError>] = [:]
        for topic in answer.topics {
            for partition in topic.partitions {
                outcomes[TopicPartition(topic: topic.name, partition: partition.partitionIndex)] = outcome(
                    partition.errorCode, "group \(group)")
            }
        }
        return outcomes
    }

    package func deleteOffsets(
        of partitions: [TopicPartition], group: String
    ) async throws(ClusterError) -> [TopicPartition: Result<Void, ClusterError>] {
        try requireWrite()
        let request = OffsetDeleteRequest(
            groupID: group,
            topics: partitions.byTopic.map { topic, partitions in
                .init(name: topic, partitions: partitions.map { .init(partitionIndex: $0.partition) })
            })
        let answer = try await askCoordinator(request, of: group) { $0.errorCode.meansCoordinatorMoved }
        try check(answer.errorCode, "group \(group)")
        var outcomes: [TopicPartition: Result<Void, ClusterError>] = [:]
        for topic in answer.topics {
            for partition in topic.partitions {
                let name = TopicPartition(topic: topic.name, partition: partition.partitionIndex)
                outcomes[name] = outcome(partition.errorCode, "\(name)")
            }
        }
        return outcomes
    }

    package func deleteGroup(_ name: String) async throws(ClusterError) {
        try requireWrite()
        let answer = try await askCoordinator(DeleteGroupsRequest(groupsNames: [name]), of: name) { answer in
            answer.results.contains { $0.errorCode.meansCoordinatorMoved }
        }
        try check(answer.results.first?.errorCode, "group \(name)")
    }

    private func outcome(_ code: ErrorCode, _ subject: String) -> Result<Void, ClusterError> {
        code == .none ? .success(()) : .failure(ClusterError(code, subject))
    }
}

extension Sequence<TopicPartition> {
    /// The partitions of each topic, both ascending, as requests want them.
    package var byTopic: [(topic: String, partitions: [TopicPartition])] {
        Dictionary(grouping: self, by: \.topic).map { ($0.key, $0.value.sorted()) }.sorted { $0.0 < $1.0 }
    }
}
