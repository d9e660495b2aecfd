/// Why bytes are not what a decoder takes them for.
package struct FormatError: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    package var reason: String
    /// The byte at which it was seen, from 0.
    package var offset: Int

    package var description: String { "\(reason) at byte \(offset)" }
}

/// Walks over bytes of strangers; whatever they hold, it answers or throws.
struct FormatReader {
    let bytes: ArraySlice<UInt8>
    private(set) var at: Int
    private let start: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
        start = bytes.startIndex
    }

    var isAtEnd: Bool { at >= bytes.endIndex }
    var left: Int { bytes.endIndex - at }

    func error(_ reason: String) -> FormatError { FormatError(reason: reason, offset: at - start) }

    mutating func byte() throws(FormatError) -> UInt8 {
        guard at < bytes.endIndex else { throw error("the bytes end too early") }
        defer { at += 1 }
        return bytes[at]
    }

    mutating func take(_ count: Int) throws(FormatError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= left else { throw error("\(count) bytes are said, \(left) are left") }
        defer { at += count }
        return bytes[at..<at + count]
    }

    /// An unsigned number of up to eight bytes, the highest first.
    mutating func bigEndian(_ count: Int) throws(FormatError) -> UInt64 {
        try take(count).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// An unsigned number of up to eight bytes, the lowest first.
    mutating func littleEndian(_ count: Int) throws(FormatError) -> UInt64 {
        try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A number in groups of seven bits, the lowest first (Avro, Protobuf).
    mutating func varint() throws(FormatError) -> UInt64 {
        var value: UInt64 = 0
        for group in 0..<10 {
            let byte = try byte()
            guard group < 9 || byte <= 1 else { throw error("a number is longer than 64 bits") }
            value |= UInt64(byte & 0x7f) << (7 * UInt64(group))
            if byte < 0x80 { return value }
        }
        throw error("a number is longer than 64 bits")
    }

    /// The same with the sign in the lowest bit.
    mutating func zigzag() throws(FormatError) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}

/// JSON texts of what JSON itself has no word for.
extension JSONText {
    /// Bytes as a string of hexadecimal figures, `"0x00ff"`.
    static func bytes(_ bytes: some Collection<UInt8>) -> JSONText {
        .scalar("\"0x" + HexDump.plain(bytes).replacing(" ", with: "") + "\"")
    }

    /// A floating-point number with as many figures as tell it from its neighbours; those without a number in JSON as strings.
    static func floating(_ value: some BinaryFloatingPoint & LosslessStringConvertible) -> JSONText {
        if value.isNaN { return .scalar("\"NaN\"") }
        if value.isInfinite { return .scalar(value < 0 ? "\"-Infinity\"" : "\"Infinity\"") }
        return .scalar("\(value)")
    }

    /// A whole number of any length in two's complement, the highest byte first, with so many figures behind its point.
    static func decimal(_ bytes: ArraySlice<UInt8>, scale: Int) -> JSONText {
        let isNegative = (bytes.first ?? 0) >= 0x80
        var magnitude = Array(bytes)
        if isNegative {
            var carry = true
            for index in magnitude.indices.reversed() {
                let inverted = ~magnitude[index]
                magnitude[index] = carry ? inverted &+ 1 : inverted
                carry = carry && inverted == 0xff
            }
        }
        var figures: [UInt8] = []
        var rest = magnitude[...]
        while !rest.isEmpty {
            var remainder = 0
            for index in rest.indices {
                let value = remainder << 8 | Int(rest[index])
                rest[index] = UInt8(value / 10)
                remainder = value % 10
            }
            figures.append(0x30 + UInt8(remainder))
            rest = rest.drop { $0 == 0 }
        }
        while figures.count <= scale { figures.append(0x30) }
        while figures.count > scale + 1, figures.last == 0x30 { figures.removeLast() }
        if scale > 0 { figures.insert(UInt8(ascii: "."), at: scale) }
        let isZero = figures.allSatisfy { $0 == 0x30 || $0 == UInt8(ascii: ".") }
        return .scalar((isNegative && !isZero ? "-" : "") + String(decoding: figures.reversed(), as: UTF8.self))
    }
}
