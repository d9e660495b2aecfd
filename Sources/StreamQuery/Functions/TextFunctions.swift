/// Functions of texts. Places count characters (Unicode scalars) from 1, as ksqlDB's count UTF-16 units.
enum TextFunctions {
    static let all: [ScalarFunction] = cases + parts + search + joins + codes

    private static let text = Signature.Pattern.type(.string)
    private static let whole = Signature.Pattern.type(.integer)

    /// The longest text a function makes; longer ones are an error value.
    static let maxLength = 1 << 20

    private static let cases: [ScalarFunction] = [
        ScalarFunction(
            "UCASE", .text, "The text in capitals.",
            Signature([text], text, .one { value throws(EvaluationFailure) in .string(try value.asText.uppercased()) })),
        ScalarFunction(
            "LCASE", .text, "The text in small letters.",
            Signature([text], text, .one { value throws(EvaluationFailure) in .string(try value.asText.lowercased()) })),
        ScalarFunction(
            "INITCAP", .text, "The text with a capital at the beginning of each word and small letters in the rest.",
            Signature([text], text, .one { value throws(EvaluationFailure) in .string(capitalized(try value.asText)) })),
        ScalarFunction(
            "TRIM", .text, "The text without blanks at its ends.",
            Signature([text], text, .one { value throws(EvaluationFailure) in .string(Trimmed.text(try value.asText)) })
        ),
        ScalarFunction(
            "REVERSE", .text, "The text from its end to its beginning.",
            Signature(
                [text], text,
                .one { value throws(EvaluationFailure) in
                    var reversed = String.UnicodeScalarView()
                    reversed.append(contentsOf: try value.asText.unicodeScalars.reversed())
                    return .string(String(reversed))
                })),
        ScalarFunction(
            "LEN", .text, "How many characters a text has, or bytes BYTES have.",
            Signature(
                [text], whole,
                .one { value throws(EvaluationFailure) in
                    .integer(Int32(clamping: try value.asText.unicodeScalars.count))
                }),
            Signature(
                [.type(.bytes)], whole,
                .one { value throws(EvaluationFailure) in .integer(Int32(clamping: try value.asBytes.count)) })),
    ]

    private static let parts: [ScalarFunction] = [
        ScalarFunction(
            "SUBSTRING", .text,
            "The part of a text from a place on, so many characters long; a negative place counts from the end.",
            Signature(
                [text, whole], text,
                .two { value, from throws(EvaluationFailure) in .string(part(try value.asText, try from.asCount, .max))
                }),
            Signature(
                [text, whole, whole], text,
                .three { value, from, length throws(EvaluationFailure) in
                    .string(part(try value.asText, try from.asCount, try length.asCount))
                })),
        ScalarFunction(
            "SPLIT", .text, "The parts of a text between delimiters; an empty delimiter gives the characters.",
            Signature(
                [text, text], .array(text),
                .two { value, delimiter throws(EvaluationFailure) in
                    .array(split(try value.asText, try delimiter.asText).map { .string($0) })
                })),
        ScalarFunction(
            "SPLIT_TO_MAP", .text,
            "The entries of a text as `a=1;b=2`: text, delimiter of entries, delimiter of key and value.",
            Signature(
                [text, text, text], .map(text),
                .three { value, entries, pair throws(EvaluationFailure) in
                    .map(splitToMap(try value.asText, try entries.asText, try pair.asText))
                })),
        ScalarFunction(
            "LPAD", .text, "The text filled on the left to a length, or cut to it.",
            Signature(
                [text, whole, text], text,
                .three { value, length, padding throws(EvaluationFailure) in
                    try padded(try value.asText, try length.asCount, try padding.asText, left: true)
                })),
        ScalarFunction(
            "RPAD", .text, "The text filled on the right to a length, or cut to it.",
            Signature(
                [text, whole, text], text,
                .three { value, length, padding throws(EvaluationFailure) in
                    try padded(try value.asText, try length.asCount, try padding.asText, left: false)
                })),
    ]

    private static let search: [ScalarFunction] = [
        ScalarFunction(
            "INSTR", .text, "The place of a text in another, from 1; 0 where it is not.",
            Signature(
                [text, text], whole,
                .two { value, wanted throws(EvaluationFailure) in
                    .integer(Int32(clamping: place(of: try wanted.asText, in: try value.asText)))
                })),
        ScalarFunction(
            "REPLACE", .text, "The text with every occurrence of a text replaced by another.",
            Signature(
                [text, text, text], text,
                .three { value, old, new throws(EvaluationFailure) in
                    let (value, old) = (try value.asText, try old.asText)
                    if old.isEmpty { return .string(value) }
                    return try joined(split(value, old), try new.asText)
                })),
        ScalarFunction(
            "ELT", .text, "The text at a place of those that follow, from 1; null outside.",
            Signature(
                [whole, text], variadic: true, nulls: true, text,
                .many { values throws(EvaluationFailure) in
                    guard case .integer(let place) = values[0], place >= 1, Int(place) < values.count else {
                        return .null
                    }
                    return values[Int(place)]
                })),
        ScalarFunction(
            "FIELD", .text, "The place of a text among those that follow, from 1; 0 where it is not.",
            Signature(
                [text, text], variadic: true, nulls: true, whole,
                .many { values throws(EvaluationFailure) in
                    guard !values[0].isNull else { return .integer(0) }
                    return .integer(Int32(clamping: values.dropFirst().firstIndex(of: values[0]) ?? 0))
                })),
    ]

    private static let joins: [ScalarFunction] = [
        ScalarFunction(
            "CONCAT", .text, "The texts one behind another; nulls are left out.",
            Signature(
                [text], variadic: true, nulls: true, text,
                .many { values throws(EvaluationFailure) in try joined(texts(values), "") })),
        ScalarFunction(
            "CONCAT_WS", .text, "The texts with a separator, which comes first, between them; nulls are left out.",
            Signature(
                [text, text], variadic: true, nulls: true, text,
                .many { values throws(EvaluationFailure) in
                    guard case .string(let separator) = values[0] else { return .null }
                    return try joined(texts(Array(values.dropFirst())), separator)
                })),
    ]

    private static let codes: [ScalarFunction] = [
        ScalarFunction(
            "TO_BYTES", .text, "The bytes of a text in an encoding: hex, utf8, ascii or base64.",
            Signature(
                [text, text], .type(.bytes),
                .two { value, encoding throws(EvaluationFailure) in
                    try TextEncoding(try encoding.asText).bytes(try value.asText)
                })),
        ScalarFunction(
            "FROM_BYTES", .text, "BYTES as a text in an encoding: hex, utf8, ascii or base64.",
            Signature(
                [.type(.bytes), text], text,
                .two { value, encoding throws(EvaluationFailure) in
                    try TextEncoding(try encoding.asText).text(try value.asBytes)
                })),
    ]

    // MARK: - how

    private static func texts(_ values: [SQLValue]) throws(EvaluationFailure) -> [String] {
        var texts: [String] = []
        for value in values where !value.isNull { texts.append(try value.asText) }
        return texts
    }

    private static func joined(_ parts: [String], _ separator: String) throws(EvaluationFailure) -> SQLValue {
        let length = parts.reduce(0) { $0 + $1.utf8.count } + separator.utf8.count * max(0, parts.count - 1)
        guard length <= maxLength else { throw EvaluationFailure(reason: "the text is longer than \(maxLength) bytes") }
        return .string(parts.joined(separator: separator))
    }

    private static func capitalized(_ text: String) -> String {
        var result = ""
        var isStart = true
        for letter in text {
            result += isStart ? letter.uppercased() : letter.lowercased()
            isStart = letter.isWhitespace
        }
        return result
    }

    static func part(_ text: String, _ from: Int, _ length: Int) -> String {
        let letters = text.unicodeScalars
        let count = letters.count
        // 0 is taken as 1; a negative place before the beginning, too.
        let start = from > 0 ? from - 1 : from == 0 ? 0 : max(0, count + max(from, -count))
        guard start < count, length > 0 else { return "" }
        return String(String.UnicodeScalarView(letters.dropFirst(start).prefix(length)))
    }

    static func split(_ text: String, _ delimiter: String) -> [String] {
        if delimiter.isEmpty { return text.unicodeScalars.map { String($0) } }
        let (letters, mark) = (Array(text.utf8), Array(delimiter.utf8))
        var parts: [String] = []
        var (start, at) = (0, 0)
        while at + mark.count <= letters.count {
            if letters[at] == mark[0], letters[at..<at + mark.count].elementsEqual(mark) {
                parts.append(String(decoding: letters[start..<at], as: UTF8.self))
                at += mark.count
                start = at
            } else {
                at += 1
            }
        }
        return parts + [String(decoding: letters[start...], as: UTF8.self)]
    }

    private static func splitToMap(_ text: String, _ entries: String, _ pair: String) -> [String: SQLValue] {
        var map: [String: SQLValue] = [:]
        for entry in split(text, entries) where !entry.isEmpty {
            let parts = split(entry, pair)
            if parts.count == 2 { map[parts[0]] = .string(parts[1]) }
        }
        return map
    }

    private static func padded(
        _ text: String, _ length: Int, _ padding: String, left: Bool
    ) throws(EvaluationFailure) -> SQLValue {
        guard length >= 0, !padding.isEmpty else { return .null }
        guard length <= maxLength / 4 else {
            throw EvaluationFailure(reason: "the text would be \(length) characters long")
        }
        let letters = Array(text.unicodeScalars)
        guard letters.count < length else { return .string(part(text, 1, length)) }
        let filling = Array(padding.unicodeScalars)
        let missing = (0..<length - letters.count).map { filling[$0 % filling.count] }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: left ? missing + letters : letters + missing)
        return .string(String(view))
    }

    private static func place(of wanted: String, in text: String) -> Int {
        guard !wanted.isEmpty else { return text.isEmpty ? 0 : 1 }
        let parts = split(text, wanted)
        return parts.count > 1 ? parts[0].unicodeScalars.count + 1 : 0
    }
}

/// How bytes stand for a text.
enum TextEncoding: String {
    case hex, utf8, ascii, base64

    init(_ name: String) throws(EvaluationFailure) {
        guard let encoding = TextEncoding(rawValue: name.lowercased()) else {
            throw EvaluationFailure(
                reason: "no encoding is called \"\(name.prefix(20))\"; there are hex, utf8, ascii and base64")
        }
        self = encoding
    }

    func bytes(_ text: String) throws(EvaluationFailure) -> SQLValue {
        let bytes: [UInt8]? =
            switch self {
            case .utf8: Array(text.utf8)
            case .ascii: text.utf8.allSatisfy { $0 < 0x80 } ? Array(text.utf8) : nil
            case .base64: Base64.bytes(text.utf8)
            case .hex: Self.hexBytes(text)
            }
        guard let bytes else { throw EvaluationFailure(reason: "\"\(text.prefix(40))\" is no \(rawValue)") }
        return .bytes(bytes)
    }

    func text(_ bytes: [UInt8]) throws(EvaluationFailure) -> SQLValue {
        let text: String? =
            switch self {
            case .utf8: String(validating: bytes, as: UTF8.self)
            case .ascii: bytes.allSatisfy { $0 < 0x80 } ? String(decoding: bytes, as: UTF8.self) : nil
            case .base64: Base64.text(bytes)
            case .hex:
                bytes.map { String($0 >> 4, radix: 16, uppercase: true) + String($0 & 15, radix: 16, uppercase: true) }
                    .joined()
            }
        guard let text else { throw EvaluationFailure(reason: "the bytes are no \(rawValue) text") }
        return .string(text)
    }

    private static func hexBytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.map { Int($0) }
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[start]), let low = value(digits[start + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ letter: Int) -> UInt8? {
        switch letter {
        case 0x30...0x39: UInt8(letter - 0x30)
        case 0x41...0x46: UInt8(letter - 0x41 + 10)
        case 0x61...0x66: UInt8(letter - 0x61 + 10)
        default: nil
        }
    }
}
