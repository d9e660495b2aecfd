/// ClientQuotaRecord (metadata log, type 14): a quota is set or removed (KIP-546).
package struct ClientQuotaRecord: MetadataRecordBody {
    /// Type 14.
    package static let type: UInt32 = 14
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// What it is for.
    package var entity: [Entity] = []
    /// Its key, such as `producer_byte_rate`.
    package var key: String = ""
    /// Its value; of no meaning where it is removed.
    package var value: Double = 0
    /// Whether it is removed.
    package var remove: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        entity: [Entity] = [],
        key: String = "",
        value: Double = 0,
        remove: Bool = false
    ) {
        self.entity = entity
        self.key = key
        self.value = value
        self.remove = remove
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&entity, version)
        try wire.string(&key)
        try wire.float64(&value)
        try wire.bool(&remove)
        try wire.tags(&tags)
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
