/// RemoveAccessControlEntryRecord (metadata log, type 16): an access control entry is removed.
package struct RemoveAccessControlEntryRecord: MetadataRecordBody {
    /// Type 16.
    package static let type: UInt32 = 16
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The entry's id.
    package var id: KafkaUUID = .zero
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        id: KafkaUUID = .zero
    ) {
        self.id = id
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.uuid(&id)
        try wire.tags(&tags)
    }
}
