/// ListOffsets (key 2): offsets by time, and a log's ends.
package struct ListOffsetsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = ListOffsetsResponse
    /// Key 2, versions 0 to 10.
    package static let api = API(key: 2, name: "ListOffsets", versions: 0...10, flexibleFrom: 6)

    /// The node id of a follower; -1 for a consumer.
    package var replicaID: Int32 = 0
    /// 0 read_uncommitted, 1 read_committed.
    package var isolationLevel: Int8 = 0
    /// The topics.
    package var topics: [Topic] = []
    /// Milliseconds to wait for offsets of remote storage (KIP-1075); there is none.
    package var timeoutMs: Int32 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        replicaID: Int32 = 0,
        isolationLevel: Int8 = 0,
        topics: [Topic] = [],
        timeoutMs: Int32 = 0
    ) {
        self.replicaID = replicaID
        self.isolationLevel = isolationLevel
        self.topics = topics
        self.timeoutMs = timeoutMs
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&replicaID)
        if version >= 2 { try wire.int8(&isolationLevel) }
        try wire.array(&topics, version)
        if version >= 10 { try wire.int32(&timeoutMs) }
        try wire.tags(&tags)
    }

    /// A topic's partitions.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var name: String = ""
        /// The partitions.
        package var partitions: [Partition] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            partitions: [Partition] = []
        ) {
            self.name = name
            self.partitions = partitions
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitions, version)
            try wire.tags(&tags)
        }
    }

    /// What to find in one partition.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var partitionIndex: Int32 = 0
        /// The leader epoch the client knows; -1 for none.
        package var currentLeaderEpoch: Int32 = -1
        /// The time asked for in ms since 1970; -1 the end, -2 the start, -3 the newest record, -4 the start of the local log, -5 the end of the tiered one.
        package var timestamp: Int64 = 0
        /// How many offsets to answer.
        package var maxNumOffsets: Int32 = 1
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partitionIndex: Int32 = 0,
            currentLeaderEpoch: Int32 = -1,
            timestamp: Int64 = 0,
            maxNumOffsets: Int32 = 1
        ) {
            self.partitionIndex = partitionIndex
            self.currentLeaderEpoch = currentLeaderEpoch
            self.timestamp = timestamp
            self.maxNumOffsets = maxNumOffsets
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partitionIndex)
            if version >= 4 { try wire.int32(&currentLeaderEpoch) }
            try wire.int64(&timestamp)
            if version == 0 { try wire.int32(&maxNumOffsets) }
            try wire.tags(&tags)
        }
    }
}

/// Answers ListOffsets: the offsets.
package struct ListOffsetsResponse: ResponseMessage {
    /// As the request's.
    package static let api = ListOffsetsRequest.api

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
        if version >= 2 { try wire.int32(&throttleTimeMs) }
        try wire.array(&topics, version)
        try wire.tags(&tags)
    }

    /// A topic's offsets.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var name: String = ""
        /// The partitions.
        package var partitions: [Partition] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            partitions: [Partition] = []
        ) {
            self.name = name
            self.partitions = partitions
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitions, version)
            try wire.tags(&tags)
        }
    }

    /// What was found in one partition.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var partitionIndex: Int32 = 0
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// The offsets, newest first (version 0).
        package var oldStyleOffsets: [Int64] = []
        /// The found record's time in ms since 1970; -1 for none.
        package var timestamp: Int64 = -1
        /// The offset found; -1 for none.
        package var offset: Int64 = -1
        /// The leader epoch; -1 for unknown.
        package var leaderEpoch: Int32 = -1
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partitionIndex: Int32 = 0,
            errorCode: ErrorCode = .none,
            oldStyleOffsets: [Int64] = [],
            timestamp: Int64 = -1,
            offset: Int64 = -1,
            leaderEpoch: Int32 = -1
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
            self.oldStyleOffsets = oldStyleOffsets
            self.timestamp = timestamp
            self.offset = offset
            self.leaderEpoch = leaderEpoch
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            if version == 0 { try wire.array(&oldStyleOffsets, version) }
            if version >= 1 {
                try wire.int64(&timestamp)
                try wire.int64(&offset)
            }
            if version >= 4 { try wire.int32(&leaderEpoch) }
            try wire.tags(&tags)
        }
    }
}
