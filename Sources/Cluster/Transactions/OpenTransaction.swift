/// A transaction as a partition sees it: open from its first record to its marker. Who reads committed records only waits before it.
package struct OpenTransaction: Sendable, Equatable {
    /// The partition.
    package var partition: TopicPartition
    /// Whose it is.
    package var producerID: Int64
    /// The producer's epoch.
    package var producerEpoch: Int32
    /// The offset of its first record.
    package var firstOffset: Int64
    /// The timestamp of the producer's last batch there, wall milliseconds by the producer's clock; nil where none is known.
    package var lastTimestamp: Int64?
    /// The transactional id; nil where no coordinator that was asked knows of an open transaction of this producer in this partition.
    package var transactionalID: String?
    /// When the transaction began, as its coordinator knows, wall milliseconds.
    package var startedAt: Int64?

    /// Whether no coordinator knows of it: nobody may ever end it.
    package var isUnclaimed: Bool { transactionalID == nil }

    /// An open transaction that nobody claims yet.
    package init(
        partition: TopicPartition, producerID: Int64, producerEpoch: Int32, firstOffset: Int64, lastTimestamp: Int64?
    ) {
        self.partition = partition
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.firstOffset = firstOffset
        self.lastTimestamp = lastTimestamp
    }
}

extension [OpenTransaction] {
    /// These with the coordinator's claim on each, where the open transaction of an id is its producer's and has the partition.
    package func claimed(by transactions: [TransactionDescription]) -> [OpenTransaction] {
        let open = transactions.filter(\.phase.isOpen).map { ($0.producerID, $0) }
        let known = Dictionary(open) { first, _ in first }
        return map { it in
            guard let claim = known[it.producerID] else { return it }
            // An id whose partitions were not told is given the benefit of the doubt.
            if let details = claim.details, !details.partitions.contains(it.partition) { return it }
            var it = it
            it.transactionalID = claim.transactionalID
            it.startedAt = claim.details?.startedAt
            return it
        }
    }
}
