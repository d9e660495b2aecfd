/// LeaveGroup (key 13): members leave their group.
package struct LeaveGroupRequest: RequestMessage {
    /// What answers it.
    package typealias Response = LeaveGroupResponse
    /// Key 13, versions 0 to 5.
    package static let api = API(key: 13, name: "LeaveGroup", versions: 0...5, flexibleFrom: 4)

    /// The group.
    package var groupID: String = ""
    /// The member's id, given by the coordinator; empty before it has one.
    package var memberID: String = ""
    /// The members.
    package var members: [Member] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        groupID: String = "",
        memberID: String = "",
        members: [Member] = []
    ) {
        self.groupID = groupID
        self.memberID = memberID
        self.members = members
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&groupID)
        if version <= 2 { try wire.string(&memberID) }
        if version >= 3 { try wire.array(&members, version) }
        try wire.tags(&tags)
    }

    /// A member that leaves.
    package struct Member: WireValue, Equatable {
        /// The member's id, given by the coordinator; empty before it has one.
        package var memberID: String = ""
        /// The id of a static member (KIP-345); null for a dynamic one.
        package var groupInstanceID: String?
        /// Why, for people to read (KIP-800).
        package var reason: String?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            memberID: String = "",
            groupInstanceID: String? = nil,
            reason: String? = nil
        ) {
            self.memberID = memberID
            self.groupInstanceID = groupInstanceID
            self.reason = reason
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&memberID)
            try wire.string(&groupInstanceID)
            if version >= 5 { try wire.string(&reason) }
            try wire.tags(&tags)
        }
    }
}

/// Answers LeaveGroup: one result a member.
package struct LeaveGroupResponse: ResponseMessage {
    /// As the request's.
    package static let api = LeaveGroupRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// The members.
    package var members: [Member] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        members: [Member] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.members = members
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 1 { try wire.int32(&throttleTimeMs) }
        try wire.errorCode(&errorCode)
        if version >= 3 { try wire.array(&members, version) }
        try wire.tags(&tags)
    }

    /// What became of one member.
    package struct Member: WireValue, Equatable {
        /// The member's id, given by the coordinator; empty before it has one.
        package var memberID: String = ""
        /// The id of a static member (KIP-345); null for a dynamic one.
        package var groupInstanceID: String?
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            memberID: String = "",
            groupInstanceID: String? = nil,
            errorCode: ErrorCode = .none
        ) {
            self.memberID = memberID
            self.groupInstanceID = groupInstanceID
            self.errorCode = errorCode
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&memberID)
            try wire.string(&groupInstanceID)
            try wire.errorCode(&errorCode)
            try wire.tags(&tags)
        }
    }
}
