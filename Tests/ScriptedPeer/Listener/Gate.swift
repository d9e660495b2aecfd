import NIOCore
import Synchronization

/// Something that waits until a test lets it go on: answers are held behind one, with no clock involved.
package final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var reached = 0
        var waitingForOpen: [@Sendable () -> Void] = []
        var waitingForReach: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// A gate that is shut.
    package init() {}

    /// How many requests have come to it.
    package var reached: Int { state.withLock { $0.reached } }

    /// Waits until so many requests stand, or have stood, before it.
    package func waitUntilReached(by count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.reached >= count { return true }
                state.waitingForReach.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Lets everything through, now and later.
    package func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waitingForOpen = [] }
            return state.waitingForOpen
        }
        for proceed in waiting { proceed() }
    }

    /// Calls `proceed` when the gate is open: at once, or from `open()`.
    func pass(_ proceed: @escaping @Sendable () -> Void) {
        let (isOpen, ready) = state.withLock { state in
            state.reached += 1
            let ready = state.waitingForReach.filter { $0.count <= state.reached }
            state.waitingForReach.removeAll { $0.count <= state.reached }
            if !state.isOpen { state.waitingForOpen.append(proceed) }
            return (state.isOpen, ready)
        }
        for waiter in ready { waiter.continuation.resume() }
        if isOpen { proceed() }
    }
}
