/// One log directory of a broker with the partitions in it (Kafka's DescribeLogDirs).
package struct LogDirectoryDescription: Sendable, Equatable {
    /// A partition's copy in the directory.
    package struct Replica: Sendable, Equatable {
        /// The partition.
        package var topicPartition: TopicPartition
        /// Bytes of its segments.
        package var sizeBytes: Int64
        /// How far the copy is behind the high watermark, or a future copy behind the present one.
        package var offsetLag: Int64
        /// True for a copy that will replace the present one once it has caught up.
        package var isFuture: Bool

        /// A copy.
        package init(topicPartition: TopicPartition, sizeBytes: Int64, offsetLag: Int64 = 0, isFuture: Bool = false) {
            self.topicPartition = topicPartition
            self.sizeBytes = sizeBytes
            self.offsetLag = offsetLag
            self.isFuture = isFuture
        }
    }

    /// The broker's node id.
    package var broker: Int32
    /// The directory's absolute path on that broker; empty for a broker that did not answer, with why in `error`.
    package var path: String
    /// Why it cannot be read, Kafka's name of the error or why the broker did not answer; nil when all is well.
    package var error: String?
    /// Bytes of its file system; nil where the peer does not tell (before Kafka 3.3).
    package var totalBytes: Int64?
    /// Free bytes of its file system; nil where the peer does not tell.
    package var usableBytes: Int64?
    /// The partitions, ascending.
    package var replicas: [Replica]

    /// A log directory.
    package init(
        broker: Int32,
        path: String,
        error: String? = nil,
        totalBytes: Int64? = nil,
        usableBytes: Int64? = nil,
        replicas: [Replica] = []
    ) {
        self.broker = broker
        self.path = path
        self.error = error
        self.totalBytes = totalBytes
        self.usableBytes = usableBytes
        self.replicas = replicas
    }
}
