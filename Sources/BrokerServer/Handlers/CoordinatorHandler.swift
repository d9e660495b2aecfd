import BrokerCore
import KafkaProtocol

/// FindCoordinator: this broker coordinates all groups and all transactions.
struct CoordinatorHandler: Sendable {
    /// The broker that coordinates.
    let broker: Broker

    private static let group: Int8 = 0
    private static let transaction: Int8 = 1

    /// The coordinator's topic if it has to be made before the answer, which takes the disk: Kafka makes it when the first
    /// coordinator is looked for.
    func missingTopic(_ request: FindCoordinatorRequest) -> String? {
        let topic: String
        switch request.keyType {
        case Self.group: topic = TopicName.offsets
        case Self.transaction: topic = TopicName.transactions
        default: return nil
        }
        return broker.topics.image.topic(topic) == nil ? topic : nil
    }

    /// Makes a coordinator's topic, unless it is there.
    func make(_ topic: String) {
        _ = broker.topics.autoCreate(topic)
    }

    /// Answers for one key before version 4, for a list of them since (KIP-699).
    func answer(_ request: FindCoordinatorRequest, _ exchange: Exchange) -> FindCoordinatorResponse {
        let endpoint = exchange.client.endpoint
        let (error, message) = verdict(keyType: request.keyType)
        let nodeID = error == .none ? broker.nodeID : -1
        let host = error == .none ? endpoint.host : ""
        let port = error == .none ? Int32(clamping: endpoint.port) : -1
        guard exchange.version >= 4 else {
            // Kafka's text for success in these versions is the name of the error code.
            return FindCoordinatorResponse(
                errorCode: error, errorMessage: message ?? "NONE", nodeID: nodeID, host: host, port: port)
        }
        return FindCoordinatorResponse(
            coordinators: request.coordinatorKeys.map { key in
                .init(key: key, nodeID: nodeID, host: host, port: port, errorCode: error, errorMessage: message ?? "")
            })
    }

    private func verdict(keyType: Int8) -> (ErrorCode, String?) {
        switch keyType {
        case Self.group, Self.transaction: (.none, nil)
        default: (.invalidRequest, "Key type \(keyType) is unknown.")
        }
    }
}
