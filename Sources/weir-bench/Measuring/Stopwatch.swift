import Glibc

/// Time by the monotonic clock.
struct Stopwatch {
    private let began = Stopwatch.now

    /// Nanoseconds since the watch was made.
    var nanoseconds: UInt64 { Self.now - began }
    /// Seconds since the watch was made.
    var seconds: Double { Double(nanoseconds) / 1e9 }
    /// Milliseconds since the watch was made.
    var milliseconds: Double { Double(nanoseconds) / 1e6 }

    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
