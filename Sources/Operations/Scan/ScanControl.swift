import Synchronization

/// The keys of a scan that runs elsewhere: pause, resume, stop. Shared between the scan and whoever watches it.
package final class ScanControl: Sendable {
    private struct State {
        var isPaused = false
        var isStopped = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Neither paused nor stopped.
    package init() {}

    /// True while the scan is to stand still.
    package var isPaused: Bool { state.withLock { $0.isPaused && !$0.isStopped } }
    /// True once the scan is to end; nothing takes that back.
    package var isStopped: Bool { state.withLock { $0.isStopped } }

    /// The scan stands still after the portion that is being read.
    package func pause() { state.withLock { $0.isPaused = true } }

    /// The scan goes on.
    package func resume() { wake { $0.isPaused = false } }

    /// The scan ends after the portion that is being read, also a paused one.
    package func stop() { wake { $0.isStopped = true } }

    /// Waits while it is paused.
    func waitWhilePaused() async {
        await withCheckedContinuation { continuation in
            let mustWait = state.withLock { it in
                guard it.isPaused, !it.isStopped else { return false }
                it.waiting.append(continuation)
                return true
            }
            if !mustWait { continuation.resume() }
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiting = state.withLock { it in
            change(&it)
            defer { it.waiting = [] }
            return it.waiting
        }
        for one in waiting { one.resume() }
    }
}

/// What time it is for a scan, and how it waits: given, so that tests need not.
package struct ScanClock: Sendable {
    /// Milliseconds that only go on.
    package var now: @Sendable () -> Int64
    /// Waits so many milliseconds.
    package var sleep: @Sendable (Int64) async -> Void

    /// A clock.
    package init(now: @escaping @Sendable () -> Int64, sleep: @escaping @Sendable (Int64) async -> Void) {
        self.now = now
        self.sleep = sleep
    }

    /// The machine's.
    package static let live: ScanClock = {
        let start = ContinuousClock.now
        return ScanClock(
            now: {
                let passed = (ContinuousClock.now - start).components
                return passed.seconds &* 1000 &+ passed.attoseconds / 1_000_000_000_000_000
            },
            // A cancelled wait ends early, which is what a cancelled scan wants.
            sleep: { try? await Task.sleep(for: .milliseconds($0)) })
    }()
}
