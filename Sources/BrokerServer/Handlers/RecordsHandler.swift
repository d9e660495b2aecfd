import BrokerCore
import Cluster
import KafkaProtocol

/// DeleteRecords and DescribeLogDirs: what lies in the logs, and less of it.
struct RecordsHandler: Sendable {
    /// The broker whose logs these are.
    let broker: Broker

    /// DeleteRecords: moves each partition's log start; offset -1 stands for its high watermark.
    func answer(_ request: DeleteRecordsRequest) -> DeleteRecordsResponse {
        DeleteRecordsResponse(
            topics: request.topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map { partition in
                        let target = TopicPartition(topic: topic.name, partition: partition.partitionIndex)
                        let (error, lowWatermark) = broker.deleteRecords(target, before: partition.offset)
                        return .init(
                            partitionIndex: partition.partitionIndex,
                            lowWatermark: error == .none ? lowWatermark : -1, errorCode: error)
                    })
            })
    }

    /// DescribeLogDirs.
    func answer(_ request: DescribeLogDirsRequest) -> DescribeLogDirsResponse {
        broker.describeLogDirs(request)
    }
}
