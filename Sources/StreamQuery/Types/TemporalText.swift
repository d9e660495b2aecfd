/// How days, times of day and moments are written where no pattern is given (ISO 8601, as ksqlDB's casts have it).
enum TemporalText {
    /// `2026-11-21`; nil outside the years -9999 to 9999.
    static func date(_ days: Int64) -> String? {
        guard let date = CivilDate(daysSinceEpoch: days) else { return nil }
        let year = padded(date.year.magnitude, 4)
        return "\(date.year < 0 ? "-" : "")\(year)-\(padded(UInt(date.month)))-\(padded(UInt(date.day)))"
    }

    /// `14:02`, `14:02:31` or `14:02:31.500`: what is zero at the end is left out (Java's `LocalTime.toString`).
    static func time(_ milliseconds: Int64) -> String {
        let whole = "\(padded(UInt(milliseconds / 3_600_000))):\(padded(UInt(milliseconds / 60_000 % 60)))"
        let (second, rest) = (UInt(milliseconds / 1000 % 60), UInt(milliseconds % 1000))
        if rest > 0 { return "\(whole):\(padded(second)).\(padded(rest, 3))" }
        return second > 0 ? "\(whole):\(padded(second))" : whole
    }

    /// `2026-11-21T14:02:31.500`.
    static func timestamp(_ milliseconds: Int64) -> String? {
        let (day, ofDay) = Milliseconds.split(milliseconds)
        guard let date = date(day) else { return nil }
        let (second, rest) = (UInt(ofDay / 1000 % 60), UInt(ofDay % 1000))
        let minutes = "\(padded(UInt(ofDay / 3_600_000))):\(padded(UInt(ofDay / 60_000 % 60)))"
        return "\(date)T\(minutes):\(padded(second)).\(padded(rest, 3))"
    }

    /// Reads `yyyy-mm-dd`.
    static func parseDate(_ text: String) -> Int32? {
        var reader = Reader(text)
        guard let day = reader.date(), reader.isAtEnd else { return nil }
        return Int32(day)
    }

    /// Reads `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fff`.
    static func parseTime(_ text: String) -> Int32? {
        var reader = Reader(text)
        guard let time = reader.time(), reader.isAtEnd else { return nil }
        return Int32(time)
    }

    /// Reads `yyyy-mm-dd`, `yyyy-mm-ddThh:mm…`, a blank instead of the T, and a zone `Z`, `+hh:mm` or `+hhmm` behind; without one it is UTC.
    static func parseTimestamp(_ text: String) -> Int64? {
        var reader = Reader(text)
        guard let day = reader.date() else { return nil }
        var milliseconds = day * Milliseconds.perDay
        if reader.take("T") || reader.take(" ") {
            if !reader.isAtEnd {
                guard let time = reader.time() else { return nil }
                milliseconds += time
            }
        }
        if !reader.isAtEnd {
            guard let offset = reader.offset() else { return nil }
            milliseconds -= offset
        }
        return reader.isAtEnd ? milliseconds : nil
    }

    /// A number with zeros before it.
    static func padded(_ value: UInt, _ width: Int = 2) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// Reads a text from its beginning.
    struct Reader {
        private var rest: Substring.UTF8View

        init(_ text: String) { rest = text[...].utf8 }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func take(_ letter: Character) -> Bool {
            guard rest.first == letter.asciiValue else { return false }
            rest.removeFirst()
            return true
        }

        /// A number of so many figures.
        mutating func number(_ figures: ClosedRange<Int>) -> Int? {
            var (value, count) = (0, 0)
            while count < figures.upperBound, let byte = rest.first, (0x30...0x39).contains(byte) {
                value = value * 10 + Int(byte - 0x30)
                count += 1
                rest.removeFirst()
            }
            return count >= figures.lowerBound ? value : nil
        }

        /// Days since 1970-01-01.
        mutating func date() -> Int64? {
            let isNegative = take("-")
            guard let year = number(4...4), take("-"), let month = number(1...2), take("-"), let day = number(1...2)
            else { return nil }
            let date = CivilDate(year: isNegative ? -year : year, month: month, day: day)
            return date.isValid ? date.daysSinceEpoch : nil
        }

        /// Milliseconds since midnight; figures behind the third are cut off.
        mutating func time() -> Int64? {
            guard let hour = number(1...2), hour < 24, take(":"), let minute = number(2...2), minute < 60 else {
                return nil
            }
            var (second, fraction) = (0, 0)
            if take(":") {
                guard let read = number(2...2), read < 60 else { return nil }
                second = read
                if take(".") {
                    guard let read = milliseconds() else { return nil }
                    fraction = read
                }
            }
            return Int64(((hour * 60 + minute) * 60 + second) * 1000 + fraction)
        }

        /// One to nine figures behind a point, in milliseconds.
        mutating func milliseconds() -> Int? {
            let before = rest.count
            guard var value = number(1...9) else { return nil }
            for _ in 0..<(3 - min(3, before - rest.count)) { value *= 10 }
            for _ in 0..<max(0, before - rest.count - 3) { value /= 10 }
            return value
        }

        /// A zone's distance from UTC in milliseconds.
        mutating func offset() -> Int64? {
            if take("Z") { return 0 }
            let isWest = take("-")
            guard isWest || take("+"), let hour = number(2...2), hour <= 18 else { return nil }
            _ = take(":")
            guard let minute = isAtEnd ? 0 : number(2...2), minute < 60 else { return nil }
            return Int64(hour * 60 + minute) * (isWest ? -60_000 : 60_000)
        }
    }
}
