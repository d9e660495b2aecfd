/// Where a batch comes from, which decides what is checked.
package enum AppendOrigin: Sendable, Equatable {
    /// A producer: everything is checked.
    case client
    /// A coordinator in this process: control batches are allowed, sequences are not checked.
    case coordinator
    /// Batches of another log, which keep their offsets, epochs and bytes: only their checksums are checked.
    case replication
}

/// What producer state needs to know of a batch of a producer with an id.
package struct ProducerBatch: Sendable, Equatable {
    /// The producer's id, at least 0.
    package var producerID: Int64
    /// The producer's epoch.
    package var producerEpoch: Int16
    /// The sequence number of the first record.
    package var baseSequence: Int32
    /// The offset of the first record.
    package var baseOffset: Int64
    /// The offset of the last record.
    package var lastOffset: Int64
    /// The largest timestamp, in ms.
    package var maxTimestamp: Int64
    /// Whether it belongs to a transaction.
    package var isTransactional: Bool

    /// A batch.
    package init(
        producerID: Int64,
        producerEpoch: Int16,
        baseSequence: Int32,
        baseOffset: Int64,
        lastOffset: Int64,
        maxTimestamp: Int64,
        isTransactional: Bool
    ) {
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.baseSequence = baseSequence
        self.baseOffset = baseOffset
        self.lastOffset = lastOffset
        self.maxTimestamp = maxTimestamp
        self.isTransactional = isTransactional
    }

    /// The sequence number of the last record; sequences go from Int32.max back to 0, and -1 (none) stays.
    package var lastSequence: Int32 {
        guard baseSequence >= 0 else { return -1 }
        let delta = Int32(clamping: lastOffset &- baseOffset)
        return baseSequence > Int32.max &- delta ? delta &- (Int32.max &- baseSequence) &- 1 : baseSequence &+ delta
    }
}

/// A control batch that ends a transaction.
package struct TransactionMarker: Sendable, Equatable {
    /// Whose transaction ends.
    package var producerID: Int64
    /// The producer's epoch.
    package var producerEpoch: Int16
    /// Commit, or else abort.
    package var isCommit: Bool
    /// The epoch of the coordinator that wrote it.
    package var coordinatorEpoch: Int32
    /// The marker's offset.
    package var offset: Int64
    /// The marker's timestamp, in ms.
    package var timestamp: Int64

    /// A marker.
    package init(
        producerID: Int64,
        producerEpoch: Int16,
        isCommit: Bool,
        coordinatorEpoch: Int32,
        offset: Int64,
        timestamp: Int64
    ) {
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.isCommit = isCommit
        self.coordinatorEpoch = coordinatorEpoch
        self.offset = offset
        self.timestamp = timestamp
    }
}
