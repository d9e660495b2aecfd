/// A record as it stands in the log, with what its batch says of it. Bytes are raw: whoever shows them makes them safe first.
package struct FetchedRecord: Sendable, Equatable {
    /// The record's offset.
    package var offset: Int64
    /// Milliseconds since 1970; -1 for none.
    package var timestamp: Int64
    /// True when the broker stamped the record (`LogAppendTime`), false for the producer's `CreateTime`.
    package var isLogAppendTime: Bool
    /// The key, or nil.
    package var key: [UInt8]?
    /// The value; nil is a tombstone.
    package var value: [UInt8]?
    /// The value's full size in bytes, also where `value` was cut to the request's limit; 0 for a tombstone.
    package var valueSize: Int
    /// The headers in order; names may repeat.
    package var headers: [RecordHeader]
    /// What the batch header says.
    package var batch: BatchFacts

    /// A record with everything said of it.
    package init(
        offset: Int64,
        timestamp: Int64,
        isLogAppendTime: Bool = false,
        key: [UInt8]?,
        value: [UInt8]?,
        valueSize: Int? = nil,
        headers: [RecordHeader] = [],
        batch: BatchFacts = BatchFacts()
    ) {
        self.offset = offset
        self.timestamp = timestamp
        self.isLogAppendTime = isLogAppendTime
        self.key = key
        self.value = value
        self.valueSize = valueSize ?? value?.count ?? 0
        self.headers = headers
        self.batch = batch
    }
}

/// A record header: a name and a value that may be null.
package struct RecordHeader: Sendable, Equatable {
    /// The name; not unique within a record.
    package var name: String
    /// The value, or nil.
    package var value: [UInt8]?

    /// A header.
    package init(name: String, value: [UInt8]?) {
        self.name = name
        self.value = value
    }
}

/// What the header of a record's batch says.
package struct BatchFacts: Sendable, Equatable {
    /// The batch's base offset.
    package var baseOffset: Int64 = 0
    /// How many records the batch holds.
    package var recordCount = 1
    /// The codec's name: none, gzip, snappy, lz4 or zstd.
    package var codec = "none"
    /// The leader epoch the broker stamped.
    package var leaderEpoch: Int32 = 0
    /// The producer's id, or -1.
    package var producerID: Int64 = -1
    /// True in a transaction.
    package var isTransactional = false
    /// True for a commit or abort marker.
    package var isControl = false

    /// Facts of a plain batch of one record.
    package init() {}
}

/// What a fetch of one partition gave.
package struct FetchedRecords: Sendable, Equatable {
    /// The records, ascending by offset; may be empty at the end of the log.
    package var records: [FetchedRecord]
    /// Where to fetch next: past everything examined, also past control batches and gaps that gave no record.
    package var nextOffset: Int64
    /// The log's bounds when it was read.
    package var offsets: PartitionOffsets
    /// Batches that could not be decoded, in words; they were passed over.
    package var problems: [String]

    /// What a fetch gave.
    package init(records: [FetchedRecord], nextOffset: Int64, offsets: PartitionOffsets, problems: [String] = []) {
        self.records = records
        self.nextOffset = nextOffset
        self.offsets = offsets
        self.problems = problems
    }
}

/// A place in a partition's log, as a person or a tool names it.
package enum OffsetSpec: Sendable, Equatable {
    /// The first readable offset.
    case earliest
    /// One past the last record.
    case latest
    /// The first record whose timestamp is at or after this, wall milliseconds.
    case timestamp(Int64)
    /// The record with the largest timestamp (KIP-734).
    case maxTimestamp
}

/// An offset that was looked up, with its record's timestamp where there is one.
package struct FoundOffset: Sendable, Equatable {
    /// The offset; nil when no record answers the question.
    package var offset: Int64?
    /// The record's timestamp, wall milliseconds; nil when unknown.
    package var timestamp: Int64?

    /// A looked-up offset.
    package init(offset: Int64?, timestamp: Int64?) {
        self.offset = offset
        self.timestamp = timestamp
    }
}
