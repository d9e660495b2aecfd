/// DescribeClientQuotas (key 48): the quotas that match a filter (KIP-546).
package struct DescribeClientQuotasRequest: RequestMessage {
    /// What answers it.
    package typealias Response = DescribeClientQuotasResponse
    /// Key 48, versions 0 and 1.
    package static let api = API(key: 48, name: "DescribeClientQuotas", versions: 0...1, flexibleFrom: 1)

    /// What an entity must have.
    package var components: [Component] = []
    /// Whether it may have nothing else.
    package var strict: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        components: [Component] = [],
        strict: Bool = false
    ) {
        self.components = components
        self.strict = strict
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&components, version)
        try wire.bool(&strict)
        try wire.tags(&tags)
    }

    /// A part that an entity must have.
    package struct Component: WireValue, Equatable {
        /// `user`, `client-id` or `ip`.
        package var entityType: String = ""
        /// 0 exactly this name, 1 the default, 2 any name.
        package var matchType: Int8 = 0
        /// The name; null for types 1 and 2.
        package var match: String?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            entityType: String = "",
            matchType: Int8 = 0,
            match: String? = nil
        ) {
            self.entityType = entityType
            self.matchType = matchType
            self.match = match
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&entityType)
            try wire.int8(&matchType)
            try wire.string(&match)
            try wire.tags(&tags)
        }
    }
}

/// Answers DescribeClientQuotas: the quotas, by entity.
package struct DescribeClientQuotasResponse: ResponseMessage {
    /// As the request's.
    package static let api = DescribeClientQuotasRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// What went wrong, for people to read.
    package var errorMessage: String?
    /// The entities; null with an error.
    package var entries: [Entry]? = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        errorMessage: String? = nil,
        entries: [Entry]? = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.entries = entries
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.string(&errorMessage)
        try wire.array(&entries, version)
        try wire.tags(&tags)
    }

    /// An entity and its quotas.
    package struct Entry: WireValue, Equatable {
        /// What they are for.
        package var entity: [Entity] = []
        /// The quotas.
        package var values: [Value] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            entity: [Entity] = [],
            values: [Value] = []
        ) {
            self.entity = entity
            self.values = values
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.array(&entity, version)
            try wire.array(&values, version)
            try wire.tags(&tags)
        }
    }

    /// One part of what a quota is for.
    package struct Entity: WireValue, Equatable {
        /// `user`, `client-id` or `ip`.
        package var entityType: String = ""
        /// Its name; null for the default of the type.
        package var entityName: String?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            entityType: String = "",
            entityName: String? = nil
        ) {
            self.entityType = entityType
            self.entityName = entityName
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&entityType)
            try wire.string(&entityName)
            try wire.tags(&tags)
        }
    }

    /// One quota.
    package struct Value: WireValue, Equatable {
        /// Its key, such as `producer_byte_rate`.
        package var key: String = ""
        /// Its value.
        package var value: Double = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            key: String = "",
            value: Double = 0
        ) {
            self.key = key
            self.value = value
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&key)
            try wire.float64(&value)
            try wire.tags(&tags)
        }
    }
}
