/// DeleteGroups (key 42): groups are deleted with their positions.
package struct DeleteGroupsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = DeleteGroupsResponse
    /// Key 42, versions 0 to 2.
    package static let api = API(key: 42, name: "DeleteGroups", versions: 0...2, flexibleFrom: 2)

    /// The groups to delete.
    package var groupsNames: [String] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        groupsNames: [String] = []
    ) {
        self.groupsNames = groupsNames
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&groupsNames, version)
        try wire.tags(&tags)
    }
}

/// Answers DeleteGroups: one result a group.
package struct DeleteGroupsResponse: ResponseMessage {
    /// As the request's.
    package static let api = DeleteGroupsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// One result each.
    package var results: [Group] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        results: [Group] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.results = results
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&results, version)
        try wire.tags(&tags)
    }

    /// What became of one group.
    package struct Group: WireValue, Equatable {
        /// The group.
        package var groupID: String = ""
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            groupID: String = "",
            errorCode: ErrorCode = .none
        ) {
            self.groupID = groupID
            self.errorCode = errorCode
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&groupID)
            try wire.errorCode(&errorCode)
            try wire.tags(&tags)
        }
    }
}
