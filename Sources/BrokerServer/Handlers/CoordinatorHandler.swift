import BrokerCore
import KafkaProtocol

/// FindCoordinator: groups are coordinated here. Transactions are not, and are told so.
struct CoordinatorHandler: Sendable {
    /// The broker that coordinates.
    let broker: Broker

    private static let group: Int8 = 0
    private static let transaction: Int8 = 1

    /// The error for transactional ids: the one that clients treat as final. Those that say "not now" make them ask for ever.
    static let noTransactions = ErrorCode.transactionalIDAuthorizationFailed

    /// Whether the answer needs the topic of committed offsets to be made first, which takes the disk: Kafka makes it when
    /// the first coordinator is looked for.
    func needsOffsetsTopic(_ request: FindCoordinatorRequest) -> Bool {
        request.keyType == Self.group && broker.topics.image.topic(TopicName.offsets) == nil
    }

    /// Makes the topic of committed offsets, unless it is there.
    func makeOffsetsTopic() {
        _ = broker.topics.autoCreate(TopicName.offsets)
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
        case Self.group: (.none, nil)
        case Self.transaction: (Self.noTransactions, "This broker does not serve transactions.")
        default: (.invalidRequest, "Key type \(keyType) is unknown.")
        }
    }
}
