import BrokerCore
import KafkaProtocol

/// Metadata and DescribeCluster: who the broker is, and where its partitions are.
struct MetadataHandler: Sendable {
    /// The broker that is described.
    let broker: Broker
    /// Its rack.
    let rack: String?

    /// Whether a request may lead to new topics, which takes the disk: it names one that does not exist and allows it.
    func mayCreateTopics(_ request: MetadataRequest, version: Int16) -> Bool {
        guard request.allowAutoTopicCreation, let topics = request.topics else { return false }
        let image = broker.topics.image
        return topics.contains { topic in
            guard let name = topic.name, topic.topicID.isZero else { return false }
            return image.topic(name) == nil
        }
    }

    /// Answers Metadata; topics that are missing are made if the request and the broker's settings allow it.
    func answer(_ request: MetadataRequest, _ exchange: Exchange) -> MetadataResponse {
        let endpoint = exchange.client.endpoint
        var response = MetadataResponse(clusterID: broker.clusterID, controllerID: broker.nodeID)
        response.brokers = [
            .init(nodeID: broker.nodeID, host: endpoint.host, port: Int32(clamping: endpoint.port), rack: rack)
        ]
        if request.includeClusterAuthorizedOperations {
            response.clusterAuthorizedOperations = AuthorizedOperations.cluster
        }
        let image = broker.topics.image
        // All topics: null, or none at all in version 0, which knows no null.
        if let wanted = request.topics, exchange.version >= 1 || !wanted.isEmpty {
            response.topics = wanted.map { describe($0, in: image, mayCreate: request.allowAutoTopicCreation) }
        } else {
            response.topics = image.topics.values.map(describe).sorted { $0.name ?? "" < $1.name ?? "" }
        }
        if request.includeTopicAuthorizedOperations {
            for index in response.topics.indices {
                response.topics[index].topicAuthorizedOperations = AuthorizedOperations.topic
            }
        }
        return response
    }

    /// Answers DescribeCluster: the one broker. Controllers have no endpoint of their own here (KIP-919).
    func answer(_ request: DescribeClusterRequest, _ exchange: Exchange) -> DescribeClusterResponse {
        guard request.endpointType == 1 else {
            let isController = request.endpointType == 2
            return DescribeClusterResponse(
                errorCode: isController ? .mismatchedEndpointType : .unsupportedEndpointType,
                errorMessage: isController
                    ? "The request was sent to an endpoint of the wrong type: ask a broker for BROKERS."
                    : "Unsupported endpoint type \(request.endpointType)",
                endpointType: request.endpointType)
        }
        let endpoint = exchange.client.endpoint
        return DescribeClusterResponse(
            clusterID: broker.clusterID, controllerID: broker.nodeID,
            brokers: [
                .init(brokerID: broker.nodeID, host: endpoint.host, port: Int32(clamping: endpoint.port), rack: rack)
            ],
            clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
                ? AuthorizedOperations.cluster : .min)
    }

    private func describe(
        _ wanted: MetadataRequest.Topic, in image: MetadataImage, mayCreate: Bool
    ) -> MetadataResponse.Topic {
        guard let name = wanted.name, wanted.topicID.isZero else {
            guard let topic = image.topic(id: wanted.topicID) else {
                return .init(errorCode: .unknownTopicID, name: nil, topicID: wanted.topicID)
            }
            return describe(topic)
        }
        if let topic = image.topic(name) { return describe(topic) }
        guard TopicName.problem(with: name) == nil else { return .init(errorCode: .invalidTopicException, name: name) }
        let error = mayCreate ? broker.topics.autoCreate(name).errorCode : .unknownTopicOrPartition
        // Made just now, by this request or by another one.
        if let topic = broker.topics.image.topic(name) { return describe(topic) }
        return .init(
            errorCode: error == .none ? .leaderNotAvailable : error, name: name,
            isInternal: TopicName.isInternal(name))
    }

    private func describe(_ topic: MetadataImage.Topic) -> MetadataResponse.Topic {
        let partitions = topic.partitions.sorted { $0.key < $1.key }.map { number, partition in
            MetadataResponse.Partition(
                errorCode: partition.leader < 0 ? .leaderNotAvailable : .none, partitionIndex: number,
                leaderID: partition.leader, leaderEpoch: partition.leaderEpoch, replicaNodes: partition.replicas,
                isrNodes: partition.inSyncReplicas, offlineReplicas: [])
        }
        return .init(
            name: topic.name, topicID: topic.id, isInternal: TopicName.isInternal(topic.name), partitions: partitions)
    }
}
