/// What a record's bytes look like, judged from the bytes alone.
package enum ReadableValue: Equatable, Sendable {
    /// No bytes at all: a null.
    case null
    /// Zero bytes.
    case empty
    /// One JSON value.
    case json(JSONText)
    /// UTF-8 without control characters other than line breaks and tabs.
    case text(String)
    /// Anything else; with the schema id where the bytes begin as a schema registry's do (0, then four bytes).
    case binary([UInt8], schemaID: UInt32?)

    /// Judges bytes. A value that was cut off is text or binary, never JSON.
    package init(_ bytes: [UInt8]?) {
        guard let bytes else {
            self = .null
            return
        }
        if bytes.isEmpty {
            self = .empty
        } else if let first = bytes.first(where: { $0 > 0x20 }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            let json = JSONText(bytes)
        {
            self = .json(json)
        } else if let text = Self.text(bytes) {
            self = .text(text)
        } else {
            self = .binary(bytes, schemaID: Self.schemaID(bytes))
        }
    }

    /// What it is called in the inspector's title.
    package var name: String {
        switch self {
        case .null: "tombstone"
        case .empty: "empty"
        case .json: "json · utf-8"
        case .text: "text · utf-8"
        case .binary(_, let schema): schema.map { "binary · schema \($0)" } ?? "binary"
        }
    }

    /// The value's lines for reading.
    package func lines(width: Int) -> [String] {
        switch self {
        case .null: ["∅ tombstone"]
        case .empty: ["(no bytes)"]
        case .json(let json): json.lines(width: width)
        case .text(let text): text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        case .binary(let bytes, _): HexDump.lines(bytes, width: width)
        }
    }

    /// The beginning of bytes on one line; text as it is, binary as hex behind its schema id.
    ///
    /// - Parameter limit: About how many cells are wanted; bytes beyond are not looked at.
    package static func preview(_ bytes: [UInt8]?, limit: Int) -> String {
        guard let bytes else { return "∅ tombstone" }
        if bytes.isEmpty { return "" }
        let head = bytes.prefix(max(8, limit * 4))
        if let text = text(Array(head), isCut: head.count < bytes.count) { return text }
        let id = schemaID(bytes).map { "⟨schema \($0)⟩ " } ?? ""
        return id + HexDump.plain(bytes.prefix(max(4, limit / 2)))
    }

    /// The bytes as text, or nil where they are none. Of bytes that were cut off, a last character that is not whole is left out.
    private static func text(_ bytes: [UInt8], isCut: Bool = false) -> String? {
        var part = bytes[...]
        if isCut {
            var left = 3
            while left > 0, String(validating: part, as: UTF8.self) == nil {
                part = part.dropLast()
                left -= 1
            }
        }
        guard let text = String(validating: part, as: UTF8.self) else { return nil }
        for byte in part where byte < 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09 { return nil }
        return text
    }

    private static func schemaID(_ bytes: [UInt8]) -> UInt32? {
        guard bytes.count >= 5, bytes[0] == 0 else { return nil }
        return bytes[1..<5].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
