import MonitorScript
import Testing

@testable import Console

@Suite("Rows in order")
struct RowOrderTests {
    @Test(
        "rows come in the order of their numbers, equal ones as they came, few and many, up and down",
        arguments: 1...8)
    func sorts(seed: Int) {
        print("seed", seed)
        var random = SeededGenerator(seed: UInt64(seed) &* 7919)
        for count in [0, 1, 17, 2_047, 2_048, 9_000] {
            let numbers = Self.numbers(count, &random)
            for descending in [false, true] {
                let naive = numbers.indices.sorted { left, right in
                    let before = SortKey.isBefore(.number(numbers[left]), .number(numbers[right]))
                    return before.map { $0 != descending } ?? (left < right)
                }
                let order = RowOrder(all: count).sorted(descending: descending) { .number(numbers[$0]) }
                #expect((0..<count).map { order[$0] } == naive, "seed \(seed), \(count) rows, descending \(descending)")
            }
        }
    }

    /// What columns sort by: whole numbers and others, of both signs, many of them equal, and what is no number.
    private static func numbers(_ count: Int, _ random: inout SeededGenerator) -> [Double] {
        let special: [Double] = [.nan, .infinity, -.infinity, 0, -0.0, 1e15, -1, .greatestFiniteMagnitude, 5e-324]
        let isWhole = Bool.random(using: &random)
        return (0..<count).map { _ in
            if !isWhole, Int.random(in: 0..<10, using: &random) == 0 {
                return special.randomElement(using: &random) ?? 0
            }
            let number = Double.random(in: -1e6...1e6, using: &random)
            return isWhole ? (number / 1e4).rounded() : number
        }
    }
}
