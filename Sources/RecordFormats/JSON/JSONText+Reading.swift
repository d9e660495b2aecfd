/// Looking into a JSON text.
extension JSONText {
    /// A string's text with its escapes undone; nil for what is no string. Half a surrogate pair becomes U+FFFD.
    package var string: String? {
        guard case .scalar(let written) = self, written.utf8.first == UInt8(ascii: "\"") else { return nil }
        return Self.unquoted(written)
    }

    /// A number as written; nil for what is no number.
    package var number: String? {
        guard case .scalar(let written) = self, let first = written.utf8.first,
            first == UInt8(ascii: "-") || (0x30...0x39).contains(first)
        else { return nil }
        return written
    }

    /// True for `null`.
    package var isNull: Bool { self == .scalar("null") }

    /// An object's member; of a name that repeats the last one counts, as most readers have it. Nil where there is none.
    package func member(_ name: String) -> JSONText? {
        guard case .object(let members) = self else { return nil }
        return members.last { Self.isNamed($0.name, name) }?.value
    }

    /// An array's element; negative ones count from the end. Nil where there is none.
    package func element(_ index: Int) -> JSONText? {
        guard case .array(let items) = self else { return nil }
        let place = index < 0 ? items.count + index : index
        return items.indices.contains(place) ? items[place] : nil
    }

    private static func isNamed(_ written: String, _ name: String) -> Bool {
        let letters = written.utf8
        guard letters.contains(UInt8(ascii: "\\")) else {
            return letters.dropFirst().dropLast().elementsEqual(name.utf8)
        }
        return unquoted(written) == name
    }

    /// A written string without its quotes and escapes.
    package static func unquoted(_ written: String) -> String {
        let inner = written.utf8.dropFirst().dropLast()
        guard inner.contains(UInt8(ascii: "\\")) else { return String(decoding: inner, as: UTF8.self) }
        var units: [UInt16] = []
        var rest = Substring(decoding: inner, as: UTF8.self).utf16[...]
        while let unit = rest.popFirst() {
            guard unit == 0x5c, let escaped = rest.popFirst() else {
                units.append(unit)
                continue
            }
            switch escaped {
            case 0x62: units.append(8)
            case 0x66: units.append(12)
            case 0x6e: units.append(10)
            case 0x72: units.append(13)
            case 0x74: units.append(9)
            case 0x75:
                units.append(UInt16(String(decoding: rest.prefix(4), as: UTF16.self), radix: 16) ?? 0xfffd)
                rest = rest.dropFirst(4)
            default: units.append(escaped)
            }
        }
        return String(decoding: units, as: UTF16.self)
    }
}
