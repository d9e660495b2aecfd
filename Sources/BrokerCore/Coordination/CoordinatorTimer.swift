import Dispatch
import Synchronization

/// A coordinator to which things happen in the course of time. Nothing happens without a call: somebody sends ``tick()`` when
/// ``nextDeadline`` has come (``CoordinatorTimer`` does).
package protocol TimedCoordinator: Sendable {
    /// When ``tick()`` is worth calling next, monotonic milliseconds; nil as long as nothing can become due.
    var nextDeadline: Int64? { get }
    /// The present on the same clock.
    var monotonicMilliseconds: Int64 { get }
    /// Who is to be told when something becomes due earlier than was announced.
    var alarm: CoordinatorAlarm { get }
    /// Lets everything happen that is due.
    func tick()
}

/// Wakes the timer of a coordinator when something becomes due earlier than the timer means to sleep.
package final class CoordinatorAlarm: Sendable {
    private struct State {
        var sleepsUntil = Int64.max
        var call: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// An alarm that nobody listens to.
    package init() {}

    /// Names who is to be called; nil for nobody.
    func call(_ call: (@Sendable () -> Void)?) { state.withLock { $0.call = call } }

    /// The timer says that it sleeps that long, monotonic milliseconds.
    func sleeps(until time: Int64) { state.withLock { $0.sleepsUntil = time } }

    /// Something is due at that time, monotonic milliseconds; nil for nothing.
    func wake(for deadline: Int64?) {
        guard let deadline else { return }
        let call = state.withLock { state -> (@Sendable () -> Void)? in
            guard deadline < state.sleepsUntil else { return nil }
            state.sleepsUntil = deadline
            return state.call
        }
        call?()
    }
}

/// Ticks a coordinator when something becomes due, on a thread of its own, and sleeps otherwise: while nothing can become due
/// it never wakes.
package final class CoordinatorTimer: Sendable {
    private let coordinator: any TimedCoordinator
    private let label: String
    private let alarm = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let isStopping = Atomic(false)

    /// Deadlines are met up to this much late, milliseconds, so that many sessions do not mean many wake-ups.
    private static let granularity: Int64 = 50

    /// A timer that stands still until ``start()``.
    package init(_ coordinator: any TimedCoordinator, label: String) {
        self.coordinator = coordinator
        self.label = label
    }

    /// Begins ticking. To be called once.
    package func start() {
        coordinator.alarm.call { [alarm] in alarm.signal() }
        DispatchQueue(label: label).async { [self] in run() }
    }

    /// Ends ticking, and returns when the last tick is over. To be called once, after ``start()``.
    package func stop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        coordinator.alarm.call(nil)
        alarm.signal()
        ended.wait()
    }

    private func run() {
        while !isStopping.load(ordering: .sequentiallyConsistent) {
            coordinator.tick()
            let now = coordinator.monotonicMilliseconds
            guard let deadline = coordinator.nextDeadline else {
                if sleeps(until: .max) { alarm.wait() }
                continue
            }
            let until = max(deadline, now) + Self.granularity
            guard sleeps(until: until - Self.granularity) else { continue }
            _ = alarm.wait(timeout: .now() + .milliseconds(Int(clamping: until - now)))
        }
        ended.signal()
    }

    /// Announces a sleep.
    ///
    /// - Returns: Whether it may begin; false if something is due earlier by now.
    private func sleeps(until time: Int64) -> Bool {
        coordinator.alarm.sleeps(until: time)
        return (coordinator.nextDeadline ?? .max) >= time
    }
}
