/// CreateTopics (key 19): topics are created.
package struct CreateTopicsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = CreateTopicsResponse
    /// Key 19, versions 0 to 7.
    package static let api = API(key: 19, name: "CreateTopics", versions: 0...7, flexibleFrom: 5)

    /// The topics to create.
    package var topics: [Topic] = []
    /// Milliseconds the broker may take.
    package var timeoutMs: Int32 = 60000
    /// Whether only to check, and change nothing.
    package var validateOnly: Bool = false
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        topics: [Topic] = [],
        timeoutMs: Int32 = 60000,
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
        if version >= 1 { try wire.bool(&validateOnly) }
        try wire.tags(&tags)
    }

    /// A topic to create.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var name: String = ""
        /// How many partitions; -1 for the broker's default or with `assignments`.
        package var numPartitions: Int32 = 0
        /// How many replicas; -1 for the broker's default or with `assignments`.
        package var replicationFactor: Int16 = 0
        /// Who holds what; none to let the broker choose.
        package var assignments: [Assignment] = []
        /// The settings.
        package var configs: [Config] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            numPartitions: Int32 = 0,
            replicationFactor: Int16 = 0,
            assignments: [Assignment] = [],
            configs: [Config] = []
        ) {
            self.name = name
            self.numPartitions = numPartitions
            self.replicationFactor = replicationFactor
            self.assignments = assignments
            self.configs = configs
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.int32(&numPartitions)
            try wire.int16(&replicationFactor)
            try wire.array(&assignments, version)
            try wire.array(&configs, version)
            try wire.tags(&tags)
        }
    }

    /// Who holds one partition.
    package struct Assignment: WireValue, Equatable {
        /// The partition's number.
        package var partitionIndex: Int32 = 0
        /// Node ids of the replicas, the preferred leader first.
        package var brokerIDs: [Int32] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partitionIndex: Int32 = 0,
            brokerIDs: [Int32] = []
        ) {
            self.partitionIndex = partitionIndex
            self.brokerIDs = brokerIDs
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.array(&brokerIDs, version)
            try wire.tags(&tags)
        }
    }

    /// A setting.
    package struct Config: WireValue, Equatable {
        /// The setting's name.
        package var name: String = ""
        /// The value; null for none.
        package var value: String?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            value: String? = nil
        ) {
            self.name = name
            self.value = value
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.string(&value)
            try wire.tags(&tags)
        }
    }
}

/// Answers CreateTopics: one result a topic.
package struct CreateTopicsResponse: ResponseMessage {
    /// As the request's.
    package static let api = CreateTopicsRequest.api

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
        if version >= 2 { try wire.int32(&throttleTimeMs) }
        try wire.array(&topics, version)
        try wire.tags(&tags)
    }

    /// What became of one topic.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var name: String = ""
        /// The topic's id (KIP-516).
        package var topicID: KafkaUUID = .zero
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// What went wrong, for people to read.
        package var errorMessage: String?
        /// Why the settings could not be told, though the topic was created.
        package var topicConfigErrorCode: ErrorCode = .none
        /// How many partitions; -1 for the broker's default.
        package var numPartitions: Int32 = -1
        /// How many replicas; -1 for the broker's default.
        package var replicationFactor: Int16 = -1
        /// The settings; null if they could not be told.
        package var configs: [Config]?
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            topicID: KafkaUUID = .zero,
            errorCode: ErrorCode = .none,
            errorMessage: String? = nil,
            topicConfigErrorCode: ErrorCode = .none,
            numPartitions: Int32 = -1,
            replicationFactor: Int16 = -1,
            configs: [Config]? = nil
        ) {
            self.name = name
            self.topicID = topicID
            self.errorCode = errorCode
            self.errorMessage = errorMessage
            self.topicConfigErrorCode = topicConfigErrorCode
            self.numPartitions = numPartitions
            self.replicationFactor = replicationFactor
            self.configs = configs
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            if version >= 7 { try wire.uuid(&topicID) }
            try wire.errorCode(&errorCode)
            if version >= 1 { try wire.string(&errorMessage) }
            if version >= 5 {
                try wire.int32(&numPartitions)
                try wire.int16(&replicationFactor)
                try wire.array(&configs, version)
            }
            try wire.beginTags(&tags)
            try wire.tag(0, &tags, isPresent: topicConfigErrorCode != .none) { (wire: inout Wire) throws(WireError) in
                try wire.errorCode(&topicConfigErrorCode)
            }
            try wire.endTags(&tags)
        }
    }

    /// A setting the topic has.
    package struct Config: WireValue, Equatable {
        /// The setting's name.
        package var name: String = ""
        /// The value; null for none.
        package var value: String?
        /// Whether it cannot be changed.
        package var readOnly: Bool = false
        /// Where the value comes from: 1 topic, 2 dynamic broker, 3 dynamic default broker, 4 static broker, 5 default, 6 broker logger, 7 client metrics, 8 group.
        package var configSource: Int8 = -1
        /// Whether the value is secret (and null here).
        package var isSensitive: Bool = false
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            value: String? = nil,
            readOnly: Bool = false,
            configSource: Int8 = -1,
            isSensitive: Bool = false
        ) {
            self.name = name
            self.value = value
            self.readOnly = readOnly
            self.configSource = configSource
            self.isSensitive = isSensitive
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.string(&value)
            try wire.bool(&readOnly)
            try wire.int8(&configSource)
            try wire.bool(&isSensitive)
            try wire.tags(&tags)
        }
    }
}
