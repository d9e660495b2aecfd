/// AddOffsetsToTxn (key 25): a group's offsets are made part of a transaction.
package struct AddOffsetsToTxnRequest: RequestMessage {
    /// What answers it.
    package typealias Response = AddOffsetsToTxnResponse
    /// Key 25, versions 0 to 4.
    package static let api = API(key: 25, name: "AddOffsetsToTxn", versions: 0...4, flexibleFrom: 3)

    /// The transactional id.
    package var transactionalID: String = ""
    /// The producer id.
    package var producerID: Int64 = 0
    /// The producer epoch.
    package var producerEpoch: Int16 = 0
    /// The group.
    package var groupID: String = ""
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        transactionalID: String = "",
        producerID: Int64 = 0,
        producerEpoch: Int16 = 0,
        groupID: String = ""
    ) {
        self.transactionalID = transactionalID
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.groupID = groupID
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&transactionalID)
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
        try wire.string(&groupID)
        try wire.tags(&tags)
    }
}

/// Answers AddOffsetsToTxn: whether they were.
package struct AddOffsetsToTxnResponse: ResponseMessage {
    /// As the request's.
    package static let api = AddOffsetsToTxnRequest.api

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
