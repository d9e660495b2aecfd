/// A sum that carries along what rounding took away (Kahan and Neumaier).
struct CompensatedSum {
    private var sum = 0.0
    private var lost = 0.0

    /// The sum.
    var value: Double { sum.isInfinite ? sum : sum + lost }

    /// Adds a number.
    mutating func add(_ number: Double) {
        let next = sum + number
        // Between infinities there is nothing to carry.
        if next.isInfinite {
            lost = 0
        } else if sum.magnitude >= number.magnitude {
            lost += (sum - next) + number
        } else {
            lost += (number - next) + sum
        }
        sum = next
    }
}

/// Figures over several values, as Prometheus computes them.
enum Statistics {
    /// The mean; of numbers whose sum is too large for a double it is found step by step.
    static func mean(_ values: [Double]) -> Double {
        var sum = CompensatedSum()
        for value in values { sum.add(value) }
        let count = Double(values.count)
        if sum.value.isFinite || sum.value.isNaN || values.contains(where: \.isInfinite) { return sum.value / count }
        var mean = 0.0
        for (place, value) in values.enumerated() { mean += value / Double(place + 1) - mean / Double(place + 1) }
        return mean
    }

    /// The population variance (Welford).
    static func variance(_ values: [Double]) -> Double {
        var (mean, sum) = (0.0, 0.0)
        for (place, value) in values.enumerated() {
            let distance = value - mean
            mean += distance / Double(place + 1)
            sum += distance * (value - mean)
        }
        return sum / Double(values.count)
    }

    /// The quantile of values, linear between neighbours; below 0 and above 1 it is infinite. NaN counts as the least value.
    static func quantile(_ share: Double, of values: [Double]) -> Double {
        guard !values.isEmpty, !share.isNaN else { return .nan }
        if share < 0 { return -.infinity }
        if share > 1 { return .infinity }
        let sorted = values.sorted(by: isLess)
        let rank = share * Double(sorted.count - 1)
        let lower = max(0, Int(rank.rounded(.down)))
        let upper = min(sorted.count - 1, lower + 1)
        let weight = rank - rank.rounded(.down)
        return sorted[lower] * (1 - weight) + sorted[upper] * weight
    }

    /// The order of values, NaN first.
    static func isLess(_ left: Double, _ right: Double) -> Bool { left.isNaN ? !right.isNaN : left < right }
}
