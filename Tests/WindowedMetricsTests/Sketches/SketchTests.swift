import SeededNumbers
import Testing
import WindowedMetrics

@Suite("Counting different values")
struct DistinctCountTests {
    @Test(
        "the hash is xxHash64",
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
            ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
        ] as [(String, UInt64)])
    func hash(text: String, wanted: UInt64) { #expect(XXHash64.hash(Array(text.utf8)) == wanted) }

    @Test("is exact up to its limit, and says when it no longer is", arguments: 1...10 as ClosedRange<UInt64>)
    func exact(seed: UInt64) {
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        var count = DistinctCount(exactLimit: 500)
        var known: Set<UInt64> = []
        while known.count < 500 {
            let value = UInt64.random(in: 0..<700, using: &random)
            known.insert(value)
            count.insert(XXHash64.hash(Array("\(value)".utf8)))
            #expect(count.isExact && count.estimate == Int64(known.count))
        }
        count.insert(XXHash64.hash(Array("one more".utf8)))
        #expect(!count.isExact)
        #expect(abs(count.estimate - 501) <= 15)
    }

    @Test(
        "an estimate lies within four standard errors, from just above the limit to a million values",
        arguments: [70_000, 100_000, 250_000, 1_000_000])
    func estimate(size: Int) {
        print("size", size)
        var count = DistinctCount()
        for number in 0..<size {
            let hash = XXHash64.hash(Array("key-\(number)".utf8))
            count.insert(hash)
            if number % 3 == 0 { count.insert(hash) }
        }
        #expect(!count.isExact)
        let error = abs(Double(count.estimate) - Double(size)) / Double(size)
        #expect(error < 4 * DistinctCount.standardError, "off by \(error)")
    }

    @Test("small estimates need no correction: ten to a thousand values in registers", arguments: [10, 100, 1000])
    func small(size: Int) {
        var count = DistinctCount(exactLimit: 0)
        for number in 0..<size { count.insert(XXHash64.hash(Array("\(number)".utf8))) }
        #expect(abs(Double(count.estimate) - Double(size)) <= max(1, Double(size) * 4 * DistinctCount.standardError))
    }

    @Test("merging tells what one count of everything would, whatever form each has", arguments: [100, 400, 70_000])
    func merging(size: Int) {
        for limit in [0, 300, 65_536] {
            var whole = DistinctCount(exactLimit: limit)
            var parts = [DistinctCount(exactLimit: limit), DistinctCount(exactLimit: limit)]
            for number in 0..<size {
                let hash = XXHash64.hash(Array("\(number)".utf8))
                whole.insert(hash)
                // Every third is seen by both.
                parts[number % 2].insert(hash)
                if number % 3 == 0 { parts[1 - number % 2].insert(hash) }
            }
            parts[0].merge(parts[1])
            #expect(parts[0] == whole, "limit \(limit)")
        }
    }
}

@Suite("The most frequent values")
struct HeavyHittersTests {
    @Test(
        "counts are never too low, too high by no more than said, and no frequent value is missing",
        arguments: 1...20 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        let capacity = Int.random(in: 1...40, using: &random)
        let values = Int.random(in: 1...200, using: &random)
        var hitters = HeavyHitters<Int>(capacity: capacity)
        var exact: [Int: Int64] = [:]
        for _ in 0..<Int.random(in: 1...4000, using: &random) {
            // Small numbers far more often than large ones.
            let share = Double.random(in: 0..<1, using: &random)
            let value = Int(share * share * share * Double(values))
            let weight = Int64.random(in: 1...3, using: &random)
            hitters.insert(value, weight: weight)
            exact[value, default: 0] += weight
        }
        #expect(hitters.checkInvariants())
        #expect(hitters.total == exact.values.reduce(0, +))
        let found = hitters.top(.max)
        #expect(zip(found, found.dropFirst()).allSatisfy { $0.count >= $1.count })
        for hit in found {
            let real = exact[hit.value] ?? 0
            #expect(hit.count >= real && hit.count - hit.error <= real, "\(hit)")
        }
        #expect(hitters.largestError <= hitters.total / Int64(capacity))
        for (value, count) in exact where count > hitters.total / Int64(capacity) {
            #expect(found.contains { $0.value == value }, "\(value) came \(count) times")
        }
        if exact.count <= capacity {
            #expect(hitters.isExact)
            #expect(Dictionary(uniqueKeysWithValues: found.map { ($0.value, $0.count) }) == exact)
        }
    }
}

@Suite("Quantiles")
struct QuantileSketchTests {
    private static func numbers(_ random: inout SeededGenerator) -> [Double] {
        let count = Int.random(in: 1...3000, using: &random)
        let kind = Int.random(in: 0...3, using: &random)
        return (0..<count).map { _ in
            switch kind {
            case 0: Double(Int.random(in: 0...2000, using: &random))
            case 1: Double.random(in: 0...1, using: &random) < 0.3 ? 0 : Double.random(in: 100...101, using: &random)
            case 2: [1, 10, 1e4, 1e9, 2e9].randomElement(using: &random) ?? 1
            default: 1 / Double.random(in: 1e-8...1, using: &random)
            }
        }
    }

    @Test(
        "every quantile is within the accuracy of the number at that rank; ends, count and sum are exact",
        arguments: 1...30 as ClosedRange<UInt64>)
    func accuracy(seed: UInt64) throws {
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        let accuracy = [0.005, 0.01, 0.02, 0.1].randomElement(using: &random) ?? 0.01
        let numbers = Self.numbers(&random)
        var sketch = QuantileSketch(accuracy: accuracy, maxBuckets: 4096)
        var parts = [
            QuantileSketch(accuracy: accuracy, maxBuckets: 4096), QuantileSketch(accuracy: accuracy, maxBuckets: 4096),
        ]
        for (place, number) in numbers.enumerated() {
            sketch.insert(number)
            parts[place % 2].insert(number)
        }
        let sorted = numbers.sorted()
        for share in [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1] {
            let wanted = sorted[Int((share * Double(sorted.count - 1)).rounded(.down))]
            let got = try #require(sketch.quantile(share))
            #expect(abs(got - wanted) <= wanted * accuracy * 1.000_001, "\(share): \(got), not \(wanted)")
        }
        #expect(sketch.count == Int64(numbers.count))
        #expect(sketch.min == sorted.first && sketch.max == sorted.last)
        #expect(abs(sketch.sum - numbers.reduce(0, +)) <= sketch.sum * 1e-9)
        // Two halves merged tell what the whole tells.
        parts[0].merge(parts[1])
        for share in [0.1, 0.5, 0.99] { #expect(parts[0].quantile(share) == sketch.quantile(share)) }
    }

    @Test("with few buckets the high quantiles keep their accuracy and the low ones stay within the range")
    func collapsing() throws {
        var sketch = QuantileSketch(accuracy: 0.01, maxBuckets: 64)
        let numbers = (0..<2000).map { Double(1 + $0 * $0) }
        for number in numbers.reversed() { sketch.insert(number) }
        for share in [0.9, 0.99] {
            let wanted = numbers[Int((share * 1999).rounded(.down))]
            #expect(abs(try #require(sketch.quantile(share)) - wanted) <= wanted * 0.010_001)
        }
        #expect(try #require(sketch.quantile(0.01)) >= 1)
        var ascending = QuantileSketch(accuracy: 0.01, maxBuckets: 64)
        for number in numbers { ascending.insert(number) }
        #expect(ascending.quantile(0.99) == sketch.quantile(0.99))
    }

    @Test("nothing taken tells nothing; what is no number is left out; below 0 counts as 0")
    func edges() {
        var sketch = QuantileSketch()
        #expect(sketch.quantile(0.5) == nil && sketch.mean == nil && sketch.min == nil)
        sketch.insert(.nan)
        sketch.insert(.infinity)
        #expect(sketch.count == 0)
        sketch.insert(-5)
        sketch.insert(1e308)
        #expect(sketch.quantile(0) == 0 && sketch.quantile(1) == 1e308)
    }
}
