import Glibc

/// Finds the values of some top-level members in JSON objects, one object after another, without taking memory for each.
///
/// ```swift
/// var scanner = JSONFieldScanner(["page", "user_id"])
/// if scanner.scan(bytes) { scanner.values[0] }   // 31..<49: where the page is written, quotes included
/// ```
///
/// The window figures read page views by it: they measure the engine, and so does the plain loop beside them, not how well JSON is read. What lies in
/// other members is skipped by its brackets and quotes and not checked. Of a member that repeats the last one counts. Names are compared letter for
/// letter: a name written with escapes is not found.
struct JSONFieldScanner: Sendable {
    private let names: [[UInt8]]
    /// Where each member's value was written in the bytes that were scanned last; nil where there is none.
    private(set) var values: [Range<Int>?]

    /// Looks for members of these names.
    init(_ names: [String]) {
        self.names = names.map { Array($0.utf8) }
        values = Array(repeating: nil, count: names.count)
    }

    /// Scans an object.
    ///
    /// - Returns: Whether it is one, as far as was looked.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for place in values.indices { values[place] = nil }
        var at = Self.skipBlanks(bytes, 0)
        guard at < bytes.count, bytes[at] == UInt8(ascii: "{") else { return false }
        at = Self.skipBlanks(bytes, at + 1)
        if at < bytes.count, bytes[at] == UInt8(ascii: "}") { return Self.skipBlanks(bytes, at + 1) == bytes.count }
        while true {
            guard let nameEnd = Self.stringEnd(bytes, at) else { return false }
            let name = (at + 1)..<(nameEnd - 1)
            at = Self.skipBlanks(bytes, nameEnd)
            guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { return false }
            at = Self.skipBlanks(bytes, at + 1)
            guard let end = Self.valueEnd(bytes, at) else { return false }
            note(name, at..<end, in: bytes)
            at = Self.skipBlanks(bytes, end)
            guard at < bytes.count else { return false }
            if bytes[at] == UInt8(ascii: "}") { return Self.skipBlanks(bytes, at + 1) == bytes.count }
            guard bytes[at] == UInt8(ascii: ",") else { return false }
            at = Self.skipBlanks(bytes, at + 1)
        }
    }

    private mutating func note(_ name: Range<Int>, _ value: Range<Int>, in bytes: UnsafeRawBufferPointer) {
        for place in names.indices where names[place].count == name.count {
            let isName = names[place].withUnsafeBytes { wanted in
                guard let left = wanted.baseAddress, let right = bytes.baseAddress else { return true }
                return memcmp(left, right + name.lowerBound, name.count) == 0
            }
            if isName { values[place] = value }
        }
    }

    @inline(__always)
    private static func skipBlanks(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var at = start
        while at < bytes.count, bytes[at] <= 0x20,
            bytes[at] == 0x20 || bytes[at] == 0x0a || bytes[at] == 0x0d || bytes[at] == 0x09
        {
            at += 1
        }
        return at
    }

    /// The end of the string that begins at a quote.
    @inline(__always)
    private static func stringEnd(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "\"") else { return nil }
        var at = start + 1
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""): return at + 1
            case UInt8(ascii: "\\"): at += 2
            case 0..<0x20: return nil
            default: at += 1
            }
        }
        return nil
    }

    private static func valueEnd(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "\""): return stringEnd(bytes, start)
        case UInt8(ascii: "{"), UInt8(ascii: "["): return containerEnd(bytes, start)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"), UInt8(ascii: "f"),
            UInt8(ascii: "n"):
            var at = start + 1
            while at < bytes.count, isScalar(bytes[at]) { at += 1 }
            return at
        default: return nil
        }
    }

    private static func isScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// The end of an object or array, by its brackets.
    private static func containerEnd(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        var depth = 0
        var at = start
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                guard let end = stringEnd(bytes, at) else { return nil }
                at = end
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return at + 1 }
            default: break
            }
            at += 1
        }
        return nil
    }
}
