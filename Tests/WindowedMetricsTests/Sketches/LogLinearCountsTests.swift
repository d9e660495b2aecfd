import SeededNumbers
import Testing
import WindowedMetrics

@Suite("Counting by buckets of equal relative width")
struct LogLinearCountsTests {
    @Test(
        "every number lies in its own bucket, buckets follow each other without a gap, and none is wider than a sixteenth"
    )
    func buckets() {
        var next: UInt64 = 0
        for place in 0..<LogLinearBuckets.count {
            let numbers = LogLinearBuckets.numbers(at: place)
            #expect(numbers.lowerBound == next)
            #expect(LogLinearBuckets.place(of: numbers.lowerBound) == place)
            #expect(LogLinearBuckets.place(of: numbers.upperBound) == place)
            #expect(UInt64(numbers.count) <= max(1, numbers.lowerBound / 16))
            next = numbers.upperBound + 1
        }
        #expect(next == LogLinearBuckets.limit + 1)
        #expect(LogLinearBuckets.place(of: .max) == LogLinearBuckets.count - 1)
    }

    @Test("a quantile is within 3.2 % of the number of that rank", arguments: 1...20 as ClosedRange<UInt64>)
    func quantiles(seed: UInt64) throws {
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        var numbers: [UInt64] = []
        var counts = LogLinearCounts()
        for _ in 0..<Int.random(in: 1...3000, using: &random) {
            let number = UInt64.random(in: 0...(1 << UInt64.random(in: 0...39, using: &random)), using: &random)
            numbers.append(number)
            counts.insert(number)
        }
        numbers.sort()
        #expect(counts.count == Int64(numbers.count))
        for share in [0, 0.01, 0.5, 0.9, 0.99, 0.999, 1] {
            let wanted = Double(numbers[Int((share * Double(numbers.count - 1)).rounded(.down))])
            let got = try #require(counts.quantile(share))
            #expect(abs(got - wanted) <= wanted * 0.032 + 0.5, "\(share): \(got), not \(wanted)")
        }
    }

    @Test("what came since an earlier state is what was counted in between", arguments: 1...10 as ClosedRange<UInt64>)
    func since(seed: UInt64) {
        print("seed", seed)
        var random = SeededGenerator(seed: seed)
        func some() -> [UInt64] {
            (0..<Int.random(in: 0...300, using: &random)).map { _ in
                UInt64.random(in: 0...100_000, using: &random)
            }
        }
        let (early, late) = (some(), some())
        var (all, before, after) = (LogLinearCounts(), LogLinearCounts(), LogLinearCounts())
        for number in early {
            all.insert(number)
            before.insert(number)
        }
        for number in late {
            all.insert(number)
            after.insert(number)
        }
        #expect(all.since(before) == after)
        #expect(all.since(all).count == 0 && all.since(all).quantile(0.5) == nil)
    }
}
