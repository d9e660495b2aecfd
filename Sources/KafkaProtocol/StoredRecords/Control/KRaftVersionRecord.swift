/// The version of the quorum's own protocol (KIP-853).
package struct KRaftVersionRecord: StoredRecord {
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// The first version with compact lengths and tagged fields.
    package static let flexibleFrom: Int16? = 0

    /// The level of feature `kraft.version`.
    package var kRaftVersion: Int16 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        kRaftVersion: Int16 = 0
    ) {
        self.kRaftVersion = kRaftVersion
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int16(&kRaftVersion)
        try wire.tags(&tags)
    }
}
