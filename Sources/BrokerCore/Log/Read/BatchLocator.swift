import KafkaProtocol
import NIOCore

/// Finds batches in a `.log` file by walking from header to header.
enum BatchLocator {
    /// Bytes read at once while looking for a batch: an index interval and a little.
    static let step = 16 * 1024

    /// Whole batches cut out of what was read.
    struct Cut {
        /// The bytes.
        var records: ByteBuffer
        /// The offset after the last record.
        var nextOffset: Int64
    }

    /// The batches from the one that holds `offset` (or is the first behind it) on.
    ///
    /// - Parameters:
    ///   - position: Where a batch at or before that one begins.
    ///   - end: Where the file's good bytes end.
    ///   - bound: Offsets from here on are not given.
    ///   - maxBytes: The most bytes to give, save that the first batch may be longer if `minOneBatch`.
    /// - Returns: nil when there is no such batch in the file; empty when it does not fit.
    static func read(
        _ file: any StorageFile,
        from offset: Int64,
        position: Int64,
        end: Int64,
        bound: Int64,
        maxBytes: Int,
        minOneBatch: Bool
    ) throws(LogError) -> Cut? {
        var buffer = ByteBuffer()
        var position = position
        while position < end {
            // In one go: what has to be skipped and what is wanted.
            let wanted = Int(min(Int64(max(0, maxBytes)) + Int64(step), end - position))
            buffer.clear(minimumCapacity: wanted)
            let start = position
            try LogError.onDisk { () throws(StorageError) in
                _ = try file.read(at: start, count: wanted, into: &buffer)
            }
            var index = buffer.readerIndex
            while let header = try header(buffer, index, file) {
                if header.lastOffset >= offset {
                    return try cut(buffer, index, header, file, start, end, bound, maxBytes, minOneBatch)
                }
                let next = index + header.sizeInBytes
                guard next <= buffer.writerIndex else {
                    index = next
                    break
                }
                index = next
            }
            let advanced = Int64(index - buffer.readerIndex)
            guard advanced > 0 else { return nil }
            position = start + advanced
        }
        return nil
    }

    private static func cut(
        _ buffer: ByteBuffer,
        _ first: Int,
        _ header: RecordBatchHeader,
        _ file: any StorageFile,
        _ start: Int64,
        _ end: Int64,
        _ bound: Int64,
        _ maxBytes: Int,
        _ minOneBatch: Bool
    ) throws(LogError) -> Cut {
        var stop = first
        var nextOffset = header.baseOffset
        var current: RecordBatchHeader? = header
        while let batch = current, batch.baseOffset < bound {
            let behind = stop + batch.sizeInBytes
            guard behind - first <= maxBytes || (minOneBatch && stop == first) else { break }
            if behind > buffer.writerIndex {
                guard stop == first else { break }
                return try whole(batch, file, start + Int64(first - buffer.readerIndex), end)
            }
            stop = behind
            nextOffset = batch.lastOffset &+ 1
            current = try self.header(buffer, stop, file)
        }
        return Cut(records: records(of: buffer, at: first, length: stop - first), nextOffset: nextOffset)
    }

    /// A part of what was read. A slice keeps all of it in memory, so a small part is copied out: a fetch of many partitions would
    /// otherwise hold many times what it answers with.
    private static func records(of buffer: ByteBuffer, at index: Int, length: Int) -> ByteBuffer {
        guard length > 0, let slice = buffer.getSlice(at: index, length: length) else { return ByteBuffer() }
        return length < buffer.readableBytes / 2 ? ByteBuffer(bytes: slice.readableBytesView) : slice
    }

    /// A first batch that is longer than what was read.
    private static func whole(
        _ header: RecordBatchHeader,
        _ file: any StorageFile,
        _ position: Int64,
        _ end: Int64
    ) throws(LogError) -> Cut {
        guard Int64(header.sizeInBytes) <= end - position else {
            throw .corruptFile(file.path, "the batch at \(position) announces more bytes than the file has")
        }
        var buffer = ByteBufferAllocator().buffer(capacity: header.sizeInBytes)
        try LogError.onDisk { () throws(StorageError) in
            _ = try file.read(at: position, count: header.sizeInBytes, into: &buffer)
        }
        return Cut(records: buffer, nextOffset: header.lastOffset &+ 1)
    }

    /// The header at an index of what was read, nil when it is not all there.
    private static func header(
        _ buffer: ByteBuffer,
        _ index: Int,
        _ file: any StorageFile
    ) throws(LogError) -> RecordBatchHeader? {
        guard buffer.writerIndex - index >= RecordBatchHeader.size,
            let slice = buffer.getSlice(at: index, length: RecordBatchHeader.size)
        else { return nil }
        guard let header = RecordBatchHeader(plausible: slice) else {
            throw .corruptFile(file.path, "there is no batch where one should begin")
        }
        return header
    }
}
