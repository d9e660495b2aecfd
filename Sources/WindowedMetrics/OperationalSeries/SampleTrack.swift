/// Samples of one quantity on a shared `TimeAxis`: a ring of fixed capacity in which a tick without a sample is NaN.
///
/// A series that was not sampled at a tick (its poll failed) simply is not recorded; the next recording fills the gap. Values are doubles: offsets are
/// exact to 2^53. Memory: 8 bytes a sample, for twice as many at most as there are, and about 80 bytes besides; nothing before the first sample.
package struct SampleTrack: Sendable {
    /// The newest tick with a recording; -1 before the first.
    package private(set) var lastTick = -1
    /// The first tick ever recorded; -1 before it.
    package private(set) var originTick = -1
    /// The newest tick whose sample lies below the one before it; -1 for none.
    private(set) var fallTick = -1

    /// The ring; it grows to `capacity` as samples come.
    private var values: [Double] = []
    private let size: Int32
    /// Samples that the ring has room for at first.
    private static let leastRoom = 8

    /// A track without samples.
    ///
    /// - Parameter capacity: Samples kept; at least 2, at most the axis' capacity.
    package init(capacity: Int) {
        size = Int32(clamping: max(capacity, 2))
    }

    /// Samples kept.
    package var capacity: Int { Int(size) }

    /// True before the first sample.
    package var isEmpty: Bool { lastTick < 0 }

    /// The newest recording; nil for none or NaN.
    package var last: Double? {
        guard lastTick >= 0 else { return nil }
        let value = values[lastTick % values.count]
        return value.isNaN ? nil : value
    }

    /// Records a sample; a second one on the same tick replaces the first, one on an older tick is dropped.
    package mutating func record(_ value: Double, at tick: Int) {
        guard tick >= 0, tick >= lastTick else { return }
        if tick == lastTick {
            if let before = newestSample(before: tick), value < before { fallTick = tick }
        } else if let before = newestSample(before: lastTick + 1), value < before {
            fallTick = tick
        }
        if lastTick < 0 {
            values = Array(repeating: .nan, count: min(Self.leastRoom, capacity))
            originTick = tick
        } else {
            makeRoom(for: tick - originTick + 1)
            if tick > lastTick + 1 {
                for missing in max(lastTick + 1, tick - values.count + 1)..<tick {
                    values[missing % values.count] = .nan
                }
            }
        }
        values[tick % values.count] = value
        lastTick = tick
    }

    /// Makes the ring hold so many samples, or as many as are kept: the first ones come while nobody knows how many will.
    private mutating func makeRoom(for count: Int) {
        let wanted = min(count, capacity)
        guard wanted > values.count else { return }
        let room = min(capacity, max(wanted, values.count * 2))
        var larger = Array(repeating: Double.nan, count: room)
        for tick in max(originTick, lastTick - values.count + 1)...lastTick {
            larger[tick % room] = values[tick % values.count]
        }
        values = larger
    }

    /// Forgets everything, as when the quantity begins anew.
    package mutating func removeAll() {
        values = []
        lastTick = -1
        originTick = -1
        fallTick = -1
    }

    /// The newest sample on a tick before this one, gaps left out; nil for none.
    private func newestSample(before tick: Int) -> Double? {
        guard lastTick >= 0 else { return nil }
        var candidate = min(tick - 1, lastTick)
        let oldest = max(originTick, lastTick - capacity + 1)
        while candidate >= oldest {
            let value = values[candidate % values.count]
            if !value.isNaN { return value }
            candidate -= 1
        }
        return nil
    }

    /// The ticks of a window that have a place in the ring; empty when there is none.
    ///
    /// The window ends at the axis' newest tick and reaches back `window` nanoseconds and half a step, so that polls that come a little late
    /// do not push a sample out.
    func ticks(over window: Int64, on axis: TimeAxis) -> Range<Int> {
        guard lastTick >= 0, let now = axis.lastTime else { return 0..<0 }
        let horizon = now &- max(window, 0) &- axis.stepNanoseconds / 2
        let first = max(originTick, lastTick - capacity + 1, axis.firstTick(since: horizon))
        return first <= lastTick ? first..<(lastTick + 1) : 0..<0
    }

    /// The sample of a tick; NaN where there is none.
    package func value(at tick: Int) -> Double {
        guard tick <= lastTick, tick >= max(originTick, lastTick - capacity + 1), tick >= 0 else { return .nan }
        return values[tick % values.count]
    }

    /// The newest samples up to a tick, oldest first, NaN in gaps; begins with the first sample ever recorded.
    package func values(through tick: Int) -> [Double] {
        guard lastTick >= 0, tick >= originTick else { return [] }
        let first = max(originTick, tick - capacity + 1)
        let count = tick - first + 1
        return Array(unsafeUninitializedCapacity: count) { buffer, initialized in
            values.withUnsafeBufferPointer { ring in
                var slot = first % ring.count
                for index in 0..<count {
                    let inRange = first + index <= lastTick && first + index > lastTick - capacity
                    buffer[index] = inRange ? ring[slot] : .nan
                    slot = slot + 1 == ring.count ? 0 : slot + 1
                }
            }
            initialized = count
        }
    }

    /// Visits the samples of a window from the newest to the oldest, gaps left out, until `body` answers false.
    func visit(_ ticks: Range<Int>, on axis: TimeAxis, _ body: (_ time: Int64, _ value: Double) -> Bool) {
        guard !ticks.isEmpty else { return }
        values.withUnsafeBufferPointer { ring in
            axis.withTimes { times in
                var slot = (ticks.upperBound - 1) % ring.count
                var timeSlot = (ticks.upperBound - 1) % axis.capacity
                for _ in ticks {
                    let value = ring[slot]
                    if !value.isNaN, !body(times[timeSlot], value) { return }
                    slot = slot == 0 ? ring.count - 1 : slot - 1
                    timeSlot = timeSlot == 0 ? axis.capacity - 1 : timeSlot - 1
                }
            }
        }
    }

    /// The oldest sample on the given ticks; nil for none.
    func oldestSample(on ticks: Range<Int>, of axis: TimeAxis) -> (time: Int64, value: Double)? {
        for tick in ticks {
            let value = values[tick % values.count]
            if !value.isNaN, let time = axis.time(ofTick: tick) { return (time, value) }
        }
        return nil
    }

    /// The newest sample on the given ticks; nil for none.
    func newestSample(on ticks: Range<Int>, of axis: TimeAxis) -> (time: Int64, value: Double)? {
        for tick in ticks.reversed() {
            let value = values[tick % values.count]
            if !value.isNaN, let time = axis.time(ofTick: tick) { return (time, value) }
        }
        return nil
    }
}
