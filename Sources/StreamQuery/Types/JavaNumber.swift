import Foundation

/// Numbers as Java writes them, which ksqlDB's casts and JSON output do.
enum JavaNumber {
    /// `Double.toString`: `1.0`, `0.001`, `1.0E7`, `NaN`. The shortest figures that read as the same number (JDK 19 and later).
    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
        let (digits, exponent) = shortest(value.magnitude)
        let sign = value < 0 ? "-" : ""
        // Plain from 0.001 up to 10^7, otherwise one figure before the point.
        guard (-3..<7).contains(exponent) else {
            let rest = digits.dropFirst()
            return "\(sign)\(digits.prefix(1)).\(rest.isEmpty ? "0" : rest)E\(exponent)"
        }
        if exponent < 0 { return "\(sign)0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = digits.prefix(exponent + 1)
        let padding = String(repeating: "0", count: exponent + 1 - whole.count)
        let fraction = digits.dropFirst(exponent + 1)
        return "\(sign)\(whole)\(padding).\(fraction.isEmpty ? "0" : fraction)"
    }

    /// The figures of a positive number without zeros at the ends, and the power of ten of the first.
    private static func shortest(_ value: Double) -> (digits: String, exponent: Int) {
        var text = "\(value)"[...]
        var exponent = 0
        if let mark = text.firstIndex(of: "e") {
            exponent = Int(text[text.index(after: mark)...]) ?? 0
            text = text[..<mark]
        }
        let point = text.firstIndex(of: ".") ?? text.endIndex
        let whole = text[..<point]
        let all = whole + text[point...].dropFirst()
        let leading = all.prefix { $0 == "0" }.count
        exponent += whole.count - 1 - leading
        let figures = all.dropFirst(leading)
        let trailing = figures.reversed().prefix { $0 == "0" }.count
        return (String(figures.dropLast(trailing)), exponent)
    }

    /// Java's `(int)` of a double: cut to the whole number, held at the ends, 0 for NaN.
    static func whole<Whole: FixedWidthInteger>(_ value: Double) -> Whole {
        if value.isNaN { return 0 }
        return Whole(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
    }

    /// `Double.parseDouble` of a trimmed text: decimal figures with an exponent, `NaN`, `Infinity`.
    static func double(_ text: String) -> Double? {
        var letters = Trimmed.text(text)
        if let last = letters.utf8.last, "dDfF".utf8.contains(last), letters.utf8.dropLast().last.map(isFigure) == true
        {
            letters.removeLast()
        }
        switch letters {
        case "NaN": return .nan
        case "Infinity", "+Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: break
        }
        guard letters.utf8.allSatisfy({ isFigure($0) || "+-.eE".utf8.contains($0) }) else { return nil }
        // Swift wants a figure on either side of the point, Java on one.
        guard let value = Double(letters) ?? strict(letters) else { return nil }
        return value
    }

    private static func strict(_ text: String) -> Double? {
        guard text.utf8.contains(where: isFigure) else { return nil }
        return text.withCString { start in
            var end: UnsafeMutablePointer<CChar>?
            let value = strtod(start, &end)
            return end.map { $0.pointee == 0 } == true ? value : nil
        }
    }

    private static func isFigure(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

/// Texts without blanks at the ends.
enum Trimmed {
    /// Java's `String.trim`: everything up to U+0020 falls.
    static func text(_ text: String) -> String {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, first <= 0x20 || last <= 0x20 else { return text }
        let rest = bytes.drop { $0 <= 0x20 }
        let end = rest.lastIndex { $0 > 0x20 }.map { bytes.index(after: $0) } ?? rest.startIndex
        return String(decoding: rest[..<end], as: UTF8.self)
    }
}
