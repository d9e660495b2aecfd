/// Samples of one quantity on a shared `TimeAxis`: a ring of fixed capacity in which a tick without a sample is NaN.
///
/// A series that was not sampled at a tick (its poll failed) simply is not recorded; the next recording fills the gap. Values are doubles: offsets are
/// exact to 2^53. Memory: 8 bytes a sample of capacity and about 80 bytes besides; nothing before the first sample.
package struct SampleTrack: Sendable {
    /// The newest tick with a recording; -1 before the first.
    package private(set) var lastTick = -1
    /// The first tick ever recorded; -1 before it.
    package private(set) var originTick = -1

    private var values: [Double] = []
    private let size: Int32

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
        let value = values[lastTick % capacity]
        return value.isNaN ? nil : value
    }

    /// Records a sample; a second one on the same tick replaces the first, one on an older tick is dropped.
    package mutating func record(_ value: Double, at tick: Int) {
        guard tick >= 0, tick >= lastTick else { return }
        if lastTick < 0 {
            values = Array(repeating: .nan, count: capacity)
            originTick = tick
        } else if tick > lastTick + 1 {
            for missing in max(lastTick + 1, tick - capacity + 1)..<tick {
                values[missing % capacity] = .nan
            }
        }
        values[tick % capacity] = value
        lastTick = tick
    }

    /// Forgets everything, as when the quantity begins anew.
    package mutating func removeAll() {
        values = []
        lastTick = -1
        originTick = -1
    }

    /// The sample of a tick; NaN where there is none.
    package func value(at tick: Int) -> Double {
        guard tick <= lastTick, tick >= max(originTick, lastTick - capacity + 1), tick >= 0 else { return .nan }
        return values[tick % capacity]
    }

    /// The newest samples up to a tick, oldest first, NaN in gaps; begins with the first sample ever recorded.
    package func values(through tick: Int) -> [Double] {
        guard lastTick >= 0, tick >= originTick else { return [] }
        let first = max(originTick, tick - capacity + 1)
        let count = tick - first + 1
        return Array(unsafeUninitializedCapacity: count) { buffer, initialized in
            values.withUnsafeBufferPointer { ring in
                var slot = first % capacity
                for index in 0..<count {
                    let inRange = first + index <= lastTick && first + index > lastTick - capacity
                    buffer[index] = inRange ? ring[slot] : .nan
                    slot = slot + 1 == capacity ? 0 : slot + 1
                }
            }
            initialized = count
        }
    }

    /// Visits the samples of a window from the newest to the oldest, gaps left out.
    ///
    /// The window ends at the axis' newest tick and reaches back `window` nanoseconds and half a step, so that polls that come a little late
    /// do not push a sample out.
    func visit(over window: Int64, on axis: TimeAxis, _ body: (_ time: Int64, _ value: Double) -> Void) {
        guard lastTick >= 0, let now = axis.lastTime else { return }
        let oldest = max(originTick, lastTick - capacity + 1, axis.firstTick)
        guard oldest <= lastTick else { return }
        let horizon = now &- max(window, 0) &- axis.stepNanoseconds / 2
        values.withUnsafeBufferPointer { ring in
            axis.withTimes { times in
                var tick = lastTick
                var slot = tick % capacity
                var timeSlot = tick % axis.capacity
                while tick >= oldest {
                    let time = times[timeSlot]
                    guard time >= horizon else { return }
                    let value = ring[slot]
                    if !value.isNaN { body(time, value) }
                    tick -= 1
                    slot = slot == 0 ? capacity - 1 : slot - 1
                    timeSlot = timeSlot == 0 ? axis.capacity - 1 : timeSlot - 1
                }
            }
        }
    }
}
