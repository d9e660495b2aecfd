/// TxnOffsetCommit (key 28): a group's positions are stored as part of a transaction.
package struct TxnOffsetCommitRequest: RequestMessage {
    /// What answers it.
    package typealias Response = TxnOffsetCommitResponse
    /// Key 28, versions 0 to 4.
    package static let api = API(key: 28, name: "TxnOffsetCommit", versions: 0...4, flexibleFrom: 3)

    /// The transactional id.
    package var transactionalID: String = ""
    /// The group.
    package var groupID: String = ""
    /// The producer id.
    package var producerID: Int64 = 0
    /// The producer epoch.
    package var producerEpoch: Int16 = 0
    /// The generation (KIP-447); -1 for a commit without a group membership.
    package var generationID: Int32 = -1
    /// The member's id; empty for none.
    package var memberID: String = ""
    /// The id of a static member (KIP-345); null for a dynamic one.
    package var groupInstanceID: String?
    /// The topics.
    package var topics: [Topic] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        transactionalID: String = "",
        groupID: String = "",
        producerID: Int64 = 0,
        producerEpoch: Int16 = 0,
        generationID: Int32 = -1,
        memberID: String = "",
        groupInstanceID: String? = nil,
        topics: [Topic] = []
    ) {
        self.transactionalID = transactionalID
        self.groupID = groupID
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.generationID = generationID
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
        self.topics = topics
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&transactionalID)
        try wire.string(&groupID)
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
        if version >= 3 {
            try wire.int32(&generationID)
            try wire.string(&memberID)
            try wire.string(&groupInstanceID)
        }
        try wire.array(&topics, version)
        try wire.tags(&tags)
    }

    /// A topic's positions.
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

    /// One position.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var partitionIndex: Int32 = 0
        /// The offset of the next record to read.
        package var committedOffset: Int64 = 0
        /// The leader epoch of the last record read; -1 for unknown.
        package var committedLeaderEpoch: Int32 = -1
        /// The committer's own note.
        package var committedMetadata: String?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partitionIndex: Int32 = 0,
            committedOffset: Int64 = 0,
            committedLeaderEpoch: Int32 = -1,
            committedMetadata: String? = nil
        ) {
            self.partitionIndex = partitionIndex
            self.committedOffset = committedOffset
            self.committedLeaderEpoch = committedLeaderEpoch
            self.committedMetadata = committedMetadata
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.int64(&committedOffset)
            if version >= 2 { try wire.int32(&committedLeaderEpoch) }
            try wire.string(&committedMetadata)
            try wire.tags(&tags)
        }
    }
}

/// Answers TxnOffsetCommit: one result a partition.
package struct TxnOffsetCommitResponse: ResponseMessage {
    /// As the request's.
    package static let api = TxnOffsetCommitRequest.api

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
