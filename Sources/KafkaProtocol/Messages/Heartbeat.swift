/// Heartbeat (key 12): a member is alive.
package struct HeartbeatRequest: RequestMessage {
    /// What answers it.
    package typealias Response = HeartbeatResponse
    /// Key 12, versions 0 to 4.
    package static let api = API(key: 12, name: "Heartbeat", versions: 0...4, flexibleFrom: 4)

    /// The group.
    package var groupID: String = ""
    /// The group's generation.
    package var generationID: Int32 = 0
    /// The member's id, given by the coordinator; empty before it has one.
    package var memberID: String = ""
    /// The id of a static member (KIP-345); null for a dynamic one.
    package var groupInstanceID: String?
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        groupID: String = "",
        generationID: Int32 = 0,
        memberID: String = "",
        groupInstanceID: String? = nil
    ) {
        self.groupID = groupID
        self.generationID = generationID
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&groupID)
        try wire.int32(&generationID)
        try wire.string(&memberID)
        if version >= 3 { try wire.string(&groupInstanceID) }
        try wire.tags(&tags)
    }
}

/// Answers Heartbeat: whether the member still belongs to the generation.
package struct HeartbeatResponse: ResponseMessage {
    /// As the request's.
    package static let api = HeartbeatRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 1 { try wire.int32(&throttleTimeMs) }
        try wire.errorCode(&errorCode)
        try wire.tags(&tags)
    }
}
