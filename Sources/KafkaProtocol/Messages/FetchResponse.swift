package import NIOCore

/// Answers Fetch: the batches. A partition without news is left out within a session.
package struct FetchResponse: ResponseMessage {
    /// As the request's.
    package static let api = FetchRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// The fetch session (KIP-227); 0 for none.
    package var sessionID: Int32 = 0
    /// One result each.
    package var responses: [Topic] = []
    /// Where the new leaders are (KIP-951).
    package var nodeEndpoints: [NodeEndpoint] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        sessionID: Int32 = 0,
        responses: [Topic] = [],
        nodeEndpoints: [NodeEndpoint] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.sessionID = sessionID
        self.responses = responses
        self.nodeEndpoints = nodeEndpoints
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        if version >= 7 {
            try wire.errorCode(&errorCode)
            try wire.int32(&sessionID)
        }
        try wire.array(&responses, version)
        try wire.beginTags(&tags)
        if version >= 16 {
            try wire.tag(0, &tags, isPresent: !nodeEndpoints.isEmpty) { (wire: inout Wire) throws(WireError) in
                try wire.array(&nodeEndpoints, version)
            }
        }
        try wire.endTags(&tags)
    }

    /// A topic's records.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var topic: String = ""
        /// The topic's id (KIP-516).
        package var topicID: KafkaUUID = .zero
        /// The partitions.
        package var partitions: [Partition] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topic: String = "",
            topicID: KafkaUUID = .zero,
            partitions: [Partition] = []
        ) {
            self.topic = topic
            self.topicID = topicID
            self.partitions = partitions
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            if version <= 12 { try wire.string(&topic) }
            if version >= 13 { try wire.uuid(&topicID) }
            try wire.array(&partitions, version)
            try wire.tags(&tags)
        }
    }

    /// One partition's records.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var partitionIndex: Int32 = 0
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// The offset behind the last record that all in-sync replicas have.
        package var highWatermark: Int64 = 0
        /// The offset before which all transactions are decided; -1 for unknown.
        package var lastStableOffset: Int64 = -1
        /// The first offset of the log; -1 for unknown.
        package var logStartOffset: Int64 = -1
        /// Where the client's log and the leader's part; null where it was not sent.
        package var divergingEpoch: EpochEndOffset?
        /// Who leads the partition now, for a client that was wrong about it (KIP-951); null where it was not sent.
        package var currentLeader: CurrentLeader?
        /// The snapshot to read instead; null where it was not sent.
        package var snapshotID: SnapshotID?
        /// The aborted transactions in the records; null where none were looked for.
        package var abortedTransactions: [AbortedTransaction]?
        /// The broker to read from next time; -1 for this one.
        package var preferredReadReplica: Int32 = -1
        /// The record batches, a slice of the frame.
        package var records: ByteBuffer?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partitionIndex: Int32 = 0,
            errorCode: ErrorCode = .none,
            highWatermark: Int64 = 0,
            lastStableOffset: Int64 = -1,
            logStartOffset: Int64 = -1,
            divergingEpoch: EpochEndOffset? = nil,
            currentLeader: CurrentLeader? = nil,
            snapshotID: SnapshotID? = nil,
            abortedTransactions: [AbortedTransaction]? = nil,
            preferredReadReplica: Int32 = -1,
            records: ByteBuffer? = nil
        ) {
            self.partitionIndex = partitionIndex
            self.errorCode = errorCode
            self.highWatermark = highWatermark
            self.lastStableOffset = lastStableOffset
            self.logStartOffset = logStartOffset
            self.divergingEpoch = divergingEpoch
            self.currentLeader = currentLeader
            self.snapshotID = snapshotID
            self.abortedTransactions = abortedTransactions
            self.preferredReadReplica = preferredReadReplica
            self.records = records
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            try wire.int64(&highWatermark)
            try wire.int64(&lastStableOffset)
            if version >= 5 { try wire.int64(&logStartOffset) }
            try wire.array(&abortedTransactions, version)
            if version >= 11 { try wire.int32(&preferredReadReplica) }
            try wire.records(&records)
            try wire.beginTags(&tags)
            try wire.tag(0, &tags, isPresent: divergingEpoch != nil) { (wire: inout Wire) throws(WireError) in
                var value = divergingEpoch ?? .init()
                try value.code(&wire, version)
                divergingEpoch = value
            }
            try wire.tag(1, &tags, isPresent: currentLeader != nil) { (wire: inout Wire) throws(WireError) in
                var value = currentLeader ?? .init()
                try value.code(&wire, version)
                currentLeader = value
            }
            try wire.tag(2, &tags, isPresent: snapshotID != nil) { (wire: inout Wire) throws(WireError) in
                var value = snapshotID ?? .init()
                try value.code(&wire, version)
                snapshotID = value
            }
            try wire.endTags(&tags)
        }
    }

    /// Where a leader epoch ends.
    package struct EpochEndOffset: WireValue, Equatable {
        /// The leader epoch; -1 for none.
        package var epoch: Int32 = -1
        /// The offset behind the last one of the epoch; -1 for none.
        package var endOffset: Int64 = -1
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            epoch: Int32 = -1,
            endOffset: Int64 = -1
        ) {
            self.epoch = epoch
            self.endOffset = endOffset
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&epoch)
            try wire.int64(&endOffset)
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

    /// A snapshot of the metadata log.
    package struct SnapshotID: WireValue, Equatable {
        /// The offset behind the last one of the epoch; -1 for none.
        package var endOffset: Int64 = -1
        /// The leader epoch; -1 for none.
        package var epoch: Int32 = -1
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            endOffset: Int64 = -1,
            epoch: Int32 = -1
        ) {
            self.endOffset = endOffset
            self.epoch = epoch
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int64(&endOffset)
            try wire.int32(&epoch)
            try wire.tags(&tags)
        }
    }

    /// An aborted transaction.
    package struct AbortedTransaction: WireValue, Equatable {
        /// The producer id; -1 for none.
        package var producerID: Int64 = 0
        /// The first offset of the aborted transaction.
        package var firstOffset: Int64 = 0
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            producerID: Int64 = 0,
            firstOffset: Int64 = 0
        ) {
            self.producerID = producerID
            self.firstOffset = firstOffset
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int64(&producerID)
            try wire.int64(&firstOffset)
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
