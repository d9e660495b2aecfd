/// AlterConfigs (key 33): all settings of resources are replaced. IncrementalAlterConfigs is its better successor.
package struct AlterConfigsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = AlterConfigsResponse
    /// Key 33, versions 0 to 2.
    package static let api = API(key: 33, name: "AlterConfigs", versions: 0...2, flexibleFrom: 2)

    /// The resources.
    package var resources: [Resource] = []
    /// Whether only to check, and change nothing.
    package var validateOnly: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        resources: [Resource] = [],
        validateOnly: Bool = false
    ) {
        self.resources = resources
        self.validateOnly = validateOnly
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&resources, version)
        try wire.bool(&validateOnly)
        try wire.tags(&tags)
    }

    /// A resource to change.
    package struct Resource: WireValue, Equatable {
        /// 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.
        package var resourceType: Int8 = 0
        /// The topic's name, or the broker's node id in digits (empty: the default of all brokers).
        package var resourceName: String = ""
        /// The settings.
        package var configs: [Config] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            resourceType: Int8 = 0,
            resourceName: String = "",
            configs: [Config] = []
        ) {
            self.resourceType = resourceType
            self.resourceName = resourceName
            self.configs = configs
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.array(&configs, version)
            try wire.tags(&tags)
        }
    }

    /// A setting to change.
    package struct Config: WireValue, Equatable {
        /// The setting's name.
        package var name: String = ""
        /// The value; null to go back to the default.
        package var value: String?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            value: String? = nil
        ) {
            self.name = name
            self.value = value
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.string(&value)
            try wire.tags(&tags)
        }
    }
}

/// Answers AlterConfigs: one result a resource.
package struct AlterConfigsResponse: ResponseMessage {
    /// As the request's.
    package static let api = AlterConfigsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// One result each.
    package var responses: [Resource] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        responses: [Resource] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.responses = responses
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&responses, version)
        try wire.tags(&tags)
    }

    /// What became of one resource.
    package struct Resource: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read.
        package var errorMessage: String?
        /// 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.
        package var resourceType: Int8 = 0
        /// The topic's name, or the broker's node id in digits (empty: the default of all brokers).
        package var resourceName: String = ""
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil,
            resourceType: Int8 = 0,
            resourceName: String = ""
        ) {
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.resourceType = resourceType
            self.resourceName = resourceName
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.string(&errorMessage)
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.tags(&tags)
        }
    }
}
