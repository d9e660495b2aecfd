/// Who may append what next: the producers of a partition, their sequence numbers and their open transactions.
///
/// A value that only appends change. The rules are those of Kafka's `ProducerStateManager` and `ProducerAppendInfo`.
package struct ProducerState: Sendable, Equatable {
    /// An open transaction.
    package struct OpenTransaction: Sendable, Equatable {
        /// The offset of its first record.
        package var firstOffset: Int64
        /// Whose it is.
        package var producerID: Int64
    }

    /// The producers by id.
    package private(set) var producers: [Int64: ProducerEntry] = [:]
    /// The open transactions, ascending by first offset.
    package private(set) var openTransactions: [OpenTransaction] = []

    /// No producers.
    package init() {}

    /// A state as a snapshot tells it.
    package init(producers: [Int64: ProducerEntry]) {
        self.producers = producers
        openTransactions = producers.compactMap { id, entry in
            entry.transactionFirstOffset.map { OpenTransaction(firstOffset: $0, producerID: id) }
        }.sorted { $0.firstOffset < $1.firstOffset }
    }

    /// Takes over the producers of an earlier state that this one does not know.
    mutating func adopt(_ earlier: ProducerState) {
        self = ProducerState(producers: producers.merging(earlier.producers) { own, _ in own })
    }

    /// The first offset of the oldest open transaction: what comes from there on is not yet decided.
    package var firstUnstableOffset: Int64? { openTransactions.first?.firstOffset }

    /// Whether a producer has a transaction open under this epoch.
    package func hasOpenTransaction(_ producerID: Int64, epoch: Int16) -> Bool {
        guard let entry = producers[producerID] else { return false }
        return entry.transactionFirstOffset != nil && entry.epoch == epoch
    }

    /// The batch that was appended before with the same producer, epoch and sequence numbers, if it is still known.
    package func duplicate(of batch: ProducerBatch) -> ProducerEntry.Batch? {
        producers[batch.producerID]?.duplicate(
            epoch: batch.producerEpoch,
            firstSequence: batch.baseSequence,
            lastSequence: batch.lastSequence
        )
    }

    /// Checks a data batch without changing anything.
    ///
    /// - Throws: ``LogError/invalidProducerEpoch(_:)``, ``LogError/outOfOrderSequence(_:)`` or
    ///   ``LogError/invalidTransactionState(_:)``.
    package func check(_ batch: ProducerBatch, origin: AppendOrigin) throws(LogError) {
        guard origin != .replication else { return }
        guard let entry = producers[batch.producerID] else { return }
        try checkEpoch(batch.producerEpoch, of: batch.producerID, entry, at: batch.baseOffset)
        if origin == .client { try checkSequence(batch, entry) }
        if entry.transactionFirstOffset != nil && !batch.isTransactional {
            throw .invalidTransactionState(
                "Expected transactional write from producer \(batch.producerID) at offset \(batch.baseOffset)"
            )
        }
    }

    /// Checks an end-of-transaction marker without changing anything.
    package func check(_ marker: TransactionMarker, origin: AppendOrigin) throws(LogError) {
        guard origin != .replication, let entry = producers[marker.producerID] else { return }
        try checkEpoch(marker.producerEpoch, of: marker.producerID, entry, at: marker.offset)
        if entry.coordinatorEpoch > marker.coordinatorEpoch {
            throw .transactionCoordinatorFenced(
                "Invalid coordinator epoch for producerId \(marker.producerID) at offset \(marker.offset): "
                    + "\(marker.coordinatorEpoch) (zombie), \(entry.coordinatorEpoch) (current)"
            )
        }
    }

    /// Takes a batch that is being appended into account.
    package mutating func append(_ batch: ProducerBatch) {
        var entry = producers[batch.producerID] ?? ProducerEntry(epoch: batch.producerEpoch)
        entry.append(
            ProducerEntry.Batch(
                lastSequence: batch.lastSequence,
                lastOffset: batch.lastOffset,
                offsetDelta: Int32(clamping: batch.lastOffset &- batch.baseOffset),
                timestamp: batch.maxTimestamp
            ),
            epoch: batch.producerEpoch
        )
        if batch.isTransactional && entry.transactionFirstOffset == nil {
            entry.transactionFirstOffset = batch.baseOffset
            openTransactions.append(
                OpenTransaction(firstOffset: batch.baseOffset, producerID: batch.producerID)
            )
        }
        producers[batch.producerID] = entry
    }

    /// Takes a marker that is being appended into account.
    ///
    /// - Returns: The transaction to enter in the transaction index: one that had records and was aborted.
    package mutating func append(_ marker: TransactionMarker) -> AbortedTransaction? {
        var entry = producers[marker.producerID] ?? ProducerEntry(epoch: marker.producerEpoch)
        let first = entry.transactionFirstOffset
        entry.setEpoch(marker.producerEpoch)
        entry.coordinatorEpoch = marker.coordinatorEpoch
        entry.lastTimestamp = marker.timestamp
        entry.transactionFirstOffset = nil
        producers[marker.producerID] = entry
        guard let first else { return nil }
        openTransactions.removeAll { $0.producerID == marker.producerID }
        guard !marker.isCommit else { return nil }
        return AbortedTransaction(
            producerID: marker.producerID,
            firstOffset: first,
            lastOffset: marker.offset,
            lastStableOffset: firstUnstableOffset ?? marker.offset &+ 1
        )
    }

    /// Forgets producers that wrote nothing for `expirationMs` and have no open transaction.
    ///
    /// - Returns: How many were forgotten.
    @discardableResult
    package mutating func removeExpired(now: Int64, expirationMs: Int64) -> Int {
        let before = producers.count
        let limit = now.subtractingReportingOverflow(expirationMs)
        guard !limit.overflow else { return 0 }
        producers = producers.filter {
            $0.value.transactionFirstOffset != nil || $0.value.lastTimestamp > limit.partialValue
        }
        return before - producers.count
    }

    private func checkEpoch(_ epoch: Int16, of id: Int64, _ entry: ProducerEntry, at offset: Int64) throws(LogError) {
        guard epoch < entry.epoch else { return }
        throw .invalidProducerEpoch(
            "Epoch of producer \(id) at offset \(offset) is \(epoch), which is smaller than the last seen epoch "
                + "\(entry.epoch)"
        )
    }

    private func checkSequence(_ batch: ProducerBatch, _ entry: ProducerEntry) throws(LogError) {
        guard entry.epoch != -1 else { return }
        if batch.producerEpoch != entry.epoch {
            guard batch.baseSequence != 0 else { return }
            throw .outOfOrderSequence(
                "Invalid sequence number for new epoch of producer \(batch.producerID) at offset "
                    + "\(batch.baseOffset): \(batch.producerEpoch) (request epoch), \(batch.baseSequence) "
                    + "(seq. number), \(entry.epoch) (current producer epoch)"
            )
        }
        let last = entry.lastSequence
        let isNext = Int64(batch.baseSequence) == Int64(last) + 1 || (batch.baseSequence == 0 && last == .max)
        guard !isNext else { return }
        throw .outOfOrderSequence(
            "Out of order sequence number for producer \(batch.producerID) at offset \(batch.baseOffset): "
                + "\(batch.baseSequence) (incoming seq. number), \(last) (current end sequence number)"
        )
    }
}
