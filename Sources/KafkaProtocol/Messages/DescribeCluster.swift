/// DescribeCluster (key 60): the brokers of the cluster.
package struct DescribeClusterRequest: RequestMessage {
    /// What answers it.
    package typealias Response = DescribeClusterResponse
    /// Key 60, versions 0 to 2.
    package static let api = API(key: 60, name: "DescribeCluster", versions: 0...2, flexibleFrom: 0)

    /// Whether to tell what the client may do with the cluster.
    package var includeClusterAuthorizedOperations: Bool = false
    /// 1 brokers, 2 controllers.
    package var endpointType: Int8 = 1
    /// Whether to tell of brokers that are fenced (KIP-1073).
    package var includeFencedBrokers: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        includeClusterAuthorizedOperations: Bool = false,
        endpointType: Int8 = 1,
        includeFencedBrokers: Bool = false
    ) {
        self.includeClusterAuthorizedOperations = includeClusterAuthorizedOperations
        self.endpointType = endpointType
        self.includeFencedBrokers = includeFencedBrokers
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.bool(&includeClusterAuthorizedOperations)
        if version >= 1 { try wire.int8(&endpointType) }
        if version >= 2 { try wire.bool(&includeFencedBrokers) }
        try wire.tags(&tags)
    }
}

/// Answers DescribeCluster: the brokers.
package struct DescribeClusterResponse: ResponseMessage {
    /// As the request's.
    package static let api = DescribeClusterRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// What went wrong, for people to read.
    package var errorMessage: String?
    /// 1 brokers, 2 controllers.
    package var endpointType: Int8 = 1
    /// The cluster's id.
    package var clusterID: String = ""
    /// The node id of the controller; -1 for none.
    package var controllerID: Int32 = -1
    /// The brokers.
    package var brokers: [Broker] = []
    /// What the client may do with the cluster, a bit each; the least number for "not asked".
    package var clusterAuthorizedOperations: Int32 = .min
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        errorMessage: String? = nil,
        endpointType: Int8 = 1,
        clusterID: String = "",
        controllerID: Int32 = -1,
        brokers: [Broker] = [],
        clusterAuthorizedOperations: Int32 = .min
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.endpointType = endpointType
        self.clusterID = clusterID
        self.controllerID = controllerID
        self.brokers = brokers
        self.clusterAuthorizedOperations = clusterAuthorizedOperations
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.string(&errorMessage)
        if version >= 1 { try wire.int8(&endpointType) }
        try wire.string(&clusterID)
        try wire.int32(&controllerID)
        try wire.array(&brokers, version)
        try wire.int32(&clusterAuthorizedOperations)
        try wire.tags(&tags)
    }

    /// A broker and its listener.
    package struct Broker: WireValue, Equatable {
        /// The broker's node id.
        package var brokerID: Int32 = 0
        /// The host name of its listener.
        package var host: String = ""
        /// The port of its listener.
        package var port: Int32 = 0
        /// The broker's rack; null for none.
        package var rack: String?
        /// Whether the controller keeps it out of the cluster for now.
        package var isFenced: Bool = false
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            brokerID: Int32 = 0,
            host: String = "",
            port: Int32 = 0,
            rack: String? = nil,
            isFenced: Bool = false
        ) {
            self.brokerID = brokerID
            self.host = host
            self.port = port
            self.rack = rack
            self.isFenced = isFenced
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&brokerID)
            try wire.string(&host)
            try wire.int32(&port)
            try wire.string(&rack)
            if version >= 2 { try wire.bool(&isFenced) }
            try wire.tags(&tags)
        }
    }
}
