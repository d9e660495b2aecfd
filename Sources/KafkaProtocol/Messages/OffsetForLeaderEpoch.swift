/// OffsetForLeaderEpoch (key 23): where leader epochs end.
package struct OffsetForLeaderEpochRequest: RequestMessage {
    /// What answers it.
    package typealias Response = OffsetForLeaderEpochResponse
    /// Key 23, versions 2 to 4.
    package static let api = API(key: 23, name: "OffsetForLeaderEpoch", versions: 2...4, flexibleFrom: 4)

    /// The node id of a follower; -1 for a consumer, -2 for a tool.
    package var replicaID: Int32 = -2
    /// The topics.
    package var topics: [Topic] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        replicaID: Int32 = -2,
        topics: [Topic] = []
    ) {
        self.replicaID = replicaID
        self.topics = topics
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 3 { try wire.int32(&replicaID) }
        try wire.array(&topics, version)
        try wire.tags(&tags)
    }

    /// A topic's partitions.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var topic: String = ""
        /// The partitions.
        package var partitions: [Partition] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topic: String = "",
            partitions: [Partition] = []
        ) {
            self.topic = topic
            self.partitions = partitions
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&topic)
            try wire.array(&partitions, version)
            try wire.tags(&tags)
        }
    }

    /// The epoch asked about in one partition.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var partition: Int32 = 0
        /// The leader epoch the client knows; -1 for none.
        package var currentLeaderEpoch: Int32 = -1
        /// The leader epoch asked about.
        package var leaderEpoch: Int32 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partition: Int32 = 0,
            currentLeaderEpoch: Int32 = -1,
            leaderEpoch: Int32 = 0
        ) {
            self.partition = partition
            self.currentLeaderEpoch = currentLeaderEpoch
            self.leaderEpoch = leaderEpoch
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partition)
            try wire.int32(&currentLeaderEpoch)
            try wire.int32(&leaderEpoch)
            try wire.tags(&tags)
        }
    }
}

/// Answers OffsetForLeaderEpoch: the ends of the epochs.
package struct OffsetForLeaderEpochResponse: ResponseMessage {
    /// As the request's.
    package static let api = OffsetForLeaderEpochRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// The topics.
    package var topics: [Topic] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        topics: [Topic] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.topics = topics
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&topics, version)
        try wire.tags(&tags)
    }

    /// A topic's answers.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var topic: String = ""
        /// The partitions.
        package var partitions: [EpochEndOffset] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topic: String = "",
            partitions: [EpochEndOffset] = []
        ) {
            self.topic = topic
            self.partitions = partitions
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&topic)
            try wire.array(&partitions, version)
            try wire.tags(&tags)
        }
    }

    /// Where a leader epoch ends.
    package struct EpochEndOffset: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// The partition's number.
        package var partition: Int32 = 0
        /// The leader epoch; -1 for unknown.
        package var leaderEpoch: Int32 = -1
        /// The offset behind the last one of the epoch; -1 for none.
        package var endOffset: Int64 = -1
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            errorCode: ErrorCode = .none,
            partition: Int32 = 0,
            leaderEpoch: Int32 = -1,
            endOffset: Int64 = -1
        ) {
            self.errorCode = errorCode
            self.partition = partition
            self.leaderEpoch = leaderEpoch
            self.endOffset = endOffset
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.int32(&partition)
            try wire.int32(&leaderEpoch)
            try wire.int64(&endOffset)
            try wire.tags(&tags)
        }
    }
}
