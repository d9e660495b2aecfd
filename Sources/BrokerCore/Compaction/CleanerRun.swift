import KafkaProtocol
import NIOCore

/// One run of the cleaner over one log: pass one learns the newest offset of each dirty key, pass two copies what stays, group by group,
/// and swaps each group in (Kafka's `Cleaner.doClean`). The same passes without writing are the preview, so the two agree to the record.
///
/// Used once, by one thread.
package final class CleanerRun {
    /// How far a run is.
    package struct Progress: Sendable, Equatable {
        /// True in pass two.
        package var isCopying: Bool
        /// Bytes read so far, both passes.
        package var bytesDone: Int64
        /// Bytes to read in all, both passes.
        package var bytesTotal: Int64
        /// Records dropped so far.
        package var recordsRemoved: Int64
        /// Bytes freed so far.
        package var bytesRemoved: Int64
    }

    /// What a run did, or would do.
    package struct Outcome: Sendable, Equatable {
        /// One past the last offset that is clean now: the next run's first dirty offset.
        package var cleanedUpTo: Int64
        /// Records in the segments of the run before.
        package var recordsBefore: Int64 = 0
        /// Records dropped.
        package var recordsRemoved: Int64 = 0
        /// Bytes of the segments of the run before.
        package var bytesBefore: Int64 = 0
        /// Bytes freed.
        package var bytesRemoved: Int64 = 0
        /// Records kept that have a value and whose offset was judged: one a key.
        package var valuesKept: Int64 = 0
        /// Tombstones kept until their delete horizon.
        package var tombstonesKept: Int64 = 0
        /// The earliest delete horizon of those tombstones, wall milliseconds; nil when there are none.
        package var tombstonesUntil: Int64?
        /// True when the caller stopped the run; groups that were done stay done.
        package var wasStopped = false
    }

    /// Limits of a run.
    package struct Limits: Sendable {
        /// Bytes for the offset map (`log.cleaner.dedupe.buffer.size`).
        package var mapBytes = 128 << 20
        /// Bytes that one batch's records may decompress to.
        package var decompressedBytes = 256 << 20

        /// Kafka's own.
        package init() {}
    }

    private let log: PartitionLog
    private let range: CleanableRange
    private let limits: Limits
    private let now: Int64
    private let config: LogConfig
    private var progress = Progress(isCopying: false, bytesDone: 0, bytesTotal: 0, recordsRemoved: 0, bytesRemoved: 0)
    private var reportedBytes: Int64 = 0
    private var isStopped = false

    /// A run.
    ///
    /// - Parameters:
    ///   - range: What is cleanable, as assessed just now.
    ///   - now: Wall milliseconds; delete horizons are judged by it.
    package init(log: PartitionLog, range: CleanableRange, now: Int64, limits: Limits = Limits()) {
        self.log = log
        self.range = range
        self.now = now
        self.limits = limits
        config = log.config
    }

    /// Runs.
    ///
    /// - Parameters:
    ///   - writes: False computes everything and changes nothing.
    ///   - goOn: Told how far the run is, after each chunk; false stops it at the next safe point.
    /// - Throws: `LogError` for damage or a failing disk; the log is then as the last finished group left it.
    package func run(
        writes: Bool,
        goOn: (Progress) -> Bool
    ) throws(LogError) -> Outcome {
        let segments = try log.view().segments.filter { $0.baseOffset < range.firstUncleanableOffset }
        let bytes = segments.reduce(Int64(0)) { $0 + $1.size }
        let dirty = segments.filter { $0.nextOffset > range.firstDirtyOffset }
        progress.bytesTotal = bytes + dirty.reduce(Int64(0)) { $0 + $1.size }
        var outcome = Outcome(cleanedUpTo: range.firstDirtyOffset)
        let map = try index(dirty, goOn: goOn)
        guard !isStopped else {
            outcome.wasStopped = true
            return outcome
        }
        let end = map.latestOffset + 1
        outcome.cleanedUpTo = max(end, range.firstDirtyOffset)
        var filter = CompactionFilter(
            map: map,
            now: now,
            deleteRetentionMs: config.deleteRetentionMs,
            upperBound: range.firstUncleanableOffset,
            lastRecords: lastRecords(),
            decompressionLimit: limits.decompressedBytes
        )
        progress.isCopying = true
        for group in groups(segments.filter { $0.baseOffset < end }) where !isStopped {
            try clean(group, with: &filter, writes: writes, outcome: &outcome, goOn: goOn)
        }
        outcome.wasStopped = isStopped
        if isStopped { outcome.cleanedUpTo = range.firstDirtyOffset }
        outcome.valuesKept = filter.valuesKept
        outcome.tombstonesKept = filter.tombstonesKept
        outcome.tombstonesUntil = filter.tombstonesUntil
        return outcome
    }

    // MARK: Pass one

    private func index(
        _ dirty: [Segment],
        goOn: (Progress) -> Bool
    ) throws(LogError) -> OffsetMap {
        var map = OffsetMap(memoryLimit: limits.mapBytes)
        var transactions = CleanedTransactions()
        let all = try log.view().segments
        transactions.add(try log.aborted(from: range.firstDirtyOffset, to: range.firstUncleanableOffset, all[...]))
        var isFull = false
        for segment in dirty where !isFull && !isStopped {
            var batches = SegmentBatches(segment)
            while !isFull, !isStopped, let batch = try batches.next() {
                guard batch.header.baseOffset < range.firstUncleanableOffset else { break }
                isFull = try !enter(batch, in: &map, &transactions)
                if !isFull { advance(by: batch, isLast: batches.isAtEnd, goOn) }
            }
        }
        // Where offsets are missing at the end there is nothing left to look at.
        if !isFull && !isStopped { map.advance(to: range.firstUncleanableOffset - 1) }
        return map
    }

    /// Enters a batch's keys; false when the map is full.
    private func enter(
        _ batch: RecordBatch,
        in map: inout OffsetMap,
        _ transactions: inout CleanedTransactions
    ) throws(LogError) -> Bool {
        let first = range.firstDirtyOffset
        do throws(RecordBatchError) {
            let marker = batch.header.isControl ? try ControlMarker(batch) : nil
            let isAborted = transactions.canDiscard(batch.header, marker: marker)
            var fits = true
            if !batch.header.isControl && !isAborted {
                try batch.records(limit: limits.decompressedBytes).forEachOutline { record in
                    guard fits, record.offset >= first, let key = record.key else { return }
                    fits = map.put(key, offset: record.offset)
                    if fits { map.advance(to: record.offset) }
                }
            }
            guard fits else { return false }
            if batch.header.lastOffset >= first { map.advance(to: batch.header.lastOffset) }
            return true
        } catch {
            throw .corruptMessage("\(log.topicPartition): batch at offset \(batch.header.baseOffset): \(error)")
        }
    }

    // MARK: Pass two

    private func groups(_ segments: [Segment]) -> [[Segment]] {
        let described = segments.map { segment in
            SegmentInfo(
                baseOffset: segment.baseOffset,
                nextOffset: segment.nextOffset,
                bytes: segment.size,
                maxTimestamp: -1,
                firstBatchTimestamp: nil,
                lastModified: 0,
                isActive: false
            )
        }
        let groups = SegmentGroups.group(
            described,
            maxBytes: Int64(config.segmentBytes),
            maxIndexEntries: Int64(config.segmentIndexBytes / OffsetIndex.entrySize),
            indexIntervalBytes: Int64(config.indexIntervalBytes)
        )
        return groups.map { Array(segments[$0.startIndex..<$0.endIndex]) }
    }

    private func clean(
        _ group: [Segment],
        with filter: inout CompactionFilter,
        writes: Bool,
        outcome: inout Outcome,
        goOn: (Progress) -> Bool
    ) throws(LogError) {
        guard let first = group.first else { return }
        var writer = writes ? CleanedSegmentWriter(try log.beginCleanedSegment(at: first.baseOffset)) : nil
        var counts = Outcome(cleanedUpTo: 0)
        do throws(LogError) {
            for segment in group where !isStopped {
                let all = try log.view().segments
                filter.add(try log.aborted(from: segment.baseOffset, to: segment.nextOffset, all[...]))
                var batches = SegmentBatches(segment)
                while !isStopped, let batch = try batches.next() {
                    guard batch.header.baseOffset < range.firstUncleanableOffset else { break }
                    try copy(batch, filter: &filter, writer: &writer, counts: &counts)
                    advance(by: batch, isLast: batches.isAtEnd, goOn)
                }
            }
            guard !isStopped else {
                if let writer { try log.discard(writer.segment) }
                return
            }
            for transaction in filter.takeKeptTransactions() { writer?.segment.append(transaction) }
            if var finished = writer {
                try finished.flush()
                // A segment that retention or DeleteRecords took meanwhile needs no cleaning any more.
                guard try log.replaceSegments(with: [finished.segment], replacing: group.map(\.baseOffset)) else {
                    return
                }
            }
        } catch {
            // The cleaned file is removed at the next open if it cannot be removed now; the first error is the one to tell.
            if let writer { try? log.discard(writer.segment) }
            throw error
        }
        outcome.recordsBefore += counts.recordsBefore
        outcome.recordsRemoved += counts.recordsRemoved
        outcome.bytesBefore += counts.bytesBefore
        outcome.bytesRemoved += counts.bytesRemoved
    }

    private func copy(
        _ batch: RecordBatch,
        filter: inout CompactionFilter,
        writer: inout CleanedSegmentWriter?,
        counts: inout Outcome
    ) throws(LogError) {
        let before = batch.header.isControl ? 0 : Int64(batch.header.recordCount)
        var kept: (bytes: ByteBuffer, records: Int)?
        do throws(RecordBatchError) {
            switch try filter.judge(batch) {
            case .dropped: kept = nil
            case .kept(let records): kept = (batch.bytes, records)
            case .rewritten(let bytes, let records): kept = (bytes, records)
            }
        } catch {
            throw .corruptMessage("\(log.topicPartition): batch at offset \(batch.header.baseOffset): \(error)")
        }
        let after = batch.header.isControl ? 0 : Int64(kept?.records ?? 0)
        counts.recordsBefore += before
        counts.recordsRemoved += before - after
        counts.bytesBefore += Int64(batch.header.sizeInBytes)
        counts.bytesRemoved += Int64(batch.header.sizeInBytes - (kept?.bytes.readableBytes ?? 0))
        progress.recordsRemoved += before - after
        progress.bytesRemoved += Int64(batch.header.sizeInBytes - (kept?.bytes.readableBytes ?? 0))
        if let kept { try writer?.append(kept.bytes) }
    }

    private func lastRecords() -> [Int64: CompactionFilter.LastRecord] {
        log.producers.producers.mapValues { entry in
            CompactionFilter.LastRecord(
                dataOffset: entry.lastDataOffset >= 0 ? entry.lastDataOffset : nil,
                producerEpoch: entry.epoch
            )
        }
    }

    // MARK: Progress

    /// Bytes between two reports of progress.
    private static let reportBytes: Int64 = 1 << 20

    /// Counts a batch as read, and asks now and then whether to go on.
    private func advance(by batch: RecordBatch, isLast: Bool, _ goOn: (Progress) -> Bool) {
        progress.bytesDone += Int64(batch.header.sizeInBytes)
        guard isLast || progress.bytesDone - reportedBytes >= Self.reportBytes else { return }
        reportedBytes = progress.bytesDone
        if !goOn(progress) { isStopped = true }
    }
}
