import Glibc

/// Where the client gets the time from, so that tests can set it.
package struct ClientClock: Sendable {
    /// Milliseconds since 1970-01-01 UTC; may leap.
    package var wallMilliseconds: @Sendable () -> Int64
    /// Milliseconds of a clock that never goes back; only differences mean something.
    package var uptimeMilliseconds: @Sendable () -> Int64

    /// A clock of one's own.
    package init(wall: @escaping @Sendable () -> Int64, uptime: @escaping @Sendable () -> Int64) {
        wallMilliseconds = wall
        uptimeMilliseconds = uptime
    }

    /// The machine's clock.
    package static let system = ClientClock(
        wall: { read(CLOCK_REALTIME) }, uptime: { read(CLOCK_MONOTONIC) })

    private static func read(_ clock: clockid_t) -> Int64 {
        var now = timespec()
        clock_gettime(clock, &now)
        return Int64(now.tv_sec) &* 1000 &+ Int64(now.tv_nsec) / 1_000_000
    }

    /// A wall time for people: `2026-11-21 14:36:30 UTC`.
    static func text(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return "\(milliseconds) ms" }
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) UTC"
    }
}
