/// DeleteAcls (key 31): access rules that match filters are removed.
package struct DeleteAclsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = DeleteAclsResponse
    /// Key 31, versions 1 to 3.
    package static let api = API(key: 31, name: "DeleteAcls", versions: 1...3, flexibleFrom: 2)

    /// The filters.
    package var filters: [Filter] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        filters: [Filter] = []
    ) {
        self.filters = filters
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&filters, version)
        try wire.tags(&tags)
    }

    /// Which rules are meant.
    package struct Filter: WireValue, Equatable {
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
            try wire.int8(&patternTypeFilter)
            try wire.string(&principalFilter)
            try wire.string(&hostFilter)
            try wire.int8(&operation)
            try wire.int8(&permissionType)
            try wire.tags(&tags)
        }
    }
}

/// Answers DeleteAcls: one result a filter.
package struct DeleteAclsResponse: ResponseMessage {
    /// As the request's.
    package static let api = DeleteAclsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// The results, in the order of the request.
    package var filterResults: [FilterResult] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        filterResults: [FilterResult] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.filterResults = filterResults
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&filterResults, version)
        try wire.tags(&tags)
    }

    /// One filter's result.
    package struct FilterResult: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read.
        package var errorMessage: String?
        /// The rules that matched.
        package var matchingAcls: [Match] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil,
            matchingAcls: [Match] = []
        ) {
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.matchingAcls = matchingAcls
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.string(&errorMessage)
            try wire.array(&matchingAcls, version)
            try wire.tags(&tags)
        }
    }

    /// A rule that matched.
    package struct Match: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read.
        package var errorMessage: String?
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
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil,
            resourceType: Int8 = 0,
            resourceName: String = "",
            patternType: Int8 = 3,
            principal: String = "",
            host: String = "",
            operation: Int8 = 0,
            permissionType: Int8 = 0
        ) {
            self.errorCode = errorCode
            self.errorMessage = errorMessage
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
            try wire.errorCode(&errorCode)
            try wire.string(&errorMessage)
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
