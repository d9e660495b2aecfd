import KafkaProtocol
import NIOCore

/// A key or value of one of Kafka's own topics, read by the schema that Kafka stores it in.
///
/// The JSON has the members and the order of `kafka-dump-log --offsets-decoder` (Kafka 3.8): a key names its `type`, a value its
/// `version`, both as strings, and the fields stand under `data`.
package struct InternalRecord: Equatable, Sendable {
    /// All that is in it.
    package let json: JSONText
    /// The same in a few words, for lists.
    package let summary: String
    /// The schema's name and version, `OffsetCommitValue v3`.
    package let name: String

    /// The topics whose records can be read.
    package static let topics: Set<String> = ["__consumer_offsets", "__transaction_state"]

    /// Reads a record's key; nil where it is none that this topic's schema knows.
    package static func key(_ bytes: [UInt8]?, topic: String) -> InternalRecord? {
        guard let bytes else { return nil }
        let buffer = ByteBuffer(bytes: bytes)
        switch topic {
        case "__consumer_offsets":
            if let (version, key) = try? OffsetCommitKey.decode(buffer) { return InternalRecord(key, version) }
            if let (version, key) = try? GroupMetadataKey.decode(buffer) { return InternalRecord(key, version) }
            return (try? ConsumerOffsetsKey.decode(buffer)).flatMap { consumerGroupKey($0) }
        case "__transaction_state":
            if let (version, key) = try? TransactionLogKey.decode(buffer) { return InternalRecord(key, version) }
        default: break
        }
        return nil
    }

    /// Reads a record's value, whose schema its key tells; nil where it is a tombstone or cannot be read.
    package static func value(_ bytes: [UInt8]?, key: [UInt8]?, topic: String) -> InternalRecord? {
        guard let bytes, let key else { return nil }
        let buffer = ByteBuffer(bytes: bytes)
        let keyBuffer = ByteBuffer(bytes: key)
        switch topic {
        case "__consumer_offsets":
            switch try? ConsumerOffsetsKey.decode(keyBuffer) {
            case .offsetCommit:
                return (try? OffsetCommitValue.decode(buffer)).map { InternalRecord($0.record, $0.version) }
            case .groupMetadata:
                return (try? GroupMetadataValue.decode(buffer)).map { InternalRecord($0.record, $0.version) }
            case .some(let key): return consumerGroupValue(buffer, of: key)
            case nil: return nil
            }
        case "__transaction_state":
            if (try? TransactionLogKey.decode(keyBuffer)) != nil {
                return (try? TransactionLogValue.decode(buffer)).map { InternalRecord($0.record, $0.version) }
            }
        default: break
        }
        return nil
    }

    init(_ schema: String, _ version: Int16, isKey: Bool, summary: String, data: JSONText) {
        json = .members([(isKey ? "type" : "version"): .string("\(version)"), "data": data])
        name = "\(schema) v\(version)"
        self.summary = summary
    }

    private init(_ key: OffsetCommitKey, _ version: Int16) {
        self.init(
            "OffsetCommitKey", version, isKey: true, summary: "\(key.group) \(key.topic)-\(key.partition)",
            data: .members([
                "group": .string(key.group), "topic": .string(key.topic), "partition": .number(key.partition),
            ]))
    }

    private init(_ key: GroupMetadataKey, _ version: Int16) {
        self.init(
            "GroupMetadataKey", version, isKey: true, summary: key.group,
            data: .members(["group": .string(key.group)]))
    }

    private init(_ key: TransactionLogKey, _ version: Int16) {
        self.init(
            "TransactionLogKey", version, isKey: true, summary: key.transactionalID,
            data: .members(["transactionalId": .string(key.transactionalID)]))
    }

    private init(_ value: OffsetCommitValue, _ version: Int16) {
        var members = [JSONText.Member.member("offset", .number(value.offset))]
        if version >= 3 { members.append(.member("leaderEpoch", .number(value.leaderEpoch))) }
        members.append(.member("metadata", .string(value.metadata)))
        members.append(.member("commitTimestamp", .number(value.commitTimestamp)))
        if version == 1 { members.append(.member("expireTimestamp", .number(value.expireTimestamp))) }
        let note = value.metadata.isEmpty ? "" : "  \(value.metadata)"
        self.init(
            "OffsetCommitValue", version, isKey: false, summary: "offset \(value.offset)\(note)",
            data: .object(members))
    }

    private init(_ value: GroupMetadataValue, _ version: Int16) {
        var members = [
            JSONText.Member.member("protocolType", .string(value.protocolType)),
            .member("generation", .number(value.generation)),
            .member("protocol", .string(value.protocolName)),
            .member("leader", .string(value.leader)),
        ]
        if version >= 2 { members.append(.member("currentStateTimestamp", .number(value.currentStateTimestamp))) }
        members.append(.member("members", .array(value.members.map { Self.member($0, version, value.protocolType) })))
        let count = value.members.count == 1 ? "1 member" : "\(value.members.count) members"
        self.init(
            "GroupMetadataValue", version, isKey: false,
            summary: "generation \(value.generation)  \(value.protocolName ?? "no protocol")  \(count)",
            data: .object(members))
    }

    private init(_ value: TransactionLogValue, _ version: Int16) {
        let topics = value.transactionPartitions?.map { topic -> JSONText in
            .members(["topic": .string(topic.topic), "partitionIds": .array(topic.partitionIDs.map { .number($0) })])
        }
        self.init(
            "TransactionLogValue", version, isKey: false,
            summary: "producer \(value.producerID)  epoch \(value.producerEpoch)  status \(value.transactionStatus)",
            data: .members([
                "producerId": .number(value.producerID),
                "producerEpoch": .number(value.producerEpoch),
                "transactionTimeoutMs": .number(value.transactionTimeoutMs),
                "transactionStatus": .number(value.transactionStatus),
                "transactionPartitions": topics.map { .array($0) } ?? .scalar("null"),
                "transactionLastUpdateTimestampMs": .number(value.transactionLastUpdateTimestampMs),
                "transactionStartTimestampMs": .number(value.transactionStartTimestampMs),
            ]))
    }

    private static func member(_ it: GroupMetadataValue.Member, _ version: Int16, _ type: String) -> JSONText {
        var members = [JSONText.Member.member("memberId", .string(it.memberID))]
        if version >= 3 { members.append(.member("groupInstanceId", .string(it.groupInstanceID))) }
        members.append(.member("clientId", .string(it.clientID)))
        members.append(.member("clientHost", .string(it.clientHost)))
        if version >= 1 { members.append(.member("rebalanceTimeout", .number(it.rebalanceTimeout))) }
        members.append(.member("sessionTimeout", .number(it.sessionTimeout)))
        let isConsumer = type == "consumer"
        members.append(
            .member(
                "subscription",
                (isConsumer ? ConsumerProtocolText.subscription(it.subscription) : nil)
                    ?? ConsumerProtocolText.base64(it.subscription)))
        members.append(
            .member(
                "assignment",
                (isConsumer ? ConsumerProtocolText.assignment(it.assignment) : nil)
                    ?? ConsumerProtocolText.base64(it.assignment)))
        return .object(members)
    }
}

extension JSONText.Member {
    /// A member by its bare name.
    static func member(_ name: String, _ value: JSONText) -> JSONText.Member {
        JSONText.Member(name: JSONText.quoted(name), value: value)
    }
}
