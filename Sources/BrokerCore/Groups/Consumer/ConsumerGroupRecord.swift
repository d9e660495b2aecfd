import KafkaProtocol
import NIOCore

/// What `__consumer_offsets` says of a KIP-848 group, one record each; nil takes it away.
///
/// | key | what |
/// | --- | --- |
/// | 3 | the group's epoch; the group exists as long as it has one |
/// | 4 | the topics subscribed to, as the last assignment saw them |
/// | 5 | a member |
/// | 6 | the epoch of the target assignment |
/// | 7 | what a member shall own |
/// | 8 | what a member owns |
enum ConsumerGroupRecord: Sendable, Equatable {
    case epoch(Int32?)
    case topics([ConsumerGroupPartitionMetadataValue.Topic]?)
    case member(String, ConsumerGroupMemberMetadataValue?)
    case assignmentEpoch(Int32?)
    case target(String, PartitionAssignment?)
    case current(String, ConsumerGroupCurrentMemberAssignmentValue?)

    /// Reads a record; nil where the key is of another kind.
    ///
    /// - Returns: The group's id and the record.
    /// - Throws: If the value is broken.
    static func decode(
        _ key: ConsumerOffsetsKey, _ value: ByteBuffer?
    ) throws(WireError) -> (group: String, record: Self)? {
        switch key {
        case .consumerGroup(let key):
            return (key.group, .epoch(try read(ConsumerGroupMetadataValue.self, value)?.epoch))
        case .consumerGroupPartitions(let key):
            return (key.group, .topics(try read(ConsumerGroupPartitionMetadataValue.self, value)?.topics))
        case .consumerGroupMember(let key):
            return (key.group, .member(key.memberID, try read(ConsumerGroupMemberMetadataValue.self, value)))
        case .consumerGroupTarget(let key):
            let value = try read(ConsumerGroupTargetAssignmentMetadataValue.self, value)
            return (key.group, .assignmentEpoch(value?.assignmentEpoch))
        case .consumerGroupMemberTarget(let key):
            let value = try read(ConsumerGroupTargetAssignmentMemberValue.self, value)
            return (key.group, .target(key.memberID, value.map { PartitionAssignment($0.topicPartitions) }))
        case .consumerGroupMemberAssignment(let key):
            let value = try read(ConsumerGroupCurrentMemberAssignmentValue.self, value)
            return (key.group, .current(key.memberID, value))
        case .offsetCommit, .groupMetadata, .unknown: return nil
        }
    }

    private static func read<Value: StoredRecord>(
        _ type: Value.Type, _ bytes: ByteBuffer?
    ) throws(WireError) -> Value? {
        guard let bytes else { return nil }
        return try Value.decode(bytes).record
    }

    /// The record's key and value as Kafka writes them.
    ///
    /// - Throws: If a text is too long for its field.
    func encoded(of group: String) throws(WireError) -> (key: ByteBuffer, value: ByteBuffer?) {
        switch self {
        case .epoch(let epoch):
            let key = ConsumerGroupMetadataKey(group: group)
            return (try key.encode(version: 3), try Self.write(epoch.map { ConsumerGroupMetadataValue(epoch: $0) }))
        case .topics(let topics):
            let key = ConsumerGroupPartitionMetadataKey(group: group)
            let value = topics.map { ConsumerGroupPartitionMetadataValue(topics: $0) }
            return (try key.encode(version: 4), try Self.write(value))
        case .member(let memberID, let value):
            let key = ConsumerGroupMemberMetadataKey(group: group, memberID: memberID)
            return (try key.encode(version: 5), try Self.write(value))
        case .assignmentEpoch(let epoch):
            let key = ConsumerGroupTargetAssignmentMetadataKey(group: group)
            let value = epoch.map { ConsumerGroupTargetAssignmentMetadataValue(assignmentEpoch: $0) }
            return (try key.encode(version: 6), try Self.write(value))
        case .target(let memberID, let target):
            let key = ConsumerGroupTargetAssignmentMemberKey(group: group, memberID: memberID)
            let value = target.map { ConsumerGroupTargetAssignmentMemberValue(topicPartitions: $0.wireForm) }
            return (try key.encode(version: 7), try Self.write(value))
        case .current(let memberID, let value):
            let key = ConsumerGroupCurrentMemberAssignmentKey(group: group, memberID: memberID)
            return (try key.encode(version: 8), try Self.write(value))
        }
    }

    private static func write<Value: StoredRecord>(_ value: Value?) throws(WireError) -> ByteBuffer? {
        guard let value else { return nil }
        return try value.encode(version: 0)
    }
}

/// A KIP-848 group as its records tell it.
struct StoredConsumerGroup: Sendable, Equatable {
    /// The group's epoch; nil for a group that was deleted.
    var epoch: Int32?
    /// The topics subscribed to, as the last assignment saw them.
    var topics: [ConsumerGroupPartitionMetadataValue.Topic] = []
    /// The epoch of the target assignment.
    var assignmentEpoch: Int32 = 0
    /// The members by id.
    var members: [String: ConsumerGroupMemberMetadataValue] = [:]
    /// What members shall own, by id.
    var targets: [String: PartitionAssignment] = [:]
    /// What members own, by id.
    var current: [String: ConsumerGroupCurrentMemberAssignmentValue] = [:]

    /// Takes a record in.
    mutating func apply(_ record: ConsumerGroupRecord) {
        switch record {
        case .epoch(let epoch): self.epoch = epoch
        case .topics(let topics): self.topics = topics ?? []
        case .member(let memberID, let member): members[memberID] = member
        case .assignmentEpoch(let epoch): assignmentEpoch = epoch ?? 0
        case .target(let memberID, let target): targets[memberID] = target
        case .current(let memberID, let value): current[memberID] = value
        }
    }

    /// Whether nothing is left of it.
    var isEmpty: Bool { epoch == nil && members.isEmpty && targets.isEmpty && current.isEmpty && topics.isEmpty }
}
