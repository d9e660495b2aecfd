import Synchronization

/// A value that one task waits for and somebody else gives, once.
///
/// Whoever comes first decides: the giver, or the waiting task's cancellation. What comes later is dropped.
final class Awaited<Value: Sendable>: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Result<Value, ClientError>, Never>)
        case decided(Result<Value, ClientError>)
    }

    private let state = Mutex(State.open)

    /// Gives the value or the reason why there is none.
    func settle(_ result: Result<Value, ClientError>) {
        let waiting = state.withLock { state -> CheckedContinuation<Result<Value, ClientError>, Never>? in
            switch state {
            case .open:
                state = .decided(result)
                return nil
            case .waiting(let continuation):
                state = .decided(result)
                return continuation
            case .decided:
                return nil
            }
        }
        waiting?.resume(returning: result)
    }

    /// Waits for the value. One task may do so, once.
    ///
    /// - Throws: What it was settled with; `.cancelled` at once when the task is cancelled.
    func value() async throws(ClientError) -> Value {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let decided = state.withLock { state -> Result<Value, ClientError>? in
                    switch state {
                    case .open:
                        state = .waiting(continuation)
                        return nil
                    case .waiting: preconditionFailure("two tasks wait for one value")
                    case .decided(let result): return result
                    }
                }
                if let decided { continuation.resume(returning: decided) }
            }
        } onCancel: {
            settle(.failure(.cancelled))
        }
        return try result.get()
    }
}
