/// Functions of JSON texts. A text that is no JSON gives null.
enum JSONFunctions {
    private static let text = Signature.Pattern.type(.string)

    static let all: [ScalarFunction] = [
        ScalarFunction(
            "EXTRACTJSONFIELD", .json,
            "What stands at a path as `$.a.b[0]` in a JSON text, as text; null where there is nothing.",
            Signature(
                [text, text], text,
                .two { json, path throws(EvaluationFailure) in
                    let path = try JSONPath.cached(try path.asText)
                    return path.text(in: try json.asText).map { .string($0) } ?? .null
                })),
        ScalarFunction(
            "IS_JSON_STRING", .json, "Whether a text is JSON.",
            Signature(
                [text], nulls: true, .type(.boolean),
                .one { json throws(EvaluationFailure) in
                    json.isNull ? .boolean(false) : .boolean(scan(try json.asText) { $0.skip() && $0.isAtEnd() })
                })),
        ScalarFunction(
            "JSON_ARRAY_LENGTH", .json, "How many items a JSON array has; null where the text is none.",
            Signature(
                [text], .type(.integer),
                .one { json throws(EvaluationFailure) in
                    var count: Int32 = 0
                    let isArray = scan(try json.asText) { scanner in
                        scanner.array(depth: 0) { item in
                            count &+= 1
                            return item.skip(depth: 1)
                        } && scanner.isAtEnd()
                    }
                    return isArray ? .integer(count) : .null
                })),
        ScalarFunction(
            "JSON_KEYS", .json, "The names of a JSON object's members; null where the text is none.",
            Signature(
                [text], .array(text),
                .one { json throws(EvaluationFailure) in
                    members(try json.asText).map { .array($0.map { .string($0.name) }) } ?? .null
                })),
        ScalarFunction(
            "JSON_RECORDS", .json,
            "A JSON object's members as a map of their JSON, texts with their quotes; null where the text is none.",
            Signature(
                [text], .map(text),
                .one { json throws(EvaluationFailure) in
                    guard let members = members(try json.asText) else { return .null }
                    var map: [String: SQLValue] = [:]
                    for (name, value) in members { map[name] = .string(value) }
                    return .map(map)
                })),
        ScalarFunction(
            "TO_JSON_STRING", .json, "A value of any type as JSON; days and times as texts.",
            Signature(
                [.any("T")], nulls: true, text,
                .typed { values, types throws(EvaluationFailure) in
                    var writer = JSONValueWriter(timesAreTexts: true)
                    writer.value(values[0], types[0])
                    return .string(String(decoding: writer.bytes, as: UTF8.self))
                })),
    ]

    private static func scan(_ text: String, _ body: (inout JSONScanner) -> Bool) -> Bool {
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            var scanner = JSONScanner(bytes)
            return body(&scanner)
        }
    }

    /// An object's members with the JSON of their values, as it was written but for blanks around it.
    private static func members(_ text: String) -> [(name: String, value: String)]? {
        var members: [(name: String, value: String)] = []
        let isObject = scan(text) { scanner in
            scanner.object(depth: 0) { scanner, name in
                scanner.skipBlanks()
                let start = scanner.at
                guard let name = scanner.text(name), scanner.skip(depth: 1),
                    let value = String(validating: scanner.slice(start..<scanner.at), as: UTF8.self)
                else { return false }
                members.append((name, value))
                return true
            } && scanner.isAtEnd()
        }
        return isObject ? members : nil
    }
}
