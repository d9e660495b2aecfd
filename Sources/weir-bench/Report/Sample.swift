/// One quantity as the rounds of a run measured it.
struct Sample: Equatable, Sendable {
    /// What each round gave, in the order of the rounds; never empty.
    let values: [Double]

    /// A sample of at least one value; no values count as one 0.
    init(_ values: [Double]) { self.values = values.isEmpty ? [0] : values }

    /// The middle value, or the mean of the two middle ones.
    var median: Double { Self.median(of: values) }
    /// The smallest value.
    var minimum: Double { values.min() ?? 0 }
    /// The value that 99 of 100 do not exceed.
    var percentile99: Double {
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
    }
    /// The largest value.
    var maximum: Double { values.max() ?? 0 }

    /// The median of this sample's ratio to another one, taken round by round: what slows a whole round down slows both sides.
    func ratio(to baseline: Sample) -> Double {
        Self.median(of: zip(values, baseline.values).map { $0 / max($1, .leastNormalMagnitude) })
    }

    private static func median(of values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
