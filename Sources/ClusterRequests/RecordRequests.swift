package import Cluster
import KafkaProtocol

/// Offsets and log starts by Kafka's requests.
extension RequestSending {
    package func offsets(
        of partitions: [TopicPartition], at spec: OffsetSpec
    ) async -> [TopicPartition: Result<FoundOffset, ClusterError>] {
        let timestamp = spec.kafkaTimestamp
        return await askLeaders(of: partitions) { broker, led throws(ClusterError) in
            let request = ListOffsetsRequest(
                replicaID: -1,
                isolationLevel: 0,
                topics: led.byTopic.map { topic, partitions in
                    .init(
                        name: topic,
                        partitions: partitions.map { .init(partitionIndex: $0.partition, timestamp: timestamp) })
                })
            let answer = try await send(request, to: .broker(broker))
            var found: [TopicPartition: Result<FoundOffset, ErrorCode>] = [:]
            for topic in answer.topics {
                for partition in topic.partitions {
                    let name = TopicPartition(topic: topic.name, partition: partition.partitionIndex)
                    found[name] =
                        partition.errorCode == .none
                        ? .success(
                            FoundOffset(
                                offset: partition.offset >= 0 ? partition.offset : nil,
                                timestamp: partition.timestamp >= 0 ? partition.timestamp : nil))
                        : .failure(partition.errorCode)
                }
            }
            return found
        }
    }

    package func deleteRecords(
        before offsets: [TopicPartition: Int64]
    ) async throws(ClusterError) -> [TopicPartition: Result<Int64, ClusterError>] {
        try requireWrite()
        return await askLeaders(of: Array(offsets.keys)) { broker, led throws(ClusterError) in
            let request = DeleteRecordsRequest(
                topics: led.byTopic.map { topic, partitions in
                    .init(
                        name: topic,
                        partitions: partitions.map { .init(partitionIndex: $0.partition, offset: offsets[$0] ?? -1) })
                },
                timeoutMs: Self.administrationTimeout
            )
            let answer = try await send(request, to: .broker(broker))
            var starts: [TopicPartition: Result<Int64, ErrorCode>] = [:]
            for topic in answer.topics {
                for partition in topic.partitions {
                    starts[TopicPartition(topic: topic.name, partition: partition.partitionIndex)] =
                        partition.errorCode == .none ? .success(partition.lowWatermark) : .failure(partition.errorCode)
                }
            }
            return starts
        }
    }
}

extension OffsetSpec {
    /// Kafka's `ListOffsetsRequest` timestamps.
    package var kafkaTimestamp: Int64 {
        switch self {
        case .latest: -1
        case .earliest: -2
        case .maxTimestamp: -3
        case .timestamp(let time): max(0, time)
        }
    }
}
