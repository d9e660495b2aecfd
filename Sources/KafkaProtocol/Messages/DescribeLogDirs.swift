/// DescribeLogDirs (key 35): the log directories and what is in them.
package struct DescribeLogDirsRequest: RequestMessage {
    /// What answers it.
    package typealias Response = DescribeLogDirsResponse
    /// Key 35, versions 0 to 4.
    package static let api = API(key: 35, name: "DescribeLogDirs", versions: 0...4, flexibleFrom: 2)

    /// The topics asked for; null for all.
    package var topics: [Topic]?
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        topics: [Topic]? = nil
    ) {
        self.topics = topics
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&topics, version)
        try wire.tags(&tags)
    }

    /// A topic asked for.
    package struct Topic: WireValue, Equatable {
        /// The topic's name.
        package var topic: String = ""
        /// The partitions' numbers.
        package var partitions: [Int32] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topic: String = "",
            partitions: [Int32] = []
        ) {
            self.topic = topic
            self.partitions = partitions
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&topic)
            try wire.array(&partitions, version)
            try wire.tags(&tags)
        }
    }
}

/// Answers DescribeLogDirs: the log directories.
package struct DescribeLogDirsResponse: ResponseMessage {
    /// As the request's.
    package static let api = DescribeLogDirsRequest.api

    /// Milliseconds the client is asked to wait because of a quota; 0 for none.
    package var throttleTimeMs: Int32 = 0
    /// What went wrong, or none.
    package var errorCode: ErrorCode = .none
    /// The log directories.
    package var results: [LogDir] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        throttleTimeMs: Int32 = 0,
        errorCode: ErrorCode = .none,
        results: [LogDir] = []
    ) {
        self.throttleTimeMs = throttleTimeMs
        self.errorCode = errorCode
        self.results = results
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        if version >= 3 { try wire.errorCode(&errorCode) }
        try wire.array(&results, version)
        try wire.tags(&tags)
    }

    /// A log directory.
    package struct LogDir: WireValue, Equatable {
        /// What went wrong, or none.
        package var errorCode: ErrorCode = .none
        /// The directory's absolute path.
        package var logDir: String = ""
        /// The topics.
        package var topics: [Topic] = []
        /// Bytes of the file system; -1 for unknown.
        package var totalBytes: Int64 = -1
        /// Free bytes of the file system; -1 for unknown.
        package var usableBytes: Int64 = -1
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            errorCode: ErrorCode = .none,
            logDir: String = "",
            topics: [Topic] = [],
            totalBytes: Int64 = -1,
            usableBytes: Int64 = -1
        ) {
            self.errorCode = errorCode
            self.logDir = logDir
            self.topics = topics
            self.totalBytes = totalBytes
            self.usableBytes = usableBytes
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.string(&logDir)
            try wire.array(&topics, version)
            if version >= 4 {
                try wire.int64(&totalBytes)
                try wire.int64(&usableBytes)
            }
            try wire.tags(&tags)
        }
    }

    /// A topic's partitions there.
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

    /// One partition there.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var partitionIndex: Int32 = 0
        /// Bytes of the partition's segments.
        package var partitionSize: Int64 = 0
        /// How far the log is behind the high watermark, or the future log behind the present one.
        package var offsetLag: Int64 = 0
        /// Whether this copy will replace the present one.
        package var isFutureKey: Bool = false
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partitionIndex: Int32 = 0,
            partitionSize: Int64 = 0,
            offsetLag: Int64 = 0,
            isFutureKey: Bool = false
        ) {
            self.partitionIndex = partitionIndex
            self.partitionSize = partitionSize
            self.offsetLag = offsetLag
            self.isFutureKey = isFutureKey
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.int64(&partitionSize)
            try wire.int64(&offsetLag)
            try wire.bool(&isFutureKey)
            try wire.tags(&tags)
        }
    }
}
