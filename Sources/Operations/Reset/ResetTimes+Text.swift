extension ResetTimes {
    /// Wall milliseconds as `2026-11-21T12:00:00.000Z`, which `time` reads back and `--to-datetime` takes.
    ///
    /// Times before the year 0 and after 9999 become the nearest one that can be written so.
    package static func text(_ milliseconds: Int64) -> String {
        let bounded = max(-62_167_219_200_000, min(253_402_300_799_999, milliseconds))
        let rest = ((bounded % 86_400_000) + 86_400_000) % 86_400_000
        let date = calendarDate((bounded - rest) / 86_400_000)
        let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map { padded($0, 2) }
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            + "T\(clock.joined(separator: ":")).\(padded(rest % 1000, 3))Z"
    }

    /// Milliseconds as `PT1H30M`, `P2D` or `PT0.5S`, which `duration` reads back and `--by-duration` takes.
    package static func durationText(_ milliseconds: Int64) -> String {
        let size = milliseconds.magnitude
        let (days, hours, minutes) = (size / 86_400_000, size / 3_600_000 % 24, size / 60_000 % 60)
        let (seconds, fraction) = (size / 1000 % 60, size % 1000)
        var clock = ""
        if hours > 0 { clock += "\(hours)H" }
        if minutes > 0 { clock += "\(minutes)M" }
        if fraction > 0 {
            clock += "\(seconds).\(padded(Int64(fraction), 3))S"
        } else if seconds > 0 || (days == 0 && clock.isEmpty) {
            clock += "\(seconds)S"
        }
        let text = "P" + (days > 0 ? "\(days)D" : "") + (clock.isEmpty ? "" : "T" + clock)
        return milliseconds < 0 ? "-" + text : text
    }

    /// The Gregorian date of a day counted from 1970-01-01.
    private static func calendarDate(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // Counted in years that begin in March, so that the leap day is the last one.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * fromMarch + 2) / 5 + 1)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
