package import NIOCore

/// JoinGroup (key 11): a member joins its group, or joins again for a rebalance.
package struct JoinGroupRequest: RequestMessage {
    /// What answers it.
    package typealias Response = JoinGroupResponse
    /// Key 11, versions 0 to 9.
    package static let api = API(key: 11, name: "JoinGroup", versions: 0...9, flexibleFrom: 6)

    /// The group.
    package var groupID: String = ""
    /// Milliseconds without a heartbeat after which the member is dead.
    package var sessionTimeoutMs: Int32 = 0
    /// Milliseconds that members get to join again when the group rebalances; -1 where the version has none (the session timeout counts).
    package var rebalanceTimeoutMs: Int32 = -1
    /// The member's id, given by the coordinator; empty before it has one.
    package var memberID: String = ""
    /// The id of a static member (KIP-345); null for a dynamic one.
    package var groupInstanceID: String?
    /// The class of protocols, `consumer` for consumers.
    package var protocolType: String = ""
    /// The protocols the member can do, best first.
    package var protocols: [GroupProtocol] = []
    /// Why, for people to read (KIP-800).
    package var reason: String?
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        groupID: String = "",
        sessionTimeoutMs: Int32 = 0,
        rebalanceTimeoutMs: Int32 = -1,
        memberID: String = "",
        groupInstanceID: String? = nil,
        protocolType: String = "",
        protocols: [GroupProtocol] = [],
        reason: String? = nil
    ) {
        self.groupID = groupID
        self.sessionTimeoutMs = sessionTimeoutMs
        self.rebalanceTimeoutMs = rebalanceTimeoutMs
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
        self.protocolType = protocolType
        self.protocols = protocols
        self.reason = reason
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&groupID)
        try wire.int32(&sessionTimeoutMs)
        if version >= 1 { try wire.int32(&rebalanceTimeoutMs) }
        try wire.string(&memberID)
        if version >= 5 { try wire.string(&groupInstanceID) }
        try wire.string(&protocolType)
        try wire.array(&protocols, version)
        if version >= 8 { try wire.string(&reason) }
        try wire.tags(&tags)
    }

    /// A protocol the member can do.
    package struct GroupProtocol: WireValue, Equatable {
        /// The protocol's name, such as `range`.
        package var name: String = ""
        /// What the member says of itself, in the protocol's own format.
        package var metadata: ByteBuffer = ByteBuffer()
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            metadata: ByteBuffer = ByteBuffer()
        ) {
            self.name = name
            self.metadata = metadata
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.bytes(&metadata)
            try wire.tags(&tags)
        }
    }
}

/// Answers JoinGroup: the generation, and for the leader all members.
package struct JoinGroupResponse: ResponseMessage {
    /// As the request's.
    package static let api = JoinGroupRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// The group's generation.
    package var generationID: Int32 = -1
    /// The class of protocols, `consumer` for consumers.
    package var protocolType: String?
    /// The protocol the group chose; null or empty on an error.
    package var protocolName: String? = ""
    /// The member id of the leader.
    package var leader: String = ""
    /// Whether the leader need not assign, since the group keeps its assignment (KIP-814).
    package var skipAssignment: Bool = false
    /// The member's id, given by the coordinator; empty before it has one.
    package var memberID: String = ""
    /// The members; only the leader is told.
    package var members: [Member] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        generationID: Int32 = -1,
        protocolType: String? = nil,
        protocolName: String? = "",
        leader: String = "",
        skipAssignment: Bool = false,
        memberID: String = "",
        members: [Member] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.generationID = generationID
        self.protocolType = protocolType
        self.protocolName = protocolName
        self.leader = leader
        self.skipAssignment = skipAssignment
        self.memberID = memberID
        self.members = members
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 2 { try wire.int32(&throttleTimeMs) }
        try wire.errorCode(&errorCode)
        try wire.int32(&generationID)
        if version >= 7 { try wire.string(&protocolType) }
        try wire.string(&protocolName, nullable: version >= 7)
        try wire.string(&leader)
        if version >= 9 { try wire.bool(&skipAssignment) }
        try wire.string(&memberID)
        try wire.array(&members, version)
        try wire.tags(&tags)
    }

    /// A member, as the leader needs to know it.
    package struct Member: WireValue, Equatable {
        /// The member's id, given by the coordinator; empty before it has one.
        package var memberID: String = ""
        /// The id of a static member (KIP-345); null for a dynamic one.
        package var groupInstanceID: String?
        /// What the member says of itself, in the protocol's own format.
        package var metadata: ByteBuffer = ByteBuffer()
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            memberID: String = "",
            groupInstanceID: String? = nil,
            metadata: ByteBuffer = ByteBuffer()
        ) {
            self.memberID = memberID
            self.groupInstanceID = groupInstanceID
            self.metadata = metadata
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&memberID)
            if version >= 5 { try wire.string(&groupInstanceID) }
            try wire.bytes(&metadata)
            try wire.tags(&tags)
        }
    }
}
