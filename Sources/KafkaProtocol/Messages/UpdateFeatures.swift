/// UpdateFeatures (key 57): features of the cluster get other levels (KIP-584).
package struct UpdateFeaturesRequest: RequestMessage {
    /// What answers it.
    package typealias Response = UpdateFeaturesResponse
    /// Key 57, versions 0 and 1.
    package static let api = API(key: 57, name: "UpdateFeatures", versions: 0...1, flexibleFrom: 0)

    /// Milliseconds to wait for the outcome.
    package var timeoutMs: Int32 = 60_000
    /// The features.
    package var featureUpdates: [Update] = []
    /// Whether the request is only checked.
    package var validateOnly: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        timeoutMs: Int32 = 60_000,
        featureUpdates: [Update] = [],
        validateOnly: Bool = false
    ) {
        self.timeoutMs = timeoutMs
        self.featureUpdates = featureUpdates
        self.validateOnly = validateOnly
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&timeoutMs)
        try wire.array(&featureUpdates, version)
        if version >= 1 { try wire.bool(&validateOnly) }
        try wire.tags(&tags)
    }

    /// A feature and the level it shall have.
    package struct Update: WireValue, Equatable {
        /// The feature's name.
        package var feature: String = ""
        /// The level; below 1 removes the feature.
        package var maxVersionLevel: Int16 = 0
        /// Whether the level may be lower than before; version 0.
        package var allowDowngrade: Bool = false
        /// 1 only up, 2 down where nothing is lost, 3 down.
        package var upgradeType: Int8 = 1
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            feature: String = "",
            maxVersionLevel: Int16 = 0,
            allowDowngrade: Bool = false,
            upgradeType: Int8 = 1
        ) {
            self.feature = feature
            self.maxVersionLevel = maxVersionLevel
            self.allowDowngrade = allowDowngrade
            self.upgradeType = upgradeType
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&feature)
            try wire.int16(&maxVersionLevel)
            if version <= 0 { try wire.bool(&allowDowngrade) }
            if version >= 1 { try wire.int8(&upgradeType) }
            try wire.tags(&tags)
        }
    }
}

/// Answers UpdateFeatures: one result a feature.
package struct UpdateFeaturesResponse: ResponseMessage {
    /// As the request's.
    package static let api = UpdateFeaturesRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// What went wrong, for people to read.
    package var errorMessage: String?
    /// The features.
    package var results: [Result] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        errorMessage: String? = nil,
        results: [Result] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.results = results
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.string(&errorMessage)
        try wire.array(&results, version)
        try wire.tags(&tags)
    }

    /// One feature's result.
    package struct Result: WireValue, Equatable {
        /// The feature's name.
        package var feature: String = ""
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
            feature: String = "",
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil
        ) {
            self.feature = feature
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&feature)
            try wire.errorCode(&errorCode)
            try wire.string(&errorMessage)
            try wire.tags(&tags)
        }
    }
}
