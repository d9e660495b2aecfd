/// Fetch (key 1): record batches are read, by consumers and followers.
package struct FetchRequest: RequestMessage {
    /// What answers it.
    package typealias Response = FetchResponse
    /// Key 1, versions 4 to 17.
    package static let api = API(key: 1, name: "Fetch", versions: 4...17, flexibleFrom: 12)

    /// The cluster's id.
    package var clusterID: String?
    /// The node id of a follower; -1 for a consumer.
    package var replicaID: Int32 = -1
    /// Which follower asks (KIP-903); null for a consumer.
    package var replicaState: ReplicaState?
    /// Milliseconds to wait for `minBytes`.
    package var maxWaitMs: Int32 = 0
    /// Bytes to wait for.
    package var minBytes: Int32 = 0
    /// Bytes to answer at most; the first batch comes whole all the same.
    package var maxBytes: Int32 = .max
    /// 0 read_uncommitted, 1 read_committed.
    package var isolationLevel: Int8 = 0
    /// The fetch session (KIP-227); 0 for none.
    package var sessionID: Int32 = 0
    /// 0 asks for a new session, -1 for none or its end, else the session's next number.
    package var sessionEpoch: Int32 = -1
    /// The topics.
    package var topics: [Topic] = []
    /// Partitions to take out of the session.
    package var forgottenTopicsData: [ForgottenTopic] = []
    /// The consumer's rack; empty for none.
    package var rackID: String = ""
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        clusterID: String? = nil,
        replicaID: Int32 = -1,
        replicaState: ReplicaState? = nil,
        maxWaitMs: Int32 = 0,
        minBytes: Int32 = 0,
        maxBytes: Int32 = .max,
        isolationLevel: Int8 = 0,
        sessionID: Int32 = 0,
        sessionEpoch: Int32 = -1,
        topics: [Topic] = [],
        forgottenTopicsData: [ForgottenTopic] = [],
        rackID: String = ""
    ) {
        self.clusterID = clusterID
        self.replicaID = replicaID
        self.replicaState = replicaState
        self.maxWaitMs = maxWaitMs
        self.minBytes = minBytes
        self.maxBytes = maxBytes
        self.isolationLevel = isolationLevel
        self.sessionID = sessionID
        self.sessionEpoch = sessionEpoch
        self.topics = topics
        self.forgottenTopicsData = forgottenTopicsData
        self.rackID = rackID
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version <= 14 { try wire.int32(&replicaID) }
        try wire.int32(&maxWaitMs)
        try wire.int32(&minBytes)
        try wire.int32(&maxBytes)
        try wire.int8(&isolationLevel)
        if version >= 7 {
            try wire.int32(&sessionID)
            try wire.int32(&sessionEpoch)
        }
        try wire.array(&topics, version)
        if version >= 7 { try wire.array(&forgottenTopicsData, version) }
        if version >= 11 { try wire.string(&rackID) }
        try wire.beginTags(&tags)
        try wire.tag(0, &tags, isPresent: clusterID != nil) { (wire: inout Wire) throws(WireError) in
            try wire.string(&clusterID)
        }
        if version >= 15 {
            try wire.tag(1, &tags, isPresent: replicaState != nil) { (wire: inout Wire) throws(WireError) in
                var value = replicaState ?? .init()
                try value.code(&wire, version)
                replicaState = value
            }
        }
        try wire.endTags(&tags)
    }

    /// The follower that asks.
    package struct ReplicaState: WireValue, Equatable {
        /// The node id of a follower; -1 for a consumer.
        package var replicaID: Int32 = -1
        /// The follower's broker epoch; -1 for none.
        package var replicaEpoch: Int64 = -1
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            replicaID: Int32 = -1,
            replicaEpoch: Int64 = -1
        ) {
            self.replicaID = replicaID
            self.replicaEpoch = replicaEpoch
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&replicaID)
            try wire.int64(&replicaEpoch)
            try wire.tags(&tags)
        }
    }

    /// A topic to read.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var topic: String = ""
        /// The topic's id (KIP-516).
        package var topicID: KafkaUUID = .zero
        /// The partitions.
        package var partitions: [Partition] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topic: String = "",
            topicID: KafkaUUID = .zero,
            partitions: [Partition] = []
        ) {
            self.topic = topic
            self.topicID = topicID
            self.partitions = partitions
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            if version <= 12 { try wire.string(&topic) }
            if version >= 13 { try wire.uuid(&topicID) }
            try wire.array(&partitions, version)
            try wire.tags(&tags)
        }
    }

    /// Where to read one partition.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var partition: Int32 = 0
        /// The leader epoch the client knows; -1 for none.
        package var currentLeaderEpoch: Int32 = -1
        /// The offset to read from.
        package var fetchOffset: Int64 = 0
        /// The leader epoch of the last record read; -1 for none.
        package var lastFetchedEpoch: Int32 = -1
        /// The first offset of the log; -1 for unknown.
        package var logStartOffset: Int64 = -1
        /// Bytes to answer for this partition at most.
        package var partitionMaxBytes: Int32 = 0
        /// The follower's log directory (KIP-853); zero for none.
        package var replicaDirectoryID: KafkaUUID = .zero
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partition: Int32 = 0,
            currentLeaderEpoch: Int32 = -1,
            fetchOffset: Int64 = 0,
            lastFetchedEpoch: Int32 = -1,
            logStartOffset: Int64 = -1,
            partitionMaxBytes: Int32 = 0,
            replicaDirectoryID: KafkaUUID = .zero
        ) {
            self.partition = partition
            self.currentLeaderEpoch = currentLeaderEpoch
            self.fetchOffset = fetchOffset
            self.lastFetchedEpoch = lastFetchedEpoch
            self.logStartOffset = logStartOffset
            self.partitionMaxBytes = partitionMaxBytes
            self.replicaDirectoryID = replicaDirectoryID
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partition)
            if version >= 9 { try wire.int32(&currentLeaderEpoch) }
            try wire.int64(&fetchOffset)
            if version >= 12 { try wire.int32(&lastFetchedEpoch) }
            if version >= 5 { try wire.int64(&logStartOffset) }
            try wire.int32(&partitionMaxBytes)
            try wire.beginTags(&tags)
            if version >= 17 {
                try wire.tag(0, &tags, isPresent: !replicaDirectoryID.isZero) { (wire: inout Wire) throws(WireError) in
                    try wire.uuid(&replicaDirectoryID)
                }
            }
            try wire.endTags(&tags)
        }
    }

    /// Partitions to take out of the session.
    package struct ForgottenTopic: WireValue, Equatable {
        /// The topic's name.
        package var topic: String = ""
        /// The topic's id (KIP-516).
        package var topicID: KafkaUUID = .zero
        /// The partitions' numbers.
        package var partitions: [Int32] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topic: String = "",
            topicID: KafkaUUID = .zero,
            partitions: [Int32] = []
        ) {
            self.topic = topic
            self.topicID = topicID
            self.partitions = partitions
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            if version <= 12 { try wire.string(&topic) }
            if version >= 13 { try wire.uuid(&topicID) }
            try wire.array(&partitions, version)
            try wire.tags(&tags)
        }
    }
}
