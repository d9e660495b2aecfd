/// Numbers as Go writes them: in messages, label values and templates users compare them letter by letter.
package enum GoNumber {
    /// As `strconv.FormatFloat(value, 'f', -1, 64)`: the shortest digits that give the number again, without an exponent.
    package static func shortest(_ value: Double) -> String {
        if let special = special(value) { return special }
        let (digits, point) = digits(value.magnitude)
        let sign = value.sign == .minus ? "-" : ""
        if point <= 0 {
            let zeros = String(repeating: "0", count: -point)
            return digits == "0" ? "\(sign)0" : "\(sign)0.\(zeros)\(digits)"
        }
        if point >= digits.count { return sign + digits + String(repeating: "0", count: point - digits.count) }
        return "\(sign)\(digits.prefix(point)).\(digits.dropFirst(point))"
    }

    /// As `fmt.Sprintf("%g", value)`, which is what templates print: like `shortest`, with an exponent below 1e-4 and from 1e6 on.
    package static func general(_ value: Double) -> String {
        if let special = special(value) { return special }
        let (digits, point) = digits(value.magnitude)
        let exponent = point - 1
        guard digits != "0", exponent < -4 || exponent >= 6 else { return shortest(value) }
        let mantissa = digits.count > 1 ? "\(digits.prefix(1)).\(digits.dropFirst())" : digits
        let size = String(exponent.magnitude)
        let sign = value.sign == .minus ? "-" : ""
        return "\(sign)\(mantissa)e\(exponent < 0 ? "-" : "+")\(size.count < 2 ? "0" : "")\(size)"
    }

    /// Reads a decimal number as PromQL does, by `strconv.ParseInt` with base 0 and then `ParseFloat`: `010` is 8, `09` is 9; nil for what is none or beyond what a Double holds.
    ///
    /// - Parameter text: Digits with sign, point and exponent only.
    static func value(of text: some StringProtocol) -> Double? {
        let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        if digits.first == "0", digits.utf8.count > 1, let octal = Int64(text, radix: 8) { return Double(octal) }
        let written = text.hasSuffix(".") ? text.dropLast() : text[...]
        guard let value = Double(written), value.isFinite else { return nil }
        return value
    }

    /// NaN and the infinities; nil for others.
    static func special(_ value: Double) -> String? {
        value.isNaN ? "NaN" : value.isInfinite ? (value > 0 ? "+Inf" : "-Inf") : nil
    }

    /// The shortest decimal digits of a finite number of at least 0, and where the point stands: `0.00125` is `125` with -2.
    private static func digits(_ value: Double) -> (digits: String, point: Int) {
        guard value != 0 else { return ("0", 1) }
        // Swift prints the shortest digits too, only in another dress.
        let text = value.description
        let parts = text.split(separator: "e", maxSplits: 1)
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let whole = mantissa[0]
        let fraction = mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : ""
        var digits = String(whole) + String(fraction)
        var point = whole.count + exponent
        let leading = digits.prefix { $0 == "0" }.count
        digits = String(digits.dropFirst(leading))
        point -= leading
        while digits.hasSuffix("0") { digits.removeLast() }
        return (digits, point)
    }
}
