/// Where a fetch of one partition begins.
package struct FetchStart: Sendable, Equatable {
    /// The partition.
    package var topicPartition: TopicPartition
    /// The first offset wanted. Below the log start it reads from the log start.
    package var offset: Int64

    /// A place to read from.
    package init(_ topicPartition: TopicPartition, from offset: Int64) {
        self.topicPartition = topicPartition
        self.offset = offset
    }
}

/// How much a fetch may bring and how long it may take.
package struct FetchLimits: Sendable, Equatable {
    /// At most this many records of each partition, from 1.
    package var maxRecords: Int
    /// About this many bytes of batches of each partition; the first batch comes whole.
    package var maxBytes: Int
    /// Values are cut to this many bytes; `FetchedRecord.valueSize` keeps the full size.
    package var maxValueBytes: Int
    /// At the end of all logs a peer may wait up to so many milliseconds for something new, or answer at once.
    package var maxWaitMilliseconds: Int
    /// Reads what is committed only: records of aborted transactions are left out, and those of open ones are waited for.
    package var isReadCommitted: Bool

    /// Limits.
    package init(
        maxRecords: Int = 500,
        maxBytes: Int = 1 << 20,
        maxValueBytes: Int = .max,
        maxWaitMilliseconds: Int = 0,
        isReadCommitted: Bool = false
    ) {
        self.maxRecords = maxRecords
        self.maxBytes = maxBytes
        self.maxValueBytes = maxValueBytes
        self.maxWaitMilliseconds = maxWaitMilliseconds
        self.isReadCommitted = isReadCommitted
    }
}
