/// A record to be written.
package struct NewRecord: Sendable, Equatable {
    /// The key, or nil.
    package var key: [UInt8]?
    /// The value; nil is a tombstone.
    package var value: [UInt8]?
    /// The headers in order; names may repeat.
    package var headers: [RecordHeader]
    /// Milliseconds since 1970; nil for now.
    package var timestamp: Int64?

    /// A record to be written.
    package init(key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader] = [], timestamp: Int64? = nil) {
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }
}

/// Where a produced batch went.
package struct ProducedBatch: Sendable, Equatable {
    /// The offset of its first record; nil where the broker did not tell.
    package var baseOffset: Int64?
    /// The time the broker stamped on it, wall milliseconds; nil when the records keep theirs.
    package var logAppendTime: Int64?

    /// Where a batch went.
    package init(baseOffset: Int64?, logAppendTime: Int64? = nil) {
        self.baseOffset = baseOffset
        self.logAppendTime = logAppendTime
    }
}
