/// DescribeConfigs (key 32): settings of topics and brokers.
package struct DescribeConfigsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = DescribeConfigsResponse
    /// Key 32, versions 0 to 4.
    package static let api = API(key: 32, name: "DescribeConfigs", versions: 0...4, flexibleFrom: 4)

    /// The resources.
    package var resources: [Resource] = []
    /// Whether to tell all places where the value could come from.
    package var includeSynonyms: Bool = false
    /// Whether to tell what each setting is for.
    package var includeDocumentation: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        resources: [Resource] = [],
        includeSynonyms: Bool = false,
        includeDocumentation: Bool = false
    ) {
        self.resources = resources
        self.includeSynonyms = includeSynonyms
        self.includeDocumentation = includeDocumentation
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&resources, version)
        if version >= 1 { try wire.bool(&includeSynonyms) }
        if version >= 3 { try wire.bool(&includeDocumentation) }
        try wire.tags(&tags)
    }

    /// A resource asked for.
    package struct Resource: WireValue, Equatable {
        /// 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.
        package var resourceType: Int8 = 0
        /// The topic's name, or the broker's node id in digits (empty: the default of all brokers).
        package var resourceName: String = ""
        /// The settings asked for; null for all.
        package var configurationKeys: [String]?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            resourceType: Int8 = 0,
            resourceName: String = "",
            configurationKeys: [String]? = nil
        ) {
            self.resourceType = resourceType
            self.resourceName = resourceName
            self.configurationKeys = configurationKeys
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.array(&configurationKeys, version)
            try wire.tags(&tags)
        }
    }
}

/// Answers DescribeConfigs: the settings.
package struct DescribeConfigsResponse: ResponseMessage {
    /// As the request's.
    package static let api = DescribeConfigsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// One result each.
    package var results: [Resource] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        results: [Resource] = []
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

    /// A resource's settings.
    package struct Resource: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read.
        package var errorMessage: String?
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
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil,
            resourceType: Int8 = 0,
            resourceName: String = "",
            configs: [Config] = []
        ) {
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.resourceType = resourceType
            self.resourceName = resourceName
            self.configs = configs
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.string(&errorMessage)
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.array(&configs, version)
            try wire.tags(&tags)
        }
    }

    /// A setting.
    package struct Config: WireValue, Equatable {
        /// The setting's name.
        package var name: String = ""
        /// The value; null for none or a secret one.
        package var value: String?
        /// Whether it cannot be changed.
        package var readOnly: Bool = false
        /// Where the value comes from: 1 topic, 2 dynamic broker, 3 dynamic default broker, 4 static broker, 5 default, 6 broker logger, 7 client metrics, 8 group.
        package var configSource: Int8 = -1
        /// Whether nobody has set it.
        package var isDefault: Bool = false
        /// Whether the value is secret (and null here).
        package var isSensitive: Bool = false
        /// Where the value could come from, the one in force first.
        package var synonyms: [Synonym] = []
        /// 0 unknown, 1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class, 9 password.
        package var configType: Int8 = 0
        /// What the setting is for.
        package var documentation: String?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            value: String? = nil,
            readOnly: Bool = false,
            configSource: Int8 = -1,
            isDefault: Bool = false,
            isSensitive: Bool = false,
            synonyms: [Synonym] = [],
            configType: Int8 = 0,
            documentation: String? = nil
        ) {
            self.name = name
            self.value = value
            self.readOnly = readOnly
            self.configSource = configSource
            self.isDefault = isDefault
            self.isSensitive = isSensitive
            self.synonyms = synonyms
            self.configType = configType
            self.documentation = documentation
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.string(&value)
            try wire.bool(&readOnly)
            if version >= 1 { try wire.int8(&configSource) }
            if version == 0 { try wire.bool(&isDefault) }
            try wire.bool(&isSensitive)
            if version >= 1 { try wire.array(&synonyms, version) }
            if version >= 3 {
                try wire.int8(&configType)
                try wire.string(&documentation)
            }
            try wire.tags(&tags)
        }
    }

    /// A place where a value could come from.
    package struct Synonym: WireValue, Equatable {
        /// The name of the setting there.
        package var name: String = ""
        /// The value; null for none.
        package var value: String?
        /// Where the value comes from, numbered as a setting's source.
        package var source: Int8 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            value: String? = nil,
            source: Int8 = 0
        ) {
            self.name = name
            self.value = value
            self.source = source
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.string(&value)
            try wire.int8(&source)
            try wire.tags(&tags)
        }
    }
}
