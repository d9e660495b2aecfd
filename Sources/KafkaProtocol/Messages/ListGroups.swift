/// ListGroups (key 16): the groups of this broker.
package struct ListGroupsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = ListGroupsResponse
    /// Key 16, versions 0 to 5.
    package static let api = API(key: 16, name: "ListGroups", versions: 0...5, flexibleFrom: 3)

    /// Only groups in these states; none for all (KIP-518).
    package var statesFilter: [String] = []
    /// Only groups of these types; none for all (KIP-848).
    package var typesFilter: [String] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        statesFilter: [String] = [],
        typesFilter: [String] = []
    ) {
        self.statesFilter = statesFilter
        self.typesFilter = typesFilter
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 4 { try wire.array(&statesFilter, version) }
        if version >= 5 { try wire.array(&typesFilter, version) }
        try wire.tags(&tags)
    }
}

/// Answers ListGroups: the groups in short.
package struct ListGroupsResponse: ResponseMessage {
    /// As the request's.
    package static let api = ListGroupsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// The groups.
    package var groups: [Group] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        groups: [Group] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.groups = groups
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 1 { try wire.int32(&throttleTimeMs) }
        try wire.errorCode(&errorCode)
        try wire.array(&groups, version)
        try wire.tags(&tags)
    }

    /// A group in short.
    package struct Group: WireValue, Equatable {
        /// The group.
        package var groupID: String = ""
        /// The class of protocols, `consumer` for consumers.
        package var protocolType: String = ""
        /// The state, as Kafka names it: `Stable`, `Empty`, `Dead`, ...
        package var groupState: String = ""
        /// `classic` or `consumer`.
        package var groupType: String = ""
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            groupID: String = "",
            protocolType: String = "",
            groupState: String = "",
            groupType: String = ""
        ) {
            self.groupID = groupID
            self.protocolType = protocolType
            self.groupState = groupState
            self.groupType = groupType
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&groupID)
            try wire.string(&protocolType)
            if version >= 4 { try wire.string(&groupState) }
            if version >= 5 { try wire.string(&groupType) }
            try wire.tags(&tags)
        }
    }
}
