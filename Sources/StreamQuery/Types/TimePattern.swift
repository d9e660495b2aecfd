import Synchronization

/// A pattern of Java's `DateTimeFormatter`, for writing and reading moments: `yyyy-MM-dd'T'HH:mm:ss.SSSX`.
///
/// Letters: `y u` year, `M L` month (three: `Nov`, four: `November`), `d` day, `D` day of the year, `H` 0-23, `k` 1-24, `h` 1-12 with `a`
/// AM or PM, `K` 0-11, `m`, `s`, `S` fraction, `E` weekday, `e` its number from Monday, `X x Z` offset, `VV` the zone's name, `z` its short name.
/// Texts in single quotes and other characters stand for themselves; what stands in `[ ]` may be missing. English names.
struct TimePattern: Sendable {
    enum Field: Equatable {
        case year, month, day, dayOfYear, hour, clockHour, hourOfHalf, zeroHourOfHalf, half, minute, second, fraction
        case weekday, weekdayNumber, zoneName, shortZoneName
        /// By its letter, which decides how it is written.
        case offset(Unicode.Scalar)
    }

    indirect enum Part: Equatable {
        case field(Field, width: Int)
        case literal(String)
        /// Always written, and read where it is there.
        case optional([Part])
    }

    let parts: [Part]

    /// How deeply optional sections nest.
    private static let maxDepth = 10

    private static let cache = Mutex<[String: TimePattern]>([:])

    /// The pattern of a text, read once.
    static func cached(_ text: String) throws(EvaluationFailure) -> TimePattern {
        if let pattern = cache.withLock({ $0[text] }) { return pattern }
        let pattern = try TimePattern(text)
        cache.withLock { if $0.count < 1000 { $0[text] = pattern } }
        return pattern
    }

    /// Reads a pattern; a letter without a meaning is an error.
    init(_ text: String) throws(EvaluationFailure) {
        // The parts of the pattern, and of each section that is open.
        var open: [[Part]] = [[]]
        var rest = Array(text.unicodeScalars)[...]
        while let letter = rest.popFirst() {
            switch letter {
            case "[":
                // Patterns come from records too: what is read by recursion is bounded.
                guard open.count <= Self.maxDepth else {
                    throw EvaluationFailure(reason: "the pattern nests [ more than \(Self.maxDepth) deep")
                }
                open.append([])
            case "]":
                guard let section = open.popLast(), !open.isEmpty else {
                    throw EvaluationFailure(reason: "the pattern \"\(text.prefix(60))\" has a ] without its [")
                }
                open[open.count - 1].append(.optional(section))
            case "'":
                guard let quoted = Self.quoted(&rest) else {
                    throw EvaluationFailure(reason: "the pattern \"\(text.prefix(60))\" has a quote without end")
                }
                Self.append(quoted, to: &open[open.count - 1])
            case _ where letter.properties.isAlphabetic && letter.isASCII:
                let width = rest.prefix { $0 == letter }.count + 1
                rest.removeFirst(width - 1)
                guard let field = Self.field(letter), width <= 9 else {
                    throw EvaluationFailure(
                        reason: "the pattern \"\(text.prefix(60))\" has the letter \(letter), which is not supported")
                }
                open[open.count - 1].append(.field(field, width: width))
            default: Self.append(String(letter), to: &open[open.count - 1])
            }
        }
        // A section that is not closed goes to the end.
        while open.count > 1, let section = open.popLast() { open[open.count - 1].append(.optional(section)) }
        parts = open[0]
    }

    /// The text up to the closing quote, which two of stand for one in it; nil without a closing one.
    private static func quoted(_ rest: inout ArraySlice<Unicode.Scalar>) -> String? {
        var quoted = ""
        while let next = rest.popFirst() {
            if next == "'" {
                guard rest.first == "'", !quoted.isEmpty else { return quoted.isEmpty ? "'" : quoted }
                rest.removeFirst()
            }
            quoted.unicodeScalars.append(next)
        }
        return nil
    }

    private static func append(_ text: String, to parts: inout [Part]) {
        if case .literal(let before)? = parts.last {
            parts[parts.count - 1] = .literal(before + text)
        } else {
            parts.append(.literal(text))
        }
    }

    private static func field(_ letter: Unicode.Scalar) -> Field? {
        switch letter {
        case "y", "u": .year
        case "M", "L": .month
        case "d": .day
        case "D": .dayOfYear
        case "H": .hour
        case "k": .clockHour
        case "h": .hourOfHalf
        case "K": .zeroHourOfHalf
        case "a": .half
        case "m": .minute
        case "s": .second
        case "S": .fraction
        case "E": .weekday
        case "e": .weekdayNumber
        case "X", "x", "Z": .offset(letter)
        case "V": .zoneName
        case "z": .shortZoneName
        default: nil
        }
    }

    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
}

// MARK: - writing

extension TimePattern {
    /// A moment by the clocks of a zone.
    func text(_ moment: Int64, in zone: Zone) throws(EvaluationFailure) -> String {
        let offset = zone.offset(at: moment)
        let (reading, overflow) = moment.addingReportingOverflow(offset)
        let (day, ofDay) = Milliseconds.split(reading)
        guard !overflow, let date = CivilDate(daysSinceEpoch: day) else {
            throw EvaluationFailure(reason: "\(moment) lies outside the years -9999 to 9999")
        }
        let clock = Clock(date: date, ofDay: Int(ofDay), offset: offset, moment: moment, zone: zone)
        return Self.text(parts, clock)
    }

    /// What the clocks of a zone show at a moment.
    private struct Clock {
        var date: CivilDate
        /// Milliseconds since midnight.
        var ofDay: Int
        /// Milliseconds from UTC.
        var offset: Int64
        var moment: Int64
        var zone: Zone
    }

    private static func text(_ parts: [Part], _ clock: Clock) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .field(let field, let width): text += Self.text(field, width, clock)
            case .optional(let section): text += Self.text(section, clock)
            }
        }
        return text
    }

    private static func text(_ field: Field, _ width: Int, _ clock: Clock) -> String {
        let (date, ofDay) = (clock.date, clock.ofDay)
        let hour = ofDay / 3_600_000
        switch field {
        case .year:
            if width == 2 { return number((date.year % 100 + 100) % 100, 2) }
            return (date.year < 0 ? "-" : "") + number(abs(date.year), width)
        case .month: return width > 2 ? name(months[date.month - 1], width) : number(date.month, width)
        case .day: return number(date.day, width)
        case .dayOfYear: return number(date.dayOfYear, width)
        case .hour: return number(hour, width)
        case .clockHour: return number(hour == 0 ? 24 : hour, width)
        case .hourOfHalf: return number(hour % 12 == 0 ? 12 : hour % 12, width)
        case .zeroHourOfHalf: return number(hour % 12, width)
        case .half: return hour < 12 ? "AM" : "PM"
        case .minute: return number(ofDay / 60_000 % 60, width)
        case .second: return number(ofDay / 1000 % 60, width)
        case .fraction: return String((number(ofDay % 1000, 3) + "000000").prefix(width))
        case .weekday: return name(weekdays[date.dayOfWeek - 1], width)
        case .weekdayNumber: return number(date.dayOfWeek, width)
        case .offset(let letter): return Self.offset(clock.offset, letter, width)
        case .zoneName: return clock.zone.name
        case .shortZoneName: return clock.zone.shortName(at: clock.moment)
        }
    }

    private static func number(_ value: Int, _ width: Int) -> String { TemporalText.padded(UInt(value), width) }

    /// `Nov`, `November`, and `N` for five letters.
    private static func name(_ name: String, _ width: Int) -> String {
        width == 4 ? name : String(name.prefix(width == 5 ? 1 : 3))
    }

    /// `Z`, `+02`, `+0200`, `+02:00`, `GMT+02:00`, by the letter and how often it stands.
    private static func offset(_ offset: Int64, _ letter: Unicode.Scalar, _ width: Int) -> String {
        let isGMT = letter == "Z" && width == 4
        if offset == 0, isGMT { return "GMT" }
        if offset == 0, letter == "X" || letter == "Z" && width == 5 { return "Z" }
        let minutes = Int(abs(offset) / 60_000)
        let hours = (isGMT ? "GMT" : "") + (offset < 0 ? "-" : "+") + number(minutes / 60, 2)
        if width == 1, letter != "Z", minutes % 60 == 0 { return hours }
        let hasColon = letter == "Z" ? width > 3 : width == 3 || width == 5
        return hours + (hasColon ? ":" : "") + number(minutes % 60, 2)
    }
}
