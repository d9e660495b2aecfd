import KafkaProtocol
import NIOCore

/// What is in a `.log` file, judged by its bytes alone: runs of good batches, and what lies between and behind them.
struct SegmentScan: Equatable {
    /// Good batches one behind the other.
    struct Run: Equatable {
        /// Where the first begins.
        var start: Int64
        /// Where the last ends.
        var end: Int64
        /// The base offset of the first.
        var firstOffset: Int64
        /// The offset after the last.
        var nextOffset: Int64
    }

    /// The offset in the file's name.
    var baseOffset: Int64
    /// The file's length up to its last byte that is not zero, or to the end of its last good batch.
    var size: Int64
    /// The file's length. What lies behind ``size`` is zeros: room that was preallocated, or what a crash made of writes.
    var fileSize: Int64
    /// The runs, in the order of the file; offsets ascend over all of them.
    var runs: [Run] = []

    /// Bytes of good batches at the file's beginning.
    var validPrefix: Int64 { runs.first.map { $0.start == 0 ? $0.end : 0 } ?? 0 }

    /// The offset after the good batches at the beginning.
    var prefixNextOffset: Int64 { runs.first.map { $0.start == 0 ? $0.nextOffset : baseOffset } ?? baseOffset }

    /// Good batches that lie behind damage.
    var detachedRuns: ArraySlice<Run> { runs.first?.start == 0 ? runs.dropFirst() : runs[...] }

    /// Reads a whole file, verifying every batch.
    ///
    /// - Parameters:
    ///   - limit: Offsets from here on belong to the next segment: a batch that has one is not plausible here.
    init(_ file: any StorageFile, baseOffset: Int64, size: Int64, limit: Int64) throws(StorageError) {
        self.baseOffset = baseOffset
        fileSize = size
        let written = try Self.writtenEnd(file, size: size)
        self.size = written
        defer { self.size = max(written, runs.last?.end ?? 0) }
        var window = FileWindow(file, end: size)
        var position: Int64 = 0
        var jump: Jump?
        while position < written {
            let expected = runs.last?.nextOffset ?? baseOffset
            if let batch = try Self.batch(&window, at: position, from: expected, baseOffset, limit) {
                jump = batch.baseOffset > expected ? Jump(before: runs, expected: expected) : nil
                add(batch, at: position)
                position += Int64(batch.sizeInBytes)
            } else if let before = jump,
                let batch = try Self.batch(&window, at: position, from: before.expected, baseOffset, limit)
            {
                // What follows the gap belongs into it: the offset that made it was wrong.
                runs = before.before
                jump = nil
                add(batch, at: position)
                position += Int64(batch.sizeInBytes)
            } else {
                let from = jump?.expected ?? expected
                let next = try Self.next(&window, after: position, before: written, from: from, baseOffset, limit)
                guard let next else { return }
                position = next
            }
        }
    }

    /// Where the zeros begin that a file ends with.
    private static func writtenEnd(_ file: any StorageFile, size: Int64) throws(StorageError) -> Int64 {
        var end = size
        // Few files end with more than a few zeros; those that do may end with a gigabyte of them.
        var chunk: Int64 = 4096
        while end > 0 {
            let start = max(0, end - chunk)
            var bytes = ByteBufferAllocator().buffer(capacity: Int(end - start))
            _ = try file.read(at: start, count: Int(end - start), into: &bytes)
            let last = bytes.withUnsafeReadableBytes { $0.lastIndex { $0 != 0 } }
            if let last { return start + Int64(last) + 1 }
            end = start
            chunk = 1 << 20
        }
        return 0
    }

    /// A batch whose base offset left a gap, just read: the base offset is not under the checksum, so the next batch
    /// has to bear it out.
    private struct Jump {
        /// The runs before it.
        var before: [Run]
        /// The offset it should have had.
        var expected: Int64
    }

    private mutating func add(_ batch: RecordBatchHeader, at position: Int64) {
        let end = position + Int64(batch.sizeInBytes)
        if let last = runs.last, last.end == position {
            runs[runs.count - 1].end = end
            runs[runs.count - 1].nextOffset = batch.nextOffset
        } else {
            runs.append(
                Run(start: position, end: end, firstOffset: batch.baseOffset, nextOffset: batch.nextOffset)
            )
        }
    }

    /// The whole, valid and plausible batch at a position, or nil.
    private static func batch(
        _ window: inout FileWindow,
        at position: Int64,
        from expected: Int64,
        _ baseOffset: Int64,
        _ limit: Int64
    ) throws(StorageError) -> RecordBatchHeader? {
        guard let head = try window.bytes(at: position, count: RecordBatchHeader.size),
            let header = RecordBatchHeader(plausible: head),
            isPlausible(header.baseOffset, header.lastOffset, from: expected, baseOffset, limit),
            let whole = try window.bytes(at: position, count: header.sizeInBytes)
        else { return nil }
        return header.hasValidChecksum(in: whole) ? header : nil
    }

    private static func isPlausible(
        _ first: Int64,
        _ last: Int64,
        from expected: Int64,
        _ baseOffset: Int64,
        _ limit: Int64
    ) -> Bool {
        first >= expected && last >= first && last < limit && last - baseOffset <= Int64(Int32.max)
    }

    /// The position of the next whole, valid and plausible batch behind a position, or nil.
    private static func next(
        _ window: inout FileWindow,
        after position: Int64,
        before end: Int64,
        from expected: Int64,
        _ baseOffset: Int64,
        _ limit: Int64
    ) throws(StorageError) -> Int64? {
        var start = position + 1
        while start < end, let run = try window.run(at: start, atLeast: RecordBatchHeader.size) {
            var candidates: [Int] = []
            run.withUnsafeReadableBytes { bytes in
                // Magic 2 stands at 16; the offset before it must be one that may come here.
                for index in 0...(bytes.count - RecordBatchHeader.size) where bytes[index + 16] == 2 {
                    let offset = Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: index, as: Int64.self))
                    if offset >= expected && offset < limit { candidates.append(index) }
                }
            }
            for index in candidates
            where try batch(&window, at: start + Int64(index), from: expected, baseOffset, limit) != nil {
                return start + Int64(index)
            }
            start += Int64(run.readableBytes - RecordBatchHeader.size + 1)
        }
        return nil
    }
}

extension RecordBatchHeader {
    /// Reads the first 61 bytes of a batch and takes them only if they can be those of one: magic 2, a length, a count
    /// and an offset range that fit together, no offset below 0.
    init?(plausible bytes: ByteBuffer) {
        guard let header = try? RecordBatchHeader(reading: bytes, at: bytes.readerIndex), header.magic == 2,
            header.sizeInBytes >= RecordBatchHeader.size, header.baseOffset >= 0, header.lastOffsetDelta >= 0,
            header.recordCount >= 0, header.baseOffset <= .max - Int64(header.lastOffsetDelta) - 1
        else { return nil }
        self = header
    }
}
