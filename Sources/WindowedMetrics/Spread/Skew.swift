/// How unevenly something is spread over partitions, in kafkatop's two measures.
package struct Skew: Sendable, Equatable {
    /// The largest value divided by the mean: 1 for an even spread, the number of values when one has all.
    package let peakToAverage: Double
    /// The standard deviation divided by the mean: 0 for an even spread.
    package let variation: Double

    /// Measures a spread; nil for fewer than two values, values that are not finite, or none above zero.
    package init?(_ values: [Double]) {
        guard values.count > 1, values.allSatisfy({ $0.isFinite && $0 >= 0 }) else { return nil }
        let count = Double(values.count)
        let mean = values.reduce(0) { $0 + $1 / count }
        guard mean > 0, let most = values.max() else { return nil }
        peakToAverage = most / mean
        // Divided first, so that squares of large values stay finite.
        variation = (values.reduce(0) { $0 + ($1 / mean - 1) * ($1 / mean - 1) } / count).squareRoot()
    }
}
