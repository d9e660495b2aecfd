/// Writes values as JSON, as ksqlDB's JSON format does: no blanks, all columns, nulls too; numbers as Java writes them.
struct JSONValueWriter {
    private(set) var bytes: [UInt8] = []
    /// Days, times and moments are written as texts, not as the numbers that the JSON format has for them.
    private let timesAreTexts: Bool

    init(timesAreTexts: Bool = false) { self.timesAreTexts = timesAreTexts }

    mutating func reserve(_ capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func symbol(_ symbol: Character) { bytes.append(symbol.asciiValue ?? 0x3f) }

    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func raw(_ text: [UInt8]) { bytes.append(contentsOf: text) }

    /// A string with its quotes, escaped as Jackson does: quotes, backslashes and controls only.
    mutating func string(_ text: String) {
        symbol("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): raw("\\\"")
            case UInt8(ascii: "\\"): raw("\\\\")
            case 0x08: raw("\\b")
            case 0x09: raw("\\t")
            case 0x0a: raw("\\n")
            case 0x0c: raw("\\f")
            case 0x0d: raw("\\r")
            case 0..<0x20:
                raw("\\u00")
                raw(byte < 0x10 ? "0" : "1")
                raw(String(byte & 15, radix: 16, uppercase: true))
            default: bytes.append(byte)
            }
        }
        symbol("\"")
    }

    /// A value of a type.
    mutating func value(_ value: SQLValue, _ type: SQLType) {
        switch value {
        case .date, .time, .timestamp:
            let text = timesAreTexts ? value.text(as: type) : nil
            if let text { string(text) } else { number(value) }
        case .null: raw("null")
        case .boolean(let value): raw(value ? "true" : "false")
        case .integer, .bigint: number(value)
        case .double(let value): value.isFinite ? raw(JavaNumber.text(value)) : string(JavaNumber.text(value))
        case .decimal(let value): raw(value.description)
        case .string(let value): string(value)
        case .bytes(let value): string(Base64.text(value))
        case .array(let items): array(items, type)
        case .map(let entries): map(entries, type)
        case .structure(let values): structure(values, type)
        }
    }

    private mutating func number(_ value: SQLValue) {
        switch value {
        case .integer(let value), .date(let value), .time(let value): raw("\(value)")
        case .bigint(let value), .timestamp(let value): raw("\(value)")
        default: raw("null")
        }
    }

    private mutating func array(_ items: [SQLValue], _ type: SQLType) {
        guard case .array(let element) = type else { return raw("null") }
        symbol("[")
        for (place, item) in items.enumerated() {
            if place > 0 { symbol(",") }
            value(item, element)
        }
        symbol("]")
    }

    /// Java's maps have no order; these are in the order of their keys.
    private mutating func map(_ entries: [String: SQLValue], _ type: SQLType) {
        guard case .map(_, let element) = type else { return raw("null") }
        symbol("{")
        for (place, entry) in entries.sorted(by: { $0.key < $1.key }).enumerated() {
            if place > 0 { symbol(",") }
            string(entry.key)
            symbol(":")
            value(entry.value, element)
        }
        symbol("}")
    }

    private mutating func structure(_ values: [SQLValue], _ type: SQLType) {
        guard case .structure(let fields) = type, fields.count == values.count else { return raw("null") }
        symbol("{")
        for (place, field) in fields.enumerated() {
            if place > 0 { symbol(",") }
            string(field.name)
            symbol(":")
            value(values[place], field.type)
        }
        symbol("}")
    }
}
