import KafkaProtocol
package import NIOCore
import Synchronization

extension PartitionLog {
    /// Appends batches at the end of the log.
    ///
    /// Producers send one batch a call. It is checked (see ``BatchValidator``) before the lock is taken; under the
    /// lock it gets its offsets and the leader epoch, both outside of its checksum, and is written as it is. A batch
    /// that an idempotent producer sent before is not written again: the answer has its original offsets.
    ///
    /// Returning does not mean durable: call ``flush()``, and wait for a recovery point behind
    /// ``AppendResult/lastOffset``, also for duplicates.
    ///
    /// - Parameter verification: Asked before the first batch of a transaction is written; nil lets it in.
    /// - Throws: ``LogError``: the batch is refused and nothing was written, or the disk failed and the log is offline.
    package func append(
        _ records: ByteBuffer, origin: AppendOrigin = .client, verification: TransactionVerification? = nil
    ) throws(LogError) -> AppendResult {
        let config = config
        let batches = try BatchValidator(
            config: config,
            origin: origin,
            topicPartition: topicPartition,
            now: clock.wallMilliseconds
        ).validated(records)
        return try state.withLock { (state) throws(LogError) -> AppendResult in
            try checkOpen(state)
            return try append(batches, origin: origin, verification: verification, to: &state)
        }
    }

    private func append(
        _ batches: [ValidBatch],
        origin: AppendOrigin,
        verification: TransactionVerification?,
        to state: inout LogState
    ) throws(LogError) -> AppendResult {
        let now = clock.wallMilliseconds
        // Before anything is known again: a producer that was shut out is told so.
        if let verification {
            for batch in batches { try verify(batch, state.producers, verification) }
        }
        if origin == .client, let duplicate = duplicate(of: batches, state) { return duplicate }

        // Offsets, times and checks first, changing nothing: a refusal must leave no trace.
        var placed = batches
        var next = state.endOffset
        var appendTime: Int64 = -1
        if origin != .replication && state.config.messageTimestampType == .logAppendTime {
            appendTime = max(now, state.lastAppendTime)
        }
        for index in placed.indices {
            if origin == .replication {
                guard placed[index].header.baseOffset >= next else {
                    throw .corruptMessage(
                        "\(topicPartition): offset \(placed[index].header.baseOffset) comes before the end, \(next)"
                    )
                }
            } else {
                placed[index].place(at: next, leaderEpoch: max(0, state.leaderEpoch), appendTime: appendTime)
            }
            next = placed[index].header.lastOffset + 1
        }
        try check(placed, origin: origin, state.producers)
        guard let first = placed.first?.header, let last = placed.last?.header else {
            throw .invalidRecord("\(topicPartition): the batch is empty", [])
        }

        let additions = placed.map { Segment.Addition($0.header) }
        let whole = Segment.Addition(
            bytes: additions.reduce(0) { $0 + $1.bytes },
            lastOffset: last.lastOffset,
            maxTimestamp: additions.reduce(-1) { max($0, $1.maxTimestamp) }
        )
        do throws(StorageError) {
            let didRoll = try rollIfNeeded(for: whole, firstOffset: first.baseOffset, now: now, &state)
            try write(placed, additions, to: &state)
            for batch in placed {
                if let aborted = state.producers.append(batch) { state.active?.append(aborted) }
            }
            state.endOffset = next
            state.size += whole.bytes
            state.lastAppendTime = max(state.lastAppendTime, appendTime)
            for batch in placed
            where state.epochs.assign(
                epoch: batch.header.partitionLeaderEpoch,
                startOffset: batch.header.baseOffset
            ) {
                state.hasUnwrittenEpochs = true
            }
            return AppendResult(
                baseOffset: first.baseOffset,
                lastOffset: last.lastOffset,
                logAppendTime: appendTime,
                logStartOffset: state.logStartOffset,
                endOffset: next,
                isDuplicate: false,
                didRoll: didRoll,
                isFlushDue: next - state.recoveryPoint >= state.config.flushMessages,
                flushWithinMs: state.config.flushMs,
                bytes: Int(whole.bytes)
            )
        } catch {
            state.status = .offline(reason: "\(error)")
            throw .storage(error)
        }
    }

    private func duplicate(of batches: [ValidBatch], _ state: LogState) -> AppendResult? {
        guard batches.count == 1, let batch = batches[0].producerBatch,
            let original = state.producers.duplicate(of: batch)
        else { return nil }
        return AppendResult(
            baseOffset: original.firstOffset,
            lastOffset: original.lastOffset,
            logAppendTime: state.config.messageTimestampType == .logAppendTime ? original.timestamp : -1,
            logStartOffset: state.logStartOffset,
            endOffset: state.endOffset,
            isDuplicate: true,
            didRoll: false,
            isFlushDue: state.endOffset - state.recoveryPoint >= state.config.flushMessages,
            flushWithinMs: state.config.flushMs,
            bytes: 0
        )
    }

    /// Checks batches against their producers, each as if those before were appended.
    private func check(
        _ batches: [ValidBatch],
        origin: AppendOrigin,
        _ producers: ProducerState
    ) throws(LogError) {
        if batches.count == 1 {
            try producers.check(batches[0], origin: origin)
            return
        }
        guard batches.contains(where: { $0.header.producerID >= 0 }) else { return }
        var trial = producers
        for batch in batches {
            try trial.check(batch, origin: origin)
            _ = trial.append(batch)
        }
    }

    /// Asks the coordinator about the first batch of a transaction in this partition.
    private func verify(
        _ batch: ValidBatch, _ producers: ProducerState, _ verification: TransactionVerification
    ) throws(LogError) {
        guard let data = batch.producerBatch, data.isTransactional,
            !producers.hasOpenTransaction(data.producerID, epoch: data.producerEpoch)
        else { return }
        let claim = ProducerClaim(producerID: data.producerID, epoch: data.producerEpoch)
        let error = verification.check(claim, topicPartition)
        guard error != .none else { return }
        throw .transactionNotVerified(
            error, "\(topicPartition) is not part of an open transaction of producer \(data.producerID): \(error)")
    }

    private func rollIfNeeded(
        for batch: Segment.Addition,
        firstOffset: Int64,
        now: Int64,
        _ state: inout LogState
    ) throws(StorageError) -> Bool {
        guard let active = state.active, active.shouldRoll(for: batch, now: now, config: state.config) else {
            return false
        }
        let before = state.segments.count
        try state.roll(at: max(firstOffset, state.endOffset), directory: directory, now: now, storage: storage)
        return state.segments.count != before
    }

    private func write(
        _ batches: [ValidBatch],
        _ additions: [Segment.Addition],
        to state: inout LogState
    ) throws(StorageError) {
        guard let active = state.active else { return }
        let interval = state.config.indexIntervalBytes
        if batches.count == 1 {
            try active.append(head: batches[0].head, rest: batches[0].rest, additions, indexIntervalBytes: interval)
            return
        }
        var all = ByteBufferAllocator().buffer(capacity: additions.reduce(0) { $0 + Int($1.bytes) })
        for batch in batches {
            all.writeImmutableBuffer(batch.head)
            all.writeImmutableBuffer(batch.rest)
        }
        try active.append(head: all, rest: ByteBuffer(), additions, indexIntervalBytes: interval)
    }
}

extension ProducerState {
    /// Checks a data batch or a marker; others have no producer.
    func check(_ batch: ValidBatch, origin: AppendOrigin) throws(LogError) {
        if let marker = batch.marker {
            try check(marker, origin: origin)
        } else if let data = batch.producerBatch {
            try check(data, origin: origin)
        }
    }

    /// Enters a data batch or a marker.
    ///
    /// - Returns: The transaction that a marker aborted.
    mutating func append(_ batch: ValidBatch) -> AbortedTransaction? {
        if let marker = batch.marker { return append(marker) }
        if let data = batch.producerBatch { append(data) }
        return nil
    }
}
