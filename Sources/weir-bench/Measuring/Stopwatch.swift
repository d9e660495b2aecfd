import Glibc

/// The processor time of this thread: what a computation takes, whatever else the machine does meanwhile.
struct ProcessorWatch {
    private let began = ProcessorWatch.now

    /// Milliseconds of processor time since the watch was made, on the same thread.
    var milliseconds: Double { Double(Self.now - began) / 1e6 }

    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// Time by the monotonic clock.
struct Stopwatch {
    private let began = Stopwatch.now

    /// Nanoseconds since the watch was made.
    var nanoseconds: UInt64 { Self.now - began }
    /// Seconds since the watch was made.
    var seconds: Double { Double(nanoseconds) / 1e9 }
    /// Milliseconds since the watch was made.
    var milliseconds: Double { Double(nanoseconds) / 1e6 }

    /// The monotonic clock, nanoseconds.
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
