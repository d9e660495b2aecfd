/// ListConfigResources (key 74): the resources that have settings of their own (KIP-1142).
///
/// Version 0 is Kafka's ListClientMetricsResources and asks for those alone.
package struct ListConfigResourcesRequest: RequestMessage {
    /// What answers it.
    package typealias Response = ListConfigResourcesResponse
    /// Key 74, versions 0 and 1.
    package static let api = API(key: 74, name: "ListConfigResources", versions: 0...1, flexibleFrom: 0)

    /// Kafka's numbers of the types; none for all.
    package var resourceTypes: [Int8] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        resourceTypes: [Int8] = []
    ) {
        self.resourceTypes = resourceTypes
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 1 { try wire.array(&resourceTypes, version) }
        try wire.tags(&tags)
    }
}

/// Answers ListConfigResources: the resources.
package struct ListConfigResourcesResponse: ResponseMessage {
    /// As the request's.
    package static let api = ListConfigResourcesRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// The resources.
    package var configResources: [Resource] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        configResources: [Resource] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.configResources = configResources
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.array(&configResources, version)
        try wire.tags(&tags)
    }

    /// A resource.
    package struct Resource: WireValue, Equatable {
        /// Its name.
        package var resourceName: String = ""
        /// Kafka's number of its type; 16 is client metrics.
        package var resourceType: Int8 = 16
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            resourceName: String = "",
            resourceType: Int8 = 16
        ) {
            self.resourceName = resourceName
            self.resourceType = resourceType
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&resourceName)
            if version >= 1 { try wire.int8(&resourceType) }
            try wire.tags(&tags)
        }
    }
}
