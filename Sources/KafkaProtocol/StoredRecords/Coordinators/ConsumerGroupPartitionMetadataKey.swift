/// The key of what a KIP-848 group subscribes to in `__consumer_offsets`, with a
/// ``ConsumerGroupPartitionMetadataValue``.
package struct ConsumerGroupPartitionMetadataKey: StoredRecord {
    /// Version 4 only.
    package static let versions: ClosedRange<Int16> = 4...4
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
