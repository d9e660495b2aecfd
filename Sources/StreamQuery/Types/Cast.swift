/// Explicit and implied changes of a value's type. A value that the new type cannot hold becomes an error value, never a trap.
enum Cast {
    /// Whether CAST takes a type to another (ksqlDB's table of casts).
    static func isPossible(from: SQLType, to type: SQLType) -> Bool {
        if from == type || Coercion.isAssignable(from, to: type) { return true }
        switch (from, type) {
        case (_, .string): return from != .bytes
        case (.string, .boolean), (.string, .date), (.string, .time), (.string, .timestamp): return true
        case (.string, _): return type.isNumeric
        case (.timestamp, .date), (.timestamp, .time), (.date, .timestamp): return true
        case (.array(let mine), .array(let theirs)): return isPossible(from: mine, to: theirs)
        case (.map(let key, let mine), .map(let other, let theirs)):
            return key == other && isPossible(from: mine, to: theirs)
        case (.structure(let mine), .structure(let theirs)):
            // Since 0.14: fields are found by name; one that is new is null, one that is not wanted falls away.
            return theirs.allSatisfy { field in
                mine.first { $0.name == field.name }.map { isPossible(from: $0.type, to: field.type) } ?? true
            }
        default: return from.isNumeric && type.isNumeric
        }
    }

    /// The value as another type; null stays null.
    static func value(_ value: SQLValue, from: SQLType, to type: SQLType) throws(EvaluationFailure) -> SQLValue {
        if from == type || value.isNull { return value }
        switch type {
        case .string:
            guard let text = value.text(as: from) else { throw outside(value, from, type) }
            return .string(text)
        case .boolean: return try boolean(value, from)
        case .integer, .bigint, .double, .decimal: return try number(value, from, type)
        case .date, .time, .timestamp: return try temporal(value, from, type)
        case .array(let element): return .array(try items(value, from, element))
        case .map(_, let element): return .map(try entries(value, from, element))
        case .structure(let fields): return .structure(try members(value, from, fields))
        case .bytes: throw outside(value, from, type)
        }
    }

    private static func boolean(_ value: SQLValue, _ from: SQLType) throws(EvaluationFailure) -> SQLValue {
        guard case .string(let text) = value else { throw outside(value, from, .boolean) }
        // ksqlDB takes the beginnings of "true" and "yes" in any case; the rest is false.
        let word = Trimmed.text(text).lowercased()
        return .boolean(!word.isEmpty && ("true".hasPrefix(word) || "yes".hasPrefix(word)))
    }

    // MARK: - numbers

    private static func number(_ value: SQLValue, _ from: SQLType, _ type: SQLType) throws(EvaluationFailure)
        -> SQLValue
    {
        if case .string(let text) = value { return try parsed(text, type) }
        let result: SQLValue? =
            switch type {
            case .integer: integer(value)
            case .bigint: bigint(value)
            case .double: double(value)
            case .decimal(let precision, let scale):
                decimal(value)?.fitted(precision: precision, scale: scale).map { .decimal($0) }
            default: nil
            }
        guard let result else { throw outside(value, from, type) }
        return result
    }

    /// Java's narrowing would wrap; here what does not fit is an error.
    private static func integer(_ value: SQLValue) -> SQLValue? {
        switch value {
        case .integer: value
        case .bigint(let number): Int32(exactly: number).map { .integer($0) }
        case .double(let number): .integer(JavaNumber.whole(number))
        case .decimal(let number): Int32(exactly: number.truncated).map { .integer($0) }
        default: nil
        }
    }

    private static func bigint(_ value: SQLValue) -> SQLValue? {
        switch value {
        case .integer(let number): .bigint(Int64(number))
        case .bigint: value
        case .double(let number): .bigint(JavaNumber.whole(number))
        case .decimal(let number): Int64(exactly: number.truncated).map { .bigint($0) }
        default: nil
        }
    }

    private static func double(_ value: SQLValue) -> SQLValue? {
        switch value {
        case .integer(let number): .double(Double(number))
        case .bigint(let number): .double(Double(number))
        case .double: value
        case .decimal(let number): .double(number.double)
        default: nil
        }
    }

    /// A number as a decimal with as many figures as it needs.
    static func decimal(_ value: SQLValue) -> SQLDecimal? {
        switch value {
        case .integer(let number): SQLDecimal(Int64(number))
        case .bigint(let number): SQLDecimal(number)
        case .double(let number): SQLDecimal(number)
        case .decimal(let number): number
        default: nil
        }
    }

    private static func parsed(_ text: String, _ type: SQLType) throws(EvaluationFailure) -> SQLValue {
        let trimmed = Trimmed.text(text)
        let value: SQLValue? =
            switch type {
            case .integer: Int32(trimmed).map { .integer($0) }
            case .bigint: Int64(trimmed).map { .bigint($0) }
            case .double: JavaNumber.double(trimmed).map { .double($0) }
            case .decimal(let precision, let scale):
                SQLDecimal(trimmed)?.fitted(precision: precision, scale: scale).map { .decimal($0) }
            default: nil
            }
        guard let value else { throw EvaluationFailure(reason: "\"\(text.prefix(40))\" is no \(type)") }
        return value
    }

    // MARK: - days and moments

    private static func temporal(_ value: SQLValue, _ from: SQLType, _ type: SQLType) throws(EvaluationFailure)
        -> SQLValue
    {
        switch (value, type) {
        case (.string(let text), .date):
            if let days = TemporalText.parseDate(Trimmed.text(text)) { return .date(days) }
        case (.string(let text), .time):
            if let time = TemporalText.parseTime(Trimmed.text(text)) { return .time(time) }
        case (.string(let text), .timestamp):
            if let moment = TemporalText.parseTimestamp(Trimmed.text(text)) { return .timestamp(moment) }
        case (.timestamp(let moment), .date):
            if let day = Int32(exactly: Milliseconds.split(moment).day) { return .date(day) }
        case (.timestamp(let moment), .time): return .time(Int32(Milliseconds.split(moment).ofDay))
        case (.date(let day), .timestamp): return .timestamp(Int64(day) * Milliseconds.perDay)
        default: break
        }
        throw outside(value, from, type)
    }

    // MARK: - collections

    private static func items(
        _ value: SQLValue, _ from: SQLType, _ element: SQLType
    ) throws(EvaluationFailure) -> [SQLValue] {
        guard case .array(let items) = value, case .array(let old) = from else {
            throw outside(value, from, .array(element))
        }
        var changed: [SQLValue] = []
        for item in items { changed.append(try Self.value(item, from: old, to: element)) }
        return changed
    }

    private static func entries(
        _ value: SQLValue, _ from: SQLType, _ element: SQLType
    ) throws(EvaluationFailure) -> [String: SQLValue] {
        guard case .map(let entries) = value, case .map(_, let old) = from else {
            throw outside(value, from, .map(.string, element))
        }
        var changed: [String: SQLValue] = [:]
        for (key, item) in entries { changed[key] = try Self.value(item, from: old, to: element) }
        return changed
    }

    /// A structure's values for other fields, each found by its name; those that are not there are null.
    private static func members(
        _ value: SQLValue, _ from: SQLType, _ fields: [SQLType.Field]
    ) throws(EvaluationFailure) -> [SQLValue] {
        guard case .structure(let values) = value, case .structure(let old) = from, values.count == old.count else {
            throw outside(value, from, .structure(fields))
        }
        var changed: [SQLValue] = []
        for field in fields {
            guard let place = old.firstIndex(where: { $0.name == field.name }) else {
                changed.append(.null)
                continue
            }
            changed.append(try Self.value(values[place], from: old[place].type, to: field.type))
        }
        return changed
    }

    private static func outside(_ value: SQLValue, _ from: SQLType, _ type: SQLType) -> EvaluationFailure {
        EvaluationFailure(reason: "\((value.text(as: from) ?? "the value").prefix(40)) does not fit \(type)")
    }
}
