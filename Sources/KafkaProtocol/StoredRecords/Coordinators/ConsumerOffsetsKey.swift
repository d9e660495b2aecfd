package import NIOCore

/// A key in `__consumer_offsets`. Its version says what it is the key of.
package enum ConsumerOffsetsKey: Equatable, Sendable {
    /// Versions 0 and 1: a committed offset, with an ``OffsetCommitValue``.
    case offsetCommit(OffsetCommitKey)
    /// Version 2: a classic group, with a ``GroupMetadataValue``.
    case groupMetadata(GroupMetadataKey)
    /// Version 3: a KIP-848 group, with a ``ConsumerGroupMetadataValue``.
    case consumerGroup(ConsumerGroupMetadataKey)
    /// Version 4: what such a group subscribes to, with a ``ConsumerGroupPartitionMetadataValue``.
    case consumerGroupPartitions(ConsumerGroupPartitionMetadataKey)
    /// Version 5: a member of such a group, with a ``ConsumerGroupMemberMetadataValue``.
    case consumerGroupMember(ConsumerGroupMemberMetadataKey)
    /// Version 6: the epoch of its target assignment, with a ``ConsumerGroupTargetAssignmentMetadataValue``.
    case consumerGroupTarget(ConsumerGroupTargetAssignmentMetadataKey)
    /// Version 7: what a member shall own, with a ``ConsumerGroupTargetAssignmentMemberValue``.
    case consumerGroupMemberTarget(ConsumerGroupTargetAssignmentMemberKey)
    /// Version 8: what a member owns, with a ``ConsumerGroupCurrentMemberAssignmentValue``.
    case consumerGroupMemberAssignment(ConsumerGroupCurrentMemberAssignmentKey)
    /// Any other version; the bytes are the whole key.
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
        case 3: return .consumerGroup(try ConsumerGroupMetadataKey.decode(bytes).record)
        case 4: return .consumerGroupPartitions(try ConsumerGroupPartitionMetadataKey.decode(bytes).record)
        case 5: return .consumerGroupMember(try ConsumerGroupMemberMetadataKey.decode(bytes).record)
        case 6: return .consumerGroupTarget(try ConsumerGroupTargetAssignmentMetadataKey.decode(bytes).record)
        case 7: return .consumerGroupMemberTarget(try ConsumerGroupTargetAssignmentMemberKey.decode(bytes).record)
        case 8: return .consumerGroupMemberAssignment(try ConsumerGroupCurrentMemberAssignmentKey.decode(bytes).record)
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
        case .consumerGroup(let key): try key.encode(version: 3)
        case .consumerGroupPartitions(let key): try key.encode(version: 4)
        case .consumerGroupMember(let key): try key.encode(version: 5)
        case .consumerGroupTarget(let key): try key.encode(version: 6)
        case .consumerGroupMemberTarget(let key): try key.encode(version: 7)
        case .consumerGroupMemberAssignment(let key): try key.encode(version: 8)
        case .unknown(_, let bytes): bytes
        }
    }
}
