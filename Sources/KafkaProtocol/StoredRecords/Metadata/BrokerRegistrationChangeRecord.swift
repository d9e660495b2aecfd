/// BrokerRegistrationChangeRecord (metadata log, type 17): a broker's registration changes.
package struct BrokerRegistrationChangeRecord: MetadataRecordBody {
    /// Type 17.
    package static let type: UInt32 = 17
    /// Versions 0 to 2.
    package static let versions: ClosedRange<Int16> = 0...2
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The broker's node id.
    package var brokerID: Int32 = 0
    /// The broker's epoch: the offset of its registration.
    package var brokerEpoch: Int64 = 0
    /// -1 unfence, 1 fence, 0 no change.
    package var fenced: Int8 = 0
    /// 1 shutting down, 0 no change.
    package var inControlledShutdown: Int8 = 0
    /// The new log directories; none for no change.
    package var logDirs: [KafkaUUID] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        brokerID: Int32 = 0,
        brokerEpoch: Int64 = 0,
        fenced: Int8 = 0,
        inControlledShutdown: Int8 = 0,
        logDirs: [KafkaUUID] = []
    ) {
        self.brokerID = brokerID
        self.brokerEpoch = brokerEpoch
        self.fenced = fenced
        self.inControlledShutdown = inControlledShutdown
        self.logDirs = logDirs
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&brokerID)
        try wire.int64(&brokerEpoch)
        try wire.beginTags(&tags)
        try wire.tag(0, &tags, isPresent: fenced != 0) { (wire: inout Wire) throws(WireError) in
            try wire.int8(&fenced)
        }
        if version >= 1 {
            try wire.tag(1, &tags, isPresent: inControlledShutdown != 0) { (wire: inout Wire) throws(WireError) in
                try wire.int8(&inControlledShutdown)
            }
        }
        if version >= 2 {
            try wire.tag(2, &tags, isPresent: !logDirs.isEmpty) { (wire: inout Wire) throws(WireError) in
                try wire.array(&logDirs, version)
            }
        }
        try wire.endTags(&tags)
    }
}
