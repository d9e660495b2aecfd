/// ConfigRecord (metadata log, type 4): a setting of a topic or broker is set or deleted.
package struct ConfigRecord: MetadataRecordBody {
    /// Type 4.
    package static let type: UInt32 = 4
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.
    package var resourceType: Int8 = 0
    /// The topic's name, or the broker's node id in digits (empty: the default of all brokers).
    package var resourceName: String = ""
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
        resourceType: Int8 = 0,
        resourceName: String = "",
        name: String = "",
        value: String? = nil
    ) {
        self.resourceType = resourceType
        self.resourceName = resourceName
        self.name = name
        self.value = value
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int8(&resourceType)
        try wire.string(&resourceName)
        try wire.string(&name)
        try wire.string(&value)
        try wire.tags(&tags)
    }
}
