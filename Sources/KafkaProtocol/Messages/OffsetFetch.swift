/// OffsetFetch (key 9): stored positions of groups.
package struct OffsetFetchRequest: RequestMessage {
    /// What answers it.
    package typealias Response = OffsetFetchResponse
    /// Key 9, versions 1 to 9.
    package static let api = API(key: 9, name: "OffsetFetch", versions: 1...9, flexibleFrom: 6)

    /// The one group of versions before 8.
    package var groupID: String = ""
    /// The topics of a request for one group; null for all.
    package var topics: [Topic]? = []
    /// The groups.
    package var groups: [Group] = []
    /// Whether to answer an error while a transaction has commits pending (KIP-447).
    package var requireStable: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        groupID: String = "",
        topics: [Topic]? = [],
        groups: [Group] = [],
        requireStable: Bool = false
    ) {
        self.groupID = groupID
        self.topics = topics
        self.groups = groups
        self.requireStable = requireStable
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version <= 7 {
            try wire.string(&groupID)
            try wire.array(&topics, version, nullable: version >= 2)
        }
        if version >= 8 { try wire.array(&groups, version) }
        if version >= 7 { try wire.bool(&requireStable) }
        try wire.tags(&tags)
    }

    /// A topic asked for.
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

    /// A group asked for (KIP-709).
    package struct Group: WireValue, Equatable {
        /// The group.
        package var groupID: String = ""
        /// The member's id, given by the coordinator; empty before it has one.
        package var memberID: String?
        /// The member epoch of KIP-848; -1 for none.
        package var memberEpoch: Int32 = -1
        /// The topics; null for all.
        package var topics: [Topic]?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            groupID: String = "",
            memberID: String? = nil,
            memberEpoch: Int32 = -1,
            topics: [Topic]? = nil
        ) {
            self.groupID = groupID
            self.memberID = memberID
            self.memberEpoch = memberEpoch
            self.topics = topics
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&groupID)
            if version >= 9 {
                try wire.string(&memberID)
                try wire.int32(&memberEpoch)
            }
            try wire.array(&topics, version)
            try wire.tags(&tags)
        }
    }
}

/// Answers OffsetFetch: the positions. A group that does not exist has none, which is not an error.
package struct OffsetFetchResponse: ResponseMessage {
    /// As the request's.
    package static let api = OffsetFetchRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// The topics of an answer for one group.
    package var topics: [Topic] = []
    /// What went wrong for the one group, or none.
    package var errorCode: ErrorCode = .none
    /// The groups.
    package var groups: [Group] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        topics: [Topic] = [],
        errorCode: ErrorCode = .none,
        groups: [Group] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.topics = topics
        self.errorCode = errorCode
        self.groups = groups
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 3 { try wire.int32(&throttleTimeMs) }
        if version <= 7 { try wire.array(&topics, version) }
        if (2...7).contains(version) { try wire.errorCode(&errorCode) }
        if version >= 8 { try wire.array(&groups, version) }
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
        /// The committed offset; -1 for none.
        package var committedOffset: Int64 = 0
        /// The leader epoch of the last record read; -1 for unknown.
        package var committedLeaderEpoch: Int32 = -1
        /// The committer's own note.
        package var metadata: String?
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partitionIndex: Int32 = 0,
            committedOffset: Int64 = 0,
            committedLeaderEpoch: Int32 = -1,
            metadata: String? = nil,
            errorCode: ErrorCode = .none
        ) {
            self.partitionIndex = partitionIndex
            self.committedOffset = committedOffset
            self.committedLeaderEpoch = committedLeaderEpoch
            self.metadata = metadata
            self.errorCode = errorCode
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.int64(&committedOffset)
            if version >= 5 { try wire.int32(&committedLeaderEpoch) }
            try wire.string(&metadata)
            try wire.errorCode(&errorCode)
            try wire.tags(&tags)
        }
    }

    /// A group's positions (KIP-709).
    package struct Group: WireValue, Equatable {
        /// The group.
        package var groupID: String = ""
        /// The topics.
        package var topics: [Topic] = []
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            groupID: String = "",
            topics: [Topic] = [],
            errorCode: ErrorCode = .none
        ) {
            self.groupID = groupID
            self.topics = topics
            self.errorCode = errorCode
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&groupID)
            try wire.array(&topics, version)
            try wire.errorCode(&errorCode)
            try wire.tags(&tags)
        }
    }
}
