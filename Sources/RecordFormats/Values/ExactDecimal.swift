/// A decimal number of any length, kept figure for figure, so that comparing never rounds.
package struct ExactDecimal: Sendable {
    private let isNegative: Bool
    /// The figures 0 to 9 without zeros at either end; none for zero.
    private let figures: [UInt8]
    /// The number is `0.figures × 10^point`.
    private let point: Int

    /// Exponents beyond are taken for this one: such numbers are larger, or smaller, than all others anyway.
    private static let maxExponent = 1_000_000_000_000_000

    /// Reads a number as JSON writes it, leading zeros allowed: `-12.50`, `1e30`, `007`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        func digits() -> [UInt8] {
            let taken = rest.prefix { (0x30...0x39).contains($0) }
            rest.removeFirst(taken.count)
            return taken.map { $0 - 0x30 }
        }
        let whole = digits()
        guard !whole.isEmpty else { return nil }
        var fraction: [UInt8] = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = digits()
            guard !fraction.isEmpty else { return nil }
        }
        var exponent = 0
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            let isSmall = rest.first == UInt8(ascii: "-")
            if isSmall || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
            let size = digits()
            guard !size.isEmpty else { return nil }
            for figure in size where exponent < Self.maxExponent { exponent = exponent * 10 + Int(figure) }
            exponent = min(exponent, Self.maxExponent) * (isSmall ? -1 : 1)
        }
        guard rest.isEmpty else { return nil }
        let all = whole + fraction
        let leading = all.prefix { $0 == 0 }.count
        let trailing = all.reversed().prefix { $0 == 0 }.count
        figures = leading == all.count ? [] : Array(all[leading..<(all.count - trailing)])
        point = figures.isEmpty ? 0 : whole.count - leading + exponent
    }

    /// -1, 0 or 1 by what the number is.
    private var sign: Int { figures.isEmpty ? 0 : isNegative ? -1 : 1 }
}

extension ExactDecimal: Comparable {
    package static func == (left: ExactDecimal, right: ExactDecimal) -> Bool {
        left.sign == right.sign && left.point == right.point && left.figures == right.figures
    }

    package static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        guard left.sign == right.sign else { return left.sign < right.sign }
        let (small, large) = left.sign < 0 ? (right, left) : (left, right)
        guard small.point == large.point else { return small.point < large.point }
        return small.figures.lexicographicallyPrecedes(large.figures)
    }
}
