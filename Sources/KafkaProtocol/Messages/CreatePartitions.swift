/// CreatePartitions (key 37): topics get more partitions.
package struct CreatePartitionsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = CreatePartitionsResponse
    /// Key 37, versions 0 to 3.
    package static let api = API(key: 37, name: "CreatePartitions", versions: 0...3, flexibleFrom: 2)

    /// The topics.
    package var topics: [Topic] = []
    /// Milliseconds the broker may take.
    package var timeoutMs: Int32 = 0
    /// Whether only to check, and change nothing.
    package var validateOnly: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        topics: [Topic] = [],
        timeoutMs: Int32 = 0,
        validateOnly: Bool = false
    ) {
        self.topics = topics
        self.timeoutMs = timeoutMs
        self.validateOnly = validateOnly
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&topics, version)
        try wire.int32(&timeoutMs)
        try wire.bool(&validateOnly)
        try wire.tags(&tags)
    }

    /// A topic to grow.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var name: String = ""
        /// How many partitions there shall be in all.
        package var count: Int32 = 0
        /// Who holds the new partitions; null to let the broker choose.
        package var assignments: [Assignment]?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            count: Int32 = 0,
            assignments: [Assignment]? = nil
        ) {
            self.name = name
            self.count = count
            self.assignments = assignments
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.int32(&count)
            try wire.array(&assignments, version)
            try wire.tags(&tags)
        }
    }

    /// Who holds one new partition.
    package struct Assignment: WireValue, Equatable {
        /// Node ids of the replicas, the preferred leader first.
        package var brokerIDs: [Int32] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            brokerIDs: [Int32] = []
        ) {
            self.brokerIDs = brokerIDs
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.array(&brokerIDs, version)
            try wire.tags(&tags)
        }
    }
}

/// Answers CreatePartitions: one result a topic.
package struct CreatePartitionsResponse: ResponseMessage {
    /// As the request's.
    package static let api = CreatePartitionsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// One result each.
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

    /// What became of one topic.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var name: String = ""
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read.
        package var errorMessage: String?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil
        ) {
            self.name = name
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.errorCode(&errorCode)
            try wire.string(&errorMessage)
            try wire.tags(&tags)
        }
    }
}
