/// Walks over one JSON text (RFC 8259) without building it: what nobody asks for is stepped over.
///
/// All steps answer nil or false on malformed input and never read outside it. Nesting is bounded.
struct JSONScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var at = 0

    /// How deeply arrays and objects may nest.
    static let maxDepth = 128

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The byte that is read next; nil at the end.
    var next: UInt8? {
        @inline(__always) get { at < bytes.count ? bytes[at] : nil }
    }

    /// Whether nothing but blanks is left.
    mutating func isAtEnd() -> Bool {
        skipBlanks()
        return at == bytes.count
    }

    @inline(__always)
    mutating func skipBlanks() {
        while at < bytes.count, bytes[at] <= 0x20 {
            guard bytes[at] == 0x20 || bytes[at] == 0x0a || bytes[at] == 0x0d || bytes[at] == 0x09 else { return }
            at += 1
        }
    }

    /// Steps over a byte behind blanks, if it comes next.
    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    /// The bytes of a stretch.
    func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[range]) }

    // MARK: - strings

    /// Steps over a string; answers what stands between the quotes and whether it has escapes.
    mutating func string() -> (range: Range<Int>, hasEscapes: Bool)? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = at
        var hasEscapes = false
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                return (start..<at - 1, hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                guard skipEscape() else { return nil }
                continue
            }
            guard byte >= 0x20 else { return nil }
            at += 1
        }
        return nil
    }

    private mutating func skipEscape() -> Bool {
        guard at + 1 < bytes.count else { return false }
        switch bytes[at + 1] {
        case UInt8(ascii: "u"):
            guard at + 5 < bytes.count else { return false }
            for place in 2...5 where Self.hexValue(bytes[at + place]) == nil { return false }
            at += 6
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            at += 2
        default: return false
        }
        return true
    }

    /// A string's text with its escapes undone; nil when it is not UTF-8. Half a surrogate pair becomes U+FFFD.
    func text(_ string: (range: Range<Int>, hasEscapes: Bool)) -> String? {
        let raw = slice(string.range)
        guard string.hasEscapes else { return String(validating: raw, as: UTF8.self) }
        var (units, place): ([UInt8], Int) = ([], 0)
        units.reserveCapacity(raw.count)
        while place < raw.count {
            guard raw[place] == UInt8(ascii: "\\") else {
                units.append(raw[place])
                place += 1
                continue
            }
            switch raw[place + 1] {
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0c)
            case UInt8(ascii: "n"): units.append(0x0a)
            case UInt8(ascii: "r"): units.append(0x0d)
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "u"):
                units.append(contentsOf: String(Self.scalar(raw, &place)).utf8)
                continue
            default: units.append(raw[place + 1])
            }
            place += 2
        }
        return String(validating: units, as: UTF8.self)
    }

    /// The character of `\uXXXX`, or of two that are a surrogate pair.
    private static func scalar(_ raw: UnsafeBufferPointer<UInt8>, _ place: inout Int) -> Unicode.Scalar {
        let first = unit(raw, place)
        place += 6
        if (0xd800..<0xdc00).contains(first), place + 5 < raw.count, raw[place] == UInt8(ascii: "\\"),
            raw[place + 1] == UInt8(ascii: "u")
        {
            let second = unit(raw, place)
            if (0xdc00..<0xe000).contains(second) {
                place += 6
                return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)) ?? "\u{fffd}"
            }
        }
        return Unicode.Scalar(first) ?? "\u{fffd}"
    }

    private static func unit(_ raw: UnsafeBufferPointer<UInt8>, _ place: Int) -> UInt32 {
        (2...5).reduce(0) { $0 << 4 | (hexValue(raw[place + $1]) ?? 0) }
    }

    private static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x41 + 10)
        case 0x61...0x66: UInt32(byte - 0x61 + 10)
        default: nil
        }
    }

    // MARK: - the rest

    /// Steps over a word if it comes next.
    mutating func word(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard bytes.count - at >= count else { return false }
        for place in 0..<count where bytes[at + place] != word.utf8Start[place] { return false }
        at += count
        return true
    }

    /// Steps over a number; answers where it stands and whether it is more than an integer.
    mutating func number() -> (range: Range<Int>, isInteger: Bool)? {
        let start = at
        if next == UInt8(ascii: "-") { at += 1 }
        if next == UInt8(ascii: "0") { at += 1 } else if !digits() { return nil }
        var isInteger = true
        if next == UInt8(ascii: ".") {
            isInteger = false
            at += 1
            guard digits() else { return nil }
        }
        if let byte = next, byte | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            at += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
            guard digits() else { return nil }
        }
        return (start..<at, isInteger)
    }

    private mutating func digits() -> Bool {
        let start = at
        while at < bytes.count, bytes[at] &- 0x30 < 10 { at += 1 }
        return at > start
    }

    /// Steps over a value of any kind.
    mutating func skip(depth: Int = 0) -> Bool {
        skipBlanks()
        guard depth <= Self.maxDepth, let byte = next else { return false }
        switch byte {
        case UInt8(ascii: "\""): return string() != nil
        case UInt8(ascii: "{"):
            return object(depth: depth) { scanner, _ in scanner.skip(depth: depth + 1) }
        case UInt8(ascii: "["): return array(depth: depth) { $0.skip(depth: depth + 1) }
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        default: return number() != nil
        }
    }

    /// Walks over an object's members: `member` is at the value and must step over it.
    @inline(__always)
    mutating func object(
        depth: Int, _ member: (inout JSONScanner, (range: Range<Int>, hasEscapes: Bool)) -> Bool
    ) -> Bool {
        guard depth <= Self.maxDepth, take(UInt8(ascii: "{")) else { return false }
        if take(UInt8(ascii: "}")) { return true }
        repeat {
            guard let name = string(), take(UInt8(ascii: ":")) else { return false }
            skipBlanks()
            guard member(&self, name) else { return false }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}"))
    }

    /// Walks over an array's items: `item` is at the value and must step over it.
    @inline(__always)
    mutating func array(depth: Int, _ item: (inout JSONScanner) -> Bool) -> Bool {
        guard depth <= Self.maxDepth, take(UInt8(ascii: "[")) else { return false }
        if take(UInt8(ascii: "]")) { return true }
        repeat {
            skipBlanks()
            guard item(&self) else { return false }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]"))
    }
}
