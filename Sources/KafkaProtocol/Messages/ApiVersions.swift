/// ApiVersions (key 18): what the broker serves.
package struct ApiVersionsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = ApiVersionsResponse
    /// Key 18, versions 0 to 4.
    package static let api = API(key: 18, name: "ApiVersions", versions: 0...4, flexibleFrom: 3)

    /// The client library's name.
    package var clientSoftwareName: String = ""
    /// The client library's version.
    package var clientSoftwareVersion: String = ""
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        clientSoftwareName: String = "",
        clientSoftwareVersion: String = ""
    ) {
        self.clientSoftwareName = clientSoftwareName
        self.clientSoftwareVersion = clientSoftwareVersion
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 3 {
            try wire.string(&clientSoftwareName)
            try wire.string(&clientSoftwareVersion)
        }
        try wire.tags(&tags)
    }
}

/// Answers ApiVersions: the APIs, versions and features. Its header is always version 0 (KIP-511).
package struct ApiVersionsResponse: ResponseMessage {
    /// As the request's.
    package static let api = ApiVersionsRequest.api

    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// The APIs and versions that are served.
    package var apiKeys: [SupportedAPI] = []
    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// The features the broker can have (KIP-584).
    package var supportedFeatures: [SupportedFeature] = []
    /// The number of changes to the features in force; -1 for unknown.
    package var finalizedFeaturesEpoch: Int64 = -1
    /// The features in force.
    package var finalizedFeatures: [FinalizedFeature] = []
    /// Whether the controller is ready to take over from ZooKeeper.
    package var zkMigrationReady: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        errorCode: ErrorCode = .none,
        apiKeys: [SupportedAPI] = [],
        throttleTimeMs: Int32 = 0,
        supportedFeatures: [SupportedFeature] = [],
        finalizedFeaturesEpoch: Int64 = -1,
        finalizedFeatures: [FinalizedFeature] = [],
        zkMigrationReady: Bool = false
    ) {
        self.errorCode = errorCode
        self.apiKeys = apiKeys
        self.throttleTimeMs = throttleTimeMs
        self.supportedFeatures = supportedFeatures
        self.finalizedFeaturesEpoch = finalizedFeaturesEpoch
        self.finalizedFeatures = finalizedFeatures
        self.zkMigrationReady = zkMigrationReady
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.errorCode(&errorCode)
        try wire.array(&apiKeys, version)
        if version >= 1 { try wire.int32(&throttleTimeMs) }
        try wire.beginTags(&tags)
        try wire.tag(0, &tags, isPresent: !supportedFeatures.isEmpty) { (wire: inout Wire) throws(WireError) in
            try wire.array(&supportedFeatures, version)
        }
        try wire.tag(1, &tags, isPresent: finalizedFeaturesEpoch != -1) { (wire: inout Wire) throws(WireError) in
            try wire.int64(&finalizedFeaturesEpoch)
        }
        try wire.tag(2, &tags, isPresent: !finalizedFeatures.isEmpty) { (wire: inout Wire) throws(WireError) in
            try wire.array(&finalizedFeatures, version)
        }
        try wire.tag(3, &tags, isPresent: zkMigrationReady) { (wire: inout Wire) throws(WireError) in
            try wire.bool(&zkMigrationReady)
        }
        try wire.endTags(&tags)
    }

    /// An API and its versions.
    package struct SupportedAPI: WireValue, Equatable {
        /// The API's key.
        package var apiKey: Int16 = 0
        /// The lowest version.
        package var minVersion: Int16 = 0
        /// The highest version.
        package var maxVersion: Int16 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            apiKey: Int16 = 0,
            minVersion: Int16 = 0,
            maxVersion: Int16 = 0
        ) {
            self.apiKey = apiKey
            self.minVersion = minVersion
            self.maxVersion = maxVersion
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int16(&apiKey)
            try wire.int16(&minVersion)
            try wire.int16(&maxVersion)
            try wire.tags(&tags)
        }
    }

    /// A feature the broker can have.
    package struct SupportedFeature: WireValue, Equatable {
        /// The feature's name.
        package var name: String = ""
        /// The lowest version.
        package var minVersion: Int16 = 0
        /// The highest version.
        package var maxVersion: Int16 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            minVersion: Int16 = 0,
            maxVersion: Int16 = 0
        ) {
            self.name = name
            self.minVersion = minVersion
            self.maxVersion = maxVersion
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.int16(&minVersion)
            try wire.int16(&maxVersion)
            try wire.tags(&tags)
        }
    }

    /// A feature in force.
    package struct FinalizedFeature: WireValue, Equatable {
        /// The feature's name.
        package var name: String = ""
        /// The highest level in force.
        package var maxVersionLevel: Int16 = 0
        /// The lowest level in force.
        package var minVersionLevel: Int16 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            maxVersionLevel: Int16 = 0,
            minVersionLevel: Int16 = 0
        ) {
            self.name = name
            self.maxVersionLevel = maxVersionLevel
            self.minVersionLevel = minVersionLevel
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.int16(&maxVersionLevel)
            try wire.int16(&minVersionLevel)
            try wire.tags(&tags)
        }
    }
}
