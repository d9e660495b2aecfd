/// The times at which a family of series is sampled, kept once for all of them.
///
/// Ticks count up from 0, one a step. A sampling that comes late leaves ticks out, one that comes early (a refresh by hand) moves the
/// newest tick's time; so ticks are even enough to draw, and the times beside them exact enough to compute with. Times are
/// monotonic nanoseconds. Memory: 8 bytes a tick of capacity, whatever the number of series.
package struct TimeAxis: Sendable {
    /// How many of the newest ticks keep their time.
    package let capacity: Int
    /// The usual distance of two ticks, nanoseconds.
    package let stepNanoseconds: Int64
    /// The newest tick; -1 before the first sampling.
    package private(set) var lastTick = -1

    private var times: [Int64]
    private var lastTickBegan: Int64 = 0

    /// An axis without ticks.
    ///
    /// - Parameters:
    ///   - capacity: Ticks kept; at least 2.
    ///   - stepNanoseconds: The usual distance of two samplings; at least 1.
    package init(capacity: Int, stepNanoseconds: Int64) {
        self.capacity = max(capacity, 2)
        self.stepNanoseconds = max(stepNanoseconds, 1)
        times = Array(repeating: 0, count: max(capacity, 2))
    }

    /// The oldest tick whose time is still known.
    package var firstTick: Int { max(0, lastTick - capacity + 1) }

    /// The time of the newest tick; nil before the first.
    package var lastTime: Int64? { time(ofTick: lastTick) }

    /// The time of a tick; nil when it is too old or yet to come.
    package func time(ofTick tick: Int) -> Int64? {
        guard tick >= firstTick, tick <= lastTick else { return nil }
        return times[tick % capacity]
    }

    /// Moves to the tick that belongs to a new sampling.
    ///
    /// - Returns: False when the time is not after the newest tick's; then nothing changes.
    @discardableResult
    package mutating func advance(to time: Int64) -> Bool {
        guard lastTick >= 0 else {
            lastTick = 0
            lastTickBegan = time
            times[0] = time
            return true
        }
        let last = times[lastTick % capacity]
        guard time > last else { return false }
        let (gap, overflows) = time.subtractingReportingOverflow(lastTickBegan)
        let wholeSteps = overflows ? Int64(capacity) : gap / stepNanoseconds
        let remainder = overflows ? 0 : gap % stepNanoseconds
        // Below three quarters of a step it is the same tick, read again.
        let isNext = wholeSteps > 0 || remainder >= stepNanoseconds - stepNanoseconds / 4
        let rounded = Int(clamping: wholeSteps) + (remainder >= stepNanoseconds - stepNanoseconds / 2 ? 1 : 0)
        let steps = isNext ? rounded : 0
        guard steps > 0 else {
            times[lastTick % capacity] = time
            return true
        }
        // A gap longer than the axis empties it; ticks need not count how much longer.
        let advanced = min(steps, capacity)
        for offset in 1..<max(advanced, 1) {
            let share = Double(time &- last) * Double(offset) / Double(advanced)
            times[(lastTick + offset) % capacity] = last &+ (Int64(exactly: share.rounded(.down)) ?? 0)
        }
        lastTick += advanced
        lastTickBegan = time
        times[lastTick % capacity] = time
        return true
    }

    /// The oldest tick at or after a time; `lastTick + 1` when all are before it.
    func firstTick(since time: Int64) -> Int {
        var low = firstTick
        var high = lastTick + 1
        while low < high {
            let middle = (low + high) / 2
            if times[middle % capacity] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Calls `body` with the ring of times; tick `t` stands at `t % capacity`.
    func withTimes<Result>(_ body: (UnsafeBufferPointer<Int64>) -> Result) -> Result {
        times.withUnsafeBufferPointer(body)
    }
}
