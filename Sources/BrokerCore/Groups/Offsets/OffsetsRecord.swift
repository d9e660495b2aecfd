import Cluster
import KafkaProtocol
import NIOCore

/// One record of `__consumer_offsets`, understood.
///
/// The key begins with an int16 that tells the kind: 0 and 1 a committed offset, 2 a classic group's metadata, 3 to 8
/// those of KIP-848 groups, above them other kinds of groups. The value begins with an int16, its version.
enum OffsetsRecord: Equatable {
    /// A group's offset for a partition; nil takes it away.
    case offset(group: String, TopicPartition, PartitionCommit?)
    /// A classic group's metadata; nil takes the group away.
    case group(String, StoredGroup?)
    /// Something of a KIP-848 group.
    case consumerGroup(String, ConsumerGroupRecord)
    /// A kind of record that this coordinator does not keep.
    case unknown(keyType: Int16)

    /// Reads a record.
    ///
    /// - Throws: `WireError` if key or value are not what their versions say.
    init(key: ByteBuffer, value: ByteBuffer?) throws(WireError) {
        guard key.readableBytes >= 2 else {
            self = .unknown(keyType: -1)
            return
        }
        let key = try ConsumerOffsetsKey.decode(key)
        switch key {
        case .offsetCommit(let key):
            let partition = TopicPartition(topic: key.topic, partition: key.partition)
            guard let value else {
                self = .offset(group: key.group, partition, nil)
                return
            }
            let stored = try OffsetCommitValue.decode(value).record
            let commit = PartitionCommit(
                partition: key.partition,
                offset: stored.offset,
                leaderEpoch: stored.leaderEpoch,
                metadata: stored.metadata,
                committedAt: stored.commitTimestamp,
                expiresAt: stored.expireTimestamp == -1 ? nil : stored.expireTimestamp
            )
            self = .offset(group: key.group, partition, commit)
        case .groupMetadata(let key):
            self = .group(key.group, try value.map { (value) throws(WireError) in try StoredGroup(decoding: value) })
        case .unknown(let version, _):
            self = .unknown(keyType: version)
        default:
            guard let (group, record) = try ConsumerGroupRecord.decode(key, value) else {
                self = .unknown(keyType: -1)
                return
            }
            self = .consumerGroup(group, record)
        }
    }

    /// The record's key and value as Kafka 3.8 writes them: offset keys in version 1, offset values in version 3 (1 with
    /// an expiry of their own), group keys in version 2, group values in version 3.
    ///
    /// - Throws: `WireError` if a text is too long for its field.
    func encoded() throws(WireError) -> (key: ByteBuffer, value: ByteBuffer?) {
        switch self {
        case .offset(let group, let partition, let commit):
            let key = OffsetCommitKey(group: group, topic: partition.topic, partition: partition.partition)
            guard let commit else { return (try key.encode(version: 1), nil) }
            let value = OffsetCommitValue(
                offset: commit.offset,
                leaderEpoch: commit.leaderEpoch,
                metadata: commit.metadata,
                commitTimestamp: commit.committedAt,
                expireTimestamp: commit.expiresAt ?? -1
            )
            return (try key.encode(version: 1), try value.encode(version: commit.expiresAt == nil ? 3 : 1))
        case .group(let groupID, let group):
            let key = try GroupMetadataKey(group: groupID).encode(version: 2)
            return (key, try group.map { (group) throws(WireError) in try group.encoded() })
        case .consumerGroup(let groupID, let record):
            return try record.encoded(of: groupID)
        case .unknown:
            return (ByteBuffer(), nil)
        }
    }
}

extension StoredGroup {
    /// Reads a `GroupMetadataValue`.
    fileprivate init(decoding bytes: ByteBuffer) throws(WireError) {
        let (version, value) = try GroupMetadataValue.decode(bytes)
        self.init(
            protocolType: value.protocolType,
            generation: value.generation,
            protocolName: value.protocolName,
            leaderID: value.leader,
            stateTimestamp: value.currentStateTimestamp == -1 ? nil : value.currentStateTimestamp,
            members: value.members.map { member in
                StoredMember(
                    memberID: member.memberID,
                    groupInstanceID: member.groupInstanceID,
                    clientID: member.clientID,
                    clientHost: member.clientHost,
                    rebalanceTimeout: version == 0 ? member.sessionTimeout : member.rebalanceTimeout,
                    sessionTimeout: member.sessionTimeout,
                    subscription: member.subscription.ownCopy,
                    assignment: member.assignment.ownCopy
                )
            }
        )
    }

    /// Writes a `GroupMetadataValue` in version 3.
    fileprivate func encoded() throws(WireError) -> ByteBuffer {
        try GroupMetadataValue(
            protocolType: protocolType,
            generation: generation,
            protocolName: protocolName,
            leader: leaderID,
            currentStateTimestamp: stateTimestamp ?? -1,
            members: members.map { member in
                GroupMetadataValue.Member(
                    memberID: member.memberID,
                    groupInstanceID: member.groupInstanceID,
                    clientID: member.clientID,
                    clientHost: member.clientHost,
                    rebalanceTimeout: member.rebalanceTimeout,
                    sessionTimeout: member.sessionTimeout,
                    subscription: member.subscription,
                    assignment: member.assignment
                )
            }
        ).encode(version: 3)
    }
}
