import Glibc

/// A sum of doubles that does not depend on their order: the exact sum, rounded once (Shewchuk, "Adaptive Precision Floating-Point
/// Arithmetic", 1997; what Python's `math.fsum` computes).
///
/// Adding doubles the plain way rounds at each step, so two interleavings of the same records would give two answers. Here the sum is kept as parts
/// that do not overlap; there are one or two of them for ordinary numbers, and never more than about 40.
package struct ExactSum: Sendable, Equatable {
    /// Parts that do not overlap, the smallest first.
    private var parts: [Double] = []
    /// The same for numbers near the largest, divided by `scale`, so that no step overflows before the sum does.
    private var largeParts: [Double] = []
    /// The sum of what is not finite.
    private var special = 0.0

    private static let scale = 0x1p128
    private static let large = 0x1p890

    /// A sum of nothing, 0.
    package init() {}

    /// Bytes of memory that the parts take.
    package var bytes: Int { (parts.capacity + largeParts.capacity) * 8 }

    /// Adds a number.
    package mutating func add(_ number: Double) {
        if !number.isFinite {
            special += number
        } else if abs(number) < Self.large {
            Self.add(number, to: &parts)
        } else {
            Self.add(number / Self.scale, to: &largeParts)
        }
    }

    /// Adds another sum.
    package mutating func merge(_ other: ExactSum) {
        for part in other.parts { Self.add(part, to: &parts) }
        for part in other.largeParts { Self.add(part, to: &largeParts) }
        special += other.special
    }

    /// The sum, rounded once; infinite or NaN where the numbers make it so.
    package var rounded: Double {
        guard special == 0 else { return special }
        guard !largeParts.isEmpty else { return Self.rounded(parts) }
        var all = largeParts
        // Shrinking is exact but for the last bits of numbers too small to matter beside these.
        for part in parts { Self.add(part / Self.scale, to: &all) }
        return Self.rounded(all) * Self.scale
    }

    /// The sum as two doubles: rounded, and what rounding left out, rounded.
    package var doubled: (high: Double, low: Double) {
        let high = rounded
        guard high.isFinite, largeParts.isEmpty else { return (high, 0) }
        var rest = parts
        Self.add(-high, to: &rest)
        return (high, Self.rounded(rest))
    }

    package static func == (left: ExactSum, right: ExactSum) -> Bool { left.rounded == right.rounded }

    private static func add(_ number: Double, to parts: inout [Double]) {
        var number = number
        var kept = 0
        for place in parts.indices {
            var part = parts[place]
            if abs(number) < abs(part) { swap(&number, &part) }
            let high = number + part
            let low = part - (high - number)
            if low != 0 {
                parts[kept] = low
                kept += 1
            }
            number = high
        }
        if kept < parts.count { parts.removeSubrange(kept...) }
        if number != 0 { parts.append(number) }
    }

    /// The largest part, corrected by the next ones; half-way cases are decided by the rest.
    private static func rounded(_ parts: [Double]) -> Double {
        var place = parts.count - 1
        guard place >= 0 else { return 0 }
        var high = parts[place]
        var low = 0.0
        while place > 0, low == 0 {
            place -= 1
            let before = high
            high = before + parts[place]
            low = parts[place] - (high - before)
        }
        if place > 0, (low < 0 && parts[place - 1] < 0) || (low > 0 && parts[place - 1] > 0) {
            let twice = low * 2
            let next = high + twice
            if twice == next - high { high = next }
        }
        return high
    }

    func write(to writer: inout PackedWriter) {
        for list in [parts, largeParts] {
            writer.count(list.count)
            for part in list { writer.fixed(part.bitPattern) }
        }
        writer.fixed(special.bitPattern)
    }

    init(_ reader: inout PackedReader) throws(PackedError) {
        parts = try Self.parts(&reader)
        largeParts = try Self.parts(&reader)
        special = Double(bitPattern: try reader.fixed())
    }

    private static func parts(_ reader: inout PackedReader) throws(PackedError) -> [Double] {
        let count = try reader.number(upTo: 64)
        var parts: [Double] = []
        for _ in 0..<count {
            let part = Double(bitPattern: try reader.fixed())
            guard part.isFinite else { throw .malformed }
            parts.append(part)
        }
        return parts
    }
}
