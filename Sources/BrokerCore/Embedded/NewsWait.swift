import Cluster
import Dispatch
import Synchronization

/// Waits once: until it is woken, its time is over or its task is cancelled, whichever comes first.
final class NewsWait: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Void, Never>)
        case over
    }

    private let state = Mutex(State.idle)

    /// Ends the wait, also one that has not begun.
    func wake() {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state = .over }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume()
    }

    /// Waits for at most so long.
    func wait(milliseconds: Int, on queue: DispatchQueue) async {
        queue.asyncAfter(deadline: .now() + .milliseconds(max(0, milliseconds))) { [weak self] in self?.wake() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if case .over = state { return true }
                    state = .waiting(continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            wake()
        }
    }
}
