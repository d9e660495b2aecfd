import BrokerCore
import KafkaProtocol

/// The topic and configuration APIs: the topic controller does the work. It writes to disk, so this runs on the pool.
struct TopicsHandler: Sendable {
    /// The broker whose topics these are.
    let broker: Broker

    /// CreateTopics.
    func answer(_ request: CreateTopicsRequest, _ exchange: Exchange) -> CreateTopicsResponse {
        broker.topics.create(request)
    }

    /// DeleteTopics.
    func answer(_ request: DeleteTopicsRequest, _ exchange: Exchange) -> DeleteTopicsResponse {
        broker.topics.delete(request)
    }

    /// CreatePartitions.
    func answer(_ request: CreatePartitionsRequest) -> CreatePartitionsResponse {
        broker.topics.createPartitions(request)
    }

    /// DescribeConfigs.
    func answer(_ request: DescribeConfigsRequest) -> DescribeConfigsResponse {
        broker.topics.describeConfigs(request)
    }

    /// AlterConfigs: what is not named goes back to its default.
    func answer(_ request: AlterConfigsRequest) -> AlterConfigsResponse {
        broker.topics.alterConfigs(request)
    }

    /// IncrementalAlterConfigs (KIP-339).
    func answer(_ request: IncrementalAlterConfigsRequest) -> IncrementalAlterConfigsResponse {
        broker.topics.incrementalAlterConfigs(request)
    }
}
