/// Reads the parts of a typed time one after the other; what does not fit is left where it is.
struct TimeReader {
    private var rest: Substring

    /// Reads a text without the blanks around it, case ignored.
    init(_ text: String) {
        rest = text.lowercased()[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
    }

    var isAtEnd: Bool { rest.isEmpty }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

    /// Takes a word if it stands there whole.
    mutating func word(_ word: String) -> Bool {
        guard rest.hasPrefix(word), rest.dropFirst(word.count).first?.isLetter != true else { return false }
        rest.removeFirst(word.count)
        return true
    }

    /// `-2h`, `+1d12h`: milliseconds; nil where no sign begins it.
    ///
    /// - Throws: `.notATime` for a sign without numbers and units behind it, `.outOfRange` for more than 64 bits count.
    mutating func span() throws(TypedTimeError) -> Int64? {
        guard let sign = rest.first, sign == "-" || sign == "−" || sign == "+" else { return nil }
        let text = String(rest)
        rest.removeFirst()
        var total: Int64 = 0
        guard !rest.isEmpty else { throw .notATime(text) }
        while !rest.isEmpty {
            let digits = rest.prefix(while: Self.isDigit)
            rest.removeFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest.removeFirst(unit.count)
            while rest.first == " " { rest.removeFirst() }
            guard !digits.isEmpty, let size = Self.units[String(unit)] else { throw .notATime(text) }
            guard let count = Int64(digits) else { throw .outOfRange(text) }
            let (part, tooLong) = count.multipliedReportingOverflow(by: size)
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !tooLong, !overflow else { throw .outOfRange(text) }
            total = sum
        }
        return sign == "+" ? total : -total
    }

    private static let units: [String: Int64] = [
        "ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
    ]

    /// Seconds or milliseconds since 1970, the whole rest; nil for anything else.
    mutating func epoch() -> Int64? {
        guard rest.count >= 10, rest.allSatisfy(Self.isDigit), let number = Int64(rest) else { return nil }
        let milliseconds = rest.count == 10 ? number * 1000 : number
        guard CivilTime(milliseconds: milliseconds) != nil else { return nil }
        rest = ""
        return milliseconds
    }

    /// `2026-11-21`.
    mutating func date() -> CivilTime? {
        let start = rest
        guard let year = number(4...4), take("-"), let month = number(1...2), take("-"), let day = number(1...2) else {
            rest = start
            return nil
        }
        return CivilTime(year, month, day)
    }

    /// `yesterday`, `today`, `tomorrow`: days from today.
    mutating func day() -> Int64? {
        for (name, days) in [("yesterday", -1), ("today", 0), ("tomorrow", 1)] as [(String, Int64)] where word(name) {
            return days
        }
        return nil
    }

    /// What stands between a date and a time; true for a `T`, which a time must follow.
    mutating func separator() -> Bool {
        if take("t") { return true }
        while rest.first == " " { rest.removeFirst() }
        return false
    }

    /// `14:02`, `14:02:31`, `14:02:31.685`; digits beyond milliseconds are cut off.
    mutating func clock() -> (hour: Int64, minute: Int64, second: Int64, millisecond: Int64)? {
        let start = rest
        guard let hour = number(1...2), take(":"), let minute = number(2...2) else {
            rest = start
            return nil
        }
        guard take(":") else { return (hour, minute, 0, 0) }
        guard let second = number(2...2) else {
            rest = start
            return nil
        }
        guard take(".") else { return (hour, minute, second, 0) }
        let digits = rest.prefix(while: Self.isDigit)
        guard (1...9).contains(digits.count) else {
            rest = start
            return nil
        }
        rest.removeFirst(digits.count)
        let padded = (String(digits) + "00").prefix(3)
        return (hour, minute, second, Int64(padded) ?? 0)
    }

    /// `Z`, `UTC`, `+02`, `+0200`, `+02:00`: seconds east of UTC; nil where none stands there.
    mutating func zone() -> Int? {
        let start = rest
        while rest.first == " " { rest.removeFirst() }
        if word("z") || word("utc") { return 0 }
        guard let sign = rest.first, sign == "+" || sign == "-" || sign == "−" else {
            rest = start
            return nil
        }
        rest.removeFirst()
        guard let hours = number(2...2), hours <= 18 else {
            rest = start
            return nil
        }
        var minutes: Int64 = 0
        if take(":") || !rest.isEmpty {
            guard let read = number(2...2), read < 60 else {
                rest = start
                return nil
            }
            minutes = read
        }
        let seconds = Int(hours * 3600 + minutes * 60)
        return sign == "+" ? seconds : -seconds
    }

    private mutating func take(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    /// A number of so many digits.
    private mutating func number(_ count: ClosedRange<Int>) -> Int64? {
        let digits = rest.prefix(count.upperBound).prefix(while: Self.isDigit)
        guard count.contains(digits.count) else { return nil }
        rest.removeFirst(digits.count)
        return Int64(digits)
    }
}
