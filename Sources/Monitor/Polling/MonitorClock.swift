import Glibc
package import WindowedMetrics

/// The two clocks the monitor reads, and a way to wait; by parameter, so that tests own the time.
package protocol MonitorClock: Sendable {
    /// The present moment.
    func now() -> Moment
    /// Waits; ends early when the task is cancelled.
    func sleep(milliseconds: Int64) async
}

/// The system's clocks: real time for people, the monotonic one for durations.
package struct SystemMonitorClock: MonitorClock {
    /// The system's clocks.
    package init() {}

    package func now() -> Moment {
        Moment(
            wallMilliseconds: Self.nanoseconds(of: CLOCK_REALTIME) / 1_000_000,
            monotonicNanoseconds: Self.nanoseconds(of: CLOCK_MONOTONIC)
        )
    }

    package func sleep(milliseconds: Int64) async {
        // Cancellation is how a wait is cut short; it is no error here.
        try? await Task.sleep(for: .milliseconds(max(milliseconds, 0)))
    }

    private static func nanoseconds(of clock: clockid_t) -> Int64 {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
