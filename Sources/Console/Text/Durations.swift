/// Stretches of time as text.
package enum Durations {
    /// One unit: `3s`, `11m`, `3h`, `5d`. Negative stretches count as 0.
    package static func short(milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds) / 1000
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m" }
        if seconds < 172_800 { return "\(seconds / 3600)h" }
        return "\(seconds / 86_400)d"
    }

    /// Two units: `41s`, `6m 28s`, `2h 00m`, `3d 04h`.
    package static func long(milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds) / 1000
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m \(padded(seconds % 60))s" }
        if seconds < 172_800 { return "\(seconds / 3600)h \(padded(seconds / 60 % 60))m" }
        return "\(seconds / 86_400)d \(padded(seconds / 3600 % 24))h"
    }

    /// How long something has been up: `3h12m`, `2d04h`, `41s`.
    package static func uptime(milliseconds: Int64) -> String {
        long(milliseconds: milliseconds).replacing(" ", with: "")
    }

    /// A setting's stretch: exact in its largest whole unit, `7d`, `90m`, `1500ms`; `for ever` for -1.
    package static func setting(milliseconds: Int64) -> String {
        if milliseconds < 0 { return "for ever" }
        if milliseconds == 0 { return "0" }
        for (unit, name) in [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")] as [(Int64, String)]
        where milliseconds % unit == 0 {
            return "\(milliseconds / unit)\(name)"
        }
        return "\(milliseconds)ms"
    }

    private static func padded(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
