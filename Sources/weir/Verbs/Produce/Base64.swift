import Foundation

/// Base64 of RFC 4648 with padding.
enum Base64 {
    /// The text of some bytes.
    static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// The bytes of a text; nil when it is no base64.
    static func bytes(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map(Array.init) }
}
