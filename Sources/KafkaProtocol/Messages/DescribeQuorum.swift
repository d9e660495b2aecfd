/// DescribeQuorum (key 55): the controllers of the metadata log (KIP-595).
package struct DescribeQuorumRequest: RequestMessage {
    /// What answers it.
    package typealias Response = DescribeQuorumResponse
    /// Key 55, versions 0 to 2.
    package static let api = API(key: 55, name: "DescribeQuorum", versions: 0...2, flexibleFrom: 0)

    /// The topics; `__cluster_metadata` is the one there is.
    package var topics: [Topic] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        topics: [Topic] = []
    ) {
        self.topics = topics
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&topics, version)
        try wire.tags(&tags)
    }

    /// Partitions of a topic.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var topicName: String = ""
        /// The partitions.
        package var partitions: [Partition] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topicName: String = "",
            partitions: [Partition] = []
        ) {
            self.topicName = topicName
            self.partitions = partitions
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&topicName)
            try wire.array(&partitions, version)
            try wire.tags(&tags)
        }
    }

    /// A partition.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var partitionIndex: Int32 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partitionIndex: Int32 = 0
        ) {
            self.partitionIndex = partitionIndex
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.tags(&tags)
        }
    }
}

/// Answers DescribeQuorum: leader, voters and observers.
package struct DescribeQuorumResponse: ResponseMessage {
    /// As the request's.
    package static let api = DescribeQuorumRequest.api

    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// What went wrong, for people to read.
    package var errorMessage: String?
    /// The topics.
    package var topics: [Topic] = []
    /// The voters and observers, and where they listen as controllers.
    package var nodes: [Node] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        errorCode: ErrorCode = .none,
        errorMessage: String? = nil,
        topics: [Topic] = [],
        nodes: [Node] = []
    ) {
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.topics = topics
        self.nodes = nodes
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.errorCode(&errorCode)
        if version >= 2 { try wire.string(&errorMessage) }
        try wire.array(&topics, version)
        if version >= 2 { try wire.array(&nodes, version) }
        try wire.tags(&tags)
    }

    /// A topic.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var topicName: String = ""
        /// The partitions.
        package var partitions: [Partition] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topicName: String = "",
            partitions: [Partition] = []
        ) {
            self.topicName = topicName
            self.partitions = partitions
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&topicName)
            try wire.array(&partitions, version)
            try wire.tags(&tags)
        }
    }

    /// A partition and its quorum.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var partitionIndex: Int32 = 0
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read.
        package var errorMessage: String?
        /// The node id of the leader; -1 for unknown.
        package var leaderID: Int32 = 0
        /// The epoch of the leader.
        package var leaderEpoch: Int32 = 0
        /// The end of what is durable.
        package var highWatermark: Int64 = 0
        /// Who elects the leader.
        package var currentVoters: [Replica] = []
        /// Who only follows.
        package var observers: [Replica] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partitionIndex: Int32 = 0,
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil,
            leaderID: Int32 = 0,
            leaderEpoch: Int32 = 0,
            highWatermark: Int64 = 0,
            currentVoters: [Replica] = [],
            observers: [Replica] = []
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.leaderID = leaderID
            self.leaderEpoch = leaderEpoch
            self.highWatermark = highWatermark
            self.currentVoters = currentVoters
            self.observers = observers
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            if version >= 2 { try wire.string(&errorMessage) }
            try wire.int32(&leaderID)
            try wire.int32(&leaderEpoch)
            try wire.int64(&highWatermark)
            try wire.array(&currentVoters, version)
            try wire.array(&observers, version)
            try wire.tags(&tags)
        }
    }

    /// A voter or observer.
    package struct Replica: WireValue, Equatable {
        /// Its node id.
        package var replicaID: Int32 = 0
        /// The id of its log directory.
        package var replicaDirectoryID: KafkaUUID = .zero
        /// The end of its log; -1 for unknown.
        package var logEndOffset: Int64 = 0
        /// When it fetched last, wall milliseconds; -1 for unknown.
        package var lastFetchTimestamp: Int64 = -1
        /// When it had everything last, wall milliseconds; -1 for unknown.
        package var lastCaughtUpTimestamp: Int64 = -1
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            replicaID: Int32 = 0,
            replicaDirectoryID: KafkaUUID = .zero,
            logEndOffset: Int64 = 0,
            lastFetchTimestamp: Int64 = -1,
            lastCaughtUpTimestamp: Int64 = -1
        ) {
            self.replicaID = replicaID
            self.replicaDirectoryID = replicaDirectoryID
            self.logEndOffset = logEndOffset
            self.lastFetchTimestamp = lastFetchTimestamp
            self.lastCaughtUpTimestamp = lastCaughtUpTimestamp
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&replicaID)
            if version >= 2 { try wire.uuid(&replicaDirectoryID) }
            try wire.int64(&logEndOffset)
            if version >= 1 { try wire.int64(&lastFetchTimestamp) }
            if version >= 1 { try wire.int64(&lastCaughtUpTimestamp) }
            try wire.tags(&tags)
        }
    }

    /// A voter or observer as a node.
    package struct Node: WireValue, Equatable {
        /// Its node id.
        package var nodeID: Int32 = 0
        /// Where it listens as a controller.
        package var listeners: [Listener] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            nodeID: Int32 = 0,
            listeners: [Listener] = []
        ) {
            self.nodeID = nodeID
            self.listeners = listeners
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&nodeID)
            try wire.array(&listeners, version)
            try wire.tags(&tags)
        }
    }

    /// A listener of a controller.
    package struct Listener: WireValue, Equatable {
        /// Its name.
        package var name: String = ""
        /// Its host.
        package var host: String = ""
        /// Its port.
        package var port: UInt16 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            host: String = "",
            port: UInt16 = 0
        ) {
            self.name = name
            self.host = host
            self.port = port
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.string(&host)
            try wire.uint16(&port)
            try wire.tags(&tags)
        }
    }
}
