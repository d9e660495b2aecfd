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

    /// What is wanted of a file.
    struct Request {
        /// The batches from the one that holds this offset, or is the first behind it, on.
        var offset: Int64
        /// Where a batch at or before that one begins.
        var position: Int64
        /// Where the file's good bytes end.
        var end: Int64
        /// Offsets from here on are not given.
        var bound: Int64
        /// The most bytes to give, save that the first batch may be longer if `minOneBatch`.
        var maxBytes: Int
        /// Whether the first batch is given however long it is.
        var minOneBatch: Bool

        /// Bytes to read in one go: what has to be skipped and what is wanted.
        fileprivate var bytes: Int { Int(min(Int64(max(0, maxBytes)) + Int64(step), end - position)) }
    }

    /// Reads the wanted batches.
    ///
    /// - Returns: nil when there is no such batch in the file; empty when it does not fit.
    static func read(_ file: any StorageFile, _ request: Request) throws(LogError) -> Cut? {
        var request = request
        var buffer = ByteBuffer()
        while request.position < request.end {
            let (position, bytes) = (request.position, request.bytes)
            buffer.clear(minimumCapacity: bytes)
            try LogError.onDisk { () throws(StorageError) in
                _ = try file.read(at: position, count: bytes, into: &buffer)
            }
            switch try scan(buffer, for: request, file) {
            case .found(let cut): return cut
            case .longer(let header, let at): return try whole(header, file, position + Int64(at), request.end)
            case .behind(let skipped):
                guard skipped > 0 else { return nil }
                request.position += Int64(skipped)
            }
        }
        return nil
    }

    /// Reads the wanted batches without waiting for the disk.
    ///
    /// - Parameter limit: The most bytes to copy.
    /// - Returns: nil where that cannot be done, and where anything is not as it should be: ``read(_:_:)`` then says what.
    static func readCached(_ file: any StorageFile, _ request: Request, limit: Int) -> Cut? {
        let bytes = request.bytes
        guard bytes > 0, bytes <= limit else { return nil }
        var buffer = ByteBufferAllocator().buffer(capacity: bytes)
        guard file.readCached(at: request.position, count: bytes, into: &buffer),
            case .found(let cut)? = try? scan(buffer, for: request, file)
        else { return nil }
        return cut
    }

    /// What is in bytes that were read at a request's position.
    private enum Scan {
        /// The wanted batches.
        case found(Cut)
        /// The first wanted batch, at this index, which is longer than what was read.
        case longer(RecordBatchHeader, at: Int)
        /// None yet: the batches of this many bytes come before them, 0 where there is not even a whole header.
        case behind(Int)
    }

    private static func scan(
        _ buffer: ByteBuffer, for request: Request, _ file: any StorageFile
    ) throws(LogError) -> Scan {
        var index = buffer.readerIndex
        while let header = try header(buffer, index, file) {
            if header.lastOffset >= request.offset { return try cut(buffer, index, header, request, file) }
            index += header.sizeInBytes
            guard index <= buffer.writerIndex else { break }
        }
        return .behind(index - buffer.readerIndex)
    }

    private static func cut(
        _ buffer: ByteBuffer, _ first: Int, _ header: RecordBatchHeader, _ request: Request, _ file: any StorageFile
    ) throws(LogError) -> Scan {
        var stop = first
        var nextOffset = header.baseOffset
        var current: RecordBatchHeader? = header
        while let batch = current, batch.baseOffset < request.bound {
            let behind = stop + batch.sizeInBytes
            guard behind - first <= request.maxBytes || (request.minOneBatch && stop == first) else { break }
            if behind > buffer.writerIndex {
                guard stop == first else { break }
                return .longer(batch, at: first - buffer.readerIndex)
            }
            stop = behind
            nextOffset = batch.lastOffset &+ 1
            current = try self.header(buffer, stop, file)
        }
        return .found(
            Cut(records: records(of: buffer, at: first, length: stop - first), nextOffset: nextOffset))
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
