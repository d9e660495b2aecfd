import KafkaProtocol
import NIOCore

/// Opening segments and their indexes.
extension LogLoader {
    /// Opens a segment; `next` is the base offset of the one behind it, nil for the last.
    mutating func openSegment(_ base: Int64, next: Int64?) throws(StorageError) -> Segment {
        let log = try storage.open(path(base), next == nil ? .write : .read)
        let size = try log.size()
        var state = Segment.State(nextOffset: next ?? base)
        var needsRebuild = withoutIndexes.contains(base)
        if !needsRebuild { needsRebuild = try !loadIndexes(base, size, isActive: next == nil, &state) }
        if needsRebuild {
            state.indexes = Segment.MemoryIndexes()
            state.transactions = TransactionIndex()
            report.rebuiltIndexes.append(base)
        } else {
            state.size = size
        }
        let segment = Segment(
            baseOffset: base,
            directory: directory,
            log: log,
            createdMs: clock.wallMilliseconds,
            jitterMs: config.randomJitterMs,
            storage: storage,
            state: state
        )
        if needsRebuild {
            try rebuild(segment, size: size)
            if next != nil { segment.sealTimeIndex() }
        } else if next == nil {
            try readTail(segment, size: size)
        }
        if let next {
            // A compacted log has gaps by order.
            if !config.cleanupPolicy.contains(.compact) {
                let end = size == 0 ? base : needsRebuild ? segment.nextOffset : try writtenEnd(of: segment)
                if end < next { noteMissing(from: end, to: next) }
            }
            segment.endsAt(next)
        }
        return segment
    }

    /// The offset after the last batch of a segment that others follow, read from its last index entry on.
    private func writtenEnd(of segment: Segment) throws(StorageError) -> Int64 {
        var end = segment.baseOffset
        for start in [try segment.position(for: .max), 0] where end == segment.baseOffset {
            var walk = HeaderWalk(segment.log, from: start, end: segment.size)
            while let (_, header) = try walk.next() { end = max(end, header.nextOffset) }
        }
        return end
    }

    /// Notes offsets that the log should have, unless damage that was found says why they are gone.
    mutating func noteMissing(from first: Int64, to next: Int64) {
        let isKnown = report.quarantines.contains { $0.firstLostOffset < next && first < $0.nextOffset }
        if !isKnown { report.missing.append(RecoveryReport.Missing(firstOffset: first, nextOffset: next)) }
    }

    /// Loads what a segment that was closed in order left in its index files; false when they do not fit it.
    func loadIndexes(
        _ base: Int64,
        _ size: Int64,
        isActive: Bool,
        _ state: inout Segment.State
    ) throws(StorageError) -> Bool {
        let kinds = files[base] ?? []
        guard kinds.contains(.index), kinds.contains(.timeindex) else { return false }
        func whole(_ kind: SegmentFile.Kind) throws(StorageError) -> ByteBuffer? {
            try storage.readFile("\(directory)/\(SegmentFile(baseOffset: base, kind: kind).name)", limit: 1 << 30)
        }
        if isActive {
            guard let offsets = try whole(.index).flatMap({ OffsetIndex(reading: $0) }),
                let times = try whole(.timeindex).flatMap({ TimeIndex(reading: $0) }),
                offsets.entries.last.map({ Int64($0.position) < size }) ?? true
            else { return false }
            state.indexes = Segment.MemoryIndexes(offsets: offsets, times: times)
            if kinds.contains(.txnindex) {
                guard let transactions = try whole(.txnindex).flatMap({ TransactionIndex(reading: $0) }) else {
                    return false
                }
                state.transactions = transactions
            } else {
                state.transactions = TransactionIndex()
            }
            return true
        }
        guard try isSound(base, .index, OffsetIndex.entrySize, size: size),
            try isSound(base, .timeindex, TimeIndex.entrySize, size: size)
        else { return false }
        if !kinds.contains(.txnindex) { state.transactions = TransactionIndex() }
        state.isTimeKnown = false
        return true
    }

    /// Whether an index of a segment that is not read has whole entries and a last one that is not zeros.
    func isSound(
        _ base: Int64,
        _ kind: SegmentFile.Kind,
        _ entrySize: Int,
        size: Int64
    ) throws(StorageError) -> Bool {
        let path = "\(directory)/\(SegmentFile(baseOffset: base, kind: kind).name)"
        guard let status = try storage.status(of: path), status.size % Int64(entrySize) == 0 else { return false }
        // Kafka leaves both empty for a segment smaller than an index interval, save for the last timestamp.
        guard status.size > 0 else { return true }
        let file = try storage.open(path, .read)
        defer { file.close() }
        var entry = ByteBuffer()
        _ = try file.read(at: status.size - Int64(entrySize), count: entrySize, into: &entry)
        if kind == .index {
            guard let (_, position) = entry.readMultipleIntegers(as: (Int32, Int32).self) else { return false }
            return position > 0 && Int64(position) < size
        }
        guard let (timestamp, offset) = entry.readMultipleIntegers(as: (Int64, Int32).self) else { return false }
        return (timestamp > 0 || status.size == Int64(entrySize)) && timestamp >= 0 && offset >= 0
    }

    /// Walks all batches of a segment whose indexes have to be built.
    func rebuild(_ segment: Segment, size: Int64) throws(StorageError) {
        var walk = HeaderWalk(segment.log, end: size)
        while let (_, header) = try walk.next() {
            segment.note(Segment.Addition(header), indexIntervalBytes: config.indexIntervalBytes)
        }
    }

    /// Walks the batches behind the last index entry, to find the end.
    mutating func readTail(_ segment: Segment, size: Int64) throws(StorageError) {
        let start = try segment.position(for: .max)
        var walk = HeaderWalk(segment.log, from: start, end: size)
        var last: RecordBatchHeader?
        var first: RecordBatchHeader?
        while let (_, header) = try walk.next() {
            last = header
            if start == 0 && first == nil { first = header }
        }
        if first == nil && size > 0 {
            var head = HeaderWalk(segment.log, end: size)
            first = try head.next()?.header
        }
        hasBadTail = walk.position < size
        segment.resume(last: last, first: first, size: walk.position)
    }
}
