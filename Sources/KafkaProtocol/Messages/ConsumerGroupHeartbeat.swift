/// ConsumerGroupHeartbeat (key 68): a member joins, stays in, changes or leaves a group whose coordinator computes the assignment
/// (KIP-848).
package struct ConsumerGroupHeartbeatRequest: RequestMessage {
    /// What answers it.
    package typealias Response = ConsumerGroupHeartbeatResponse
    /// Key 68, versions 0 and 1. From version 1 on the client makes its member id itself (KIP-1082).
    package static let api = API(key: 68, name: "ConsumerGroupHeartbeat", versions: 0...1, flexibleFrom: 0)

    /// The group.
    package var groupID: String = ""
    /// The member's id; empty in version 0 before it has one.
    package var memberID: String = ""
    /// The epoch the member knows: 0 joins, -1 leaves, -2 leaves for a while (static members).
    package var memberEpoch: Int32 = 0
    /// The id of a static member (KIP-345); null for a dynamic one, or for no change.
    package var instanceID: String?
    /// The consumer's rack; null for none, or for no change.
    package var rackID: String?
    /// Milliseconds the member may take to give partitions up; -1 for no change.
    package var rebalanceTimeoutMs: Int32 = -1
    /// The topics subscribed to by name; null for no change.
    package var subscribedTopicNames: [String]?
    /// The pattern of topics subscribed to; null for no change. Version 1.
    package var subscribedTopicRegex: String?
    /// The assignor it wishes for; null for no change.
    package var serverAssignor: String?
    /// The partitions it owns; null for no change.
    package var topicPartitions: [ConsumerGroupTopicPartitions]?
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        groupID: String = "",
        memberID: String = "",
        memberEpoch: Int32 = 0,
        instanceID: String? = nil,
        rackID: String? = nil,
        rebalanceTimeoutMs: Int32 = -1,
        subscribedTopicNames: [String]? = nil,
        subscribedTopicRegex: String? = nil,
        serverAssignor: String? = nil,
        topicPartitions: [ConsumerGroupTopicPartitions]? = nil
    ) {
        self.groupID = groupID
        self.memberID = memberID
        self.memberEpoch = memberEpoch
        self.instanceID = instanceID
        self.rackID = rackID
        self.rebalanceTimeoutMs = rebalanceTimeoutMs
        self.subscribedTopicNames = subscribedTopicNames
        self.subscribedTopicRegex = subscribedTopicRegex
        self.serverAssignor = serverAssignor
        self.topicPartitions = topicPartitions
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&groupID)
        try wire.string(&memberID)
        try wire.int32(&memberEpoch)
        try wire.string(&instanceID)
        try wire.string(&rackID)
        try wire.int32(&rebalanceTimeoutMs)
        try wire.array(&subscribedTopicNames, version)
        if version >= 1 { try wire.string(&subscribedTopicRegex) }
        try wire.string(&serverAssignor)
        try wire.array(&topicPartitions, version)
        try wire.tags(&tags)
    }
}

/// Answers ConsumerGroupHeartbeat: the member's epoch and, where it has changed, what it shall own.
package struct ConsumerGroupHeartbeatResponse: ResponseMessage {
    /// As the request's.
    package static let api = ConsumerGroupHeartbeatRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// What went wrong, for people to read.
    package var errorMessage: String?
    /// The member's id; null with an error.
    package var memberID: String?
    /// The member's epoch.
    package var memberEpoch: Int32 = 0
    /// Milliseconds until the next heartbeat is due.
    package var heartbeatIntervalMs: Int32 = 0
    /// What the member shall own; null for no change.
    package var assignment: Assignment?
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        errorMessage: String? = nil,
        memberID: String? = nil,
        memberEpoch: Int32 = 0,
        heartbeatIntervalMs: Int32 = 0,
        assignment: Assignment? = nil
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.memberID = memberID
        self.memberEpoch = memberEpoch
        self.heartbeatIntervalMs = heartbeatIntervalMs
        self.assignment = assignment
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.string(&errorMessage)
        try wire.string(&memberID)
        try wire.int32(&memberEpoch)
        try wire.int32(&heartbeatIntervalMs)
        try wire.optional(&assignment, version)
        try wire.tags(&tags)
    }

    /// What a member shall own.
    package struct Assignment: WireValue, Equatable {
        /// The partitions, by topic.
        package var topicPartitions: [ConsumerGroupTopicPartitions] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(topicPartitions: [ConsumerGroupTopicPartitions] = []) {
            self.topicPartitions = topicPartitions
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.array(&topicPartitions, version)
            try wire.tags(&tags)
        }
    }
}
