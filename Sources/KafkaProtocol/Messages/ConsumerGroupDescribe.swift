/// ConsumerGroupDescribe (key 69): states and members of groups whose coordinator computes the assignment (KIP-848).
package struct ConsumerGroupDescribeRequest: RequestMessage {
    /// What answers it.
    package typealias Response = ConsumerGroupDescribeResponse
    /// Key 69, versions 0 and 1.
    package static let api = API(key: 69, name: "ConsumerGroupDescribe", versions: 0...1, flexibleFrom: 0)

    /// The groups to describe.
    package var groupIDs: [String] = []
    /// Whether to tell what the client may do.
    package var includeAuthorizedOperations: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        groupIDs: [String] = [],
        includeAuthorizedOperations: Bool = false
    ) {
        self.groupIDs = groupIDs
        self.includeAuthorizedOperations = includeAuthorizedOperations
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&groupIDs, version)
        try wire.bool(&includeAuthorizedOperations)
        try wire.tags(&tags)
    }
}

/// Answers ConsumerGroupDescribe: the groups.
package struct ConsumerGroupDescribeResponse: ResponseMessage {
    /// As the request's.
    package static let api = ConsumerGroupDescribeRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// The groups.
    package var groups: [Group] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        groups: [Group] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.groups = groups
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&groups, version)
        try wire.tags(&tags)
    }

    /// A group.
    package struct Group: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read.
        package var errorMessage: String?
        /// The group.
        package var groupID: String = ""
        /// The state, as Kafka names it: `Stable`, `Empty`, `Assigning`, `Reconciling`, ...
        package var groupState: String = ""
        /// Raised by each change of what the group wants.
        package var groupEpoch: Int32 = 0
        /// The group epoch that the assignment was computed for.
        package var assignmentEpoch: Int32 = 0
        /// The assignor that the coordinator uses.
        package var assignorName: String = ""
        /// The members.
        package var members: [Member] = []
        /// What the client may do, a bit each; the least number for "not asked".
        package var authorizedOperations: Int32 = .min
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.string(&errorMessage)
            try wire.string(&groupID)
            try wire.string(&groupState)
            try wire.int32(&groupEpoch)
            try wire.int32(&assignmentEpoch)
            try wire.string(&assignorName)
            try wire.array(&members, version)
            try wire.int32(&authorizedOperations)
            try wire.tags(&tags)
        }
    }

    /// A member.
    package struct Member: WireValue, Equatable {
        /// The member's id, its own choice or the coordinator's.
        package var memberID: String = ""
        /// The id of a static member (KIP-345); null for a dynamic one.
        package var instanceID: String?
        /// The consumer's rack; null for none.
        package var rackID: String?
        /// The group epoch that the member has caught up with.
        package var memberEpoch: Int32 = 0
        /// The client's name for itself.
        package var clientID: String = ""
        /// The client's address.
        package var clientHost: String = ""
        /// The topics subscribed to by name.
        package var subscribedTopicNames: [String] = []
        /// The pattern of topics subscribed to; null for none.
        package var subscribedTopicRegex: String?
        /// What the member has.
        package var assignment = Assignment()
        /// What it shall have.
        package var targetAssignment = Assignment()
        /// -1 unknown, 0 classic, 1 consumer.
        package var memberType: Int8 = -1
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&memberID)
            try wire.string(&instanceID)
            try wire.string(&rackID)
            try wire.int32(&memberEpoch)
            try wire.string(&clientID)
            try wire.string(&clientHost)
            try wire.array(&subscribedTopicNames, version)
            try wire.string(&subscribedTopicRegex)
            try assignment.code(&wire, version)
            try targetAssignment.code(&wire, version)
            if version >= 1 { try wire.int8(&memberType) }
            try wire.tags(&tags)
        }
    }

    /// Partitions of a member.
    package struct Assignment: WireValue, Equatable {
        /// The topics.
        package var topicPartitions: [TopicPartitions] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.array(&topicPartitions, version)
            try wire.tags(&tags)
        }
    }

    /// Partitions of a topic.
    package struct TopicPartitions: WireValue, Equatable {
        /// The topic's id (KIP-516).
        package var topicID: KafkaUUID = .zero
        /// The topic's name.
        package var topicName: String = ""
        /// The partitions' numbers.
        package var partitions: [Int32] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.string(&topicName)
            try wire.array(&partitions, version)
            try wire.tags(&tags)
        }
    }
}
