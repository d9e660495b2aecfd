/// One series with a time axis of its own: samples at roughly even steps, gaps as NaN, the newest `capacity` kept.
///
/// For series that are sampled together share a `TimeAxis` among `SampleTrack`s instead: it halves the memory. This one takes 16 bytes a sample.
package struct SampleRing: Sendable {
    /// The times.
    package private(set) var axis: TimeAxis
    /// The values.
    package private(set) var track: SampleTrack

    /// A ring without samples.
    ///
    /// - Parameters:
    ///   - capacity: Samples kept; at least 2.
    ///   - stepNanoseconds: The usual distance of two samples.
    package init(capacity: Int, stepNanoseconds: Int64) {
        axis = TimeAxis(capacity: capacity, stepNanoseconds: stepNanoseconds)
        track = SampleTrack(capacity: capacity)
    }

    /// Records a sample; NaN marks a gap.
    ///
    /// - Parameter time: Monotonic nanoseconds.
    /// - Returns: False when the time is not after the last sample's; the sample is dropped.
    @discardableResult
    package mutating func record(_ value: Double, at time: Int64) -> Bool {
        guard axis.advance(to: time) else { return false }
        track.record(value, at: axis.lastTick)
        return true
    }

    /// The samples, oldest first.
    package var values: [Double] { track.values(through: axis.lastTick) }

    /// How much the quantity rose within the last `window` nanoseconds; nil with fewer than two samples.
    package func increase(over window: Int64) -> Increase? { track.increase(over: window, on: axis) }

    /// The least-squares line through the last `window` nanoseconds; nil with fewer than two samples.
    package func trend(over window: Int64) -> Trend? { track.trend(over: window, on: axis) }
}
