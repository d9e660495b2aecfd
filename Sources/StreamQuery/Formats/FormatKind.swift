/// How keys or values are written.
package enum FormatKind: String, CaseIterable, Sendable {
    /// A JSON object of the columns; a single key column stands by itself.
    case json = "JSON"
    /// Comma-separated values (RFC 4180).
    case delimited = "DELIMITED"
    /// One column as Kafka's own serializers write it.
    case kafka = "KAFKA"
    /// Nothing: of keys only.
    case none = "NONE"
}

/// How the columns of a key or a value are written.
package struct RecordFormat: Hashable, Sendable {
    /// The format.
    package var kind: FormatKind
    /// What stands between the fields of DELIMITED.
    package var delimiter: Character
    /// A single column stands in an object of its own (JSON).
    package var isWrapped: Bool

    /// A format.
    package init(_ kind: FormatKind, delimiter: Character = ",", isWrapped: Bool = true) {
        (self.kind, self.delimiter, self.isWrapped) = (kind, delimiter, isWrapped)
    }

    /// Why the format cannot hold the columns; nil if it can (the rules of ksqlDB's `FormatInfo` and serdes).
    package func problem(_ columns: [Schema.Column], isKey: Bool) -> String? {
        switch kind {
        case .none:
            guard isKey else { return "the NONE format is for keys only" }
            return columns.isEmpty ? nil : "a key with the NONE format has no columns"
        case .kafka:
            guard columns.count <= 1 else {
                return "the KAFKA format holds a single column, and there are \(columns.count); take JSON or DELIMITED"
            }
            guard let column = columns.first, !KafkaFormat.holds(column.type) else { return nil }
            return "the KAFKA format does not hold \(column.type) (\(column.name))"
        case .delimited:
            guard let column = columns.first(where: { !$0.type.isPrimitive }) else { return nil }
            return "the DELIMITED format does not hold \(column.type) (\(column.name))"
        case .json:
            guard let column = columns.first(where: { Self.hasOtherKeys($0.type) }) else { return nil }
            return "maps have VARCHAR keys here (\(column.name) is \(column.type))"
        }
    }

    private static func hasOtherKeys(_ type: SQLType) -> Bool {
        switch type {
        case .map(let key, let value): key != .string || hasOtherKeys(value)
        case .array(let element): hasOtherKeys(element)
        case .structure(let fields): fields.contains { hasOtherKeys($0.type) }
        default: false
        }
    }
}
