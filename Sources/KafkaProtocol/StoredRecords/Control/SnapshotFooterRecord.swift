/// The last record of a snapshot.
package struct SnapshotFooterRecord: StoredRecord {
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// The first version with compact lengths and tagged fields.
    package static let flexibleFrom: Int16? = 0

    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.tags(&tags)
    }
}
