/// A date and a time of day in the Gregorian calendar, in no zone: what a clock on a wall shows.
package struct CivilTime: Equatable, Sendable {
    /// The year, 0 to 9999 where it comes from a moment.
    package var year: Int64
    /// The month, from 1.
    package var month: Int64
    /// The day, from 1.
    package var day: Int64
    /// The hour, 0 to 23.
    package var hour: Int64
    /// The minute, 0 to 59.
    package var minute: Int64
    /// The second, 0 to 59.
    package var second: Int64
    /// The millisecond, 0 to 999.
    package var millisecond: Int64

    /// A reading of a wall clock; ``isValid`` says whether there is such a one.
    package init(
        _ year: Int64, _ month: Int64, _ day: Int64, _ hour: Int64 = 0, _ minute: Int64 = 0, _ second: Int64 = 0,
        _ millisecond: Int64 = 0
    ) {
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second, self.millisecond) = (hour, minute, second, millisecond)
    }

    /// The reading of a clock that shows UTC; nil outside the years 0 to 9999.
    ///
    /// - Parameter milliseconds: Since 1970-01-01.
    package init?(milliseconds: Int64) {
        guard (-62_167_219_200_000...253_402_300_799_999).contains(milliseconds) else { return nil }
        let days = milliseconds.floored(by: 86_400_000)
        let rest = milliseconds - days * 86_400_000
        // Counted in eras of 400 years that begin in March, so that the leap day is the last one.
        let shifted = days + 719_468
        let era = shifted.floored(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60)
        (second, millisecond) = (rest / 1000 % 60, rest % 1000)
    }

    /// Whether the calendar has such a day, and the day such a time.
    package var isValid: Bool {
        (0...9999).contains(year) && (1...12).contains(month) && day >= 1 && day <= Self.days(in: month, of: year)
            && (0...23).contains(hour) && (0...59).contains(minute) && (0...59).contains(second)
            && (0...999).contains(millisecond)
    }

    /// Milliseconds since 1970-01-01 at which a clock that shows UTC reads so; only of what ``isValid``.
    package var milliseconds: Int64 {
        (Self.days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second) * 1000 + millisecond
    }

    /// The same time of day so many days later, or earlier where negative.
    package func adding(days: Int64) -> CivilTime? { CivilTime(milliseconds: milliseconds + days * 86_400_000) }

    /// How many days a month has.
    package static func days(in month: Int64, of year: Int64) -> Int64 {
        let (nextYear, nextMonth) = month == 12 ? (year + 1, 1) : (year, month + 1)
        return days(nextYear, nextMonth, 1) - days(year, month, 1)
    }

    /// Days since 1970-01-01.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.floored(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// `2026-11-21`.
    package var date: String { "\(Self.padded(year, 4))-\(Self.padded(month))-\(Self.padded(day))" }
    /// `14:02:31`.
    package var clock: String { "\(Self.padded(hour)):\(Self.padded(minute)):\(Self.padded(second))" }

    /// A number with zeros before it.
    static func padded(_ value: Int64, _ width: Int = 2) -> String {
        let digits = String(value.magnitude)
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    /// The quotient rounded down.
    fileprivate func floored(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
