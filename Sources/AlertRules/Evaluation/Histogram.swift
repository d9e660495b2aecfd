/// Histograms as cumulative buckets, one sample a bucket with its upper bound in the label `le`.
enum Histogram {
    private struct Bucket {
        var bound: Double
        var count: Double
    }

    /// The label of a bucket's upper bound.
    private static let boundLabel = "le"
    /// Falls in a histogram's counts that are no more than rounding (Prometheus 3 ignores them too).
    private static let tolerance = 1e-12

    /// A quantile of each histogram; samples without a bound that is a number are no buckets.
    static func quantiles(_ share: Double, of samples: [VectorSample]) -> [VectorSample] {
        var places: [LabelSet: Int] = [:]
        var histograms: [(labels: LabelSet, buckets: [Bucket])] = []
        for sample in samples {
            guard let text = sample.labels[boundLabel], let bound = number(text) else { continue }
            let labels = sample.labels.removing([boundLabel])
            let place = places[labels] ?? histograms.count
            if place == histograms.count {
                places[labels] = place
                histograms.append((labels, []))
            }
            histograms[place].buckets.append(Bucket(bound: bound, count: sample.value))
        }
        return histograms.map { VectorSample(labels: $0.labels, value: quantile(share, of: $0.buckets)) }
    }

    /// A bound as Go parses numbers.
    private static func number(_ text: String) -> Double? {
        switch text.lowercased() {
        case "+inf", "inf", "+infinity", "infinity": .infinity
        case "-inf", "-infinity": -.infinity
        case "nan": .nan
        default: text.contains(where: \.isWhitespace) ? nil : Double(text)
        }
    }

    private static func quantile(_ share: Double, of buckets: [Bucket]) -> Double {
        if share.isNaN { return .nan }
        if share < 0 { return -.infinity }
        if share > 1 { return .infinity }
        let buckets = cumulated(buckets.sorted { Statistics.isLess($0.bound, $1.bound) })
        guard let last = buckets.last, last.bound == .infinity, buckets.count >= 2, last.count != 0, !last.count.isNaN
        else { return .nan }
        let rank = share * last.count
        let place = buckets.dropLast().firstIndex { $0.count >= rank } ?? buckets.count - 1
        // Above the last finite bound nothing is known.
        if place == buckets.count - 1 { return buckets[buckets.count - 2].bound }
        let bucket = buckets[place]
        guard place > 0 else { return bucket.bound <= 0 ? bucket.bound : bucket.bound * (rank / bucket.count) }
        let below = buckets[place - 1]
        return below.bound + (bucket.bound - below.bound) * ((rank - below.count) / (bucket.count - below.count))
    }

    /// Buckets of the same bound taken together, and counts that never fall.
    private static func cumulated(_ buckets: [Bucket]) -> [Bucket] {
        var result: [Bucket] = []
        for bucket in buckets {
            if let last = result.last, last.bound == bucket.bound {
                result[result.count - 1].count += bucket.count
            } else {
                result.append(bucket)
            }
        }
        for place in result.indices.dropFirst() {
            let (before, count) = (result[place - 1].count, result[place].count)
            let isRounding = (count - before).magnitude / max(count.magnitude, before.magnitude) < tolerance
            if count < before || isRounding { result[place].count = before }
        }
        return result
    }
}
