extension TimePattern {
    /// What a text said, field by field.
    private struct Reading {
        var year = 1970
        var month = 1
        var day = 1
        var dayOfYear: Int?
        var hour = 0
        var isAfternoon: Bool?
        var minute = 0
        var second = 0
        var millisecond = 0
        var offset: Int64?
        var zone: Zone?
    }

    /// The moment a text says; fields the pattern lacks are those of 1970-01-01T00:00.
    func moment(_ text: String, in zone: Zone) throws(EvaluationFailure) -> Int64 {
        var reading = Reading()
        var rest = text[...].utf8
        guard Self.read(parts, &rest, &reading) else {
            throw EvaluationFailure(reason: "\"\(text.prefix(60))\" does not follow the pattern")
        }
        guard rest.isEmpty, let moment = moment(of: reading, zone) else {
            throw EvaluationFailure(reason: "\"\(text.prefix(60))\" is no date and time of the pattern")
        }
        return moment
    }

    /// Whether no figures follow: otherwise a field of figures must keep to its width.
    private static func isLast(_ index: Int, of parts: [Part]) -> Bool {
        guard index + 1 < parts.count, case .field(let field, let width) = parts[index + 1] else { return true }
        switch field {
        case .half, .weekday, .offset, .zoneName, .shortZoneName: return true
        case .month: return width > 2
        default: return false
        }
    }

    private func moment(of reading: Reading, _ zone: Zone) -> Int64? {
        var date = CivilDate(year: reading.year, month: reading.month, day: reading.day)
        guard date.isValid else { return nil }
        if let dayOfYear = reading.dayOfYear {
            let day = CivilDate(year: reading.year, month: 1, day: 1).daysSinceEpoch + Int64(dayOfYear) - 1
            guard let found = CivilDate(daysSinceEpoch: day), found.year == reading.year else { return nil }
            date = found
        }
        var hour = reading.hour
        if let isAfternoon = reading.isAfternoon {
            guard hour <= 12 else { return nil }
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        }
        guard hour < 24, reading.minute < 60, reading.second < 60 else { return nil }
        let ofDay = ((hour * 60 + reading.minute) * 60 + reading.second) * 1000 + reading.millisecond
        let clock = date.daysSinceEpoch * Milliseconds.perDay + Int64(ofDay)
        if let offset = reading.offset { return clock - offset }
        return (reading.zone ?? zone).moment(ofReading: clock)
    }

    private static func read(_ parts: [Part], _ rest: inout Substring.UTF8View, _ reading: inout Reading) -> Bool {
        for (index, part) in parts.enumerated() {
            switch part {
            case .literal(let literal):
                guard rest.starts(with: literal.utf8) else { return false }
                rest = rest.dropFirst(literal.utf8.count)
            case .field(let field, let width):
                guard read(field, width, isLast(index, of: parts), &rest, &reading) else { return false }
            case .optional(let section):
                // A section that is not there leaves no trace of what it began with.
                let before = (rest, reading)
                if !read(section, &rest, &reading) { (rest, reading) = before }
            }
        }
        return true
    }

    private static func read(
        _ field: Field, _ width: Int, _ isLast: Bool, _ rest: inout Substring.UTF8View, _ reading: inout Reading
    ) -> Bool {
        let most = isLast ? max(width, 2) : width
        switch field {
        case .year: return year(width, isLast, &rest, &reading)
        case .month:
            if width > 2 {
                guard let index = name(months, width, &rest) else { return false }
                reading.month = index + 1
                return true
            }
            return number(width...most, &rest) { reading.month = $0 }
        case .day: return number(width...most, &rest) { reading.day = $0 }
        case .dayOfYear: return number(width...max(most, 3), &rest) { reading.dayOfYear = $0 }
        case .hour, .hourOfHalf, .zeroHourOfHalf: return number(width...most, &rest) { reading.hour = $0 }
        case .clockHour: return number(width...most, &rest) { reading.hour = $0 == 24 ? 0 : $0 }
        case .half:
            let word = String(decoding: rest.prefix(2), as: UTF8.self).uppercased()
            guard word == "AM" || word == "PM" else { return false }
            reading.isAfternoon = word == "PM"
            rest = rest.dropFirst(2)
            return true
        case .minute: return number(width...most, &rest) { reading.minute = $0 }
        case .second: return number(width...most, &rest) { reading.second = $0 }
        case .fraction: return fraction(width, &rest, &reading)
        case .weekday: return name(weekdays, width, &rest) != nil
        case .weekdayNumber: return number(width...most, &rest) { _ in }
        case .offset: return offset(&rest, &reading)
        case .zoneName, .shortZoneName: return offset(&rest, &reading) || zone(&rest, &reading)
        }
    }

    private static func year(
        _ width: Int, _ isLast: Bool, _ rest: inout Substring.UTF8View, _ reading: inout Reading
    ) -> Bool {
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        let least = width == 2 ? 2 : min(width, 4)
        return number(least...(width == 2 ? 2 : 4), &rest) {
            reading.year = width == 2 ? 2000 + $0 : isNegative ? -$0 : $0
        }
    }

    private static func number(
        _ figures: ClosedRange<Int>, _ rest: inout Substring.UTF8View, _ take: (Int) -> Void
    ) -> Bool {
        var (value, count) = (0, 0)
        while count < figures.upperBound, let byte = rest.first, (0x30...0x39).contains(byte) {
            value = value * 10 + Int(byte - 0x30)
            count += 1
            rest.removeFirst()
        }
        guard count >= figures.lowerBound else { return false }
        take(value)
        return true
    }

    private static func fraction(_ width: Int, _ rest: inout Substring.UTF8View, _ reading: inout Reading) -> Bool {
        number(width...width, &rest) { value in
            var value = value
            for _ in 0..<max(0, 3 - width) { value *= 10 }
            for _ in 0..<max(0, width - 3) { value /= 10 }
            reading.millisecond = value
        }
    }

    private static func name(_ names: [String], _ width: Int, _ rest: inout Substring.UTF8View) -> Int? {
        for (index, name) in names.enumerated() {
            let wanted = Array((width > 3 ? name : String(name.prefix(3))).utf8)
            guard rest.count >= wanted.count, zip(rest, wanted).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { continue }
            rest = rest.dropFirst(wanted.count)
            return index
        }
        return nil
    }

    /// A zone by its name.
    private static func zone(_ rest: inout Substring.UTF8View, _ reading: inout Reading) -> Bool {
        let name = rest.prefix { byte in
            (0x41...0x5a).contains(byte & 0xdf) || (0x30...0x39).contains(byte) || "/_+-".utf8.contains(byte)
        }
        guard !name.isEmpty, let zone = try? Zone.named(String(decoding: name, as: UTF8.self)) else { return false }
        reading.zone = zone
        rest = rest.dropFirst(name.count)
        return true
    }

    private static func offset(_ rest: inout Substring.UTF8View, _ reading: inout Reading) -> Bool {
        let text = String(decoding: rest.prefix(6), as: UTF8.self)
        // As much of the text as is an offset.
        for length in [6, 5, 3, 1] where text.utf8.count >= length {
            var reader = TemporalText.Reader(String(text.prefix(length)))
            if let offset = reader.offset(), reader.isAtEnd {
                reading.offset = offset
                rest = rest.dropFirst(length)
                return true
            }
        }
        return false
    }
}
