/// The key of a KIP-848 group's epoch in `__consumer_offsets`, with a ``ConsumerGroupMetadataValue``.
package struct ConsumerGroupMetadataKey: StoredRecord {
    /// Version 3 only.
    package static let versions: ClosedRange<Int16> = 3...3
    /// No version is flexible.
    package static let flexibleFrom: Int16? = nil

    /// The group.
    package var group: String = ""

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        group: String = ""
    ) {
        self.group = group
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&group)
    }
}
