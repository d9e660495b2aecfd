/// AddPartitionsToTxn (key 24): partitions are made part of a transaction, before records are written to them.
package struct AddPartitionsToTxnRequest: RequestMessage {
    /// What answers it.
    package typealias Response = AddPartitionsToTxnResponse
    /// Key 24, versions 0 to 3.
    package static let api = API(key: 24, name: "AddPartitionsToTxn", versions: 0...3, flexibleFrom: 3)

    /// The transactional id.
    package var transactionalID: String = ""
    /// The producer id.
    package var producerID: Int64 = 0
    /// The producer epoch.
    package var producerEpoch: Int16 = 0
    /// The topics.
    package var topics: [Topic] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        transactionalID: String = "",
        producerID: Int64 = 0,
        producerEpoch: Int16 = 0,
        topics: [Topic] = []
    ) {
        self.transactionalID = transactionalID
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.topics = topics
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&transactionalID)
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
        try wire.array(&topics, version)
        try wire.tags(&tags)
    }

    /// Partitions of a topic.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var name: String = ""
        /// The partitions' numbers.
        package var partitions: [Int32] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            partitions: [Int32] = []
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
}

/// Answers AddPartitionsToTxn: one result a partition.
package struct AddPartitionsToTxnResponse: ResponseMessage {
    /// As the request's.
    package static let api = AddPartitionsToTxnRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// The topics.
    package var results: [Topic] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        results: [Topic] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.results = results
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&results, version)
        try wire.tags(&tags)
    }

    /// A topic's results.
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

    /// One partition's result.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var partitionIndex: Int32 = 0
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partitionIndex: Int32 = 0,
            errorCode: ErrorCode = .none
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            try wire.tags(&tags)
        }
    }
}
