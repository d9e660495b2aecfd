/// JSON texts made from values, for those who write JSON instead of showing what was written.
extension JSONText {
    /// A string with its quotes. Control characters, quotes and backslashes are escaped (RFC 8259 §7, figures in capitals), the rest stays UTF-8.
    package static func string(_ text: String) -> JSONText { .scalar(quoted(text)) }

    /// A string, or `null`.
    package static func string(_ text: String?) -> JSONText { text.map { .string($0) } ?? .scalar("null") }

    /// A whole number.
    package static func number(_ value: some BinaryInteger) -> JSONText { .scalar("\(value)") }

    /// An object of these members, in order.
    package static func members(_ members: KeyValuePairs<String, JSONText>) -> JSONText {
        .object(members.map { Member(name: quoted($0.key), value: $0.value) })
    }

    /// An object of these members, in order.
    package static func members(_ members: [(name: String, value: JSONText)]) -> JSONText {
        .object(members.map { Member(name: quoted($0.name), value: $0.value) })
    }

    /// The text without a blank that needs not be there: `{"sku":"A-119","n":2}`.
    package var compact: String {
        switch self {
        case .scalar(let text): text
        case .array(let items): "[" + items.map(\.compact).joined(separator: ",") + "]"
        case .object(let members): "{" + members.map { "\($0.name):\($0.value.compact)" }.joined(separator: ",") + "}"
        }
    }

    /// A text as a JSON string, with yajl's escapes (which kcat writes with); DEL and the controls of C1 are escaped besides, so that no
    /// terminal is steered.
    package static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{8}": quoted += "\\b"
            case "\u{c}": quoted += "\\f"
            case "\u{0}"..<" ", "\u{7f}"..."\u{9f}":
                let digits = String(scalar.value, radix: 16, uppercase: true)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
