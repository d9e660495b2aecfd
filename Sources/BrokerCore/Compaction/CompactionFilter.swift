import KafkaProtocol
import NIOCore

/// Decides what of a batch stays (Kafka's `Cleaner.cleanInto` and `MemoryRecords.filterTo`).
///
/// A record stays if it is the newest of its key, and has a value or a tombstone's delete horizon has not passed (KIP-534). Records without
/// key go. The first cleaning that meets a tombstone, or a marker whose transaction has no data left, stamps the batch with its horizon.
struct CompactionFilter {
    /// What becomes of a batch.
    enum Outcome {
        /// Nothing of it stays.
        case dropped
        /// It stays as it is.
        case kept(records: Int)
        /// These bytes take its place.
        case rewritten(ByteBuffer, records: Int)
    }

    /// The newest offset a producer wrote data at, or nil when a marker was its last act (Kafka's `LastRecord`).
    struct LastRecord {
        var dataOffset: Int64?
        var producerEpoch: Int16
    }

    let map: OffsetMap
    let now: Int64
    let deleteRetentionMs: Int64
    /// One past the last offset of this run: the batch that ends there stays, at least empty, so that the end offset is not lost.
    let upperBound: Int64
    /// The last record of each producer that is still remembered: its batch stays, at least empty, so that its sequence is not lost.
    let lastRecords: [Int64: LastRecord]
    /// The most bytes a batch's records may decompress to.
    let decompressionLimit: Int
    private(set) var transactions = CleanedTransactions()
    /// Tombstones that stayed, of those that were judged.
    private(set) var tombstonesKept: Int64 = 0
    /// The earliest delete horizon of a tombstone that stayed, wall milliseconds.
    private(set) var tombstonesUntil: Int64?
    /// Records that stayed and have a value, of those that were judged: one a key.
    private(set) var valuesKept: Int64 = 0

    /// A filter for one run.
    init(
        map: OffsetMap,
        now: Int64,
        deleteRetentionMs: Int64,
        upperBound: Int64,
        lastRecords: [Int64: LastRecord],
        decompressionLimit: Int
    ) {
        self.map = map
        self.now = now
        self.deleteRetentionMs = deleteRetentionMs
        self.upperBound = upperBound
        self.lastRecords = lastRecords
        self.decompressionLimit = decompressionLimit
    }

    /// Adds the aborted transactions of the segment that comes next.
    mutating func add(_ aborted: [AbortedTransaction]) { transactions.add(aborted) }

    /// The aborted transactions that still have data, for the index of the segment just cleaned.
    mutating func takeKeptTransactions() -> [AbortedTransaction] { transactions.takeKept() }

    /// Decides about one batch; batches must come in the log's order, from its beginning.
    ///
    /// - Throws: `RecordBatchError` for damaged records: then the log is left alone.
    mutating func judge(_ batch: RecordBatch) throws(RecordBatchError) -> Outcome {
        let header = batch.header
        let marker = header.isControl ? try ControlMarker(batch) : nil
        let canDiscard = transactions.canDiscard(header, marker: marker)
        let horizonPassed = header.deleteHorizon.map { $0 <= now } ?? false
        let discards = header.isControl ? canDiscard && horizonPassed : canDiscard
        let staysEmpty = (header.hasProducerID && isLastOfProducer(header)) || header.nextOffset == upperBound
        if discards { return staysEmpty ? try empty(header) : .dropped }
        return try filter(batch, isMarkerWithoutData: canDiscard && header.isControl, staysEmpty: staysEmpty)
    }

    private func isLastOfProducer(_ header: RecordBatchHeader) -> Bool {
        guard let last = lastRecords[header.producerID] else { return false }
        if let offset = last.dataOffset { return header.lastOffset == offset }
        return header.isControl && header.producerEpoch == last.producerEpoch
    }

    private mutating func filter(
        _ batch: RecordBatch,
        isMarkerWithoutData: Bool,
        staysEmpty: Bool
    ) throws(RecordBatchError) -> Outcome {
        let header = batch.header
        let records = try batch.records(limit: decompressionLimit)
        let keepsTombstones = header.deleteHorizon.map { now < $0 } ?? true
        var stays: [Bool] = []
        // Every record takes more than one byte.
        stays.reserveCapacity(min(Int(max(0, header.recordCount)), records.payload.readableBytes))
        var tally = Tally()
        try records.forEachOutline { record in
            let isJudged = !header.isControl && record.offset <= map.latestOffset
            let isKept = !isJudged || self.stays(record, keepsTombstones: keepsTombstones)
            stays.append(isKept)
            guard isKept else { return }
            tally.kept += 1
            if record.isTombstone { tally.tombstones += 1 }
            if isJudged && record.isTombstone { tally.judgedTombstones += 1 }
            if isJudged && !record.isTombstone { tally.judgedValues += 1 }
        }
        guard tally.kept > 0 else { return staysEmpty ? try empty(header) : .dropped }
        let needsHorizon = (tally.tombstones > 0 || isMarkerWithoutData) && header.deleteHorizon == nil
        let horizon = needsHorizon ? stamp : header.deleteHorizon
        tombstonesKept += tally.judgedTombstones
        valuesKept += tally.judgedValues
        if tally.judgedTombstones > 0, let horizon { tombstonesUntil = min(tombstonesUntil ?? horizon, horizon) }
        if tally.kept == stays.count, !needsHorizon { return .kept(records: tally.kept) }
        return .rewritten(try rewrite(records, keeping: stays, horizon: horizon), records: tally.kept)
    }

    /// What stays of one batch.
    private struct Tally {
        var kept = 0
        var tombstones = 0
        var judgedTombstones: Int64 = 0
        var judgedValues: Int64 = 0
    }

    /// The delete horizon of what this run meets first.
    private var stamp: Int64 {
        let stamp = now.addingReportingOverflow(deleteRetentionMs)
        return stamp.overflow ? .max : stamp.partialValue
    }

    private func stays(_ record: RecordOutline, keepsTombstones: Bool) -> Bool {
        guard let key = record.key, record.offset >= map.offset(of: key) else { return false }
        return !record.isTombstone || keepsTombstones
    }

    /// A batch of the records that stay. Their offsets, and the batch's sequence and last offset, are those of the original.
    private func rewrite(
        _ records: RecordSequence,
        keeping stays: [Bool],
        horizon: Int64?
    ) throws(RecordBatchError) -> ByteBuffer {
        let header = records.header
        var builder = RecordBatchBuilder(
            codec: try header.codec,
            attributes: horizon == nil ? header.attributes : header.attributes.union(.deleteHorizon),
            baseOffset: header.baseOffset,
            partitionLeaderEpoch: header.partitionLeaderEpoch,
            producerID: header.producerID,
            producerEpoch: header.producerEpoch,
            baseSequence: header.baseSequence
        )
        if let horizon { builder.header.baseTimestamp = horizon }
        var index = 0
        try records.forEachOutline { record in
            if stays[index] { builder.append(record) }
            index += 1
        }
        builder.header.lastOffsetDelta = header.lastOffsetDelta
        return try builder.build()
    }

    private func empty(_ header: RecordBatchHeader) throws(RecordBatchError) -> Outcome {
        var attributes = RecordBatchHeader.Attributes()
        attributes.formUnion(header.attributes.intersection([.logAppendTime, .transactional, .control]))
        let emptied = RecordBatchHeader(
            baseOffset: header.baseOffset,
            partitionLeaderEpoch: header.partitionLeaderEpoch,
            attributes: attributes,
            lastOffsetDelta: header.lastOffsetDelta,
            baseTimestamp: -1,
            maxTimestamp: header.maxTimestamp,
            producerID: header.producerID,
            producerEpoch: header.producerEpoch,
            baseSequence: header.baseSequence,
            recordCount: 0
        )
        return .rewritten(try RecordBatchBuilder.assemble(emptied, payload: ByteBuffer()), records: 0)
    }
}
