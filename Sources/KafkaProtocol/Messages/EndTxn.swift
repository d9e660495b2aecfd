/// EndTxn (key 26): a transaction is committed or aborted.
package struct EndTxnRequest: RequestMessage {
    /// What answers it.
    package typealias Response = EndTxnResponse
    /// Key 26, versions 0 to 4.
    package static let api = API(key: 26, name: "EndTxn", versions: 0...4, flexibleFrom: 3)

    /// The transactional id.
    package var transactionalID: String = ""
    /// The producer id.
    package var producerID: Int64 = 0
    /// The producer epoch.
    package var producerEpoch: Int16 = 0
    /// Commit, or else abort.
    package var isCommit: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        transactionalID: String = "",
        producerID: Int64 = 0,
        producerEpoch: Int16 = 0,
        isCommit: Bool = false
    ) {
        self.transactionalID = transactionalID
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.isCommit = isCommit
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&transactionalID)
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
        try wire.bool(&isCommit)
        try wire.tags(&tags)
    }
}

/// Answers EndTxn: whether it was.
package struct EndTxnResponse: ResponseMessage {
    /// As the request's.
    package static let api = EndTxnRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.tags(&tags)
    }
}
