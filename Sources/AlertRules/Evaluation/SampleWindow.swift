/// The samples of one series in a range, with what the range functions need to know of the range itself.
struct SampleWindow {
    /// The samples; at least one.
    let samples: SampleBuffer
    /// The range's older edge, milliseconds.
    let start: Int64
    /// The range's end, milliseconds.
    let end: Int64
    /// The moment of evaluation, from which the range may be offset.
    let time: Int64

    private var values: [Double] { samples.values }
    private var times: [Int64] { samples.times }

    // MARK: Change

    /// How a counter or gauge moved over the range, extrapolated to its edges where the samples come close to them (`extrapolatedRate`).
    ///
    /// Close is within 1.1 mean distances of samples; else the series is taken to begin or end half a mean distance beyond its samples. A counter is
    /// never extrapolated below zero.
    func extrapolatedChange(isCounter: Bool, perSecond: Bool, version: PrometheusVersion) -> Double? {
        guard samples.count >= 2, let first = values.first, let last = values.last else { return nil }
        var change = last - first
        if isCounter {
            var before = first
            for value in values {
                if value < before { change += before }
                before = value
            }
        }
        let sampled = Double(times[times.count - 1] - times[0]) / 1000
        let mean = sampled / Double(samples.count - 1)
        let near = mean * 1.1
        var toStart = Double(times[0] - start) / 1000
        var toEnd = Double(end - times[times.count - 1]) / 1000
        let toZero = isCounter && change > 0 && first >= 0 ? sampled * (first / change) : .infinity
        // Prometheus 2 looks at the counter's zero before it asks what is close, 3 after.
        if version == .two { toStart = min(toStart, toZero) }
        if toStart >= near { toStart = mean / 2 }
        if version == .three { toStart = min(toStart, toZero) }
        if toEnd >= near { toEnd = mean / 2 }
        var factor = (sampled + toStart + toEnd) / sampled
        if perSecond { factor /= Double(end - start) / 1000 }
        return change * factor
    }

    /// The change between the last two samples; a counter that fell began at zero.
    func instantChange(isCounter: Bool, perSecond: Bool) -> Double? {
        guard samples.count >= 2 else { return nil }
        let (before, last) = (values[values.count - 2], values[values.count - 1])
        let change = isCounter && last < before ? last : last - before
        let interval = times[times.count - 1] - times[times.count - 2]
        guard interval > 0 else { return nil }
        return perSecond ? change / (Double(interval) / 1000) : change
    }

    /// How often the value changed; NaN after NaN is no change.
    var changes: Double {
        Double(zip(values, values.dropFirst()).count { $0 != $1 && !($0.isNaN && $1.isNaN) })
    }

    /// How often the value fell.
    var resets: Double { Double(zip(values, values.dropFirst()).count { $1 < $0 }) }

    /// The least-squares line through the samples: its slope per second and its value at a moment.
    ///
    /// Equal values give a slope of exactly 0.
    func line(at intercept: Int64) -> (slope: Double, value: Double)? {
        guard samples.count >= 2 else { return nil }
        if values.allSatisfy({ $0 == values[0] }) {
            return values[0].isInfinite ? (.nan, .nan) : (0, values[0])
        }
        var (x, y, xy, xx) = (CompensatedSum(), CompensatedSum(), CompensatedSum(), CompensatedSum())
        for (time, value) in zip(times, values) {
            let seconds = Double(time - intercept) / 1000
            x.add(seconds)
            y.add(value)
            xy.add(seconds * value)
            xx.add(seconds * seconds)
        }
        let count = Double(samples.count)
        let covariance = xy.value - x.value * y.value / count
        let variance = xx.value - x.value * x.value / count
        let slope = covariance / variance
        return (slope, y.value / count - slope * x.value / count)
    }

    // MARK: Over time

    /// The greatest value; NaN only where there is no other.
    var maximum: Double { values.reduce(values[0]) { $1 > $0 || $0.isNaN ? $1 : $0 } }

    /// The least value; NaN only where there is no other.
    var minimum: Double { values.reduce(values[0]) { $1 < $0 || $0.isNaN ? $1 : $0 } }

    /// The sum.
    var sum: Double {
        var sum = CompensatedSum()
        for value in values { sum.add(value) }
        return sum.value
    }

    /// The mean.
    var mean: Double { Statistics.mean(values) }

    /// The population variance.
    var variance: Double { Statistics.variance(values) }

    /// The quantile between two samples by their weights.
    func quantile(_ share: Double) -> Double { Statistics.quantile(share, of: values) }
}
