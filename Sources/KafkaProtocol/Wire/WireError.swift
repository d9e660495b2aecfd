/// Bytes that cannot be read as the message they claim to be, or a message that cannot be written in a version.
///
/// A frame comes from a stranger: this error says what is wrong with it and at which byte, and never carries its content.
package struct WireError: Error, Hashable, Sendable {
    /// What is wrong.
    package enum Reason: Hashable, Sendable {
        /// The field needs `needed` bytes; only `left` are there.
        case truncated(needed: Int, left: Int)
        /// A length or count outside what its type allows, such as -7.
        case invalidLength(Int64)
        /// An array claims more elements than bytes are left, or than the frame may make.
        case tooManyElements(Int64)
        /// The decoded elements of one frame would take more memory than ``WireLimits/decodedBytes``.
        case memoryLimit(bytes: Int)
        /// A variable length number runs on past its last possible byte, or does not fit.
        case invalidVarint
        /// Null where the version does not allow it.
        case unexpectedNull
        /// A string longer than the 32767 bytes a length can tell.
        case stringTooLong(bytes: Int)
        /// A known tagged field that holds more bytes than its type, `left` of them.
        case taggedFieldNotConsumed(tag: UInt32, left: Int)
        /// The API key is none that this module knows. The header is as far as it can be read.
        case unknownAPI(RequestHeader)
        /// The API is known, this version of it is not.
        case unsupportedVersion(RequestHeader)
        /// So many bytes after a stored record's last field.
        case trailingBytes(Int)
        /// A stored record's version or framing is none that this module knows.
        case unknownRecordVersion(Int64)
    }

    /// What is wrong.
    package var reason: Reason
    /// The byte of the frame (without its length) at which the field starts, or at which writing stood.
    package var position: Int
    /// The message that was being coded, such as `JoinGroup request v5`; nil in a header.
    package var message: String?

    /// An error at a byte.
    package init(_ reason: Reason, at position: Int, in message: String? = nil) {
        self.reason = reason
        self.position = position
        self.message = message
    }

    /// The same error, said to be in a message.
    func named(_ message: String) -> WireError {
        WireError(reason, at: position, in: message)
    }
}

extension WireError: CustomStringConvertible {
    /// What, where: `JoinGroup request v5, byte 37: the field needs 900 bytes, 12 are left`.
    package var description: String {
        "\(message ?? "Kafka header"), byte \(position): \(reason.description)"
    }
}

extension WireError.Reason: CustomStringConvertible {
    /// What is wrong, as the end of a sentence.
    package var description: String {
        switch self {
        case .truncated(let needed, let left): "the field needs \(needed) bytes, \(left) are left"
        case .invalidLength(let length): "\(length) is not a length"
        case .tooManyElements(let count): "an array of \(count) elements does not fit in the frame"
        case .memoryLimit(let bytes): "decoding would take more than the \(bytes) bytes allowed for one frame"
        case .invalidVarint: "a variable length number is too long"
        case .unexpectedNull: "null is not allowed here in this version"
        case .stringTooLong(let bytes): "a string of \(bytes) bytes is longer than 32767"
        case .taggedFieldNotConsumed(let tag, let left): "tagged field \(tag) has \(left) bytes too many"

        case .unknownAPI(let header): "API key \(header.apiKey) is unknown"
        case .unsupportedVersion(let header):
            "version \(header.apiVersion) of API key \(header.apiKey) is not supported"
        case .trailingBytes(let left): "\(left) bytes are left over"
        case .unknownRecordVersion(let version): "record version \(version) is unknown"
        }
    }
}
