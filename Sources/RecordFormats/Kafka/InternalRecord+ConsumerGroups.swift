import KafkaProtocol
import NIOCore

/// Groups of KIP-848 in `__consumer_offsets`: keys of versions 3 to 8.
extension InternalRecord {
    /// A key of such a group; nil for other keys.
    static func consumerGroupKey(_ key: ConsumerOffsetsKey) -> InternalRecord? {
        switch key {
        case .consumerGroup(let key):
            InternalRecord("ConsumerGroupMetadataKey", 3, group: key.group)
        case .consumerGroupPartitions(let key):
            InternalRecord("ConsumerGroupPartitionMetadataKey", 4, group: key.group)
        case .consumerGroupMember(let key):
            InternalRecord("ConsumerGroupMemberMetadataKey", 5, group: key.group, member: key.memberID)
        case .consumerGroupTarget(let key):
            InternalRecord("ConsumerGroupTargetAssignmentMetadataKey", 6, group: key.group)
        case .consumerGroupMemberTarget(let key):
            InternalRecord("ConsumerGroupTargetAssignmentMemberKey", 7, group: key.group, member: key.memberID)
        case .consumerGroupMemberAssignment(let key):
            InternalRecord("ConsumerGroupCurrentMemberAssignmentKey", 8, group: key.group, member: key.memberID)
        case .offsetCommit, .groupMetadata, .unknown: nil
        }
    }

    /// A value of such a group, whose schema its key tells; nil where it cannot be read.
    static func consumerGroupValue(_ bytes: ByteBuffer, of key: ConsumerOffsetsKey) -> InternalRecord? {
        switch key {
        case .consumerGroup:
            (try? ConsumerGroupMetadataValue.decode(bytes)).map { InternalRecord($0.record, $0.version) }
        case .consumerGroupPartitions:
            (try? ConsumerGroupPartitionMetadataValue.decode(bytes)).map { InternalRecord($0.record, $0.version) }
        case .consumerGroupMember:
            (try? ConsumerGroupMemberMetadataValue.decode(bytes)).map { InternalRecord($0.record, $0.version) }
        case .consumerGroupTarget:
            (try? ConsumerGroupTargetAssignmentMetadataValue.decode(bytes)).map {
                InternalRecord($0.record, $0.version)
            }
        case .consumerGroupMemberTarget:
            (try? ConsumerGroupTargetAssignmentMemberValue.decode(bytes)).map { InternalRecord($0.record, $0.version) }
        case .consumerGroupMemberAssignment:
            (try? ConsumerGroupCurrentMemberAssignmentValue.decode(bytes)).map {
                InternalRecord($0.record, $0.version)
            }
        case .offsetCommit, .groupMetadata, .unknown: nil
        }
    }

    private init(_ schema: String, _ version: Int16, group: String, member: String? = nil) {
        var members = [JSONText.Member.member("groupId", .string(group))]
        if let member { members.append(.member("memberId", .string(member))) }
        self.init(
            schema, version, isKey: true, summary: member.map { "\(group) \($0)" } ?? group, data: .object(members))
    }

    private init(_ value: ConsumerGroupMetadataValue, _ version: Int16) {
        self.init(
            "ConsumerGroupMetadataValue", version, isKey: false, summary: "group epoch \(value.epoch)",
            data: .members(["epoch": .number(value.epoch)]))
    }

    private init(_ value: ConsumerGroupPartitionMetadataValue, _ version: Int16) {
        let topics = value.topics.map { topic -> JSONText in
            .members([
                "topicId": .string("\(topic.topicID)"), "topicName": .string(topic.topicName),
                "numPartitions": .number(topic.numPartitions),
                "partitionMetadata": .array(
                    topic.partitionMetadata.map {
                        .members([
                            "partition": .number($0.partition), "racks": .array($0.racks.map { .string($0) }),
                        ])
                    }),
            ])
        }
        let summary = value.topics.map { "\($0.topicName) (\($0.numPartitions))" }.joined(separator: "  ")
        self.init(
            "ConsumerGroupPartitionMetadataValue", version, isKey: false,
            summary: summary.isEmpty ? "no topics" : summary, data: .members(["topics": .array(topics)]))
    }

    private init(_ value: ConsumerGroupMemberMetadataValue, _ version: Int16) {
        let classic = value.classicMemberMetadata.map { classic -> JSONText in
            .members([
                "sessionTimeoutMs": .number(classic.sessionTimeoutMs),
                "supportedProtocols": .array(
                    classic.supportedProtocols.map {
                        .members(["name": .string($0.name), "metadata": ConsumerProtocolText.base64($0.metadata)])
                    }),
            ])
        }
        let pattern = value.subscribedTopicRegex.flatMap { $0.isEmpty ? nil : ["/\($0)/"] } ?? []
        let subscribed = (value.subscribedTopicNames + pattern).joined(separator: " ")
        self.init(
            "ConsumerGroupMemberMetadataValue", version, isKey: false,
            summary: "\(value.clientID)  subscribes to \(subscribed.isEmpty ? "nothing" : subscribed)",
            data: .members([
                "instanceId": .string(value.instanceID), "rackId": .string(value.rackID),
                "clientId": .string(value.clientID), "clientHost": .string(value.clientHost),
                "subscribedTopicNames": .array(value.subscribedTopicNames.map { .string($0) }),
                "subscribedTopicRegex": .string(value.subscribedTopicRegex),
                "rebalanceTimeoutMs": .number(value.rebalanceTimeoutMs),
                "serverAssignor": .string(value.serverAssignor),
                "classicMemberMetadata": classic ?? .scalar("null"),
            ]))
    }

    private init(_ value: ConsumerGroupTargetAssignmentMetadataValue, _ version: Int16) {
        self.init(
            "ConsumerGroupTargetAssignmentMetadataValue", version, isKey: false,
            summary: "assignment epoch \(value.assignmentEpoch)",
            data: .members(["assignmentEpoch": .number(value.assignmentEpoch)]))
    }

    private init(_ value: ConsumerGroupTargetAssignmentMemberValue, _ version: Int16) {
        self.init(
            "ConsumerGroupTargetAssignmentMemberValue", version, isKey: false,
            summary: "shall own \(Self.count(value.topicPartitions))",
            data: .members(["topicPartitions": Self.partitions(value.topicPartitions)]))
    }

    private init(_ value: ConsumerGroupCurrentMemberAssignmentValue, _ version: Int16) {
        self.init(
            "ConsumerGroupCurrentMemberAssignmentValue", version, isKey: false,
            summary: "member epoch \(value.memberEpoch)  owns \(Self.count(value.assignedPartitions))",
            data: .members([
                "memberEpoch": .number(value.memberEpoch), "previousMemberEpoch": .number(value.previousMemberEpoch),
                "state": .number(value.state), "assignedPartitions": Self.partitions(value.assignedPartitions),
                "partitionsPendingRevocation": Self.partitions(value.partitionsPendingRevocation),
            ]))
    }

    private static func partitions(_ topics: [ConsumerGroupTopicPartitions]) -> JSONText {
        .array(
            topics.map {
                .members([
                    "topicId": .string("\($0.topicID)"), "partitions": .array($0.partitions.map { .number($0) }),
                ])
            })
    }

    private static func count(_ topics: [ConsumerGroupTopicPartitions]) -> String {
        let count = topics.reduce(0) { $0 + $1.partitions.count }
        return count == 1 ? "1 partition" : "\(count) partitions"
    }
}
