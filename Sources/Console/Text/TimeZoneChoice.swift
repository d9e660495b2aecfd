import Glibc

/// The zone times are shown in. The header names it.
package enum TimeZoneChoice: Equatable, Sendable {
    /// Coordinated universal time.
    case utc
    /// The machine's zone (`TZ`, /etc/localtime).
    case local

    /// A moment's calendar fields, zone name and offset.
    struct Fields {
        var year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0
    }

    /// Splits wall milliseconds. Years outside 0 to 9999 answer nil.
    func fields(_ milliseconds: Int64) -> Fields? {
        let part = milliseconds % 1000
        let seconds = milliseconds / 1000 - (part < 0 ? 1 : 0)
        guard (-62_167_219_200...253_402_300_799).contains(seconds) else { return nil }
        var moment = time_t(seconds)
        var parts = tm()
        switch self {
        case .utc: gmtime_r(&moment, &parts)
        case .local: localtime_r(&moment, &parts)
        }
        return Fields(
            year: Int(parts.tm_year) + 1900,
            month: Int(parts.tm_mon) + 1,
            day: Int(parts.tm_mday),
            hour: Int(parts.tm_hour),
            minute: Int(parts.tm_min),
            second: Int(parts.tm_sec),
            millisecond: Int(part < 0 ? part + 1000 : part)
        )
    }

    /// The zone's name now: `UTC`, `CET`.
    package func name(at milliseconds: Int64) -> String {
        guard self == .local else { return "UTC" }
        var moment = time_t(milliseconds / 1000)
        var parts = tm()
        guard localtime_r(&moment, &parts) != nil, let zone = parts.tm_zone else { return "local" }
        return String(cString: zone)
    }

    /// `14:02:31`.
    package func clock(_ milliseconds: Int64) -> String {
        guard let f = fields(milliseconds) else { return "–" }
        return "\(two(f.hour)):\(two(f.minute)):\(two(f.second))"
    }

    /// `14:02:31.685`.
    package func clockWithMilliseconds(_ milliseconds: Int64) -> String {
        guard let f = fields(milliseconds) else { return "–" }
        return "\(clock(milliseconds)).\(f.millisecond < 100 ? "0" : "")\(two(f.millisecond))"
    }

    /// `2026-11-21`.
    package func date(_ milliseconds: Int64) -> String {
        guard let f = fields(milliseconds) else { return "–" }
        return "\(f.year < 1000 ? "0" : "")\(f.year)-\(two(f.month))-\(two(f.day))"
    }

    /// `2026-11-21 14:02:31`.
    package func dateAndClock(_ milliseconds: Int64) -> String { "\(date(milliseconds)) \(clock(milliseconds))" }

    /// Reads what a person types for a moment, in this zone.
    ///
    /// Accepted: `14:02`, `14:02:31` (today), `2026-11-21`, `2026-11-21 14:02[:31]` (also with `T`, also with `Z` for UTC), `-15m`,
    /// `-2h`, `-1d`, `-30s`, and milliseconds since 1970 (at least ten digits).
    ///
    /// - Returns: Wall milliseconds, or nil when it is none of these.
    package func parse(_ text: String, now: Int64) -> Int64? {
        let trimmed = text.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        if trimmed.hasPrefix("-") || trimmed.hasPrefix("−") { return relative(trimmed.dropFirst(), now: now) }
        if trimmed.count >= 10, trimmed.allSatisfy(\.isNumber), let value = Int64(trimmed) { return value }
        var zone = self
        var rest = Substring(trimmed)
        if rest.hasSuffix("Z") || rest.hasSuffix("z") {
            zone = .utc
            rest = rest.dropLast()
        }
        let words = rest.split(whereSeparator: { $0 == " " || $0 == "T" })
        var day: Fields?
        var clock: Substring?
        if let first = words.first, first.contains("-") {
            let numbers = first.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 3, let year = numbers[0], let month = numbers[1], let date = numbers[2],
                (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(date), words.count <= 2
            else { return nil }
            day = Fields(year: year, month: month, day: date)
            clock = words.count == 2 ? words[1] : nil
        } else {
            guard words.count == 1 else { return nil }
            day = zone.fields(now)
            clock = words[0]
        }
        guard var fields = day else { return nil }
        (fields.hour, fields.minute, fields.second) = (0, 0, 0)
        if let clock {
            let numbers = clock.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
            guard (2...3).contains(numbers.count), let hour = numbers[0], let minute = numbers[1],
                let second = numbers.count == 3 ? numbers[2] : 0,
                (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
            else { return nil }
            (fields.hour, fields.minute, fields.second) = (hour, minute, second)
        } else if words.first?.contains("-") != true {
            return nil
        }
        return zone.milliseconds(fields)
    }

    private func relative(_ text: Substring, now: Int64) -> Int64? {
        guard let unit = text.last, let count = Int64(text.dropLast()), count >= 0 else { return nil }
        let sizes: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let size = sizes[unit] else { return nil }
        let (span, overflow) = count.multipliedReportingOverflow(by: size)
        let (moment, below) = now.subtractingReportingOverflow(span)
        return overflow || below || moment < 0 ? nil : moment
    }

    private func milliseconds(_ f: Fields) -> Int64? {
        var parts = tm()
        parts.tm_year = Int32(f.year - 1900)
        parts.tm_mon = Int32(f.month - 1)
        parts.tm_mday = Int32(f.day)
        parts.tm_hour = Int32(f.hour)
        parts.tm_min = Int32(f.minute)
        parts.tm_sec = Int32(f.second)
        parts.tm_isdst = -1
        let seconds = self == .utc ? timegm(&parts) : mktime(&parts)
        return seconds < 0 ? nil : Int64(seconds) * 1000
    }

    private func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
