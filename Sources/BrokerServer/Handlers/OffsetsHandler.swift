import BrokerCore
import Cluster
import KafkaProtocol

/// ListOffsets and OffsetForLeaderEpoch: offsets by time, by place in the log, by leader epoch.
struct OffsetsHandler: Sendable {
    /// The broker whose logs are asked.
    let broker: Broker

    /// The one special timestamp that ListOffsets 0 answers with several offsets.
    private static let latest: Int64 = -1
    private static let earliest: Int64 = -2

    /// Answers ListOffsets. A partition that is named twice is refused, as Kafka does.
    func answer(_ request: ListOffsetsRequest, _ exchange: Exchange) -> ListOffsetsResponse {
        let isolation: IsolationLevel = request.isolationLevel == 1 ? .readCommitted : .readUncommitted
        let repeated = Self.repeatedPartitions(request)
        return ListOffsetsResponse(
            topics: request.topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map { partition in
                        let target = TopicPartition(topic: topic.name, partition: partition.partitionIndex)
                        guard !repeated.contains(target) else {
                            return .init(partitionIndex: partition.partitionIndex, errorCode: .invalidRequest)
                        }
                        return exchange.version == 0
                            ? offsets(of: target, partition) : offset(of: target, partition, isolation)
                    })
            })
    }

    private func offset(
        of target: TopicPartition, _ request: ListOffsetsRequest.Partition, _ isolation: IsolationLevel
    ) -> ListOffsetsResponse.Partition {
        let outcome = broker.offset(
            of: target, timestamp: request.timestamp, currentLeaderEpoch: request.currentLeaderEpoch,
            isolation: isolation)
        return .init(
            partitionIndex: request.partitionIndex, errorCode: outcome.error, timestamp: outcome.timestamp,
            offset: outcome.offset, leaderEpoch: outcome.leaderEpoch)
    }

    /// The array form of version 0 (Debian's Burrow asks so): the offset, then the log's start if more are wanted.
    private func offsets(
        of target: TopicPartition, _ request: ListOffsetsRequest.Partition
    ) -> ListOffsetsResponse.Partition {
        let outcome = broker.offset(
            of: target, timestamp: request.timestamp, currentLeaderEpoch: -1, isolation: .readUncommitted)
        var answer = ListOffsetsResponse.Partition(
            partitionIndex: request.partitionIndex, errorCode: outcome.error)
        guard outcome.error == .none, request.maxNumOffsets > 0 else { return answer }
        if outcome.offset >= 0 { answer.oldStyleOffsets.append(outcome.offset) }
        if request.timestamp == Self.latest, request.maxNumOffsets > 1 {
            let start = broker.offset(
                of: target, timestamp: Self.earliest, currentLeaderEpoch: -1, isolation: .readUncommitted)
            if start.error == .none, start.offset != outcome.offset { answer.oldStyleOffsets.append(start.offset) }
        }
        return answer
    }

    private static func repeatedPartitions(_ request: ListOffsetsRequest) -> Set<TopicPartition> {
        var seen: Set<TopicPartition> = []
        var repeated: Set<TopicPartition> = []
        for topic in request.topics {
            for partition in topic.partitions {
                let target = TopicPartition(topic: topic.name, partition: partition.partitionIndex)
                if !seen.insert(target).inserted { repeated.insert(target) }
            }
        }
        return repeated
    }

    /// Answers OffsetForLeaderEpoch: where the log of an epoch ends.
    func answer(_ request: OffsetForLeaderEpochRequest) -> OffsetForLeaderEpochResponse {
        OffsetForLeaderEpochResponse(
            topics: request.topics.map { topic in
                .init(
                    topic: topic.topic,
                    partitions: topic.partitions.map { partition in
                        let end = broker.endOffset(
                            ofLeaderEpoch: partition.leaderEpoch,
                            partition: TopicPartition(topic: topic.topic, partition: partition.partition),
                            currentLeaderEpoch: partition.currentLeaderEpoch)
                        return .init(
                            errorCode: end.error, partition: partition.partition, leaderEpoch: end.leaderEpoch,
                            endOffset: end.endOffset)
                    })
            })
    }
}
