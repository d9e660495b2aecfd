/// CreateAcls (key 30): access rules are added.
package struct CreateAclsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = CreateAclsResponse
    /// Key 30, versions 1 to 3.
    package static let api = API(key: 30, name: "CreateAcls", versions: 1...3, flexibleFrom: 2)

    /// The rules.
    package var creations: [Creation] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        creations: [Creation] = []
    ) {
        self.creations = creations
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&creations, version)
        try wire.tags(&tags)
    }

    /// A rule to add.
    package struct Creation: WireValue, Equatable {
        /// Kafka's number of the resource type.
        package var resourceType: Int8 = 0
        /// The resource's name.
        package var resourceName: String = ""
        /// 3 literal, 4 prefixed.
        package var patternType: Int8 = 3
        /// The principal, such as `User:alice`.
        package var principal: String = ""
        /// The host it comes from; `*` for any.
        package var host: String = ""
        /// Kafka's number of the operation.
        package var operation: Int8 = 0
        /// 2 denies, 3 allows.
        package var permissionType: Int8 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            resourceType: Int8 = 0,
            resourceName: String = "",
            patternType: Int8 = 3,
            principal: String = "",
            host: String = "",
            operation: Int8 = 0,
            permissionType: Int8 = 0
        ) {
            self.resourceType = resourceType
            self.resourceName = resourceName
            self.patternType = patternType
            self.principal = principal
            self.host = host
            self.operation = operation
            self.permissionType = permissionType
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.int8(&patternType)
            try wire.string(&principal)
            try wire.string(&host)
            try wire.int8(&operation)
            try wire.int8(&permissionType)
            try wire.tags(&tags)
        }
    }
}

/// Answers CreateAcls: one result a rule.
package struct CreateAclsResponse: ResponseMessage {
    /// As the request's.
    package static let api = CreateAclsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// The results, in the order of the request.
    package var results: [Result] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        results: [Result] = []
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

    /// One rule's result.
    package struct Result: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read.
        package var errorMessage: String?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil
        ) {
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.string(&errorMessage)
            try wire.tags(&tags)
        }
    }
}
