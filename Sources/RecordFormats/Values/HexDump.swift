/// Bytes as hexadecimal figures with their ASCII letters beside them.
package enum HexDump {
    private static let digits = Array("0123456789abcdef".utf8)

    /// `00 00 04 b4`: the bytes one after the other.
    package static func plain(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 3)
        for byte in bytes {
            if !text.isEmpty { text.append(0x20) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Lines of `00000010  7b 22 69 64 …  {"id…`, as many bytes a line as fit: 16 or 8.
    package static func lines(_ bytes: [UInt8], width: Int) -> [String] {
        let perLine = width >= 10 + 16 * 3 + 1 + 16 ? 16 : 8
        return stride(from: 0, to: bytes.count, by: perLine).map { start in
            let part = bytes[start..<min(bytes.count, start + perLine)]
            let offset = String(start, radix: 16)
            let hex = plain(part)
            let letters = part.map { (0x20..<0x7f).contains($0) ? Character(Unicode.Scalar($0)) : "." }
            return String(repeating: "0", count: max(0, 8 - offset.count)) + offset + "  " + hex
                + String(repeating: " ", count: max(0, perLine * 3 - hex.count)) + " " + String(letters)
        }
    }
}
