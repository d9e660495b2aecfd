/// Metadata (key 3): the brokers, topics and partitions of the cluster.
package struct MetadataRequest: RequestMessage {
    /// What answers it.
    package typealias Response = MetadataResponse
    /// Key 3, versions 0 to 13.
    package static let api = API(key: 3, name: "Metadata", versions: 0...13, flexibleFrom: 9)

    /// The topics asked for. None means none, save in version 0, where it means all; null means all.
    package var topics: [Topic]? = []
    /// Whether the broker may create topics that are missing.
    package var allowAutoTopicCreation: Bool = true
    /// Whether to tell what the client may do with the cluster.
    package var includeClusterAuthorizedOperations: Bool = false
    /// Whether to tell what the client may do with each topic.
    package var includeTopicAuthorizedOperations: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        topics: [Topic]? = [],
        allowAutoTopicCreation: Bool = true,
        includeClusterAuthorizedOperations: Bool = false,
        includeTopicAuthorizedOperations: Bool = false
    ) {
        self.topics = topics
        self.allowAutoTopicCreation = allowAutoTopicCreation
        self.includeClusterAuthorizedOperations = includeClusterAuthorizedOperations
        self.includeTopicAuthorizedOperations = includeTopicAuthorizedOperations
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&topics, version, nullable: version >= 1)
        if version >= 4 { try wire.bool(&allowAutoTopicCreation) }
        if (8...10).contains(version) { try wire.bool(&includeClusterAuthorizedOperations) }
        if version >= 8 { try wire.bool(&includeTopicAuthorizedOperations) }
        try wire.tags(&tags)
    }

    /// A topic asked for, by name or id.
    package struct Topic: WireValue, Equatable {
        /// The topic's id (KIP-516).
        package var topicID: KafkaUUID = .zero
        /// The topic's name; null to ask by id.
        package var name: String? = ""
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topicID: KafkaUUID = .zero,
            name: String? = ""
        ) {
            self.topicID = topicID
            self.name = name
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            if version >= 10 { try wire.uuid(&topicID) }
            try wire.string(&name, nullable: version >= 10)
            try wire.tags(&tags)
        }
    }
}

/// Answers Metadata: the brokers, topics and partitions.
package struct MetadataResponse: ResponseMessage {
    /// As the request's.
    package static let api = MetadataRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// The brokers.
    package var brokers: [Broker] = []
    /// The cluster's id.
    package var clusterID: String?
    /// The node id of the controller; -1 for none.
    package var controllerID: Int32 = -1
    /// The topics.
    package var topics: [Topic] = []
    /// What the client may do with the cluster, a bit each; the least number for "not asked".
    package var clusterAuthorizedOperations: Int32 = .min
    /// What went wrong with the whole request, or none: REBOOTSTRAP_REQUIRED (KIP-1102).
    package var errorCode: ErrorCode = .none
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        brokers: [Broker] = [],
        clusterID: String? = nil,
        controllerID: Int32 = -1,
        topics: [Topic] = [],
        clusterAuthorizedOperations: Int32 = .min,
        errorCode: ErrorCode = .none
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.brokers = brokers
        self.clusterID = clusterID
        self.controllerID = controllerID
        self.topics = topics
        self.clusterAuthorizedOperations = clusterAuthorizedOperations
        self.errorCode = errorCode
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 3 { try wire.int32(&throttleTimeMs) }
        try wire.array(&brokers, version)
        if version >= 2 { try wire.string(&clusterID) }
        if version >= 1 { try wire.int32(&controllerID) }
        try wire.array(&topics, version)
        if (8...10).contains(version) { try wire.int32(&clusterAuthorizedOperations) }
        if version >= 13 { try wire.errorCode(&errorCode) }
        try wire.tags(&tags)
    }

    /// A broker and its listener.
    package struct Broker: WireValue, Equatable {
        /// The broker's node id.
        package var nodeID: Int32 = 0
        /// The host name of its listener.
        package var host: String = ""
        /// The port of its listener.
        package var port: Int32 = 0
        /// The broker's rack; null for none.
        package var rack: String?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            nodeID: Int32 = 0,
            host: String = "",
            port: Int32 = 0,
            rack: String? = nil
        ) {
            self.nodeID = nodeID
            self.host = host
            self.port = port
            self.rack = rack
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&nodeID)
            try wire.string(&host)
            try wire.int32(&port)
            if version >= 1 { try wire.string(&rack) }
            try wire.tags(&tags)
        }
    }

    /// A topic.
    package struct Topic: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// The topic's name; null if it was asked for by an unknown id.
        package var name: String? = ""
        /// The topic's id (KIP-516).
        package var topicID: KafkaUUID = .zero
        /// Whether Kafka itself owns the topic, as `__consumer_offsets`.
        package var isInternal: Bool = false
        /// The partitions.
        package var partitions: [Partition] = []
        /// What the client may do with the topic, a bit each; the least number for "not asked".
        package var topicAuthorizedOperations: Int32 = .min
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            errorCode: ErrorCode = .none,
            name: String? = "",
            topicID: KafkaUUID = .zero,
            isInternal: Bool = false,
            partitions: [Partition] = [],
            topicAuthorizedOperations: Int32 = .min
        ) {
            self.errorCode = errorCode
            self.name = name
            self.topicID = topicID
            self.isInternal = isInternal
            self.partitions = partitions
            self.topicAuthorizedOperations = topicAuthorizedOperations
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.string(&name, nullable: version >= 12)
            if version >= 10 { try wire.uuid(&topicID) }
            if version >= 1 { try wire.bool(&isInternal) }
            try wire.array(&partitions, version)
            if version >= 8 { try wire.int32(&topicAuthorizedOperations) }
            try wire.tags(&tags)
        }
    }

    /// A partition and where it is.
    package struct Partition: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// The partition's number.
        package var partitionIndex: Int32 = 0
        /// The node id of the leader; -1 for none.
        package var leaderID: Int32 = 0
        /// The leader epoch; -1 for unknown.
        package var leaderEpoch: Int32 = -1
        /// Node ids of all replicas.
        package var replicaNodes: [Int32] = []
        /// Node ids of the replicas in sync.
        package var isrNodes: [Int32] = []
        /// Node ids of the replicas that are down.
        package var offlineReplicas: [Int32] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            errorCode: ErrorCode = .none,
            partitionIndex: Int32 = 0,
            leaderID: Int32 = 0,
            leaderEpoch: Int32 = -1,
            replicaNodes: [Int32] = [],
            isrNodes: [Int32] = [],
            offlineReplicas: [Int32] = []
        ) {
            self.errorCode = errorCode
            self.partitionIndex = partitionIndex
            self.leaderID = leaderID
            self.leaderEpoch = leaderEpoch
            self.replicaNodes = replicaNodes
            self.isrNodes = isrNodes
            self.offlineReplicas = offlineReplicas
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.int32(&partitionIndex)
            try wire.int32(&leaderID)
            if version >= 7 { try wire.int32(&leaderEpoch) }
            try wire.array(&replicaNodes, version)
            try wire.array(&isrNodes, version)
            if version >= 5 { try wire.array(&offlineReplicas, version) }
            try wire.tags(&tags)
        }
    }
}
