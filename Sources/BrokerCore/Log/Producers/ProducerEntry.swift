/// What a partition remembers of one idempotent or transactional producer.
package struct ProducerEntry: Sendable, Equatable {
    /// A batch of the window in which duplicates are known again.
    package struct Batch: Sendable, Equatable {
        /// The sequence number of its last record.
        package var lastSequence: Int32
        /// The offset of its last record.
        package var lastOffset: Int64
        /// Last offset less first offset.
        package var offsetDelta: Int32
        /// The batch's largest timestamp, in ms.
        package var timestamp: Int64

        /// A batch.
        package init(lastSequence: Int32, lastOffset: Int64, offsetDelta: Int32, timestamp: Int64) {
            self.lastSequence = lastSequence
            self.lastOffset = lastOffset
            self.offsetDelta = offsetDelta
            self.timestamp = timestamp
        }

        /// The sequence number of its first record; sequences go from Int32.max back to 0.
        package var firstSequence: Int32 {
            lastSequence >= offsetDelta
                ? lastSequence - offsetDelta : Int32.max &- (offsetDelta &- lastSequence) &+ 1
        }

        /// The offset of its first record.
        package var firstOffset: Int64 { lastOffset &- Int64(offsetDelta) }
    }

    /// How many batches of a producer are remembered (Kafka's `ProducerStateEntry.NUM_BATCHES_TO_RETAIN`).
    package static let batchesToRetain = 5

    /// The producer's epoch; -1 before its first batch.
    package var epoch: Int16
    /// The epoch of the transaction coordinator that wrote its last marker; -1 before the first.
    package var coordinatorEpoch: Int32 = -1
    /// The timestamp of its last batch or marker, in ms.
    package var lastTimestamp: Int64
    /// The first offset of its open transaction.
    package var transactionFirstOffset: Int64?
    /// Its last batches, oldest first.
    package private(set) var batches: [Batch] = []

    /// A producer.
    package init(epoch: Int16, lastTimestamp: Int64 = -1) {
        self.epoch = epoch
        self.lastTimestamp = lastTimestamp
    }

    /// The newest batch's last sequence number, or -1.
    package var lastSequence: Int32 { batches.last?.lastSequence ?? -1 }

    /// The newest data offset, or -1.
    package var lastDataOffset: Int64 { batches.last?.lastOffset ?? -1 }

    /// Remembers a batch; a new epoch forgets those of the old one.
    mutating func append(_ batch: Batch, epoch: Int16) {
        setEpoch(epoch)
        if batches.count == Self.batchesToRetain { batches.removeFirst() }
        batches.append(batch)
        lastTimestamp = batch.timestamp
    }

    /// Takes over a new epoch, forgetting the batches of the old one.
    mutating func setEpoch(_ epoch: Int16) {
        guard epoch != self.epoch else { return }
        batches.removeAll(keepingCapacity: true)
        self.epoch = epoch
    }

    /// The remembered batch with exactly these sequence numbers.
    func duplicate(epoch: Int16, firstSequence: Int32, lastSequence: Int32) -> Batch? {
        guard epoch == self.epoch else { return nil }
        return batches.first { $0.firstSequence == firstSequence && $0.lastSequence == lastSequence }
    }
}
