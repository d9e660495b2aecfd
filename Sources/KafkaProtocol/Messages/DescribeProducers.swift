/// DescribeProducers (key 61): a partition's idempotent and transactional producers (KIP-664).
package struct DescribeProducersRequest: RequestMessage {
    /// What answers it.
    package typealias Response = DescribeProducersResponse
    /// Key 61, version 0 only.
    package static let api = API(key: 61, name: "DescribeProducers", versions: 0...0, flexibleFrom: 0)

    /// The topics.
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
        package var name: String = ""
        /// The partitions' numbers.
        package var partitionIndexes: [Int32] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            partitionIndexes: [Int32] = []
        ) {
            self.name = name
            self.partitionIndexes = partitionIndexes
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitionIndexes, version)
            try wire.tags(&tags)
        }
    }
}

/// Answers DescribeProducers: the producers of each partition.
package struct DescribeProducersResponse: ResponseMessage {
    /// As the request's.
    package static let api = DescribeProducersRequest.api

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

    /// One partition.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var partitionIndex: Int32 = 0
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read.
        package var errorMessage: String?
        /// The producers that the partition remembers.
        package var activeProducers: [Producer] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partitionIndex: Int32 = 0,
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil,
            activeProducers: [Producer] = []
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.activeProducers = activeProducers
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            try wire.string(&errorMessage)
            try wire.array(&activeProducers, version)
            try wire.tags(&tags)
        }
    }

    /// One producer.
    package struct Producer: WireValue, Equatable {
        /// The producer id.
        package var producerID: Int64 = 0
        /// The producer epoch.
        package var producerEpoch: Int32 = 0
        /// The sequence number of its last record; -1 for none.
        package var lastSequence: Int32 = -1
        /// The timestamp of its last batch, in ms since 1970; -1 for none.
        package var lastTimestamp: Int64 = -1
        /// The epoch of the coordinator that ended its last transaction; -1 for none.
        package var coordinatorEpoch: Int32 = 0
        /// The first offset of its open transaction; -1 for none.
        package var currentTransactionStartOffset: Int64 = -1
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            producerID: Int64 = 0,
            producerEpoch: Int32 = 0,
            lastSequence: Int32 = -1,
            lastTimestamp: Int64 = -1,
            coordinatorEpoch: Int32 = 0,
            currentTransactionStartOffset: Int64 = -1
        ) {
            self.producerID = producerID
            self.producerEpoch = producerEpoch
            self.lastSequence = lastSequence
            self.lastTimestamp = lastTimestamp
            self.coordinatorEpoch = coordinatorEpoch
            self.currentTransactionStartOffset = currentTransactionStartOffset
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int64(&producerID)
            try wire.int32(&producerEpoch)
            try wire.int32(&lastSequence)
            try wire.int64(&lastTimestamp)
            try wire.int32(&coordinatorEpoch)
            try wire.int64(&currentTransactionStartOffset)
            try wire.tags(&tags)
        }
    }
}
