/// Durations as Prometheus writes them: `5m`, `1h30m`, `1w`, `250ms`; units descending, each at most once. A day has 24 h, a week 7 d, a year 365 d.
package enum PrometheusDuration {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
        ("ms", 1),
    ]

    /// The milliseconds a text stands for; nil when it is no duration or beyond 2^63 ns, Prometheus' own limit.
    ///
    /// `0` alone is a duration too, as in rule files.
    package static func milliseconds(_ text: some StringProtocol) -> Int64? {
        if text == "0" { return 0 }
        var rest = Substring(text)
        var total: Int64 = 0
        var next = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let count = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { $0.isLetter }
            guard let unit = units.firstIndex(where: { $0.name == name }), unit >= next else { return nil }
            rest = rest.dropFirst(name.count)
            next = unit + 1
            let (part, overflows) = count.multipliedReportingOverflow(by: units[unit].milliseconds)
            let (sum, exceeds) = total.addingReportingOverflow(part)
            guard !overflows, !exceeds, sum <= Int64.max / 1_000_000 else { return nil }
            total = sum
        }
        return total
    }

    /// The shortest text for a duration of at least 0 milliseconds, as Prometheus prints it: `90m` is `1h30m`, years and weeks only where they divide it.
    package static func text(milliseconds: Int64) -> String {
        guard milliseconds != 0 else { return "0s" }
        guard milliseconds > 0 else { return "-" + text(milliseconds: milliseconds == .min ? .max : -milliseconds) }
        var rest = milliseconds
        var text = ""
        for (name, size) in units where rest >= size {
            if (name == "y" || name == "w") && rest % size != 0 { continue }
            text += "\(rest / size)\(name)"
            rest %= size
        }
        return text
    }
}
