/// RegisterBrokerRecord (metadata log, type 0): a broker joins the cluster, or comes back.
package struct RegisterBrokerRecord: MetadataRecordBody {
    /// Type 0.
    package static let type: UInt32 = 0
    /// Versions 0 to 3.
    package static let versions: ClosedRange<Int16> = 0...3
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The broker's node id.
    package var brokerID: Int32 = 0
    /// Whether it is a ZooKeeper broker in migration.
    package var isMigratingZkBroker: Bool = false
    /// A random id of this run of the process.
    package var incarnationID: KafkaUUID = .zero
    /// The broker's epoch: the offset of its registration.
    package var brokerEpoch: Int64 = 0
    /// The listeners.
    package var endPoints: [EndPoint] = []
    /// The features it can have.
    package var features: [Feature] = []
    /// The broker's rack; null for none.
    package var rack: String?
    /// Whether it is fenced: registered, but not to be used.
    package var fenced: Bool = true
    /// Whether it is shutting down.
    package var inControlledShutdown: Bool = false
    /// The ids of its log directories.
    package var logDirs: [KafkaUUID] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        brokerID: Int32 = 0,
        isMigratingZkBroker: Bool = false,
        incarnationID: KafkaUUID = .zero,
        brokerEpoch: Int64 = 0,
        endPoints: [EndPoint] = [],
        features: [Feature] = [],
        rack: String? = nil,
        fenced: Bool = true,
        inControlledShutdown: Bool = false,
        logDirs: [KafkaUUID] = []
    ) {
        self.brokerID = brokerID
        self.isMigratingZkBroker = isMigratingZkBroker
        self.incarnationID = incarnationID
        self.brokerEpoch = brokerEpoch
        self.endPoints = endPoints
        self.features = features
        self.rack = rack
        self.fenced = fenced
        self.inControlledShutdown = inControlledShutdown
        self.logDirs = logDirs
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&brokerID)
        if version >= 2 { try wire.bool(&isMigratingZkBroker) }
        try wire.uuid(&incarnationID)
        try wire.int64(&brokerEpoch)
        try wire.array(&endPoints, version)
        try wire.array(&features, version)
        try wire.string(&rack)
        try wire.bool(&fenced)
        if version >= 1 { try wire.bool(&inControlledShutdown) }
        try wire.beginTags(&tags)
        if version >= 3 {
            try wire.tag(0, &tags, isPresent: !logDirs.isEmpty) { (wire: inout Wire) throws(WireError) in
                try wire.array(&logDirs, version)
            }
        }
        try wire.endTags(&tags)
    }

    /// A listener.
    package struct EndPoint: WireValue, Equatable {
        /// The listener's name.
        package var name: String = ""
        /// The host name.
        package var host: String = ""
        /// The port.
        package var port: UInt16 = 0
        /// 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL.
        package var securityProtocol: Int16 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            host: String = "",
            port: UInt16 = 0,
            securityProtocol: Int16 = 0
        ) {
            self.name = name
            self.host = host
            self.port = port
            self.securityProtocol = securityProtocol
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.string(&host)
            try wire.uint16(&port)
            try wire.int16(&securityProtocol)
            try wire.tags(&tags)
        }
    }

    /// A feature it can have.
    package struct Feature: WireValue, Equatable {
        /// The feature's name.
        package var name: String = ""
        /// The lowest level it can have.
        package var minSupportedVersion: Int16 = 0
        /// The highest level it can have.
        package var maxSupportedVersion: Int16 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            minSupportedVersion: Int16 = 0,
            maxSupportedVersion: Int16 = 0
        ) {
            self.name = name
            self.minSupportedVersion = minSupportedVersion
            self.maxSupportedVersion = maxSupportedVersion
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.int16(&minSupportedVersion)
            try wire.int16(&maxSupportedVersion)
            try wire.tags(&tags)
        }
    }
}
