/// Functions of texts. Places count characters (Unicode scalars) from 1, as ksqlDB's count UTF-16 units.
enum TextFunctions {
    static let all: [ScalarFunction] = cases + parts + search + joins + codes

    private static let text = Signature.Pattern.type(.string)
    private static let bytes = Signature.Pattern.type(.bytes)
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
            "The part of a text or of BYTES from a place on, so many characters long; a negative place counts from the end.",
            Signature(
                [text, whole], text,
                .two { value, from throws(EvaluationFailure) in .string(part(try value.asText, try from.asCount, .max))
                }),
            Signature(
                [text, whole, whole], text,
                .three { value, from, length throws(EvaluationFailure) in
                    .string(part(try value.asText, try from.asCount, try length.asCount))
                }),
            Signature(
                [bytes, whole], bytes,
                .two { value, from throws(EvaluationFailure) in .bytes(part(try value.asBytes, try from.asCount, .max))
                }),
            Signature(
                [bytes, whole, whole], bytes,
                .three { value, from, length throws(EvaluationFailure) in
                    .bytes(part(try value.asBytes, try from.asCount, try length.asCount))
                })),
        ScalarFunction(
            "SPLIT", .text, "The parts of a text or of BYTES between delimiters; an empty one gives each character.",
            Signature(
                [text, text], .array(text),
                .two { value, delimiter throws(EvaluationFailure) in
                    .array(split(try value.asText, try delimiter.asText).map { .string($0) })
                }),
            Signature(
                [bytes, bytes], .array(bytes),
                .two { value, delimiter throws(EvaluationFailure) in
                    .array(split(try value.asBytes, try delimiter.asBytes).map { .bytes($0) })
                })),
        ScalarFunction(
            "SPLIT_TO_MAP", .text,
            "The entries of a text as `a=1;b=2`: text, delimiter of entries, delimiter of key and value.",
            Signature(
                [text, text, text], .map(text),
                .three { value, entries, pair throws(EvaluationFailure) in
                    splitToMap(try value.asText, try entries.asText, try pair.asText).map { .map($0) } ?? .null
                })),
        ScalarFunction(
            "LPAD", .text, "The text, or BYTES, filled on the left to a length, or cut to it.",
            Signature(
                [text, whole, text], text,
                .three { value, length, padding throws(EvaluationFailure) in
                    try padded(try value.asText, try length.asCount, try padding.asText, left: true)
                }),
            Signature(
                [bytes, whole, bytes], bytes,
                .three { value, length, padding throws(EvaluationFailure) in
                    try padded(try value.asBytes, try length.asCount, try padding.asBytes, left: true).map {
                        .bytes($0)
                    } ?? .null
                })),
        ScalarFunction(
            "RPAD", .text, "The text, or BYTES, filled on the right to a length, or cut to it.",
            Signature(
                [text, whole, text], text,
                .three { value, length, padding throws(EvaluationFailure) in
                    try padded(try value.asText, try length.asCount, try padding.asText, left: false)
                }),
            Signature(
                [bytes, whole, bytes], bytes,
                .three { value, length, padding throws(EvaluationFailure) in
                    try padded(try value.asBytes, try length.asCount, try padding.asBytes, left: false).map {
                        .bytes($0)
                    } ?? .null
                })),
    ]

    private static let search: [ScalarFunction] = [
        ScalarFunction(
            "INSTR", .text,
            "The place of a text in another, from 1; 0 where it is not. May be followed by where the search begins, from the end and backwards where negative, and by which occurrence is meant.",
            Signature([text, text], whole, .many { values throws(EvaluationFailure) in try place(values) }),
            Signature([text, text, whole], whole, .many { values throws(EvaluationFailure) in try place(values) }),
            Signature(
                [text, text, whole, whole], whole, .many { values throws(EvaluationFailure) in try place(values) })),
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
            "CONCAT", .text, "The texts, or BYTES, one behind another; nulls are left out.",
            Signature(
                [text], variadic: true, nulls: true, text,
                .many { values throws(EvaluationFailure) in try joined(texts(values), "") }),
            Signature(
                [bytes], variadic: true, nulls: true, bytes,
                .many { values throws(EvaluationFailure) in
                    var all: [UInt8] = []
                    for value in values where !value.isNull { all += try value.asBytes }
                    guard all.count <= maxLength else {
                        throw EvaluationFailure(reason: "the BYTES are more than \(maxLength)")
                    }
                    return .bytes(all)
                })),
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

    /// INSTR of two texts, and perhaps a place and a number.
    private static func place(_ values: [SQLValue]) throws(EvaluationFailure) -> SQLValue {
        let (text, wanted) = (try values[0].asText, try values[1].asText)
        let from = values.count > 2 ? try values[2].asCount : 1
        let occurrence = values.count > 3 ? try values[3].asCount : 1
        return .integer(Int32(clamping: place(of: wanted, in: text, from: from, occurrence: occurrence)))
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
