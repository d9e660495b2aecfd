import NIOCore

/// Writes JSON piece by piece into bytes, in the order of the calls; commas are set by itself.
///
/// ```swift
/// var json = JSONText()
/// json.object { json in
///     json.member("offset", 7)
///     json.member("key", base64: nil)
/// }
/// json.text  // {"offset":7,"key":null}
/// ```
struct JSONText {
    private var bytes: [UInt8] = []
    private var needsComma = false

    /// What was written.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Bytes written and not yet taken.
    var count: Int { bytes.count }

    /// Hands out what was written and goes on behind it.
    mutating func take() -> String {
        defer { bytes.removeAll(keepingCapacity: true) }
        return text
    }

    /// Begins an object.
    mutating func beginObject() { open(UInt8(ascii: "{")) }
    /// Begins an array.
    mutating func beginArray() { open(UInt8(ascii: "[")) }
    /// Ends an object.
    mutating func endObject() { close(UInt8(ascii: "}")) }
    /// Ends an array.
    mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Ends a line; the next value stands alone.
    mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// An object.
    mutating func object(_ body: (inout JSONText) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    /// The name of a member; its value follows.
    mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A member with a number.
    mutating func member(_ name: StaticString, _ number: some FixedWidthInteger) {
        self.name(name)
        bytes.append(contentsOf: String(number).utf8)
        needsComma = true
    }

    /// A member that is true or false.
    mutating func member(_ name: StaticString, _ flag: Bool) {
        self.name(name)
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        needsComma = true
    }

    /// A member with text.
    mutating func member(_ name: StaticString, _ text: String) {
        self.name(name)
        string(text)
    }

    /// A member with bytes as base64, or null.
    mutating func member(_ name: StaticString, base64 value: ByteBuffer?) {
        self.name(name)
        base64(value)
    }

    /// A text.
    mutating func string(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(Self.hexDigit(byte >> 4))
                bytes.append(Self.hexDigit(byte & 0xF))
            default:
                bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// Bytes as base64, or null.
    mutating func base64(_ value: ByteBuffer?) {
        separate()
        needsComma = true
        guard let value else {
            bytes.append(contentsOf: "null".utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        bytes.reserveCapacity(bytes.count + (value.readableBytes + 2) / 3 * 4 + 1)
        value.withUnsafeReadableBytes { input in
            var index = 0
            while index < input.count {
                let left = input.count - index
                let word =
                    UInt32(input[index]) << 16 | (left > 1 ? UInt32(input[index + 1]) << 8 : 0)
                    | (left > 2 ? UInt32(input[index + 2]) : 0)
                bytes.append(Self.base64Digit(word >> 18))
                bytes.append(Self.base64Digit(word >> 12 & 63))
                bytes.append(left > 1 ? Self.base64Digit(word >> 6 & 63) : UInt8(ascii: "="))
                bytes.append(left > 2 ? Self.base64Digit(word & 63) : UInt8(ascii: "="))
                index += 3
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }

    private static func base64Digit(_ sextet: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: sextet)
        return switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + (value - 26)
        case 52..<62: UInt8(ascii: "0") + (value - 52)
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }
}
