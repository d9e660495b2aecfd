/// ElectLeaders (key 43): partitions get a new leader.
package struct ElectLeadersRequest: RequestMessage {
    /// What answers it.
    package typealias Response = ElectLeadersResponse
    /// Key 43, versions 0 to 2.
    package static let api = API(key: 43, name: "ElectLeaders", versions: 0...2, flexibleFrom: 2)

    /// 0 the preferred replica, 1 any replica.
    package var electionType: Int8 = 0
    /// The partitions; null for all.
    package var topicPartitions: [Topic]?
    /// Milliseconds to wait for the outcome.
    package var timeoutMs: Int32 = 60_000
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        electionType: Int8 = 0,
        topicPartitions: [Topic]? = nil,
        timeoutMs: Int32 = 60_000
    ) {
        self.electionType = electionType
        self.topicPartitions = topicPartitions
        self.timeoutMs = timeoutMs
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 1 { try wire.int8(&electionType) }
        try wire.array(&topicPartitions, version)
        try wire.int32(&timeoutMs)
        try wire.tags(&tags)
    }

    /// Partitions of a topic.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var topic: String = ""
        /// The partitions.
        package var partitions: [Int32] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topic: String = "",
            partitions: [Int32] = []
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
}

/// Answers ElectLeaders: one result a partition.
package struct ElectLeadersResponse: ResponseMessage {
    /// As the request's.
    package static let api = ElectLeadersRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong as a whole, or none.
    package var errorCode: ErrorCode = .none
    /// The topics.
    package var replicaElectionResults: [Topic] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        replicaElectionResults: [Topic] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.replicaElectionResults = replicaElectionResults
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        if version >= 1 { try wire.errorCode(&errorCode) }
        try wire.array(&replicaElectionResults, version)
        try wire.tags(&tags)
    }

    /// A topic's results.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var topic: String = ""
        /// The partitions.
        package var partitionResult: [Partition] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topic: String = "",
            partitionResult: [Partition] = []
        ) {
            self.topic = topic
            self.partitionResult = partitionResult
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&topic)
            try wire.array(&partitionResult, version)
            try wire.tags(&tags)
        }
    }

    /// One partition's result.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var partitionID: Int32 = 0
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read.
        package var errorMessage: String?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partitionID: Int32 = 0,
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil
        ) {
            self.partitionID = partitionID
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partitionID)
            try wire.errorCode(&errorCode)
            try wire.string(&errorMessage)
            try wire.tags(&tags)
        }
    }
}
