import Cluster

/// The settings of a WITH clause, checked.
package struct WithProperties: Equatable, Sendable {
    /// The topic; nil for the source's name.
    package var topic: String?
    package var partitions: Int?
    package var replicas: Int?
    package var retentionMilliseconds: Int64?
    package var keyFormat: FormatKind?
    package var valueFormat: FormatKind?
    package var keyDelimiter: Character?
    package var valueDelimiter: Character?
    /// A single value column stands in a JSON object of its own.
    package var wrapsSingleValue: Bool?
    /// The column that holds the event time, and its place for errors.
    package var timestamp: Name?
    package var timestampFormat: String?
    package var window: KeyWindow?
    /// The id that the query gets.
    package var queryID: String?

    static let names = [
        "KAFKA_TOPIC", "PARTITIONS", "REPLICAS", "RETENTION_MS", "FORMAT", "KEY_FORMAT", "VALUE_FORMAT",
        "KEY_DELIMITER",
        "VALUE_DELIMITER", "WRAP_SINGLE_VALUE", "TIMESTAMP", "TIMESTAMP_FORMAT", "WINDOW_TYPE", "WINDOW_SIZE",
        "QUERY_ID",
    ]

    /// Reads settings.
    init(_ settings: [PropertySetting]) throws(StatementError) {
        var seen: Set<String> = []
        var windowType: (text: String, span: SourceSpan)?
        var windowSize: Int64?
        for setting in settings {
            let name = setting.name.text
            guard seen.insert(name).inserted else {
                throw StatementError("\(name) is set twice", at: setting.name.span)
            }
            switch name {
            case "KAFKA_TOPIC": topic = try Self.text(setting)
            case "PARTITIONS": partitions = try Self.number(setting, 1...100_000)
            case "REPLICAS": replicas = try Self.number(setting, 1...1000)
            case "RETENTION_MS": retentionMilliseconds = Int64(try Self.number(setting, -1...Int.max))
            case "FORMAT":
                keyFormat = try Self.format(setting)
                valueFormat = keyFormat
            case "KEY_FORMAT": keyFormat = try Self.format(setting)
            case "VALUE_FORMAT": valueFormat = try Self.format(setting)
            case "KEY_DELIMITER": keyDelimiter = try Self.delimiter(setting)
            case "VALUE_DELIMITER": valueDelimiter = try Self.delimiter(setting)
            case "WRAP_SINGLE_VALUE": wrapsSingleValue = try Self.flag(setting)
            case "TIMESTAMP": timestamp = Self.column(try Self.text(setting), at: setting.value.span)
            case "TIMESTAMP_FORMAT": timestampFormat = try Self.pattern(setting)
            case "WINDOW_TYPE": windowType = (try Self.text(setting).uppercased(), setting.value.span)
            case "WINDOW_SIZE": windowSize = try Self.length(setting)
            case "QUERY_ID": queryID = try Self.text(setting).uppercased()
            default:
                throw StatementError(
                    "no property is called \(name)", at: setting.name.span,
                    suggestion: Suggestion.nearest(to: name, among: Self.names))
            }
        }
        if seen.contains("FORMAT"), seen.contains("KEY_FORMAT") || seen.contains("VALUE_FORMAT"),
            let first = settings.first
        {
            throw StatementError(
                "FORMAT stands for KEY_FORMAT and VALUE_FORMAT, and one of these is set too", at: first.name.span)
        }
        window = try Self.window(windowType, windowSize)
    }

    private static func window(
        _ type: (text: String, span: SourceSpan)?, _ size: Int64?
    ) throws(StatementError) -> KeyWindow? {
        guard let type else { return nil }
        switch (type.text, size) {
        case ("SESSION", nil): return .session
        case ("TUMBLING", let size?), ("HOPPING", let size?): return .time(size: size)
        case ("SESSION", _): throw StatementError("session windows have no WINDOW_SIZE", at: type.span)
        case ("TUMBLING", nil), ("HOPPING", nil):
            throw StatementError("\(type.text) needs WINDOW_SIZE, as '1 MINUTE'", at: type.span)
        default:
            throw StatementError(
                "WINDOW_TYPE is TUMBLING, HOPPING or SESSION", at: type.span,
                suggestion: Suggestion.nearest(to: type.text, among: ["TUMBLING", "HOPPING", "SESSION"]))
        }
    }

    // MARK: - values

    private static func text(_ setting: PropertySetting) throws(StatementError) -> String {
        guard case .string(let text) = setting.value.kind, !text.isEmpty else {
            throw StatementError("\(setting.name.text) takes a text in single quotes", at: setting.value.span)
        }
        return text
    }

    /// A number, also in quotes.
    private static func number(_ setting: PropertySetting, _ range: ClosedRange<Int>) throws(StatementError) -> Int {
        let value: Int? =
            switch setting.value.kind {
            case .integer(let value): Int(value)
            case .bigint(let value): Int(value)
            case .string(let text): Int(text)
            default: nil
            }
        guard let value, range.contains(value) else {
            let bounds =
                range.upperBound == .max ? "from \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            throw StatementError("\(setting.name.text) takes a number, \(bounds)", at: setting.value.span)
        }
        return value
    }

    private static func flag(_ setting: PropertySetting) throws(StatementError) -> Bool {
        switch setting.value.kind {
        case .boolean(let value): return value
        case .string(let text) where ["TRUE", "FALSE"].contains(text.uppercased()): return text.uppercased() == "TRUE"
        default: throw StatementError("\(setting.name.text) is TRUE or FALSE", at: setting.value.span)
        }
    }

    private static func format(_ setting: PropertySetting) throws(StatementError) -> FormatKind {
        let text = try text(setting).uppercased()
        if let format = FormatKind(rawValue: text) { return format }
        let known = FormatKind.allCases.map(\.rawValue)
        if ["AVRO", "PROTOBUF", "PROTOBUF_NOSR", "JSON_SR"].contains(text) {
            throw StatementError(
                "the format \(text) is not supported; there are \(known.joined(separator: ", "))",
                at: setting.value.span)
        }
        throw StatementError(
            "no format is called \(text)", at: setting.value.span,
            suggestion: Suggestion.nearest(to: text, among: known))
    }

    private static func delimiter(_ setting: PropertySetting) throws(StatementError) -> Character {
        let text = try text(setting)
        if text.uppercased() == "TAB" { return "\t" }
        if text.uppercased() == "SPACE" { return " " }
        guard text.utf8.count == 1, let character = text.first, !"\"\r\n".contains(character) else {
            throw StatementError("a delimiter is one ASCII character, TAB or SPACE", at: setting.value.span)
        }
        return character
    }

    private static func pattern(_ setting: PropertySetting) throws(StatementError) -> String {
        let text = try text(setting)
        do throws(EvaluationFailure) {
            _ = try TimePattern(text)
        } catch {
            throw StatementError(error.reason, at: setting.value.span)
        }
        return text
    }

    private static func column(_ text: String, at span: SourceSpan) -> Name {
        if text.count > 2, let quote = text.first, quote == "`" || quote == "\"", text.last == quote {
            return Name(String(text.dropFirst().dropLast()), at: span)
        }
        return Name(folding: text, at: span)
    }

    /// A length as `'1 MINUTE'`.
    private static func length(_ setting: PropertySetting) throws(StatementError) -> Int64 {
        let text = try text(setting)
        do throws(StatementError) {
            var parser = Parser(try Lexer.tokens(text))
            let length = try parser.windowLength()
            if parser.current.kind == .end, let milliseconds = length.milliseconds, milliseconds > 0 {
                return milliseconds
            }
        } catch {
            throw StatementError("WINDOW_SIZE: \(error.reason)", at: setting.value.span)
        }
        throw StatementError("WINDOW_SIZE takes a length as '1 MINUTE'", at: setting.value.span)
    }
}

/// How the window of a row is written behind its key (Kafka's `TimeWindowedSerializer`, `SessionWindowedSerializer`).
package enum KeyWindow: Hashable, Sendable {
    /// The start in 8 bytes; the end follows from the size in milliseconds.
    case time(size: Int64)
    /// The end, then the start, in 8 bytes each.
    case session
}
