/// A KIP-848 group in `__consumer_offsets`; a null value deletes it.
package struct ConsumerGroupMetadataValue: StoredRecord {
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// Compact lengths and tagged fields from the first version on.
    package static let flexibleFrom: Int16? = 0

    /// The group's epoch: raised by each change of members, subscriptions or topics.
    package var epoch: Int32 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        epoch: Int32 = 0
    ) {
        self.epoch = epoch
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&epoch)
        try wire.tags(&tags)
    }
}
