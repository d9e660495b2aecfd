/// AlterClientQuotas (key 49): quotas are set and removed (KIP-546).
package struct AlterClientQuotasRequest: RequestMessage {
    /// What answers it.
    package typealias Response = AlterClientQuotasResponse
    /// Key 49, versions 0 and 1.
    package static let api = API(key: 49, name: "AlterClientQuotas", versions: 0...1, flexibleFrom: 1)

    /// The entities.
    package var entries: [Entry] = []
    /// Whether the request is only checked.
    package var validateOnly: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        entries: [Entry] = [],
        validateOnly: Bool = false
    ) {
        self.entries = entries
        self.validateOnly = validateOnly
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&entries, version)
        try wire.bool(&validateOnly)
        try wire.tags(&tags)
    }

    /// An entity and its changes.
    package struct Entry: WireValue, Equatable {
        /// What they are for.
        package var entity: [Entity] = []
        /// The changes.
        package var ops: [Operation] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            entity: [Entity] = [],
            ops: [Operation] = []
        ) {
            self.entity = entity
            self.ops = ops
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.array(&entity, version)
            try wire.array(&ops, version)
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

    /// A quota that is set or removed.
    package struct Operation: WireValue, Equatable {
        /// Its key, such as `producer_byte_rate`.
        package var key: String = ""
        /// Its value.
        package var value: Double = 0
        /// Whether it is removed.
        package var remove: Bool = false
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            key: String = "",
            value: Double = 0,
            remove: Bool = false
        ) {
            self.key = key
            self.value = value
            self.remove = remove
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&key)
            try wire.float64(&value)
            try wire.bool(&remove)
            try wire.tags(&tags)
        }
    }
}

/// Answers AlterClientQuotas: one result an entity.
package struct AlterClientQuotasResponse: ResponseMessage {
    /// As the request's.
    package static let api = AlterClientQuotasRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// The results.
    package var entries: [Entry] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        entries: [Entry] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.entries = entries
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&entries, version)
        try wire.tags(&tags)
    }

    /// One entity's result.
    package struct Entry: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read.
        package var errorMessage: String?
        /// The entity.
        package var entity: [Entity] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil,
            entity: [Entity] = []
        ) {
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.entity = entity
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.string(&errorMessage)
            try wire.array(&entity, version)
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
}
