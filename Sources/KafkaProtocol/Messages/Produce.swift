package import NIOCore

/// Produce (key 0): record batches are appended.
package struct ProduceRequest: RequestMessage {
    /// What answers it.
    package typealias Response = ProduceResponse
    /// Key 0, versions 3 to 12. Version 12 lets transactions begin by producing (KIP-890), which clients do only where the feature
    /// transaction.version is 2.
    package static let api = API(key: 0, name: "Produce", versions: 3...12, flexibleFrom: 9)

    /// The transactional id; null for none.
    package var transactionalID: String?
    /// 0 no answer, 1 the leader has it, -1 all in-sync replicas have it.
    package var acks: Int16 = 0
    /// Milliseconds the broker may wait for the replicas.
    package var timeoutMs: Int32 = 0
    /// The topics.
    package var topicData: [Topic] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        transactionalID: String? = nil,
        acks: Int16 = 0,
        timeoutMs: Int32 = 0,
        topicData: [Topic] = []
    ) {
        self.transactionalID = transactionalID
        self.acks = acks
        self.timeoutMs = timeoutMs
        self.topicData = topicData
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&transactionalID)
        try wire.int16(&acks)
        try wire.int32(&timeoutMs)
        try wire.array(&topicData, version)
        try wire.tags(&tags)
    }

    /// A topic's batches.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var name: String = ""
        /// The partitions.
        package var partitionData: [Partition] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            partitionData: [Partition] = []
        ) {
            self.name = name
            self.partitionData = partitionData
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitionData, version)
            try wire.tags(&tags)
        }
    }

    /// One partition's batches.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var index: Int32 = 0
        /// The record batches, a slice of the frame.
        package var records: ByteBuffer?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            index: Int32 = 0,
            records: ByteBuffer? = nil
        ) {
            self.index = index
            self.records = records
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&index)
            try wire.records(&records)
            try wire.tags(&tags)
        }
    }
}

/// Answers Produce: the offsets they got.
package struct ProduceResponse: ResponseMessage {
    /// As the request's.
    package static let api = ProduceRequest.api

    /// One result each.
    package var responses: [Topic] = []
    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// Where the new leaders are (KIP-951).
    package var nodeEndpoints: [NodeEndpoint] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        responses: [Topic] = [],
        throttleTimeMs: Int32 = 0,
        nodeEndpoints: [NodeEndpoint] = []
    ) {
        self.responses = responses
        self.throttleTimeMs = throttleTimeMs
        self.nodeEndpoints = nodeEndpoints
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&responses, version)
        try wire.int32(&throttleTimeMs)
        try wire.beginTags(&tags)
        if version >= 10 {
            try wire.tag(0, &tags, isPresent: !nodeEndpoints.isEmpty) { (wire: inout Wire) throws(WireError) in
                try wire.array(&nodeEndpoints, version)
            }
        }
        try wire.endTags(&tags)
    }

    /// A topic's results.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var name: String = ""
        /// The partitions.
        package var partitionResponses: [Partition] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            partitionResponses: [Partition] = []
        ) {
            self.name = name
            self.partitionResponses = partitionResponses
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitionResponses, version)
            try wire.tags(&tags)
        }
    }

    /// One partition's result.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var index: Int32 = 0
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// The offset of the first record written; -1 on an error.
        package var baseOffset: Int64 = 0
        /// When they were written, in ms since 1970, if the topic stamps records; else -1.
        package var logAppendTimeMs: Int64 = -1
        /// The first offset of the log; -1 for unknown.
        package var logStartOffset: Int64 = -1
        /// The records that made the broker refuse the batch (KIP-467).
        package var recordErrors: [RecordError] = []
        /// What went wrong, for people to read.
        package var errorMessage: String?
        /// Who leads the partition now, for a client that was wrong about it (KIP-951); null where it was not sent.
        package var currentLeader: CurrentLeader?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            index: Int32 = 0,
            errorCode: ErrorCode = .none,
            baseOffset: Int64 = 0,
            logAppendTimeMs: Int64 = -1,
            logStartOffset: Int64 = -1,
            recordErrors: [RecordError] = [],
            errorMessage: String? = nil,
            currentLeader: CurrentLeader? = nil
        ) {
            self.index = index
            self.errorCode = errorCode
            self.baseOffset = baseOffset
            self.logAppendTimeMs = logAppendTimeMs
            self.logStartOffset = logStartOffset
            self.recordErrors = recordErrors
            self.errorMessage = errorMessage
            self.currentLeader = currentLeader
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&index)
            try wire.errorCode(&errorCode)
            try wire.int64(&baseOffset)
            try wire.int64(&logAppendTimeMs)
            if version >= 5 { try wire.int64(&logStartOffset) }
            if version >= 8 {
                try wire.array(&recordErrors, version)
                try wire.string(&errorMessage)
            }
            try wire.beginTags(&tags)
            if version >= 10 {
                try wire.tag(0, &tags, isPresent: currentLeader != nil) { (wire: inout Wire) throws(WireError) in
                    var value = currentLeader ?? .init()
                    try value.code(&wire, version)
                    currentLeader = value
                }
            }
            try wire.endTags(&tags)
        }
    }

    /// A record that made the broker refuse its batch.
    package struct RecordError: WireValue, Equatable {
        /// The record's place in the batch.
        package var batchIndex: Int32 = 0
        /// What is wrong with it; null for nothing special.
        package var batchIndexErrorMessage: String?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            batchIndex: Int32 = 0,
            batchIndexErrorMessage: String? = nil
        ) {
            self.batchIndex = batchIndex
            self.batchIndexErrorMessage = batchIndexErrorMessage
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&batchIndex)
            try wire.string(&batchIndexErrorMessage)
            try wire.tags(&tags)
        }
    }

    /// Who leads a partition.
    package struct CurrentLeader: WireValue, Equatable {
        /// The node id of the leader; -1 for none.
        package var leaderID: Int32 = -1
        /// The leader epoch; -1 for unknown.
        package var leaderEpoch: Int32 = -1
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            leaderID: Int32 = -1,
            leaderEpoch: Int32 = -1
        ) {
            self.leaderID = leaderID
            self.leaderEpoch = leaderEpoch
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&leaderID)
            try wire.int32(&leaderEpoch)
            try wire.tags(&tags)
        }
    }

    /// Where a broker is.
    package struct NodeEndpoint: WireValue, Equatable {
        /// The broker's node id.
        package var nodeID: Int32 = 0
        /// The host name of its listener.
        package var host: String = ""
        /// The port of its listener.
        package var port: Int32 = 0
        /// The broker's rack; null for none.
        package var rack: String?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            nodeID: Int32 = 0,
            host: String = "",
            port: Int32 = 0,
            rack: String? = nil
        ) {
            self.nodeID = nodeID
            self.host = host
            self.port = port
            self.rack = rack
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&nodeID)
            try wire.string(&host)
            try wire.int32(&port)
            try wire.string(&rack)
            try wire.tags(&tags)
        }
    }
}
