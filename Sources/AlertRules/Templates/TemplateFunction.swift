import Foundation

/// The functions a template may call, under Prometheus' names (`template/template.go`).
enum TemplateFunction: String, Sendable, Hashable {
    case printf, humanize, humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp, toUpper, toLower
    case title

    /// Whether it takes so many arguments.
    func accepts(_ count: Int) -> Bool { self == .printf ? count >= 1 : count == 1 }

    /// What it gives for its arguments.
    func apply(_ values: [TemplateValue]) -> Result<TemplateValue, TemplateError> {
        if self == .printf {
            return .success(.text(GoFormat.text(values.first?.text ?? "", Array(values.dropFirst()))))
        }
        guard let value = values.first else { return .failure(TemplateError(reason: "\(rawValue) needs a value")) }
        switch self {
        case .toUpper: return .success(.text(value.text.uppercased()))
        case .toLower: return .success(.text(value.text.lowercased()))
        case .title: return .success(.text(Self.titled(value.text)))
        default: break
        }
        guard let number = value.number else {
            return .failure(TemplateError(reason: "\(rawValue) needs a number, not \"\(value.text)\""))
        }
        return .success(.text(Self.humanized(number, self)))
    }

    private static func titled(_ text: String) -> String {
        var isStart = true
        return String(
            text.flatMap { character -> [Character] in
                defer { isStart = character.isWhitespace }
                return isStart ? Array(character.uppercased()) : [character]
            })
    }

    private static func humanized(_ value: Double, _ function: TemplateFunction) -> String {
        guard value.isFinite || function == .humanizePercentage else { return GoFormat.short(value) }
        switch function {
        case .humanize: return scaled(value, step: 1000, ["k", "M", "G", "T", "P", "E", "Z", "Y"])
        case .humanize1024:
            guard value.magnitude > 1 else { return GoFormat.short(value) }
            return scaled(value, step: 1024, ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"])
        case .humanizePercentage: return GoFormat.short(value * 100) + "%"
        case .humanizeTimestamp: return timestamp(value)
        default: return duration(value)
        }
    }

    private static func scaled(_ value: Double, step: Double, _ prefixes: [String]) -> String {
        if value.magnitude < 1 { return value == 0 ? GoFormat.short(value) : small(value, unit: "") }
        var value = value
        var prefix = ""
        for next in prefixes where value.magnitude >= step {
            prefix = next
            value /= step
        }
        return GoFormat.short(value) + prefix
    }

    private static func small(_ value: Double, unit: String) -> String {
        var value = value
        var prefix = ""
        for next in ["m", "u", "n", "p", "f", "a", "z", "y"] where value.magnitude < 1 {
            prefix = next
            value *= 1000
        }
        return GoFormat.short(value) + prefix + unit
    }

    private static func duration(_ value: Double) -> String {
        if value == 0 { return "0s" }
        if value.magnitude < 1 { return small(value, unit: "s") }
        guard value.magnitude < 9e18 else { return GoFormat.short(value) + "s" }
        let sign = value < 0 ? "-" : ""
        let whole = Int64(value.magnitude)
        let (seconds, minutes, hours, days) = (whole % 60, whole / 60 % 60, whole / 3600 % 24, whole / 86_400)
        if days != 0 { return "\(sign)\(days)d \(hours)h \(minutes)m \(seconds)s" }
        if hours != 0 { return "\(sign)\(hours)h \(minutes)m \(seconds)s" }
        if minutes != 0 { return "\(sign)\(minutes)m \(seconds)s" }
        return sign + GoFormat.short(value.magnitude) + "s"
    }

    private static func timestamp(_ value: Double) -> String {
        guard value.magnitude < 9.2e9 else { return GoFormat.short(value) }
        // By way of whole nanoseconds to whole milliseconds, both cut off, as Prometheus does.
        let milliseconds = Double(Int64(value * 1e9) / 1_000_000)
        let seconds = (milliseconds / 1000).rounded(.down)
        guard let moment = CalendarMoment(seconds: seconds) else { return GoFormat.short(value) }
        let numbers = [moment.month, moment.day, moment.hour, moment.minute, moment.second].map {
            $0 < 10 ? "0\($0)" : "\($0)"
        }
        let fraction = milliseconds - seconds * 1000
        let rest = fraction == 0 ? "" : String(GoNumber.shortest(fraction / 1000).dropFirst())
        return "\(moment.year)-\(numbers[0])-\(numbers[1]) \(numbers[2]):\(numbers[3]):\(numbers[4])\(rest) +0000 UTC"
    }
}

/// Texts as Go's `fmt.Sprintf` makes them.
enum GoFormat {
    /// `%.4g`.
    static func short(_ value: Double) -> String { GoNumber.special(value) ?? String(format: "%.4g", value) }

    /// Fills a format in. What does not fit is said in Go's own way, `%!d(float64=1.5)`.
    static func text(_ format: String, _ values: [TemplateValue]) -> String {
        var text = ""
        var rest = Substring(format)
        var place = 0
        while let percent = rest.firstIndex(of: "%") {
            text += rest[..<percent]
            rest = rest[rest.index(after: percent)...]
            let flags = rest.prefix { "+-# 0".contains($0) }
            let size = rest.dropFirst(flags.count).prefix { $0.isDigit || $0 == "." }
            rest = rest.dropFirst(flags.count + size.count)
            guard let verb = rest.popFirst() else { return text + "%!(NOVERB)" }
            if verb == "%" {
                text += "%"
            } else if place < values.count {
                text += one(values[place], String(flags), String(size), verb)
                place += 1
            } else {
                text += "%!\(verb)(MISSING)"
            }
        }
        text += rest
        guard place < values.count else { return text }
        let extra = values[place...].map { "\(kind($0))=\($0.text)" }.joined(separator: ", ")
        return text + "%!(EXTRA \(extra))"
    }

    private static func kind(_ value: TemplateValue) -> String {
        switch value {
        case .text: "string"
        case .number: "float64"
        case .labels: "map[string]string"
        }
    }

    private static func one(_ value: TemplateValue, _ flags: String, _ size: String, _ verb: Character) -> String {
        switch (value, verb) {
        case (.number(let number), "f"), (.number(let number), "F"), (.number(let number), "e"),
            (.number(let number), "E"), (.number(let number), "g"), (.number(let number), "G"):
            if let special = GoNumber.special(number) { return padded(special, flags, size) }
            // Without a precision Go's %g gives the shortest digits.
            if verb == "g" || verb == "G", !size.contains(".") {
                let text = GoNumber.general(number)
                let signed = flags.contains("+") && number.sign == .plus ? "+" + text : text
                return padded(verb == "G" ? signed.uppercased() : signed, flags, size, isNumber: true)
            }
            return bounded(size) ? String(format: "%\(flags)\(size)\(verb)", number) : "%!(BADPREC)"
        // %v is %g without its flag +.
        case (.number, "v"): return one(value, flags.filter { $0 != "+" }, size, "g")
        case (_, "v"): return padded(value.text, flags, size)
        case (.text(let text), "s"): return padded(text, flags, size)
        case (.text(let text), "q"): return padded(Expression.quoted(text), flags, size)
        default: return "%!\(verb)(\(kind(value))=\(value.text))"
        }
    }

    /// Widths and precisions that nobody can have meant would take memory.
    private static func bounded(_ size: String) -> Bool {
        size.count { $0 == "." } <= 1 && size.split(separator: ".").allSatisfy { (Int($0) ?? .max) <= 1000 }
    }

    /// A text brought to its width; numbers can be filled up with zeros, behind their sign.
    private static func padded(_ text: String, _ flags: String, _ size: String, isNumber: Bool = false) -> String {
        guard let width = Int(size.prefix { $0 != "." }), width <= 1000, width > text.count else { return text }
        let missing = width - text.count
        if flags.contains("-") { return text + String(repeating: " ", count: missing) }
        guard isNumber, flags.contains("0") else { return String(repeating: " ", count: missing) + text }
        let sign = text.prefix { $0 == "-" || $0 == "+" }
        return sign + String(repeating: "0", count: missing) + text.dropFirst(sign.count)
    }
}
