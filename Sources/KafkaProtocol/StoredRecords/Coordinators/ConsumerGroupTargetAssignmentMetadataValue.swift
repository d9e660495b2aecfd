/// The epoch of a KIP-848 group's target assignment in `__consumer_offsets`.
package struct ConsumerGroupTargetAssignmentMetadataValue: StoredRecord {
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// Compact lengths and tagged fields from the first version on.
    package static let flexibleFrom: Int16? = 0

    /// The group epoch that the target assignment was computed for.
    package var assignmentEpoch: Int32 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        assignmentEpoch: Int32 = 0
    ) {
        self.assignmentEpoch = assignmentEpoch
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&assignmentEpoch)
        try wire.tags(&tags)
    }
}
