/// How much a counter or an offset rose within a window.
package struct Increase: Sendable, Equatable {
    /// The sum of all rises; falls (a reset, a rewind) count nothing.
    package var amount: Double
    /// Seconds between the first and the last sample used; above 0.
    package var seconds: Double

    /// A rise over a span.
    package init(amount: Double, seconds: Double) {
        self.amount = amount
        self.seconds = seconds
    }

    /// The rise per second.
    package var perSecond: Double { amount / seconds }
}

/// A straight line through the samples of a window, and how far they lie from it.
package struct Trend: Sendable, Equatable {
    /// Change per second.
    package var slope: Double
    /// The line's value at the newest sample.
    package var level: Double
    /// The standard deviation of the samples about the line, in the samples' unit; 0 with two samples.
    package var noise: Double
    /// Samples used; at least 2.
    package var samples: Int
    /// Seconds between the first and the last sample used; above 0.
    package var seconds: Double

    /// A line.
    package init(slope: Double, level: Double, noise: Double, samples: Int, seconds: Double) {
        self.slope = slope
        self.level = level
        self.noise = noise
        self.samples = samples
        self.seconds = seconds
    }
}

extension SampleTrack {
    /// How much the quantity rose within the window; nil with fewer than two samples.
    ///
    /// Uneven steps and gaps do no harm: each rise counts between the samples that are there. No extrapolation to the window's edges.
    ///
    /// - Parameter window: Nanoseconds back from the axis' newest tick.
    package func increase(over window: Int64, on axis: TimeAxis) -> Increase? {
        let ticks = ticks(over: window, on: axis)
        guard let oldest = oldestSample(on: ticks, of: axis), let newest = newestSample(on: ticks, of: axis),
            newest.time > oldest.time
        else { return nil }
        let seconds = Double(newest.time &- oldest.time) / 1e9
        // Without a fall the ends tell everything.
        guard fallTick >= ticks.lowerBound else {
            return Increase(amount: newest.value - oldest.value, seconds: seconds)
        }
        var later: Double?
        var amount = 0.0
        visit(ticks, on: axis) { _, value in
            if let later, later > value { amount += later - value }
            later = value
            return true
        }
        return Increase(amount: amount, seconds: seconds)
    }

    /// The least-squares line through the window's samples; nil with fewer than two.
    ///
    /// - Parameter window: Nanoseconds back from the axis' newest tick.
    package func trend(over window: Int64, on axis: TimeAxis) -> Trend? {
        var newest: Int64?
        var oldest: Int64 = 0
        var reference = 0.0
        var count = 0.0
        var sumX = 0.0
        var sumY = 0.0
        var sumXX = 0.0
        var sumXY = 0.0
        var sumYY = 0.0
        visit(ticks(over: window, on: axis), on: axis) { time, value in
            if newest == nil {
                newest = time
                reference = value
            }
            // Relative to the newest sample: squares of large offsets would eat the digits.
            let x = Double(time &- (newest ?? time)) / 1e9
            let y = value - reference
            count += 1
            sumX += x
            sumY += y
            sumXX += x * x
            sumXY += x * y
            sumYY += y * y
            oldest = time
            return true
        }
        guard let newest, newest > oldest else { return nil }
        let spreadX = sumXX - sumX * sumX / count
        guard spreadX > 0 else { return nil }
        let covariance = sumXY - sumX * sumY / count
        let slope = covariance / spreadX
        let residual = max(sumYY - sumY * sumY / count - slope * covariance, 0)
        return Trend(
            slope: slope,
            level: reference + sumY / count - slope * sumX / count,
            noise: count > 2 ? (residual / (count - 2)).squareRoot() : 0,
            samples: Int(count),
            seconds: Double(newest &- oldest) / 1e9
        )
    }

    /// When a rising quantity first passed a value, interpolated between the samples around it.
    ///
    /// - Returns: Monotonic nanoseconds; nil when it lies at or above the newest, or below the oldest known sample.
    package func timeOfPassing(_ threshold: Double, on axis: TimeAxis) -> Int64? {
        let ticks = ticks(over: .max / 4, on: axis)
        // Most offsets asked for lie outside what is remembered.
        guard let oldest = oldestSample(on: ticks, of: axis), oldest.value <= threshold else { return nil }
        var above: (time: Int64, value: Double)?
        var passing: Int64?
        visit(ticks, on: axis) { time, value in
            if value > threshold {
                above = (time, value)
                return true
            }
            if let above {
                let share = (threshold - value) / (above.value - value)
                passing = time &+ Int64(share * Double(above.time &- time))
            }
            return false
        }
        return passing
    }

    /// The newest sample taken at or before a moment, monotonic nanoseconds; nil when none is known.
    package func newest(atOrBefore time: Int64, on axis: TimeAxis) -> Double? {
        var found: Double?
        visit(ticks(over: .max / 4, on: axis), on: axis) { at, value in
            guard at <= time else { return true }
            found = value
            return false
        }
        return found
    }

    /// The oldest sample still known with its time; nil for none.
    package func oldest(on axis: TimeAxis) -> (time: Int64, value: Double)? {
        oldestSample(on: ticks(over: .max / 4, on: axis), of: axis)
    }
}
