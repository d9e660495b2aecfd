package import Cluster
package import KafkaProtocol

/// Carries requests to brokers and answers back, over connections that it opens, shares, watches and closes itself.
package protocol BrokerChannel: Sendable {
    /// Sends one request in the highest version that both sides know and gives the answer, errors inside it included.
    ///
    /// - Parameter timeoutMilliseconds: How long to wait for the answer; nil for the settings' request timeout.
    /// - Throws: When no answer came. A cancelled task throws `.cancelled`; the connection stays usable.
    func send<Request: RequestMessage>(_ request: Request, to broker: BrokerAddress, timeoutMilliseconds: Int64?)
        async throws(ClientError) -> Request.Response

    /// The versions that a broker and this client have in common.
    func versions(of broker: BrokerAddress) async throws(ClientError) -> CommonVersions

    /// What has been sent and received so far.
    var cost: RequestCost { get }

    /// Closes every connection; requests under way fail with `.closed`.
    func close() async
}

/// The versions of each API that a broker and this client have in common.
package struct CommonVersions: Sendable, Equatable {
    private var ranges: [Int16: ClosedRange<Int16>] = [:]

    /// Versions by API key.
    package init(_ ranges: [Int16: ClosedRange<Int16>]) { self.ranges = ranges }

    /// The versions of an API in common; nil for none.
    package subscript(api: API) -> ClosedRange<Int16>? { ranges[api.key] }

    /// Whether a version of an API, or a later one, can be used.
    package func has(_ api: API, from version: Int16 = 0) -> Bool {
        ranges[api.key].map { $0.upperBound >= version } ?? false
    }
}

/// Why no answer came.
package enum ClientError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The broker could not be reached, with why and when it is tried again.
    case unreachable(BrokerAddress, String)
    /// The connection broke before the answer came; whether the request was carried out is unknown.
    case disconnected(BrokerAddress, String)
    /// No answer within the time.
    case timedOut(BrokerAddress, api: String, milliseconds: Int64)
    /// TLS or SASL failed: who we are, or who they are.
    case authentication(BrokerAddress, String)
    /// The broker has no version of the API in common with this client.
    case unsupported(BrokerAddress, api: String, broker: String)
    /// The request cannot be written in the version in common, so it was not sent.
    case unsendable(api: String, String)
    /// The answer could not be understood.
    case malformed(BrokerAddress, String)
    /// The caller was cancelled.
    case cancelled
    /// The client was closed.
    case closed

    package var description: String {
        switch self {
        case .unreachable(let broker, let reason): "cannot reach \(broker): \(reason)"
        case .disconnected(let broker, let reason): "\(broker) hung up: \(reason)"
        case .timedOut(let broker, let api, let milliseconds):
            "\(broker) did not answer \(api) within \(milliseconds) ms"
        case .authentication(let broker, let reason): "\(broker): \(reason)"
        case .unsupported(let broker, let api, let offered):
            "\(broker) offers \(api) \(offered), which this version of Weir does not speak"
        case .unsendable(let api, let reason): "\(api) cannot be sent: \(reason)"
        case .malformed(let broker, let reason): "\(broker) sent an answer that cannot be read: \(reason)"
        case .cancelled: "the request was cancelled"
        case .closed: "the connection to the cluster is closed"
        }
    }
}
