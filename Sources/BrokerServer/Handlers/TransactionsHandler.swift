import BrokerCore
import Cluster
import KafkaProtocol

/// The transaction APIs: the coordinators do the work.
struct TransactionsHandler: Sendable {
    /// The broker that coordinates.
    let broker: Broker

    /// InitProducerId: answered when the producer's id and epoch are durable.
    func initProducerID(_ request: InitProducerIdRequest, _ exchange: Exchange) {
        broker.transactions.initProducerID(request, version: exchange.version) {
            exchange.respond(.initProducerId($0))
        }
    }

    /// AddPartitionsToTxn: answered when the partitions are known for good.
    func addPartitions(_ request: AddPartitionsToTxnRequest, _ exchange: Exchange) {
        broker.transactions.addPartitions(request, version: exchange.version) {
            exchange.respond(.addPartitionsToTxn($0))
        }
    }

    /// AddOffsetsToTxn: answered when the group's partition is known for good.
    func addOffsets(_ request: AddOffsetsToTxnRequest, _ exchange: Exchange) {
        broker.transactions.addOffsets(request, version: exchange.version) { exchange.respond(.addOffsetsToTxn($0)) }
    }

    /// EndTxn: answered when the transaction has ended.
    func end(_ request: EndTxnRequest, _ exchange: Exchange) {
        broker.transactions.end(request, version: exchange.version) { exchange.respond(.endTxn($0)) }
    }

    /// TxnOffsetCommit: answered when the offsets are durable; they count once the transaction is committed.
    func commitOffsets(_ request: TxnOffsetCommitRequest, _ exchange: Exchange) {
        let verification = broker.transactions.verification(of: request.transactionalID)
        broker.groups.commitTransactionalOffsets(request, verification: verification) {
            exchange.respond(.txnOffsetCommit($0))
        }
    }

    /// Answers ListTransactions.
    func answer(_ request: ListTransactionsRequest) -> ListTransactionsResponse { broker.transactions.list(request) }

    /// Answers DescribeTransactions.
    func answer(_ request: DescribeTransactionsRequest) -> DescribeTransactionsResponse {
        broker.transactions.describe(request)
    }

    /// Answers DescribeProducers. May read the disk.
    func answer(_ request: DescribeProducersRequest) -> DescribeProducersResponse {
        broker.describeProducers(request)
    }
}
