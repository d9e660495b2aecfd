/// DescribeTransactions (key 65): the state of transactional ids (KIP-664).
package struct DescribeTransactionsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = DescribeTransactionsResponse
    /// Key 65, version 0 only.
    package static let api = API(key: 65, name: "DescribeTransactions", versions: 0...0, flexibleFrom: 0)

    /// The transactional ids.
    package var transactionalIDs: [String] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        transactionalIDs: [String] = []
    ) {
        self.transactionalIDs = transactionalIDs
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&transactionalIDs, version)
        try wire.tags(&tags)
    }
}

/// Answers DescribeTransactions: one state an id.
package struct DescribeTransactionsResponse: ResponseMessage {
    /// As the request's.
    package static let api = DescribeTransactionsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// One state an id.
    package var transactionStates: [State] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        transactionStates: [State] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.transactionStates = transactionStates
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&transactionStates, version)
        try wire.tags(&tags)
    }

    /// The state of one transactional id.
    package struct State: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// The transactional id.
        package var transactionalID: String = ""
        /// The state's name.
        package var transactionState: String = ""
        /// Milliseconds after which the coordinator aborts an open transaction.
        package var transactionTimeoutMs: Int32 = 0
        /// When the transaction began, in ms since 1970; -1 for none.
        package var transactionStartTimeMs: Int64 = 0
        /// The producer id.
        package var producerID: Int64 = 0
        /// The producer epoch.
        package var producerEpoch: Int16 = 0
        /// The partitions in the transaction.
        package var topics: [Topic] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            errorCode: ErrorCode = .none,
            transactionalID: String = "",
            transactionState: String = "",
            transactionTimeoutMs: Int32 = 0,
            transactionStartTimeMs: Int64 = 0,
            producerID: Int64 = 0,
            producerEpoch: Int16 = 0,
            topics: [Topic] = []
        ) {
            self.errorCode = errorCode
            self.transactionalID = transactionalID
            self.transactionState = transactionState
            self.transactionTimeoutMs = transactionTimeoutMs
            self.transactionStartTimeMs = transactionStartTimeMs
            self.producerID = producerID
            self.producerEpoch = producerEpoch
            self.topics = topics
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.string(&transactionalID)
            try wire.string(&transactionState)
            try wire.int32(&transactionTimeoutMs)
            try wire.int64(&transactionStartTimeMs)
            try wire.int64(&producerID)
            try wire.int16(&producerEpoch)
            try wire.array(&topics, version)
            try wire.tags(&tags)
        }
    }

    /// A topic in the transaction.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var topic: String = ""
        /// The partitions' numbers.
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
