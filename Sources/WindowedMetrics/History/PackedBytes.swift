/// Bytes written one after the other; whole numbers take as few as their size needs.
package struct PackedWriter: Sendable {
    /// What was written.
    package private(set) var bytes: [UInt8] = []

    /// Nothing written.
    package init() {}

    /// Writes a number in groups of seven bits, the lowest first, as Protobuf's varint: 1 to 10 bytes.
    package mutating func unsigned(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Writes a number that is small on either side of 0 (zigzag).
    package mutating func signed(_ value: Int64) { unsigned(ZigZag.encode(value)) }

    /// Writes a number that is never negative; a negative one counts as 0.
    package mutating func count(_ value: Int) { unsigned(UInt64(max(value, 0))) }

    /// Writes a truth value.
    package mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// Writes a text with its length in front.
    package mutating func text(_ value: String) { block(Array(value.utf8)) }

    /// Writes a text or that there is none.
    package mutating func text(_ value: String?) {
        flag(value != nil)
        if let value { text(value) }
    }

    /// Writes a number or that there is none.
    package mutating func signed(_ value: Int64?) {
        flag(value != nil)
        if let value { signed(value) }
    }

    /// Writes bytes with their number in front.
    package mutating func block(_ value: [UInt8]) {
        count(value.count)
        bytes.append(contentsOf: value)
    }

    /// Writes bytes with their number in front.
    package mutating func block(_ value: UnsafeRawBufferPointer) {
        count(value.count)
        bytes.append(contentsOf: value)
    }

    /// Writes a number as its eight bytes, the lowest first.
    package mutating func fixed(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Forgets what was written and keeps the room for it.
    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}

/// Reads what `PackedWriter` wrote. Bytes that nobody wrote end in an error, never in a trap.
package struct PackedReader: Sendable {
    private let bytes: [UInt8]
    private var place: Int
    private let end: Int

    /// Reads from the first byte on.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        place = 0
        end = bytes.count
    }

    /// Bytes not read yet.
    package var remaining: Int { end - place }

    /// One number.
    package mutating func unsigned() throws(PackedError) -> UInt64 {
        guard place < end else { throw .ended }
        let first = bytes[place]
        place += 1
        if first < 0x80 { return UInt64(first) }
        var value = UInt64(first & 0x7f)
        var shift: UInt64 = 7
        while place < end {
            let byte = bytes[place]
            place += 1
            guard shift < 64 else { throw .malformed }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .ended
    }

    /// A number of eight bytes, the lowest first.
    package mutating func fixed() throws(PackedError) -> UInt64 {
        guard remaining >= 8 else { throw .ended }
        defer { place += 8 }
        return bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt64.self)) }
    }

    /// One number on either side of 0.
    package mutating func signed() throws(PackedError) -> Int64 { ZigZag.decode(try unsigned()) }

    /// A number of things that follow, each of at least one byte: more than bytes are left is refused before memory is taken.
    package mutating func count() throws(PackedError) -> Int {
        let value = try unsigned()
        guard value <= UInt64(remaining) else { throw .malformed }
        return Int(value)
    }

    /// A number of at most a limit.
    package mutating func number(upTo limit: Int) throws(PackedError) -> Int {
        let value = try unsigned()
        guard value <= UInt64(max(limit, 0)) else { throw .malformed }
        return Int(value)
    }

    /// A truth value.
    package mutating func flag() throws(PackedError) -> Bool {
        guard place < end else { throw .ended }
        defer { place += 1 }
        guard bytes[place] < 2 else { throw .malformed }
        return bytes[place] == 1
    }

    /// A text; what is not UTF-8 is refused.
    package mutating func text() throws(PackedError) -> String {
        guard let text = String(validating: try block(), as: UTF8.self) else { throw .malformed }
        return text
    }

    /// A text or nil.
    package mutating func optionalText() throws(PackedError) -> String? { try flag() ? try text() : nil }

    /// A number or nil.
    package mutating func optionalSigned() throws(PackedError) -> Int64? { try flag() ? try signed() : nil }

    /// Bytes with their number in front.
    package mutating func block() throws(PackedError) -> [UInt8] {
        let length = try count()
        defer { place += length }
        return Array(bytes[place..<(place + length)])
    }

    /// Leaves bytes with their number in front unread.
    package mutating func skipBlock() throws(PackedError) { place += try count() }

    /// A reader of the bytes that follow with their number in front; they count as read.
    package mutating func nested() throws(PackedError) -> PackedReader {
        let length = try count()
        defer { place += length }
        return PackedReader(bytes, from: place, to: place + length)
    }

    private init(_ bytes: [UInt8], from place: Int, to end: Int) {
        self.bytes = bytes
        self.place = place
        self.end = end
    }
}

/// Why packed bytes could not be read.
package enum PackedError: Error, Equatable, CustomStringConvertible {
    /// They end in the middle of something.
    case ended
    /// They are not what a writer writes.
    case malformed

    package var description: String {
        switch self {
        case .ended: "it ends in the middle"
        case .malformed: "it is not what was written"
        }
    }
}

/// Numbers near 0 on either side as small numbers: 0, -1, 1, -2 … become 0, 1, 2, 3 …
enum ZigZag {
    static func encode(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }
    static func decode(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
}
