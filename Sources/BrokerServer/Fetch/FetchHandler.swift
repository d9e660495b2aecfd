import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import NIOPosix

/// Fetch: record batches are read, at once or when enough of them have come.
///
/// What a client named once need not be named again: see ``FetchSessionCache``.
struct FetchHandler: Sendable {
    /// The broker that is read from.
    let broker: Broker
    /// Bytes of records in one answer at most, whatever is asked for.
    let maxBytes: Int
    /// Where reads run that the log does not have in memory.
    let pool: NIOThreadPool
    /// What clients named in earlier fetches.
    let sessions: FetchSessionCache

    /// Answers, or returns the fetch that waits.
    func handle(_ request: FetchRequest, _ exchange: Exchange) -> (any WaitingRequest)? {
        let turn: FetchSessionCache.Turn
        do throws(FetchSessionCache.Refusal) {
            turn = try sessions.turn(for: request, version: exchange.version)
        } catch {
            exchange.respond(.fetch(FetchResponse(errorCode: error.code)))
            return nil
        }
        let plan = FetchPlan(
            request: turn.request, version: exchange.version, maxBytes: maxBytes, image: broker.topics.image)
        let sessions = sessions
        let fetch = FetchInFlight(plan: plan, exchange: exchange, broker: broker, pool: pool) { response in
            sessions.answer(turn, response)
        }
        fetch.start()
        return fetch.isDone ? nil : fetch
    }
}
