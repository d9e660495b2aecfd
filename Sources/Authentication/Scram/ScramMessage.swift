import FoundationEssentials

/// What messages of both sides have in common: `name=value` parts with commas between them (RFC 5802, section 5.1).
enum ScramMessage {
    /// The longest message that is read, bytes.
    static let longest = 64 << 10

    /// The parts of a message in order.
    ///
    /// - Throws: ``ScramError/malformed(_:)`` for a message that is too long or not made of such parts.
    static func attributes(
        of message: some Collection<UInt8>
    ) throws(ScramError) -> [(name: UInt8, value: [UInt8])] {
        guard message.count <= longest else { throw .malformed("a message of \(message.count) bytes") }
        var attributes: [(name: UInt8, value: [UInt8])] = []
        for part in message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let name = part.first, part.dropFirst().first == UInt8(ascii: "=") else {
                throw .malformed("a message that is not name=value,…")
            }
            attributes.append((name, Array(part.dropFirst(2))))
        }
        return attributes
    }

    /// The bytes that base64 stands for; nil for what is none.
    static func base64(_ text: [UInt8]) -> [UInt8]? {
        Data(base64Encoded: Data(text)).map { Array($0) }
    }

    /// Bytes in base64.
    static func base64Text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
