/// ListTransactions (key 66): the transactional ids of this coordinator (KIP-664).
package struct ListTransactionsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = ListTransactionsResponse
    /// Key 66, versions 0 to 1.
    package static let api = API(key: 66, name: "ListTransactions", versions: 0...1, flexibleFrom: 0)

    /// The names of the states to list; empty for all.
    package var stateFilters: [String] = []
    /// The producer ids to list; empty for all.
    package var producerIDFilters: [Int64] = []
    /// Only transactions that have run longer than so many milliseconds (KIP-994); negative for all.
    package var durationFilterMs: Int64 = -1
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        stateFilters: [String] = [],
        producerIDFilters: [Int64] = [],
        durationFilterMs: Int64 = -1
    ) {
        self.stateFilters = stateFilters
        self.producerIDFilters = producerIDFilters
        self.durationFilterMs = durationFilterMs
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&stateFilters, version)
        try wire.array(&producerIDFilters, version)
        if version >= 1 { try wire.int64(&durationFilterMs) }
        try wire.tags(&tags)
    }
}

/// Answers ListTransactions: the ids that were asked for.
package struct ListTransactionsResponse: ResponseMessage {
    /// As the request's.
    package static let api = ListTransactionsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// States asked for that there are none of.
    package var unknownStateFilters: [String] = []
    /// The transactional ids.
    package var transactionStates: [State] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        unknownStateFilters: [String] = [],
        transactionStates: [State] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.unknownStateFilters = unknownStateFilters
        self.transactionStates = transactionStates
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.array(&unknownStateFilters, version)
        try wire.array(&transactionStates, version)
        try wire.tags(&tags)
    }

    /// One transactional id.
    package struct State: WireValue, Equatable {
        /// The transactional id.
        package var transactionalID: String = ""
        /// The producer id.
        package var producerID: Int64 = 0
        /// The state's name.
        package var transactionState: String = ""
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            transactionalID: String = "",
            producerID: Int64 = 0,
            transactionState: String = ""
        ) {
            self.transactionalID = transactionalID
            self.producerID = producerID
            self.transactionState = transactionState
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&transactionalID)
            try wire.int64(&producerID)
            try wire.string(&transactionState)
            try wire.tags(&tags)
        }
    }
}
