/// DeleteTopics (key 20): topics are deleted.
package struct DeleteTopicsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = DeleteTopicsResponse
    /// Key 20, versions 0 to 6.
    package static let api = API(key: 20, name: "DeleteTopics", versions: 0...6, flexibleFrom: 4)

    /// The topics by name or id.
    package var topics: [Topic] = []
    /// The topics by name.
    package var topicNames: [String] = []
    /// Milliseconds the broker may take.
    package var timeoutMs: Int32 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        topics: [Topic] = [],
        topicNames: [String] = [],
        timeoutMs: Int32 = 0
    ) {
        self.topics = topics
        self.topicNames = topicNames
        self.timeoutMs = timeoutMs
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 6 { try wire.array(&topics, version) }
        if version <= 5 { try wire.array(&topicNames, version) }
        try wire.int32(&timeoutMs)
        try wire.tags(&tags)
    }

    /// A topic, by name or id.
    package struct Topic: WireValue, Equatable {
        /// The topic's name; null to delete by id.
        package var name: String?
        /// The topic's id (KIP-516).
        package var topicID: KafkaUUID = .zero
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String? = nil,
            topicID: KafkaUUID = .zero
        ) {
            self.name = name
            self.topicID = topicID
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.uuid(&topicID)
            try wire.tags(&tags)
        }
    }
}

/// Answers DeleteTopics: one result a topic.
package struct DeleteTopicsResponse: ResponseMessage {
    /// As the request's.
    package static let api = DeleteTopicsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// One result each.
    package var responses: [Topic] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        responses: [Topic] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.responses = responses
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        if version >= 1 { try wire.int32(&throttleTimeMs) }
        try wire.array(&responses, version)
        try wire.tags(&tags)
    }

    /// What became of one topic.
    package struct Topic: WireValue, Equatable {
        /// The topic's name; null if an unknown id was given.
        package var name: String? = ""
        /// The topic's id (KIP-516).
        package var topicID: KafkaUUID = .zero
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
            name: String? = "",
            topicID: KafkaUUID = .zero,
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil
        ) {
            self.name = name
            self.topicID = topicID
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name, nullable: version >= 6)
            if version >= 6 { try wire.uuid(&topicID) }
            try wire.errorCode(&errorCode)
            if version >= 5 { try wire.string(&errorMessage) }
            try wire.tags(&tags)
        }
    }
}
