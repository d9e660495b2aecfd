import Synchronization

/// A pattern of Java's `DateTimeFormatter`, for writing and reading moments: `yyyy-MM-dd'T'HH:mm:ss.SSSX`.
///
/// Letters: `y u` year, `M L` month (three: `Nov`, four: `November`), `d` day, `D` day of the year, `H` 0-23, `k` 1-24, `h` 1-12 with `a`
/// AM or PM, `K` 0-11, `m`, `s`, `S` fraction, `E` weekday, `e` its number from Monday, `X x Z` offset, `VV z` zone (written only as offset's or
/// zone's sign where it is UTC). Texts in single quotes and other characters stand for themselves; English names.
struct TimePattern: Sendable {
    enum Field: Equatable {
        case year, month, day, dayOfYear, hour, clockHour, hourOfHalf, zeroHourOfHalf, half, minute, second, fraction
        case weekday, weekdayNumber, offset(zForZero: Bool)
    }

    enum Part: Equatable {
        case field(Field, width: Int)
        case literal(String)
    }

    let parts: [Part]

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
        var parts: [Part] = []
        func literal(_ text: String) {
            if case .literal(let before)? = parts.last {
                parts[parts.count - 1] = .literal(before + text)
            } else {
                parts.append(.literal(text))
            }
        }
        var rest = Array(text.unicodeScalars)[...]
        while let letter = rest.popFirst() {
            if letter == "'" {
                var quoted = ""
                var isClosed = false
                while let next = rest.popFirst() {
                    if next == "'" {
                        guard rest.first == "'", !quoted.isEmpty else {
                            isClosed = true
                            break
                        }
                        rest.removeFirst()
                    }
                    quoted.unicodeScalars.append(next)
                }
                guard isClosed else {
                    throw EvaluationFailure(reason: "the pattern \"\(text)\" has a quote without end")
                }
                literal(quoted.isEmpty ? "'" : quoted)
                continue
            }
            guard letter.properties.isAlphabetic, letter.isASCII else {
                if letter != "[" && letter != "]" { literal(String(letter)) }
                continue
            }
            let width = rest.prefix { $0 == letter }.count + 1
            rest.removeFirst(width - 1)
            guard let field = Self.field(letter), width <= 9 else {
                throw EvaluationFailure(
                    reason: "the pattern \"\(text.prefix(60))\" has the letter \(letter), which is not supported")
            }
            parts.append(.field(field, width: width))
        }
        self.parts = parts
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
        case "X": .offset(zForZero: true)
        case "x", "Z": .offset(zForZero: false)
        case "V", "z": .offset(zForZero: true)
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
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .field(let field, let width): text += Self.text(field, width, date, Int(ofDay), offset)
            }
        }
        return text
    }

    private static func text(_ field: Field, _ width: Int, _ date: CivilDate, _ ofDay: Int, _ offset: Int64) -> String {
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
        case .offset(let zForZero): return Self.offset(offset, zForZero, width)
        }
    }

    private static func number(_ value: Int, _ width: Int) -> String { TemporalText.padded(UInt(value), width) }

    private static func name(_ name: String, _ width: Int) -> String { width > 3 ? name : String(name.prefix(3)) }

    /// `Z`, `+02`, `+0200`, `+02:00`, by how often the letter stands.
    private static func offset(_ offset: Int64, _ zForZero: Bool, _ width: Int) -> String {
        if offset == 0, zForZero { return "Z" }
        let minutes = Int(abs(offset) / 60_000)
        let hours = (offset < 0 ? "-" : "+") + number(minutes / 60, 2)
        if width == 1, zForZero, minutes % 60 == 0 { return hours }
        return hours + (width == 3 ? ":" : "") + number(minutes % 60, 2)
    }
}
