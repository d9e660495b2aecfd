import BrokerCore
import KafkaProtocol

/// DeleteRecords and DescribeLogDirs: what lies in the logs, and less of it.
struct RecordsHandler: Sendable {
    /// The broker whose logs these are.
    let broker: Broker

    /// DeleteRecords: moves each partition's log start; offset -1 stands for its high watermark.
    func answer(_ request: DeleteRecordsRequest) -> DeleteRecordsResponse {
        broker.deleteRecords(request)
    }

    /// DescribeLogDirs.
    func answer(_ request: DescribeLogDirsRequest) -> DescribeLogDirsResponse {
        broker.describeLogDirs(request)
    }
}
