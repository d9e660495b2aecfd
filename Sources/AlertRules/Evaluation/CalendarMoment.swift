/// A moment as a date and time in UTC, by the Gregorian calendar.
struct CalendarMoment {
    let year: Int64
    /// From 1.
    let month: Int64
    /// From 1.
    let day: Int64
    let hour: Int64
    let minute: Int64
    let second: Int64
    /// From 0, Sunday.
    let weekday: Int64

    /// A moment by its seconds since 1970; nil beyond the years a date is sensible in.
    init?(seconds: Double) {
        guard seconds.magnitude < 1e14 else { return nil }
        let whole = Int64(seconds)
        let days = whole / 86_400 - (whole % 86_400 < 0 ? 1 : 0)
        let rest = whole - days * 86_400
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
        weekday = ((days + 4) % 7 + 7) % 7
        // Years are counted from March, so that the leap day comes last; 400 years have 146,097 days.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * fromMarch + 2) / 5 + 1
        month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    private var daysInMonth: Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// What one of PromQL's calendar functions says of it.
    func value(of function: PromQLFunction) -> Double? {
        switch function {
        case .minute: Double(minute)
        case .hour: Double(hour)
        case .dayOfWeek: Double(weekday)
        case .dayOfMonth: Double(day)
        case .daysInMonth: Double(daysInMonth)
        case .month: Double(month)
        case .year: Double(year)
        default: nil
        }
    }
}
