/// Buckets of whole numbers as HdrHistogram lays them out: numbers below 32 have one each, then each doubling has 16 of equal width.
///
/// The place of a number takes a few instructions and no logarithm, so that a bucket can be found for each request. A bucket is at most
/// a sixteenth of its numbers wide: the middle of it is within 3.2 % of each.
package enum LogLinearBuckets {
    private static let bits = 4
    private static let width = 1 << bits

    /// The largest number with a bucket of its own kind, 2^40 - 1: in microseconds twelve days. Larger ones count as it.
    package static let limit: UInt64 = 1 << 40 - 1

    /// How many buckets there are.
    package static let count = place(of: limit) + 1

    /// The bucket that a number belongs to, from 0.
    package static func place(of number: UInt64) -> Int {
        let number = min(number, limit)
        guard number >= UInt64(width) else { return Int(number) }
        let shift = 63 - bits - number.leadingZeroBitCount
        return shift * width + Int(number >> UInt64(shift))
    }

    /// The numbers that belong to a bucket.
    ///
    /// - Precondition: The place is one that ``place(of:)`` gives.
    package static func numbers(at place: Int) -> ClosedRange<UInt64> {
        precondition(place >= 0 && place < count, "no bucket has this place")
        guard place >= 2 * width else { return UInt64(place)...UInt64(place) }
        let shift = UInt64(place / width - 1)
        let first = UInt64(place % width + width) << shift
        return first...(first + (1 << shift) - 1)
    }
}

/// How many numbers fell into each bucket of ``LogLinearBuckets``; only buckets that have some are kept.
///
/// Counts that only grow can be taken from each other: what remains is what came in between.
package struct LogLinearCounts: Sendable, Equatable {
    private struct Bucket: Sendable, Equatable {
        var place: UInt16
        var count: Int64
    }

    /// Ascending by place.
    private var buckets: [Bucket] = []

    /// Counts of nothing.
    package init() {}

    /// The counts of all buckets in order, as a recorder holds them.
    ///
    /// - Parameter counts: At most ``LogLinearBuckets/count`` of them; what is not above 0 is left out.
    package init(_ counts: some Sequence<Int64>) {
        for (place, count) in zip(0..<LogLinearBuckets.count, counts) where count > 0 {
            buckets.append(Bucket(place: UInt16(place), count: count))
        }
    }

    /// Counts a number.
    package mutating func insert(_ number: UInt64, times: Int64 = 1) {
        guard times > 0 else { return }
        let place = UInt16(LogLinearBuckets.place(of: number))
        let index = buckets.firstIndex { $0.place >= place } ?? buckets.count
        if index < buckets.count, buckets[index].place == place {
            buckets[index].count &+= times
        } else {
            buckets.insert(Bucket(place: place, count: times), at: index)
        }
    }

    /// How many numbers there are.
    package var count: Int64 { buckets.reduce(0) { $0 &+ $1.count } }

    /// What was counted since an earlier state of the same counts.
    package func since(_ earlier: LogLinearCounts) -> LogLinearCounts {
        var rest = LogLinearCounts()
        var old = earlier.buckets[...]
        for bucket in buckets {
            while let first = old.first, first.place < bucket.place { old = old.dropFirst() }
            let before = old.first.map { $0.place == bucket.place ? $0.count : 0 } ?? 0
            if bucket.count > before {
                rest.buckets.append(Bucket(place: bucket.place, count: bucket.count &- before))
            }
        }
        return rest
    }

    /// The number below which a share of all lies: the middle of its bucket. Nil where nothing was counted.
    ///
    /// - Parameter share: 0 for the smallest, 0.5 for the median, 0.99, 1 for the largest.
    package func quantile(_ share: Double) -> Double? {
        let all = count
        guard all > 0, !share.isNaN else { return nil }
        let rank = Int64((min(max(share, 0), 1) * Double(all - 1)).rounded(.down))
        var seen: Int64 = 0
        for bucket in buckets {
            seen &+= bucket.count
            if seen > rank { return Self.middle(of: bucket) }
        }
        return buckets.last.map(Self.middle)
    }

    private static func middle(of bucket: Bucket) -> Double {
        let numbers = LogLinearBuckets.numbers(at: Int(bucket.place))
        return (Double(numbers.lowerBound) + Double(numbers.upperBound)) / 2
    }
}
