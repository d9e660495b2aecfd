/// A day of the Gregorian calendar, and how days are counted from 1970-01-01.
package struct CivilDate: Equatable, Sendable {
    /// The year, -9999 to 9999 where it comes from a value.
    package var year: Int
    /// The month, from 1.
    package var month: Int
    /// The day, from 1.
    package var day: Int

    /// A day that need not exist.
    package init(year: Int, month: Int, day: Int) {
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The days that have four-figure years.
    static let days: ClosedRange<Int64> = -4_371_587...2_932_896

    /// The day so many days after 1970-01-01; nil outside the years -9999 to 9999.
    package init?(daysSinceEpoch: Int64) {
        guard Self.days.contains(daysSinceEpoch) else { return nil }
        // Eras of 400 years that begin in March put the leap day at the end of a year.
        let shifted = Int(daysSinceEpoch) + 719_468
        let era = (shifted - (shifted < 0 ? 146_096 : 0)) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01; of a month or day that does not exist, those of the one counted on to.
    package var daysSinceEpoch: Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted - (shifted < 0 ? 399 : 0)) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }

    /// Whether the calendar has this day.
    package var isValid: Bool {
        (-9999...9999).contains(year) && (1...12).contains(month) && day >= 1 && day <= Self.days(in: month, of: year)
    }

    /// How many days a month has.
    package static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The day of its year, from 1.
    var dayOfYear: Int { Int(daysSinceEpoch - CivilDate(year: year, month: 1, day: 1).daysSinceEpoch) + 1 }

    /// 1 for Monday to 7 for Sunday.
    var dayOfWeek: Int {
        let rest = Int((daysSinceEpoch + 3) % 7)
        return (rest < 0 ? rest + 7 : rest) + 1
    }
}

/// Milliseconds of days and moments.
enum Milliseconds {
    static let perDay: Int64 = 86_400_000

    /// A moment's day since 1970-01-01 and its milliseconds since midnight.
    static func split(_ moment: Int64) -> (day: Int64, ofDay: Int64) {
        let rest = moment % perDay
        return rest < 0 ? (moment / perDay - 1, rest + perDay) : (moment / perDay, rest)
    }
}
