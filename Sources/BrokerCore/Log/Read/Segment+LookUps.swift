import NIOCore
import Synchronization

/// Finding positions, offsets and aborted transactions by a segment's indexes, in memory or in their files.
extension Segment {
    /// A position at or before the batch with this offset, from which to scan.
    func position(for offset: Int64) throws(StorageError) -> Int64 {
        let relative = relative(max(offset, baseOffset))
        if let known = state.withLock({ $0.indexes?.offsets.position(for: relative) }) { return Int64(known) }
        guard let file = try openIfPresent(.index) else { return 0 }
        defer { file.close() }
        let count = try file.size() / Int64(OffsetIndex.entrySize)
        let entry = try Self.last(in: file, count: count, entrySize: OffsetIndex.entrySize) { bytes in
            (bytes.readInteger(as: Int32.self) ?? .max) <= relative
        }
        guard var bytes = entry, bytes.readInteger(as: Int32.self) != nil,
            let position = bytes.readInteger(as: Int32.self), position >= 0, Int64(position) < size
        else { return 0 }
        return Int64(position)
    }

    /// A position at or before the batch with this offset, and where the segment ends, where the index is in memory and the segment is the log's.
    func placeInMemory(of offset: Int64) -> (position: Int64, extent: Extent)? {
        let relative = relative(max(offset, baseOffset))
        return state.withLock { state in
            guard !state.isRetired, let indexes = state.indexes else { return nil }
            return (Int64(indexes.offsets.position(for: relative)), Extent(state))
        }
    }

    /// Whether the aborted transactions can be told without reading a file.
    var knowsTransactions: Bool { state.withLock { $0.transactions != nil } }

    /// The offset from which on there may be records with a timestamp of at least `timestamp`.
    func offset(forTimestamp timestamp: Int64) throws(StorageError) -> Int64 {
        if let known = state.withLock({ $0.indexes?.times.relativeOffset(before: timestamp) }) {
            return max(baseOffset, baseOffset &+ Int64(known))
        }
        guard let file = try openIfPresent(.timeindex) else { return baseOffset }
        defer { file.close() }
        let count = try file.size() / Int64(TimeIndex.entrySize)
        let entry = try Self.last(in: file, count: count, entrySize: TimeIndex.entrySize) { bytes in
            (bytes.readInteger(as: Int64.self) ?? .max) < timestamp
        }
        guard var bytes = entry, bytes.readInteger(as: Int64.self) != nil,
            let relative = bytes.readInteger(as: Int32.self), relative >= 0
        else { return baseOffset }
        return baseOffset &+ Int64(relative)
    }

    /// The aborted transactions whose markers are in this segment.
    func abortedTransactions() throws(StorageError) -> [AbortedTransaction] {
        if let known = state.withLock({ $0.transactions }) { return known.entries }
        let bytes = try storage.readFile(path(.txnindex))
        let index = bytes.flatMap { TransactionIndex(reading: $0) } ?? TransactionIndex()
        state.withLock { state in
            if state.transactions == nil { state.transactions = index }
        }
        return index.entries
    }

    func openIfPresent(_ kind: SegmentFile.Kind) throws(StorageError) -> (any StorageFile)? {
        do throws(StorageError) {
            return try storage.open(path(kind), .read)
        } catch {
            if error.code == StorageError.notFound { return nil }
            throw error
        }
    }

    /// The last of `count` ascending entries for which `isBefore` holds, by bisection in the file.
    private static func last(
        in file: any StorageFile,
        count: Int64,
        entrySize: Int,
        where isBefore: (inout ByteBuffer) -> Bool
    ) throws(StorageError) -> ByteBuffer? {
        var low: Int64 = 0
        var high = count
        var found: ByteBuffer?
        while low < high {
            let middle = (low + high) / 2
            var entry = ByteBufferAllocator().buffer(capacity: entrySize)
            guard try file.read(at: middle * Int64(entrySize), count: entrySize, into: &entry) == entrySize else {
                high = middle
                continue
            }
            var copy = entry
            if isBefore(&copy) {
                found = entry
                low = middle + 1
            } else {
                high = middle
            }
        }
        return found
    }
}
