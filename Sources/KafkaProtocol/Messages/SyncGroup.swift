package import NIOCore

/// SyncGroup (key 14): a member asks for its assignment; the leader brings everybody's.
package struct SyncGroupRequest: RequestMessage {
    /// What answers it.
    package typealias Response = SyncGroupResponse
    /// Key 14, versions 0 to 5.
    package static let api = API(key: 14, name: "SyncGroup", versions: 0...5, flexibleFrom: 4)

    /// The group.
    package var groupID: String = ""
    /// The group's generation.
    package var generationID: Int32 = 0
    /// The member's id, given by the coordinator; empty before it has one.
    package var memberID: String = ""
    /// The id of a static member (KIP-345); null for a dynamic one.
    package var groupInstanceID: String?
    /// The class of protocols, `consumer` for consumers.
    package var protocolType: String?
    /// The protocol the group chose.
    package var protocolName: String?
    /// Who gets what; only the leader sends any.
    package var assignments: [Assignment] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        groupID: String = "",
        generationID: Int32 = 0,
        memberID: String = "",
        groupInstanceID: String? = nil,
        protocolType: String? = nil,
        protocolName: String? = nil,
        assignments: [Assignment] = []
    ) {
        self.groupID = groupID
        self.generationID = generationID
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
        self.protocolType = protocolType
        self.protocolName = protocolName
        self.assignments = assignments
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&groupID)
        try wire.int32(&generationID)
        try wire.string(&memberID)
        if version >= 3 { try wire.string(&groupInstanceID) }
        if version >= 5 {
            try wire.string(&protocolType)
            try wire.string(&protocolName)
        }
        try wire.array(&assignments, version)
        try wire.tags(&tags)
    }

    /// What one member gets.
    package struct Assignment: WireValue, Equatable {
        /// The member's id, given by the coordinator; empty before it has one.
        package var memberID: String = ""
        /// What the member gets, in the protocol's own format.
        package var assignment: ByteBuffer = ByteBuffer()
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            memberID: String = "",
            assignment: ByteBuffer = ByteBuffer()
        ) {
            self.memberID = memberID
            self.assignment = assignment
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&memberID)
            try wire.bytes(&assignment)
            try wire.tags(&tags)
        }
    }
}

/// Answers SyncGroup: the member's assignment.
package struct SyncGroupResponse: ResponseMessage {
    /// As the request's.
    package static let api = SyncGroupRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// The class of protocols, `consumer` for consumers.
    package var protocolType: String?
    /// The protocol the group chose.
    package var protocolName: String?
    /// What the member gets, in the protocol's own format.
    package var assignment: ByteBuffer = ByteBuffer()
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        protocolType: String? = nil,
        protocolName: String? = nil,
        assignment: ByteBuffer = ByteBuffer()
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.protocolType = protocolType
        self.protocolName = protocolName
        self.assignment = assignment
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 1 { try wire.int32(&throttleTimeMs) }
        try wire.errorCode(&errorCode)
        if version >= 5 {
            try wire.string(&protocolType)
            try wire.string(&protocolName)
        }
        try wire.bytes(&assignment)
        try wire.tags(&tags)
    }
}
