import Glibc

/// Quantiles of numbers that are not negative, in bounded memory, with a bounded *relative* error (DDSketch: Masson, Rim, Lee, 2019).
///
/// Any quantile is within `accuracy` (1 % by default) of a number that really was taken at that rank: a p99 of 1,000 bytes means one between
/// 990 and 1,010. Minimum, maximum, count and sum are exact, and no quantile lies outside minimum and maximum. Numbers below 1e-9 count as 0.
///
/// Buckets grow with the range of the numbers, not with their count: at 1 %, 1,075 buckets hold everything from 1 to 2^31. From
/// `maxBuckets` on the lowest buckets are joined, which costs the *lowest* quantiles their accuracy and never the high ones.
///
/// Sketches of the same accuracy can be merged without any loss, so a sketch a pane and a merge a window is exact in the same sense.
package struct QuantileSketch: Sendable, Equatable {
    /// The largest relative error of a quantile.
    package let accuracy: Double
    /// How many buckets there are at most.
    package let maxBuckets: Int
    /// How many numbers were taken.
    package private(set) var count: Int64 = 0
    /// Their sum.
    package private(set) var sum = 0.0
    /// The smallest; nil before the first.
    package private(set) var min: Double?
    /// The largest; nil before the first.
    package private(set) var max: Double?

    private let logBase: Double
    private var zeros: Int64 = 0
    /// Counts of buckets from index `first` on.
    private var buckets: [Int64] = []
    private var first = 0
    private static let least = 1e-9

    /// A sketch of nothing.
    ///
    /// - Parameters:
    ///   - accuracy: The largest relative error, 0.001 to 0.5.
    ///   - maxBuckets: The most buckets, at least 16; 8 bytes each.
    package init(accuracy: Double = 0.01, maxBuckets: Int = 2048) {
        self.accuracy = Swift.min(Swift.max(accuracy, 0.001), 0.5)
        self.maxBuckets = Swift.max(16, maxBuckets)
        logBase = log1p(2 * self.accuracy / (1 - self.accuracy))
    }

    /// Takes a number, `times` times; one below 0 counts as 0, one that is no number is left out.
    package mutating func insert(_ number: Double, times: Int64 = 1) {
        guard number.isFinite, times > 0 else { return }
        let number = Swift.max(0, number)
        count &+= times
        sum += number * Double(times)
        min = Swift.min(min ?? number, number)
        max = Swift.max(max ?? number, number)
        guard number >= Self.least else {
            zeros &+= times
            return
        }
        add(times, at: index(of: number))
    }

    /// Takes in what another sketch has seen.
    ///
    /// - Precondition: Both have the same accuracy.
    package mutating func merge(_ other: QuantileSketch) {
        precondition(accuracy == other.accuracy, "sketches of different accuracy cannot be merged")
        guard other.count > 0 else { return }
        count &+= other.count
        sum += other.sum
        zeros &+= other.zeros
        if let theirs = other.min { min = Swift.min(min ?? theirs, theirs) }
        if let theirs = other.max { max = Swift.max(max ?? theirs, theirs) }
        for (place, count) in other.buckets.enumerated() where count > 0 { add(count, at: other.first + place) }
    }

    /// The mean; nil before the first number.
    package var mean: Double? { count > 0 ? sum / Double(count) : nil }

    /// The number below which a share of all numbers lies; nil before the first.
    ///
    /// - Parameter share: 0 for the smallest, 0.5 for the median, 0.99, 1 for the largest.
    package func quantile(_ share: Double) -> Double? {
        guard count > 0, let min, let max, !share.isNaN else { return nil }
        if share <= 0 { return min }
        if share >= 1 { return max }
        return number(atRank: Int64((share * Double(count - 1)).rounded(.down)))
    }

    /// The number at a rank, 0 for the smallest; nil outside.
    package func number(atRank rank: Int64) -> Double? {
        guard rank >= 0, rank < count, let min, let max else { return nil }
        if rank == 0 { return min }
        if rank == count - 1 { return max }
        var seen = zeros
        if seen > rank { return min }
        for (place, count) in buckets.enumerated() {
            seen &+= count
            if seen > rank { return Swift.min(max, Swift.max(min, number(at: first + place))) }
        }
        return max
    }

    /// Bytes of memory that the buckets take.
    package var bytes: Int { buckets.capacity * 8 }

    /// Writes the sketch down.
    package func write(to writer: inout PackedWriter) {
        writer.signed(count)
        writer.fixed(sum.bitPattern)
        writer.fixed((min ?? 0).bitPattern)
        writer.fixed((max ?? 0).bitPattern)
        writer.signed(zeros)
        writer.signed(Int64(first))
        writer.count(buckets.count)
        for bucket in buckets { writer.signed(bucket) }
    }

    /// Reads a sketch that was written down with the same accuracy and bound.
    package init(_ reader: inout PackedReader, accuracy: Double, maxBuckets: Int = 2048) throws(PackedError) {
        self.init(accuracy: accuracy, maxBuckets: maxBuckets)
        count = try reader.signed()
        sum = Double(bitPattern: try reader.fixed())
        let (low, high) = (Double(bitPattern: try reader.fixed()), Double(bitPattern: try reader.fixed()))
        if count > 0 { (min, max) = (low, high) }
        zeros = try reader.signed()
        guard let first = Int32(exactly: try reader.signed()) else { throw .malformed }
        self.first = Int(first)
        let length = try reader.count()
        guard length <= self.maxBuckets, count >= 0, zeros >= 0, low >= 0, low <= high, high.isFinite else {
            throw .malformed
        }
        var seen = zeros
        for _ in 0..<length {
            let bucket = try reader.signed()
            guard bucket >= 0, bucket <= count else { throw .malformed }
            buckets.append(bucket)
            seen &+= bucket
        }
        guard seen == count else { throw .malformed }
    }

    /// A bucket holds the numbers above base^(index-1) up to base^index.
    private func index(of number: Double) -> Int { Int((log(number) / logBase).rounded(.up)) }

    /// The number of a bucket that is within the accuracy of both its ends.
    private func number(at index: Int) -> Double {
        let base = exp(logBase)
        return 2 * exp(Double(index) * logBase) / (base + 1)
    }

    private mutating func add(_ times: Int64, at index: Int) {
        if buckets.isEmpty { first = index }
        if index < first {
            let room = maxBuckets - buckets.count
            let missing = first - index
            if missing > room {
                // No room below: what lies lower counts in the lowest bucket there is room for.
                if room > 0 { prepend(room) }
                buckets[0] &+= times
                return
            }
            prepend(missing)
        } else if index >= first + buckets.count {
            let missing = index - first - buckets.count + 1
            if missing >= maxBuckets {
                // Everything so far lies below all there will be room for.
                let below = buckets.reduce(0, &+)
                buckets = [Int64](repeating: 0, count: maxBuckets)
                buckets[0] = below
                first = index - maxBuckets + 1
            } else {
                buckets += [Int64](repeating: 0, count: missing)
                let surplus = buckets.count - maxBuckets
                if surplus > 0 {
                    let joined = buckets.prefix(surplus + 1).reduce(0, &+)
                    buckets.removeFirst(surplus)
                    buckets[0] = joined
                    first += surplus
                }
            }
        }
        buckets[index - first] &+= times
    }

    private mutating func prepend(_ count: Int) {
        buckets.insert(contentsOf: [Int64](repeating: 0, count: count), at: 0)
        first -= count
    }
}
