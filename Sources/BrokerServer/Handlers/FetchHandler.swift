import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import NIOPosix

/// Fetch: record batches are read, at once or when enough of them have come.
///
/// Every fetch is a full one: a session asked for is answered with session id 0, which tells the client to go on without
/// (KIP-227). Incremental fetches of a session are answered with the errors of a session that is gone.
struct FetchHandler: Sendable {
    /// The broker that is read from.
    let broker: Broker
    /// Bytes of records in one answer at most, whatever is asked for.
    let maxBytes: Int
    /// Where reads run that the log does not have in memory.
    let pool: NIOThreadPool

    /// Answers, or returns the fetch that waits.
    func handle(_ request: FetchRequest, _ exchange: Exchange) -> (any WaitingRequest)? {
        if let error = Self.sessionError(of: request) {
            exchange.respond(.fetch(FetchResponse(errorCode: error)))
            return nil
        }
        let plan = FetchPlan(
            request: request, version: exchange.version, maxBytes: maxBytes, image: broker.topics.image)
        let fetch = FetchInFlight(plan: plan, exchange: exchange, broker: broker, pool: pool)
        fetch.start()
        return fetch.isDone ? nil : fetch
    }

    /// Kafka's `FetchManager.newContext` for a broker that never opened a session: epochs 0 and -1 are full fetches.
    private static func sessionError(of request: FetchRequest) -> ErrorCode? {
        guard request.sessionEpoch != 0, request.sessionEpoch != -1 else { return nil }
        return request.sessionID == 0 ? .invalidFetchSessionEpoch : .fetchSessionIDNotFound
    }
}
