import Dispatch
import Synchronization

/// Ticks a ``GroupCoordinator`` when something becomes due, on a thread of its own, and sleeps otherwise: without groups
/// it never wakes.
package final class GroupTimer: Sendable {
    private let coordinator: GroupCoordinator
    private let alarm = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let isStopping = Atomic(false)

    /// Deadlines are met up to this much late, milliseconds, so that many sessions do not mean many wake-ups.
    private static let granularity: Int64 = 50

    /// A timer that stands still until ``start()``.
    package init(_ coordinator: GroupCoordinator) {
        self.coordinator = coordinator
    }

    /// Begins ticking. To be called once.
    package func start() {
        coordinator.callTimer { [alarm] in alarm.signal() }
        DispatchQueue(label: "weir.groups").async { [self] in run() }
    }

    /// Ends ticking, and returns when the last tick is over. To be called once, after ``start()``.
    package func stop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        coordinator.callTimer(nil)
        alarm.signal()
        ended.wait()
    }

    private func run() {
        while !isStopping.load(ordering: .sequentiallyConsistent) {
            coordinator.tick()
            let now = coordinator.now.monotonic
            guard let deadline = coordinator.nextDeadline else {
                if coordinator.timerSleeps(until: .max) { alarm.wait() }
                continue
            }
            let until = max(deadline, now) + Self.granularity
            guard coordinator.timerSleeps(until: until - Self.granularity) else { continue }
            _ = alarm.wait(timeout: .now() + .milliseconds(Int(clamping: until - now)))
        }
        ended.signal()
    }
}
