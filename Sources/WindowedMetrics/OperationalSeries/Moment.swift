/// One moment on both clocks: the wall's, which people read and which may leap, and the monotonic one, which durations are measured with.
package struct Moment: Sendable, Hashable {
    /// Milliseconds since 1970.
    package var wallMilliseconds: Int64
    /// Nanoseconds since an arbitrary start; never goes back.
    package var monotonicNanoseconds: Int64

    /// A moment on both clocks.
    package init(wallMilliseconds: Int64, monotonicNanoseconds: Int64) {
        self.wallMilliseconds = wallMilliseconds
        self.monotonicNanoseconds = monotonicNanoseconds
    }

    /// Milliseconds from `earlier` to this moment by the monotonic clock; 0 when `earlier` is later.
    package func milliseconds(since earlier: Moment) -> Int64 {
        nanoseconds(since: earlier.monotonicNanoseconds) / 1_000_000
    }

    /// Nanoseconds from a monotonic reading to this moment; 0 when it is later.
    package func nanoseconds(since earlier: Int64) -> Int64 {
        let (difference, overflows) = monotonicNanoseconds.subtractingReportingOverflow(earlier)
        return overflows ? Int64.max : max(difference, 0)
    }

    /// What today's wall clock says of a monotonic reading in the past: right also after the wall clock leapt.
    package func wallMilliseconds(atMonotonic nanoseconds: Int64) -> Int64 {
        wallMilliseconds &- self.nanoseconds(since: nanoseconds) / 1_000_000
    }

    /// What to write for a past moment: its own wall time, unless the wall clock has since leapt by more than two seconds.
    package func wallMilliseconds(of past: Moment) -> Int64 {
        let expected = wallMilliseconds(atMonotonic: past.monotonicNanoseconds)
        let drift = expected.subtractingReportingOverflow(past.wallMilliseconds)
        return drift.overflow || drift.partialValue.magnitude > 2000 ? expected : past.wallMilliseconds
    }
}
