import Cluster
import MonitorScript
import SeededNumbers
import Testing

@testable import Console

@Suite("Orders and texts of rows")
struct RowOrderTests {
    @Test("rows are ordered as their keys compare, equal ones as they come", arguments: 1...20)
    func sorted(seed: Int) {
        print("seed", seed)
        var random = SeededGenerator(seed: UInt64(seed) &* 15_485_863)
        let hasTexts = seed.isMultiple(of: 3)
        // Few are compared with each other, many are sorted digit by digit.
        let count = seed.isMultiple(of: 2) ? 200 : Int.random(in: 2_040...9_000, using: &random)
        let numbers: [Double] = [
            .nan, -.infinity, .infinity, 0, -0.0, 1, -1, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1e300, -1e300,
        ]
        let keys: [SortKey] = (0..<count).map { _ in
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where hasTexts: .text(["a", "b", "", "ä"].randomElement(using: &random) ?? "")
            case 1: .number(numbers.randomElement(using: &random) ?? 0)
            case 2: .number(Double(Int.random(in: -9...9, using: &random)))
            default: .number(Double.random(in: -1e6...1e6, using: &random))
            }
        }
        for isDescending in [false, true] {
            let order = RowOrder(all: keys.count).sorted(descending: isDescending) { keys[$0] }
            let places = (0..<order.count).map { order[$0] }
            #expect(places.sorted() == Array(keys.indices))
            for (one, next) in zip(places, places.dropFirst()) {
                let before = SortKey.isBefore(keys[one], keys[next])
                #expect(before.map { $0 != isDescending } ?? (one < next), "seed \(seed): \(keys[one]) \(keys[next])")
            }
        }
    }

    @Test("a filter passes what has its text in any case, ASCII or not, and the names of partitions", arguments: 1...10)
    func matched(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) &* 32_452_843)
        let letters = ["a", "B", "-", "1", "0", "É", "é", "e\u{301}", "K", "\u{212a}", "ß", "İ", "日"]
        func text(_ count: Int) -> String {
            (0..<Int.random(in: 0...count, using: &random)).map { _ in letters.randomElement(using: &random) ?? "" }
                .joined()
        }
        var topic = text(6)
        for _ in 0..<50 {
            let needle = text(3).lowercased()
            var matcher = RowMatcher(needle)
            for _ in 0..<40 {
                if Int.random(in: 0..<5, using: &random) == 0 { topic = text(6) }
                let place = TopicPartition(
                    topic: topic, partition: [0, 7, 10, 101, .max, .min].randomElement(using: &random) ?? 0)
                let whole = needle.isEmpty || "\(place)".lowercased().contains(needle)
                #expect(matcher.isIn(.partition(place)) == whole, "seed \(seed): \(needle) in \(place)")
                #expect(matcher.isIn(.text("\(place)")) == whole, "seed \(seed): \(needle) in \(place)")
            }
        }
    }
}
