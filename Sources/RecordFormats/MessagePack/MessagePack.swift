/// MessagePack (msgpack.org/spec, 2013 with extension types) as JSON for people.
///
/// Whole numbers keep all 64 bits, binaries are strings of hexadecimal figures, keys that are no strings stand as their JSON in quotes.
/// An extension is an object with its type and bytes, a timestamp one with seconds and nanoseconds.
package enum MessagePack {
    /// Reads exactly one value.
    ///
    /// - Throws: `FormatError` where the bytes are none, nest deeper than `JSONText.maxDepth`, or go on after it.
    package static func json(_ bytes: [UInt8]) throws(FormatError) -> JSONText {
        var reader = FormatReader(bytes[...])
        let value = try value(&reader, depth: 0)
        guard reader.isAtEnd else { throw reader.error("\(reader.left) bytes are left") }
        return value
    }

    private static func value(_ reader: inout FormatReader, depth: Int) throws(FormatError) -> JSONText {
        guard depth < JSONText.maxDepth else { throw reader.error("nested too deeply") }
        let code = try reader.byte()
        switch code {
        case 0x00...0x7f: return .number(code)
        case 0x80...0x8f: return try map(&reader, UInt64(code & 0x0f), depth)
        case 0x90...0x9f: return try array(&reader, UInt64(code & 0x0f), depth)
        case 0xa0...0xbf: return try string(&reader, UInt64(code & 0x1f))
        case 0xc0: return .scalar("null")
        case 0xc2: return .scalar("false")
        case 0xc3: return .scalar("true")
        case 0xc4...0xc6:
            let length = try reader.bigEndian(1 << (code - 0xc4))
            return .bytes(try reader.take(Int(length)))
        case 0xc7...0xc9:
            let length = try reader.bigEndian(1 << (code - 0xc7))
            return try extensionText(&reader, Int(length))
        case 0xca: return .floating(Float(bitPattern: UInt32(try reader.bigEndian(4))))
        case 0xcb: return .floating(Double(bitPattern: try reader.bigEndian(8)))
        case 0xcc...0xcf: return .number(try reader.bigEndian(1 << (code - 0xcc)))
        case 0xd0: return .number(Int8(truncatingIfNeeded: try reader.bigEndian(1)))
        case 0xd1: return .number(Int16(truncatingIfNeeded: try reader.bigEndian(2)))
        case 0xd2: return .number(Int32(truncatingIfNeeded: try reader.bigEndian(4)))
        case 0xd3: return .number(Int64(bitPattern: try reader.bigEndian(8)))
        case 0xd4...0xd8: return try extensionText(&reader, 1 << Int(code - 0xd4))
        case 0xd9...0xdb: return try string(&reader, try reader.bigEndian(1 << (code - 0xd9)))
        case 0xdc, 0xdd: return try array(&reader, try reader.bigEndian(code == 0xdc ? 2 : 4), depth)
        case 0xde, 0xdf: return try map(&reader, try reader.bigEndian(code == 0xde ? 2 : 4), depth)
        case 0xe0...0xff: return .number(Int8(bitPattern: code))
        default: throw reader.error("0xc1 is no type of MessagePack")
        }
    }

    private static func string(_ reader: inout FormatReader, _ length: UInt64) throws(FormatError) -> JSONText {
        .string(String(decoding: try reader.take(Int(length)), as: UTF8.self))
    }

    private static func array(
        _ reader: inout FormatReader, _ count: UInt64, _ depth: Int
    ) throws(FormatError) -> JSONText {
        guard count <= reader.left else {
            throw reader.error("\(count) elements are said, \(reader.left) bytes are left")
        }
        var items: [JSONText] = []
        for _ in 0..<count { items.append(try value(&reader, depth: depth + 1)) }
        return .array(items)
    }

    private static func map(
        _ reader: inout FormatReader, _ count: UInt64, _ depth: Int
    ) throws(FormatError) -> JSONText {
        guard count <= reader.left / 2 else {
            throw reader.error("\(count) pairs are said, \(reader.left) bytes are left")
        }
        var members: [JSONText.Member] = []
        for _ in 0..<count {
            let key = try value(&reader, depth: depth + 1)
            let name = key.string == nil ? JSONText.quoted(key.compact) : key.compact
            members.append(JSONText.Member(name: name, value: try value(&reader, depth: depth + 1)))
        }
        return .object(members)
    }

    /// An extension; type -1 is a timestamp of 4, 8 or 12 bytes.
    private static func extensionText(_ reader: inout FormatReader, _ length: Int) throws(FormatError) -> JSONText {
        let type = Int8(bitPattern: try reader.byte())
        let data = try reader.take(length)
        var inner = FormatReader(data)
        var moment: (seconds: Int64, nanoseconds: UInt64)?
        switch (type, length) {
        case (-1, 4): moment = (Int64(try inner.bigEndian(4)), 0)
        case (-1, 8):
            let both = try inner.bigEndian(8)
            moment = (Int64(both & 0x3_ffff_ffff), both >> 34)
        case (-1, 12):
            let nanoseconds = try inner.bigEndian(4)
            moment = (Int64(bitPattern: try inner.bigEndian(8)), nanoseconds)
        default: break
        }
        guard let moment else { return .members(["type": .number(type), "data": .bytes(data)]) }
        return .members(["seconds": .number(moment.seconds), "nanoseconds": .number(moment.nanoseconds)])
    }
}
