/// ProducerIdsRecord (metadata log, type 15): a block of producer ids is handed out.
package struct ProducerIdsRecord: MetadataRecordBody {
    /// Type 15.
    package static let type: UInt32 = 15
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The node id of the broker that asked.
    package var brokerID: Int32 = 0
    /// The epoch of the broker that asked.
    package var brokerEpoch: Int64 = 0
    /// The first producer id not yet handed out in blocks.
    package var nextProducerID: Int64 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        brokerID: Int32 = 0,
        brokerEpoch: Int64 = 0,
        nextProducerID: Int64 = 0
    ) {
        self.brokerID = brokerID
        self.brokerEpoch = brokerEpoch
        self.nextProducerID = nextProducerID
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&brokerID)
        try wire.int64(&brokerEpoch)
        try wire.int64(&nextProducerID)
        try wire.tags(&tags)
    }
}
