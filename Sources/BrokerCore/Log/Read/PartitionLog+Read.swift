import KafkaProtocol
import NIOCore
import Synchronization

extension PartitionLog {
    /// What a reader takes under the lock.
    struct View: Sendable {
        var segments: [Segment]
        var offsets: LogOffsets
    }

    /// The segments and offsets of this moment.
    func view() throws(LogError) -> View {
        try state.withLock { (state) throws(LogError) in
            if state.status == .closed { throw .closed(topicPartition) }
            return View(segments: state.segments, offsets: state.offsets)
        }
    }

    /// Reads whole batches from an offset on, out of one segment.
    ///
    /// An offset that fell into a gap (after compaction, or where damage was quarantined) is answered from the next
    /// batch. Blocks on the disk; never call it on an event loop for data that may be cold.
    ///
    /// - Parameters:
    ///   - offset: The first wanted offset, from the log's start to its end.
    ///   - maxBytes: The most bytes to give.
    ///   - minOneBatch: Gives the first batch whole even when it is longer (KIP-74).
    ///   - isolation: Bounds the read by the high watermark or the last stable offset.
    /// - Throws: ``LogError/offsetOutOfRange(requested:start:end:)``, or another ``LogError`` when files fail.
    package func read(
        from offset: Int64,
        maxBytes: Int,
        minOneBatch: Bool = true,
        isolation: IsolationLevel = .readUncommitted
    ) throws(LogError) -> ReadResult {
        // No answer can be longer than a frame; and what a client asks for must not overflow.
        let maxBytes = min(max(0, maxBytes), Int(Int32.max))
        while true {
            let view = try view()
            guard offset >= view.offsets.start, offset <= view.offsets.end else {
                throw .offsetOutOfRange(requested: offset, start: view.offsets.start, end: view.offsets.end)
            }
            let bound = isolation == .readCommitted ? view.offsets.lastStable : view.offsets.highWatermark
            do throws(LogError) {
                if let result = try read(from: offset, bound, maxBytes, minOneBatch, isolation, view) { return result }
            } catch {
                // A segment that was replaced or deleted meanwhile: look again, else it is a real error.
                guard try self.view().segments.map(ObjectIdentifier.init) != view.segments.map(ObjectIdentifier.init)
                else { throw error }
            }
        }
    }

    /// Reads as ``read(from:maxBytes:minOneBatch:isolation:)`` does where that needs no disk: a reader at the log's end, or close behind it.
    ///
    /// Never blocks, so it may run on an event loop.
    ///
    /// - Parameter limit: The most bytes to copy.
    /// - Returns: nil where the disk may be needed, and where anything is not as it should be: only the other call says what.
    package func readFromMemory(
        from offset: Int64,
        maxBytes: Int,
        minOneBatch: Bool = true,
        isolation: IsolationLevel = .readUncommitted,
        limit: Int
    ) -> ReadResult? {
        guard let view = try? view(), offset >= view.offsets.start, offset <= view.offsets.end else { return nil }
        var result = ReadResult(nothingFrom: offset, view.offsets)
        let bound = isolation == .readCommitted ? view.offsets.lastStable : view.offsets.highWatermark
        let maxBytes = min(max(0, maxBytes), Int(Int32.max))
        guard offset < bound, maxBytes > 0 || minOneBatch else { return result }
        guard let active = view.segments.last, active.baseOffset <= offset,
            let (position, extent) = active.placeInMemory(of: offset),
            let cut = BatchLocator.readCached(
                active.log,
                BatchLocator.Request(
                    offset: offset, position: position, extent: extent, first: active.baseOffset, bound: bound,
                    maxBytes: maxBytes, minOneBatch: minOneBatch),
                limit: limit)
        else { return nil }
        guard cut.records.readableBytes > 0 else { return result }
        result.records = cut.records
        result.nextOffset = cut.nextOffset
        if isolation == .readCommitted {
            guard active.knowsTransactions, let aborted = try? aborted(from: offset, to: cut.nextOffset, [active])
            else {
                return nil
            }
            result.abortedTransactions = aborted
        }
        return result
    }

    /// One try; nil when a segment was retired under it.
    private func read(
        from offset: Int64,
        _ bound: Int64,
        _ maxBytes: Int,
        _ minOneBatch: Bool,
        _ isolation: IsolationLevel,
        _ view: View
    ) throws(LogError) -> ReadResult? {
        var result = ReadResult(nothingFrom: offset, view.offsets)
        guard offset < bound, maxBytes > 0 || minOneBatch else { return result }
        var index = Self.floor(offset, in: view.segments)
        while index < view.segments.count {
            let segment = view.segments[index]
            guard segment.baseOffset < bound else { break }
            let position = try LogError.onDisk { () throws(StorageError) in try segment.position(for: offset) }
            if segment.isRetired { return nil }
            let cut = try BatchLocator.read(
                segment.log,
                BatchLocator.Request(
                    offset: offset, position: position, extent: segment.extent, first: segment.baseOffset,
                    bound: bound, maxBytes: maxBytes, minOneBatch: minOneBatch))
            if let cut {
                result.records = cut.records
                if cut.records.readableBytes > 0 { result.nextOffset = cut.nextOffset }
                if isolation == .readCommitted, cut.records.readableBytes > 0 {
                    result.abortedTransactions = try aborted(from: offset, to: cut.nextOffset, view.segments[index...])
                }
                return result
            }
            index += 1
        }
        return result
    }

    /// The index of the last segment that begins at or before an offset.
    static func floor(_ offset: Int64, in segments: [Segment]) -> Int {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].baseOffset <= offset { low = middle + 1 } else { high = middle }
        }
        return max(0, low - 1)
    }

    /// The aborted transactions with records in a range (Kafka's `LogSegment.collectAbortedTxns`).
    func aborted(
        from offset: Int64,
        to end: Int64,
        _ segments: ArraySlice<Segment>
    ) throws(LogError) -> [AbortedTransaction] {
        var found: [AbortedTransaction] = []
        for segment in segments {
            let transactions = try LogError.onDisk { () throws(StorageError) in try segment.abortedTransactions() }
            for transaction in transactions {
                if transaction.lastOffset >= offset && transaction.firstOffset < end { found.append(transaction) }
                if transaction.lastStableOffset >= end { return found }
            }
        }
        return found
    }
}

extension ReadResult {
    /// No records, at the offset that was asked for.
    fileprivate init(nothingFrom offset: Int64, _ offsets: LogOffsets) {
        self.init(
            records: ByteBuffer(), nextOffset: offset, highWatermark: offsets.highWatermark,
            lastStableOffset: offsets.lastStable, logStartOffset: offsets.start, abortedTransactions: [])
    }
}
