import Glibc

/// Where the broker gets the time from, so that tests can set it.
package protocol Clock: Sendable {
    /// Milliseconds since 1970-01-01 UTC, as Kafka's timestamps count them; may leap.
    var wallMilliseconds: Int64 { get }
    /// Nanoseconds of a clock that never goes back; only differences mean something.
    var monotonicNanoseconds: UInt64 { get }
}

/// The machine's clock.
package struct SystemClock: Clock {
    /// The machine's clock.
    package init() {}

    /// Milliseconds of `CLOCK_REALTIME`.
    package var wallMilliseconds: Int64 {
        let now = Self.read(CLOCK_REALTIME)
        return Int64(now.tv_sec) &* 1000 &+ Int64(now.tv_nsec) / 1_000_000
    }

    /// Nanoseconds of `CLOCK_MONOTONIC`.
    package var monotonicNanoseconds: UInt64 {
        let now = Self.read(CLOCK_MONOTONIC)
        return UInt64(truncatingIfNeeded: now.tv_sec) &* 1_000_000_000 &+ UInt64(truncatingIfNeeded: now.tv_nsec)
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var now = timespec()
        clock_gettime(clock, &now)
        return now
    }
}
