package import NIOCore

/// A key in `__consumer_offsets`. Its version says what it is the key of.
package enum ConsumerOffsetsKey: Equatable, Sendable {
    /// Versions 0 and 1: a committed offset, with an ``OffsetCommitValue``.
    case offsetCommit(OffsetCommitKey)
    /// Version 2: a group, with a ``GroupMetadataValue``.
    case groupMetadata(GroupMetadataKey)
    /// Any other version, such as those of KIP-848 groups; the bytes are the whole key.
    case unknown(version: Int16, bytes: ByteBuffer)

    /// Reads a key.
    ///
    /// - Throws: If the bytes are broken. An unknown version is not an error.
    package static func decode(_ bytes: ByteBuffer) throws(WireError) -> ConsumerOffsetsKey {
        guard let version = bytes.getInteger(at: bytes.readerIndex, as: Int16.self) else {
            throw WireError(.truncated(needed: 2, left: bytes.readableBytes), at: 0, in: "ConsumerOffsetsKey")
        }
        switch version {
        case 0, 1: return .offsetCommit(try OffsetCommitKey.decode(bytes).record)
        case 2: return .groupMetadata(try GroupMetadataKey.decode(bytes).record)
        default: return .unknown(version: version, bytes: bytes)
        }
    }

    /// Writes the key, an offset's in version 1.
    ///
    /// - Throws: `stringTooLong` for a name of more than 32767 bytes.
    package func encode() throws(WireError) -> ByteBuffer {
        switch self {
        case .offsetCommit(let key): try key.encode(version: 1)
        case .groupMetadata(let key): try key.encode(version: 2)
        case .unknown(_, let bytes): bytes
        }
    }
}
