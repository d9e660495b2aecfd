/// DescribeAcls (key 29): the access rules that match a filter.
package struct DescribeAclsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = DescribeAclsResponse
    /// Key 29, versions 0 to 3.
    package static let api = API(key: 29, name: "DescribeAcls", versions: 0...3, flexibleFrom: 2)

    /// Kafka's number of the resource type; 1 for any.
    package var resourceTypeFilter: Int8 = 0
    /// The resource's name; null for any.
    package var resourceNameFilter: String?
    /// 1 any, 2 match, 3 literal, 4 prefixed.
    package var patternTypeFilter: Int8 = 3
    /// The principal; null for any.
    package var principalFilter: String?
    /// The host; null for any.
    package var hostFilter: String?
    /// Kafka's number of the operation; 1 for any.
    package var operation: Int8 = 0
    /// 1 any, 2 denies, 3 allows.
    package var permissionType: Int8 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        resourceTypeFilter: Int8 = 0,
        resourceNameFilter: String? = nil,
        patternTypeFilter: Int8 = 3,
        principalFilter: String? = nil,
        hostFilter: String? = nil,
        operation: Int8 = 0,
        permissionType: Int8 = 0
    ) {
        self.resourceTypeFilter = resourceTypeFilter
        self.resourceNameFilter = resourceNameFilter
        self.patternTypeFilter = patternTypeFilter
        self.principalFilter = principalFilter
        self.hostFilter = hostFilter
        self.operation = operation
        self.permissionType = permissionType
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int8(&resourceTypeFilter)
        try wire.string(&resourceNameFilter)
        if version >= 1 { try wire.int8(&patternTypeFilter) }
        try wire.string(&principalFilter)
        try wire.string(&hostFilter)
        try wire.int8(&operation)
        try wire.int8(&permissionType)
        try wire.tags(&tags)
    }
}

/// Answers DescribeAcls: the rules, by resource.
package struct DescribeAclsResponse: ResponseMessage {
    /// As the request's.
    package static let api = DescribeAclsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// What went wrong, for people to read.
    package var errorMessage: String?
    /// The resources that have rules.
    package var resources: [Resource] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        errorMessage: String? = nil,
        resources: [Resource] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.resources = resources
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.string(&errorMessage)
        try wire.array(&resources, version)
        try wire.tags(&tags)
    }

    /// A resource and its rules.
    package struct Resource: WireValue, Equatable {
        /// Kafka's number of the resource type.
        package var resourceType: Int8 = 0
        /// The resource's name.
        package var resourceName: String = ""
        /// 3 literal, 4 prefixed.
        package var patternType: Int8 = 3
        /// The rules.
        package var acls: [Rule] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            resourceType: Int8 = 0,
            resourceName: String = "",
            patternType: Int8 = 3,
            acls: [Rule] = []
        ) {
            self.resourceType = resourceType
            self.resourceName = resourceName
            self.patternType = patternType
            self.acls = acls
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            if version >= 1 { try wire.int8(&patternType) }
            try wire.array(&acls, version)
            try wire.tags(&tags)
        }
    }

    /// One access rule.
    package struct Rule: WireValue, Equatable {
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
            principal: String = "",
            host: String = "",
            operation: Int8 = 0,
            permissionType: Int8 = 0
        ) {
            self.principal = principal
            self.host = host
            self.operation = operation
            self.permissionType = permissionType
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&principal)
            try wire.string(&host)
            try wire.int8(&operation)
            try wire.int8(&permissionType)
            try wire.tags(&tags)
        }
    }
}
