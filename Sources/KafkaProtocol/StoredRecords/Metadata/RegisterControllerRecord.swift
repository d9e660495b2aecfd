/// RegisterControllerRecord (metadata log, type 27): a controller joins the cluster, or comes back.
package struct RegisterControllerRecord: MetadataRecordBody {
    /// Type 27.
    package static let type: UInt32 = 27
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The controller's node id.
    package var controllerID: Int32 = 0
    /// A random id of this run of the process.
    package var incarnationID: KafkaUUID = .zero
    /// Whether it is ready to take over from ZooKeeper.
    package var zkMigrationReady: Bool = false
    /// The listeners.
    package var endPoints: [EndPoint] = []
    /// The features it can have.
    package var features: [Feature] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        controllerID: Int32 = 0,
        incarnationID: KafkaUUID = .zero,
        zkMigrationReady: Bool = false,
        endPoints: [EndPoint] = [],
        features: [Feature] = []
    ) {
        self.controllerID = controllerID
        self.incarnationID = incarnationID
        self.zkMigrationReady = zkMigrationReady
        self.endPoints = endPoints
        self.features = features
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&controllerID)
        try wire.uuid(&incarnationID)
        try wire.bool(&zkMigrationReady)
        try wire.array(&endPoints, version)
        try wire.array(&features, version)
        try wire.tags(&tags)
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
