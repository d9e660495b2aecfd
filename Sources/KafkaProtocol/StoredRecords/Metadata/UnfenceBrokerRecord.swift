/// UnfenceBrokerRecord (metadata log, type 8): a broker is unfenced (written by old versions only).
package struct UnfenceBrokerRecord: MetadataRecordBody {
    /// Type 8.
    package static let type: UInt32 = 8
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The broker's node id.
    package var id: Int32 = 0
    /// The broker's epoch.
    package var epoch: Int64 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        id: Int32 = 0,
        epoch: Int64 = 0
    ) {
        self.id = id
        self.epoch = epoch
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&id)
        try wire.int64(&epoch)
        try wire.tags(&tags)
    }
}
