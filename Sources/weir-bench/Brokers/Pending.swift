import BrokerCore
import Dispatch
import KafkaProtocol
import Synchronization

/// Waits for appends that complete on other threads.
final class Pending: Sendable {
    private struct State {
        var left: Int
        var failure: String?
    }

    private let state: Mutex<State>
    private let done = DispatchSemaphore(value: 0)

    /// Waits for so many completions; at least one.
    init(_ count: Int) { state = Mutex(State(left: count)) }

    /// Takes one completion.
    func finish(_ outcome: AppendOutcome) {
        let isLast = state.withLock { state in
            if outcome.error != .none { state.failure = "append failed: \(outcome.error) \(outcome.message ?? "")" }
            state.left -= 1
            return state.left == 0
        }
        if isLast { done.signal() }
    }

    /// Blocks until all have come.
    ///
    /// - Throws: `BenchError` when one of them was an error.
    func wait() throws {
        done.wait()
        if let failure = state.withLock({ $0.failure }) { throw BenchError(failure) }
    }
}
