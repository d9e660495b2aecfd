/// One line of delimited values, as Apache Commons CSV's DEFAULT format reads and writes it: quotes around fields that need them, doubled inside.
enum DelimitedFormat {
    private static let quote = UInt8(ascii: "\"")

    /// The fields of the first line.
    static func fields(_ bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8) throws(EvaluationFailure) -> [[UInt8]] {
        var fields: [[UInt8]] = []
        var at = 0
        while true {
            var field: [UInt8] = []
            if at < bytes.count, bytes[at] == quote {
                at = try quoted(bytes, from: at + 1, &field)
            } else {
                while at < bytes.count, bytes[at] != delimiter, bytes[at] != 0x0a, bytes[at] != 0x0d {
                    field.append(bytes[at])
                    at += 1
                }
            }
            fields.append(field)
            guard at < bytes.count, bytes[at] == delimiter else { break }
            at += 1
        }
        guard at == bytes.count || bytes[at] == 0x0a || bytes[at] == 0x0d else {
            throw EvaluationFailure(reason: "text stands behind the closing quote at byte \(at)")
        }
        return fields
    }

    /// Reads up to the closing quote; answers the place behind it.
    private static func quoted(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ field: inout [UInt8]
    ) throws(EvaluationFailure) -> Int {
        var at = start
        while at < bytes.count {
            if bytes[at] == quote {
                guard at + 1 < bytes.count, bytes[at + 1] == quote else { return at + 1 }
                at += 1
            }
            field.append(bytes[at])
            at += 1
        }
        throw EvaluationFailure(reason: "the quote at byte \(start - 1) has no end")
    }

    /// A field as a value of a type: nothing is null.
    static func value(_ field: [UInt8], _ type: SQLType) throws(EvaluationFailure) -> SQLValue {
        if field.isEmpty { return .null }
        guard let text = String(validating: field, as: UTF8.self) else {
            throw EvaluationFailure(reason: "a field is not UTF-8")
        }
        switch type {
        case .string: return .string(text)
        case .bytes:
            guard let bytes = Base64.bytes(text.utf8) else { throw EvaluationFailure(reason: "a field is no Base64") }
            return .bytes(bytes)
        case .date:
            guard case .integer(let days) = try Cast.value(.string(text), from: .string, to: .integer) else {
                return .null
            }
            return .date(days)
        case .time:
            guard case .integer(let time) = try Cast.value(.string(text), from: .string, to: .integer),
                (0..<86_400_000).contains(time)
            else { throw EvaluationFailure(reason: "\(text.prefix(40)) is no time of day") }
            return .time(time)
        case .timestamp:
            guard case .bigint(let moment) = try Cast.value(.string(text), from: .string, to: .bigint) else {
                return .null
            }
            return .timestamp(moment)
        default: return try Cast.value(.string(text), from: .string, to: type)
        }
    }

    /// A line of values.
    static func line(_ values: [SQLValue], _ types: [SQLType], delimiter: UInt8) -> [UInt8] {
        var line: [UInt8] = []
        for (place, value) in values.enumerated() {
            if place > 0 { line.append(delimiter) }
            let text = Array(Self.text(value, types[place]).utf8)
            guard needsQuotes(text, delimiter, isFirst: place == 0, isNull: value.isNull) else {
                line += text
                continue
            }
            line.append(quote)
            for byte in text {
                if byte == quote { line.append(quote) }
                line.append(byte)
            }
            line.append(quote)
        }
        return line
    }

    private static func text(_ value: SQLValue, _ type: SQLType) -> String {
        switch value {
        case .null: ""
        case .date(let number), .time(let number): "\(number)"
        case .timestamp(let number): "\(number)"
        default: value.text(as: type) ?? ""
        }
    }

    /// The MINIMAL mode: delimiters, quotes, line ends, signs up to `#` in front, blanks at the end; an empty first field, so that the line is
    /// not empty.
    private static func needsQuotes(_ text: [UInt8], _ delimiter: UInt8, isFirst: Bool, isNull: Bool) -> Bool {
        guard let first = text.first, let last = text.last else { return isFirst && !isNull }
        return first <= UInt8(ascii: "#") || last <= 0x20
            || text.contains { $0 == delimiter || $0 == quote || $0 == 0x0a || $0 == 0x0d }
    }
}
