/// UnregisterBrokerRecord (metadata log, type 1): a broker leaves the cluster for good.
package struct UnregisterBrokerRecord: MetadataRecordBody {
    /// Type 1.
    package static let type: UInt32 = 1
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The broker's node id.
    package var brokerID: Int32 = 0
    /// The broker's epoch: the offset of its registration.
    package var brokerEpoch: Int64 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        brokerID: Int32 = 0,
        brokerEpoch: Int64 = 0
    ) {
        self.brokerID = brokerID
        self.brokerEpoch = brokerEpoch
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&brokerID)
        try wire.int64(&brokerEpoch)
        try wire.tags(&tags)
    }
}
