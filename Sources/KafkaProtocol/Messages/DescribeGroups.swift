package import NIOCore

/// DescribeGroups (key 15): states and members of groups.
package struct DescribeGroupsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = DescribeGroupsResponse
    /// Key 15, versions 0 to 5.
    package static let api = API(key: 15, name: "DescribeGroups", versions: 0...6, flexibleFrom: 5)

    /// The groups to describe.
    package var groups: [String] = []
    /// Whether to tell what the client may do.
    package var includeAuthorizedOperations: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        groups: [String] = [],
        includeAuthorizedOperations: Bool = false
    ) {
        self.groups = groups
        self.includeAuthorizedOperations = includeAuthorizedOperations
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&groups, version)
        if version >= 3 { try wire.bool(&includeAuthorizedOperations) }
        try wire.tags(&tags)
    }
}

/// Answers DescribeGroups: the groups, also those that do not exist (as dead ones).
package struct DescribeGroupsResponse: ResponseMessage {
    /// As the request's.
    package static let api = DescribeGroupsRequest.api

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
        if version >= 1 { try wire.int32(&throttleTimeMs) }
        try wire.array(&groups, version)
        try wire.tags(&tags)
    }

    /// A group.
    package struct Group: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read; from version 6 on.
        package var errorMessage: String?
        /// The group.
        package var groupID: String = ""
        /// The state, as Kafka names it: `Stable`, `Empty`, `Dead`, ...
        package var groupState: String = ""
        /// The class of protocols, `consumer` for consumers.
        package var protocolType: String = ""
        /// The protocol the group chose; empty for none.
        package var protocolData: String = ""
        /// The members.
        package var members: [Member] = []
        /// What the client may do, a bit each; the least number for "not asked".
        package var authorizedOperations: Int32 = .min
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil,
            groupID: String = "",
            groupState: String = "",
            protocolType: String = "",
            protocolData: String = "",
            members: [Member] = [],
            authorizedOperations: Int32 = .min
        ) {
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.groupID = groupID
            self.groupState = groupState
            self.protocolType = protocolType
            self.protocolData = protocolData
            self.members = members
            self.authorizedOperations = authorizedOperations
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.errorCode(&errorCode)
            if version >= 6 { try wire.string(&errorMessage) }
            try wire.string(&groupID)
            try wire.string(&groupState)
            try wire.string(&protocolType)
            try wire.string(&protocolData)
            try wire.array(&members, version)
            if version >= 3 { try wire.int32(&authorizedOperations) }
            try wire.tags(&tags)
        }
    }

    /// A member.
    package struct Member: WireValue, Equatable {
        /// The member's id, given by the coordinator; empty before it has one.
        package var memberID: String = ""
        /// The id of a static member (KIP-345); null for a dynamic one.
        package var groupInstanceID: String?
        /// The client's name for itself.
        package var clientID: String = ""
        /// The client's address.
        package var clientHost: String = ""
        /// What the member says of itself, in the protocol's own format.
        package var memberMetadata: ByteBuffer = ByteBuffer()
        /// What the member has, in the protocol's own format.
        package var memberAssignment: ByteBuffer = ByteBuffer()
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            memberID: String = "",
            groupInstanceID: String? = nil,
            clientID: String = "",
            clientHost: String = "",
            memberMetadata: ByteBuffer = ByteBuffer(),
            memberAssignment: ByteBuffer = ByteBuffer()
        ) {
            self.memberID = memberID
            self.groupInstanceID = groupInstanceID
            self.clientID = clientID
            self.clientHost = clientHost
            self.memberMetadata = memberMetadata
            self.memberAssignment = memberAssignment
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&memberID)
            if version >= 4 { try wire.string(&groupInstanceID) }
            try wire.string(&clientID)
            try wire.string(&clientHost)
            try wire.bytes(&memberMetadata)
            try wire.bytes(&memberAssignment)
            try wire.tags(&tags)
        }
    }
}
