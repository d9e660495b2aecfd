import Dispatch
import Synchronization

/// Runs asynchronous work from the synchronous main thread and waits until it has ended.
func waitingFor(_ work: @escaping @Sendable () async -> Void) {
    let ended = DispatchSemaphore(value: 0)
    Task.detached {
        await work()
        ended.signal()
    }
    ended.wait()
}

/// Runs asynchronous work from the synchronous main thread and waits for its result.
func awaiting<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () async throws(Failure) -> Value
) throws(Failure) -> Value {
    let outcome = Outcome<Value, Failure>()
    waitingFor {
        do throws(Failure) {
            outcome.set(.success(try await work()))
        } catch {
            outcome.set(.failure(error))
        }
    }
    return try outcome.get()
}

/// Carries a result from one thread to another.
private final class Outcome<Value: Sendable, Failure: Error>: Sendable {
    private let result = Mutex<Result<Value, Failure>?>(nil)

    func set(_ value: Result<Value, Failure>) { result.withLock { $0 = value } }

    func get() throws(Failure) -> Value {
        guard let result = result.withLock({ $0 }) else { preconditionFailure("asked before the work had ended") }
        return try result.get()
    }
}
