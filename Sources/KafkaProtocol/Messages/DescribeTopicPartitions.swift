/// DescribeTopicPartitions (key 75): partitions of topics, a page at a time (KIP-966).
package struct DescribeTopicPartitionsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = DescribeTopicPartitionsResponse
    /// Key 75, version 0 only.
    package static let api = API(key: 75, name: "DescribeTopicPartitions", versions: 0...0, flexibleFrom: 0)

    /// The topics; none for all.
    package var topics: [Topic] = []
    /// Partitions an answer may have.
    package var responsePartitionLimit: Int32 = 2_000
    /// Where to begin; null for the beginning.
    package var cursor: Cursor?
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        topics: [Topic] = [],
        responsePartitionLimit: Int32 = 2_000,
        cursor: Cursor? = nil
    ) {
        self.topics = topics
        self.responsePartitionLimit = responsePartitionLimit
        self.cursor = cursor
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&topics, version)
        try wire.int32(&responsePartitionLimit)
        try wire.optional(&cursor, version)
        try wire.tags(&tags)
    }

    /// A topic.
    package struct Topic: WireValue, Equatable {
        /// Its name.
        package var name: String = ""
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = ""
        ) {
            self.name = name
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.tags(&tags)
        }
    }

    /// Where a list of partitions goes on.
    package struct Cursor: WireValue, Equatable {
        /// The topic's name.
        package var topicName: String = ""
        /// The partition's number.
        package var partitionIndex: Int32 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topicName: String = "",
            partitionIndex: Int32 = 0
        ) {
            self.topicName = topicName
            self.partitionIndex = partitionIndex
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&topicName)
            try wire.int32(&partitionIndex)
            try wire.tags(&tags)
        }
    }
}

/// Answers DescribeTopicPartitions: the topics, and where the next page begins.
package struct DescribeTopicPartitionsResponse: ResponseMessage {
    /// As the request's.
    package static let api = DescribeTopicPartitionsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// The topics, by name.
    package var topics: [Topic] = []
    /// Where the next page begins; null after the last one.
    package var nextCursor: Cursor?
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        topics: [Topic] = [],
        nextCursor: Cursor? = nil
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.topics = topics
        self.nextCursor = nextCursor
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&topics, version)
        try wire.optional(&nextCursor, version)
        try wire.tags(&tags)
    }

    /// A topic.
    package struct Topic: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// Its name.
        package var name: String?
        /// Its id.
        package var topicID: KafkaUUID = .zero
        /// Whether the broker itself writes it.
        package var isInternal: Bool = false
        /// Its partitions.
        package var partitions: [Partition] = []
        /// What the client may do with it, a bit each; the least number for "not asked".
        package var topicAuthorizedOperations: Int32 = .min
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            errorCode: ErrorCode = .none,
            name: String? = nil,
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
            try wire.string(&name)
            try wire.uuid(&topicID)
            try wire.bool(&isInternal)
            try wire.array(&partitions, version)
            try wire.int32(&topicAuthorizedOperations)
            try wire.tags(&tags)
        }
    }

    /// A partition.
    package struct Partition: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// Its number.
        package var partitionIndex: Int32 = 0
        /// The node id of its leader; -1 for none.
        package var leaderID: Int32 = 0
        /// The epoch of its leader.
        package var leaderEpoch: Int32 = -1
        /// The node ids of its replicas.
        package var replicaNodes: [Int32] = []
        /// Those that are in sync.
        package var isrNodes: [Int32] = []
        /// Those that may lead though not in sync; null for unknown.
        package var eligibleLeaderReplicas: [Int32]?
        /// The last ones that were; null for unknown.
        package var lastKnownElr: [Int32]?
        /// Those that cannot be reached.
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
            eligibleLeaderReplicas: [Int32]? = nil,
            lastKnownElr: [Int32]? = nil,
            offlineReplicas: [Int32] = []
        ) {
            self.errorCode = errorCode
            self.partitionIndex = partitionIndex
            self.leaderID = leaderID
            self.leaderEpoch = leaderEpoch
            self.replicaNodes = replicaNodes
            self.isrNodes = isrNodes
            self.eligibleLeaderReplicas = eligibleLeaderReplicas
            self.lastKnownElr = lastKnownElr
            self.offlineReplicas = offlineReplicas
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.int32(&partitionIndex)
            try wire.int32(&leaderID)
            try wire.int32(&leaderEpoch)
            try wire.array(&replicaNodes, version)
            try wire.array(&isrNodes, version)
            try wire.array(&eligibleLeaderReplicas, version)
            try wire.array(&lastKnownElr, version)
            try wire.array(&offlineReplicas, version)
            try wire.tags(&tags)
        }
    }

    /// Where a list of partitions goes on.
    package struct Cursor: WireValue, Equatable {
        /// The topic's name.
        package var topicName: String = ""
        /// The partition's number.
        package var partitionIndex: Int32 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topicName: String = "",
            partitionIndex: Int32 = 0
        ) {
            self.topicName = topicName
            self.partitionIndex = partitionIndex
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&topicName)
            try wire.int32(&partitionIndex)
            try wire.tags(&tags)
        }
    }
}
