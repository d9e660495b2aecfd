/// Numbers as operators read them: short where they are compared, grouped where they are exact.
package enum Figures {
    /// `310`, `84.1k`, `214.9M`: three or four figures of a count or of a rate.
    package static func short(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        let size = abs(value)
        let sign = value < 0 ? "−" : ""
        if size < 0.05 { return "0" }
        if size < 9.95 {
            let text = fixed(size, 1)
            return sign + (text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
        }
        if size < 999.5 { return sign + fixed(size, 0) }
        for (limit, divisor, unit) in [(999_950.0, 1e3, "k"), (999_950_000.0, 1e6, "M"), (999_950_000_000.0, 1e9, "G")]
        where size < limit {
            return sign + fixed(size / divisor, 1) + unit
        }
        return sign + fixed(min(size / 1e12, 9999), 1) + "T"
    }

    /// A mark on an axis: `42k`, `1.5M`, `310`.
    package static func axis(_ value: Double) -> String {
        let text = short(value)
        guard let unit = text.last, unit.isLetter, let dot = text.firstIndex(of: "."),
            text.distance(from: text.startIndex, to: dot) > 1
        else { return text.replacing(".0", with: "") }
        let divisor = unit == "k" ? 1e3 : unit == "M" ? 1e6 : unit == "G" ? 1e9 : 1e12
        return fixed(value / divisor, 0) + String(unit)
    }

    /// A count in the short form, or `?` where unknown.
    package static func short(_ value: Int64?) -> String { value.map { short(Double($0)) } ?? "?" }

    /// A rate in the short form, `?` before it is known.
    package static func rate(_ value: Double?) -> String { value.map { short($0) } ?? "?" }

    /// A change with its sign: `+61`, `−32`, `0`.
    package static func change(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "?" }
        let text = short(value)
        return value > 0 && text != "0" ? "+" + text : text
    }

    /// `7,346,529`: every figure, in groups of three.
    package static func grouped(_ value: Int64) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `18.2G`, `640M`, `412B`: bytes in powers of 1024, of at most three digits before the unit.
    package static func bytes(_ value: Int64) -> String { bytes(Double(value)) }

    /// Bytes a second or an average of bytes, likewise.
    package static func bytes(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        let size = abs(value)
        let sign = value < 0 ? "−" : ""
        if size < 999.5 { return sign + fixed(size, 0) + "B" }
        var scaled = size / 1024
        for unit in ["k", "M", "G", "T", "P"] {
            if scaled < 999.5 || unit == "P" {
                let decimals = scaled < 9.95 || unit == "G" || unit == "T" || unit == "P" ? 1 : 0
                let text = fixed(scaled, decimals)
                return sign + text + unit
            }
            scaled /= 1024
        }
        return "?"
    }

    /// `71%`; one place below ten where `exact` asks for it.
    package static func percent(_ ratio: Double, exact: Bool = false) -> String {
        guard ratio.isFinite else { return "?" }
        let value = max(-999, min(9999, ratio * 100))
        return fixed(value, exact && abs(value) < 100 && value != value.rounded() ? 1 : 0) + "%"
    }

    /// A number with so many decimals, rounded half away from zero; `value` must be below 1e15.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        let scale = decimals == 0 ? 1.0 : decimals == 1 ? 10.0 : 100.0
        guard let scaled = Int64(exactly: (value * scale).rounded()) else { return "?" }
        let whole = scaled.magnitude / UInt64(scale)
        let sign = scaled < 0 ? "−" : ""
        guard decimals > 0 else { return sign + String(whole) }
        let part = String(scaled.magnitude % UInt64(scale))
        return sign + String(whole) + "." + String(repeating: "0", count: max(0, decimals - part.count)) + part
    }
}
