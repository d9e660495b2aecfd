/// InitProducerId (key 22): a producer id for an idempotent or transactional producer.
package struct InitProducerIdRequest: RequestMessage {
    /// What answers it.
    package typealias Response = InitProducerIdResponse
    /// Key 22, versions 0 to 5.
    package static let api = API(key: 22, name: "InitProducerId", versions: 0...5, flexibleFrom: 2)

    /// The transactional id; null for none.
    package var transactionalID: String?
    /// Milliseconds after which the coordinator aborts an open transaction.
    package var transactionTimeoutMs: Int32 = 0
    /// The producer id; -1 for none.
    package var producerID: Int64 = -1
    /// The producer epoch; -1 for none.
    package var producerEpoch: Int16 = -1
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        transactionalID: String? = nil,
        transactionTimeoutMs: Int32 = 0,
        producerID: Int64 = -1,
        producerEpoch: Int16 = -1
    ) {
        self.transactionalID = transactionalID
        self.transactionTimeoutMs = transactionTimeoutMs
        self.producerID = producerID
        self.producerEpoch = producerEpoch
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&transactionalID)
        try wire.int32(&transactionTimeoutMs)
        if version >= 3 {
            try wire.int64(&producerID)
            try wire.int16(&producerEpoch)
        }
        try wire.tags(&tags)
    }
}

/// Answers InitProducerId: the producer id and epoch.
package struct InitProducerIdResponse: ResponseMessage {
    /// As the request's.
    package static let api = InitProducerIdRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// The producer id; -1 for none.
    package var producerID: Int64 = -1
    /// The producer epoch; -1 for none.
    package var producerEpoch: Int16 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        producerID: Int64 = -1,
        producerEpoch: Int16 = 0
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.producerID = producerID
        self.producerEpoch = producerEpoch
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
        try wire.tags(&tags)
    }
}
