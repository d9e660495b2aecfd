/// An exact decimal number of at most 38 figures: an integer divided by a power of ten. ksqlDB's DECIMAL, Java's `BigDecimal` within bounds.
///
/// Two decimals are equal when they are the same number; `1.0` equals `1.00`.
package struct SQLDecimal: Sendable {
    // Halves instead of an Int128 keep a value at 8-byte alignment, and so every SQLValue at 24 bytes.
    private let high: Int64
    private let low: UInt64
    /// How many figures stand behind the point, 0 to 38.
    package let scale: UInt8

    /// The most figures of a number; ksqlDB knows no limit.
    package static let maxPrecision = 38

    /// `unscaled ÷ 10^scale`; nil when it has more than 38 figures or the scale is out of range.
    package init?(unscaled: Int128, scale: Int) {
        guard (0...Self.maxPrecision).contains(scale), unscaled.magnitude < Self.powers[Self.maxPrecision].magnitude
        else {
            return nil
        }
        high = Int64(truncatingIfNeeded: unscaled >> 64)
        low = UInt64(truncatingIfNeeded: unscaled)
        self.scale = UInt8(scale)
    }

    /// A whole number.
    package init(_ value: Int64) {
        high = value < 0 ? -1 : 0
        low = UInt64(bitPattern: value)
        scale = 0
    }

    /// The number without its point.
    package var unscaled: Int128 { Int128(high) << 64 | Int128(low) }

    /// How many figures it takes to write it, at least one, and at least as many as stand behind the point.
    package var precision: Int {
        let size = unscaled.magnitude
        var figures = 1
        while figures < Self.maxPrecision, Self.powers[figures].magnitude <= size { figures += 1 }
        return max(figures, Int(scale))
    }

    /// 10^0 to 10^38.
    static let powers: [Int128] = {
        var powers: [Int128] = [1]
        for _ in 0..<maxPrecision { powers.append((powers.last ?? 1) * 10) }
        return powers
    }()

    /// The number with so many figures behind the point, half rounded away from zero (Java's HALF_UP); nil when it becomes too long.
    package func rescaled(to scale: Int) -> SQLDecimal? {
        let change = scale - Int(self.scale)
        guard (0...Self.maxPrecision).contains(scale) else { return nil }
        if change == 0 { return self }
        if change > 0 {
            let (product, overflow) = unscaled.multipliedReportingOverflow(by: Self.powers[change])
            return overflow ? nil : SQLDecimal(unscaled: product, scale: scale)
        }
        return SQLDecimal(unscaled: Self.rounded(unscaled, by: Self.powers[-change]), scale: scale)
    }

    /// The number rounded to so many figures behind the point, or before it where negative; halves go up, -2.5 to -2 (ksqlDB's `Round`). Nil when
    /// it becomes too long.
    package func rounded(toPlaces places: Int) -> SQLDecimal? {
        guard places < Int(scale) else { return self }
        let cut = Int(scale) - places
        guard cut <= Self.maxPrecision else { return SQLDecimal(0) }
        let unit = Self.powers[cut]
        var (whole, rest) = unscaled.quotientAndRemainder(dividingBy: unit)
        if rest < 0 { (whole, rest) = (whole - 1, rest + unit) }
        if rest >= unit - rest { whole += 1 }
        if places >= 0 { return SQLDecimal(unscaled: whole, scale: places) }
        let (product, overflow) = whole.multipliedReportingOverflow(by: Self.powers[-places])
        return overflow ? nil : SQLDecimal(unscaled: product, scale: 0)
    }

    /// The number as a DECIMAL(precision, scale); nil when it does not fit.
    package func fitted(precision: Int, scale: Int) -> SQLDecimal? {
        guard let rescaled = rescaled(to: scale), precision <= Self.maxPrecision, precision >= 1,
            rescaled.unscaled.magnitude < Self.powers[precision].magnitude
        else { return nil }
        return rescaled
    }

    /// A quotient rounded half away from zero.
    private static func rounded(_ value: Int128, by divisor: Int128) -> Int128 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        guard remainder.magnitude >= divisor.magnitude - remainder.magnitude else { return quotient }
        return quotient + ((value < 0) == (divisor < 0) ? 1 : -1)
    }
}

// MARK: - arithmetic

extension SQLDecimal {
    /// The sum at a scale; nil on overflow, as of all that follow.
    package func adding(_ other: SQLDecimal, scale: Int) -> SQLDecimal? {
        aligned(other) { $0.addingReportingOverflow($1) }?.rescaled(to: scale)
    }

    /// The difference at a scale.
    package func subtracting(_ other: SQLDecimal, scale: Int) -> SQLDecimal? {
        aligned(other) { $0.subtractingReportingOverflow($1) }?.rescaled(to: scale)
    }

    /// The product at a scale. All its figures, up to 76, are there before it is rounded: only the result has to be short enough.
    package func multiplied(by other: SQLDecimal, scale: Int) -> SQLDecimal? {
        let product = unscaled.magnitude.multipliedFullWidth(by: other.unscaled.magnitude)
        guard (0...Self.maxPrecision).contains(scale),
            let size = Self.shortened(product, by: Int(self.scale) + Int(other.scale) - scale),
            size < Self.powers[Self.maxPrecision].magnitude
        else { return nil }
        let isNegative = (unscaled < 0) != (other.unscaled < 0)
        return SQLDecimal(unscaled: isNegative ? -Int128(size) : Int128(size), scale: scale)
    }

    /// A product of two numbers below 10^38 without so many of its last figures, half rounded up; nil where it still does not fit.
    private static func shortened(_ product: (high: UInt128, low: UInt128), by figures: Int) -> UInt128? {
        guard figures > 0 else {
            let (size, overflow) = product.low.multipliedReportingOverflow(by: powers[-figures].magnitude)
            return product.high != 0 || overflow ? nil : size
        }
        guard figures <= maxPrecision else {
            // What the first cut leaves out never makes a half of less than one.
            let rest = powers[maxPrecision].magnitude.dividingFullWidth(product).quotient
            return shortened((0, rest), by: figures - maxPrecision)
        }
        let unit = powers[figures].magnitude
        guard product.high < unit else { return nil }
        let (quotient, remainder) = unit.dividingFullWidth(product)
        return remainder >= unit - remainder ? quotient + 1 : quotient
    }

    /// The quotient at a scale, half rounded away from zero; nil also for a divisor of zero.
    package func divided(by other: SQLDecimal, scale: Int) -> SQLDecimal? {
        guard other.unscaled != 0 else { return nil }
        let shift = scale - Int(self.scale) + Int(other.scale)
        guard abs(shift) <= Self.maxPrecision else { return nil }
        var (dividend, divisor) = (unscaled, other.unscaled)
        let overflow: Bool
        if shift >= 0 {
            (dividend, overflow) = dividend.multipliedReportingOverflow(by: Self.powers[shift])
        } else {
            (divisor, overflow) = divisor.multipliedReportingOverflow(by: Self.powers[-shift])
        }
        return overflow ? nil : SQLDecimal(unscaled: Self.rounded(dividend, by: divisor), scale: scale)
    }

    /// The remainder at a scale, with the dividend's sign; nil also for a divisor of zero.
    package func remainder(dividingBy other: SQLDecimal, scale: Int) -> SQLDecimal? {
        guard other.unscaled != 0 else { return nil }
        return aligned(other) { ($0 % $1, false) }?.rescaled(to: scale)
    }

    /// The number with the other sign.
    package var negated: SQLDecimal {
        SQLDecimal(unscaled: -unscaled, scale: Int(scale)) ?? self
    }

    /// Brings both to one scale and joins their numbers.
    private func aligned(
        _ other: SQLDecimal, _ join: (Int128, Int128) -> (partialValue: Int128, overflow: Bool)
    ) -> SQLDecimal? {
        let common = max(scale, other.scale)
        guard let left = rescaled(to: Int(common)), let right = other.rescaled(to: Int(common)) else { return nil }
        let (value, overflow) = join(left.unscaled, right.unscaled)
        return overflow ? nil : SQLDecimal(unscaled: value, scale: Int(common))
    }
}

// MARK: - text and other numbers

extension SQLDecimal: CustomStringConvertible {
    /// Reads `-12.50`, `.5`, `7.`, `1.5e3`; nil for anything else, and for more than 38 figures.
    package init?(_ text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        var (value, scale, figures) = (Int128(0), 0, 0)
        var behindPoint = false
        while let byte = rest.first, byte == UInt8(ascii: ".") || (0x30...0x39).contains(byte) {
            rest.removeFirst()
            if byte == UInt8(ascii: ".") {
                guard !behindPoint else { return nil }
                behindPoint = true
                continue
            }
            figures += 1
            if behindPoint { scale += 1 }
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow, tenfold < Self.powers[Self.maxPrecision], scale <= Self.maxPrecision else { return nil }
            value = tenfold + Int128(byte - 0x30)
        }
        guard figures > 0 else { return nil }
        var exponent = 0
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            guard let read = Int(String(decoding: rest.dropFirst(), as: UTF8.self)), abs(read) < 1000 else {
                return nil
            }
            exponent = read
            rest = []
        }
        guard rest.isEmpty else { return nil }
        scale -= exponent
        if scale < 0 {
            guard -scale <= Self.maxPrecision else { return nil }
            let (whole, overflow) = value.multipliedReportingOverflow(by: Self.powers[-scale])
            guard !overflow else { return nil }
            (value, scale) = (whole, 0)
        }
        self.init(unscaled: isNegative ? -value : value, scale: scale)
    }

    /// All figures and no exponent: `-12.50` (Java's `toPlainString`).
    package var description: String {
        var digits = String(unscaled.magnitude)
        if digits.utf8.count <= Int(scale) {
            digits = String(repeating: "0", count: Int(scale) + 1 - digits.utf8.count) + digits
        }
        if scale > 0 { digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -Int(scale))) }
        return (unscaled < 0 ? "-" : "") + digits
    }

    /// The nearest `Double`.
    package var double: Double { Double(description) ?? 0 }

    /// The shortest decimal that reads as this `Double`; nil for one that is not finite or too long.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        self.init("\(value)")
    }

    /// The whole part.
    package var truncated: Int128 { unscaled / Self.powers[Int(scale)] }

    /// The whole number at or below.
    package var floor: Int128 {
        let whole = truncated
        return unscaled < 0 && whole * Self.powers[Int(scale)] != unscaled ? whole - 1 : whole
    }
}

extension SQLDecimal: Comparable, Hashable {
    package static func < (left: SQLDecimal, right: SQLDecimal) -> Bool { left.order(right) < 0 }

    package static func == (left: SQLDecimal, right: SQLDecimal) -> Bool {
        left.scale == right.scale ? left.high == right.high && left.low == right.low : left.order(right) == 0
    }

    package func hash(into hasher: inout Hasher) {
        var (value, places) = (unscaled, scale)
        while places > 0, value % 10 == 0 {
            value /= 10
            places -= 1
        }
        hasher.combine(value)
        hasher.combine(places)
    }

    /// Whole parts first, then what is behind the point, so that nothing overflows.
    private func order(_ other: SQLDecimal) -> Int {
        let (mine, theirs) = (floor, other.floor)
        if mine != theirs { return mine < theirs ? -1 : 1 }
        let common = Int(max(scale, other.scale))
        let left = (unscaled - mine * Self.powers[Int(scale)]) * Self.powers[common - Int(scale)]
        let right = (other.unscaled - theirs * Self.powers[Int(other.scale)]) * Self.powers[common - Int(other.scale)]
        return left == right ? 0 : left < right ? -1 : 1
    }
}
