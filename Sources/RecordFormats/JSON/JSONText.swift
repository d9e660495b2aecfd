/// A JSON text kept as it was written: numbers, escapes and the order of members stay letter for letter.
///
/// Nothing passes through `Double`, so an id of twenty figures or `41.90` is shown as it is in the record.
package indirect enum JSONText: Equatable, Sendable {
    /// A number, string, `true`, `false` or `null`, as written.
    case scalar(String)
    /// An array.
    case array([JSONText])
    /// An object; names as written with their quotes, in order, repeated ones too.
    case object([Member])

    /// A member of an object.
    package struct Member: Equatable, Sendable {
        /// The name as written, quotes included.
        package var name: String
        /// Its value.
        package var value: JSONText
    }

    /// How deeply arrays and objects may nest.
    package static let maxDepth = 128

    /// Reads a whole text (RFC 8259); nil when it is not exactly one JSON value in UTF-8, or nests too deeply.
    package init?(_ bytes: some Collection<UInt8>) {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var reader = Reader(bytes: Array(bytes))
        reader.skipBlanks()
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipBlanks()
        guard reader.isAtEnd else { return nil }
        self = value
    }

    /// True for an array or object.
    package var isContainer: Bool {
        if case .scalar = self { false } else { true }
    }

    /// The value on one line: `{ "sku": "A-119", "n": 2 }`.
    package var line: String {
        switch self {
        case .scalar(let text): text
        case .array(let items): items.isEmpty ? "[]" : "[ " + items.map(\.line).joined(separator: ", ") + " ]"
        case .object(let members):
            members.isEmpty
                ? "{}" : "{ " + members.map { "\($0.name): \($0.value.line)" }.joined(separator: ", ") + " }"
        }
    }

    /// The value over lines, indented by two; an inner array or object stays on one line where that fits.
    ///
    /// - Parameter width: The cells a line should keep to. A scalar longer than that stays whole.
    package func lines(width: Int) -> [String] {
        var lines: [String] = []
        write(to: &lines, lead: "", indent: 0, comma: "", width: width, isOutermost: true)
        return lines
    }

    private func write(
        to lines: inout [String], lead: String, indent: Int, comma: String, width: Int, isOutermost: Bool
    ) {
        let blanks = String(repeating: " ", count: indent)
        if !isOutermost || !isContainer {
            let whole = blanks + lead + line + comma
            if !isContainer || whole.unicodeScalars.count <= width {
                lines.append(whole)
                return
            }
        }
        switch self {
        case .scalar: break
        case .array(let items):
            if items.isEmpty {
                lines.append(blanks + lead + "[]" + comma)
                return
            }
            lines.append(blanks + lead + "[")
            for (index, item) in items.enumerated() {
                item.write(
                    to: &lines, lead: "", indent: indent + 2, comma: index + 1 < items.count ? "," : "", width: width,
                    isOutermost: false)
            }
            lines.append(blanks + "]" + comma)
        case .object(let members):
            if members.isEmpty {
                lines.append(blanks + lead + "{}" + comma)
                return
            }
            lines.append(blanks + lead + "{")
            for (index, member) in members.enumerated() {
                member.value.write(
                    to: &lines, lead: member.name + ": ", indent: indent + 2,
                    comma: index + 1 < members.count ? "," : "",
                    width: width, isOutermost: false)
            }
            lines.append(blanks + "}" + comma)
        }
    }
}

extension JSONText {
    /// A recursive-descent reader over bytes known to be UTF-8.
    fileprivate struct Reader {
        let bytes: [UInt8]
        var at = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { at >= bytes.count }
        private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

        mutating func skipBlanks() {
            while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { at += 1 }
        }

        mutating func value(depth: Int) -> JSONText? {
            guard depth <= JSONText.maxDepth, let byte = next else { return nil }
            switch byte {
            case UInt8(ascii: "{"): return object(depth: depth)
            case UInt8(ascii: "["): return array(depth: depth)
            case UInt8(ascii: "\""): return string().map { .scalar($0) }
            case UInt8(ascii: "t"): return word("true")
            case UInt8(ascii: "f"): return word("false")
            case UInt8(ascii: "n"): return word("null")
            default: return number()
            }
        }

        private mutating func word(_ word: String) -> JSONText? {
            let letters = Array(word.utf8)
            guard bytes.count - at >= letters.count, Array(bytes[at..<at + letters.count]) == letters else {
                return nil
            }
            at += letters.count
            return .scalar(word)
        }

        private mutating func digits() -> Bool {
            let start = at
            while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
            return at > start
        }

        private mutating func number() -> JSONText? {
            let start = at
            if next == UInt8(ascii: "-") { at += 1 }
            if next == UInt8(ascii: "0") { at += 1 } else if !digits() { return nil }
            if next == UInt8(ascii: ".") {
                at += 1
                guard digits() else { return nil }
            }
            if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
                at += 1
                if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
                guard digits() else { return nil }
            }
            return .scalar(String(decoding: bytes[start..<at], as: UTF8.self))
        }

        private mutating func string() -> String? {
            let start = at
            at += 1
            while let byte = next {
                at += 1
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: bytes[start..<at], as: UTF8.self)
                case 0..<0x20: return nil
                case UInt8(ascii: "\\"):
                    guard let escaped = next else { return nil }
                    at += 1
                    if escaped == UInt8(ascii: "u") {
                        for _ in 0..<4 {
                            guard let digit = next, Character(Unicode.Scalar(digit)).isHexDigit else { return nil }
                            at += 1
                        }
                    } else if !"\"\\/bfnrt".utf8.contains(escaped) {
                        return nil
                    }
                default: break
                }
            }
            return nil
        }

        private mutating func array(depth: Int) -> JSONText? {
            at += 1
            var items: [JSONText] = []
            skipBlanks()
            if next == UInt8(ascii: "]") {
                at += 1
                return .array([])
            }
            while true {
                skipBlanks()
                guard let item = value(depth: depth + 1) else { return nil }
                items.append(item)
                skipBlanks()
                guard let byte = next else { return nil }
                at += 1
                if byte == UInt8(ascii: "]") { return .array(items) }
                if byte != UInt8(ascii: ",") { return nil }
            }
        }

        private mutating func object(depth: Int) -> JSONText? {
            at += 1
            var members: [Member] = []
            skipBlanks()
            if next == UInt8(ascii: "}") {
                at += 1
                return .object([])
            }
            while true {
                skipBlanks()
                guard next == UInt8(ascii: "\""), let name = string() else { return nil }
                skipBlanks()
                guard next == UInt8(ascii: ":") else { return nil }
                at += 1
                skipBlanks()
                guard let member = value(depth: depth + 1) else { return nil }
                members.append(Member(name: name, value: member))
                skipBlanks()
                guard let byte = next else { return nil }
                at += 1
                if byte == UInt8(ascii: "}") { return .object(members) }
                if byte != UInt8(ascii: ",") { return nil }
            }
        }
    }
}
