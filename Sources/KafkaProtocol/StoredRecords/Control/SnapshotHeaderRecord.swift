/// The first record of a snapshot.
package struct SnapshotHeaderRecord: StoredRecord {
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// The first version with compact lengths and tagged fields.
    package static let flexibleFrom: Int16? = 0

    /// The time of the newest record in the snapshot, in ms since 1970.
    package var lastContainedLogTimestamp: Int64 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        lastContainedLogTimestamp: Int64 = 0
    ) {
        self.lastContainedLogTimestamp = lastContainedLogTimestamp
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int64(&lastContainedLogTimestamp)
        try wire.tags(&tags)
    }
}
