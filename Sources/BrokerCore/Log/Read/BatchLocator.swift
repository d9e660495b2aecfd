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
        /// The offsets that the file may have: from its name to the end of its good bytes. Base offsets lie outside of the batches'
        /// checksums, so a batch without its place among them is damage.
        var first: Int64
        var limit: Int64
        /// Offsets from here on are not given.
        var bound: Int64
        /// The most bytes to give, save that the first batch may be longer if `minOneBatch`.
        var maxBytes: Int
        /// Whether the first batch is given however long it is.
        var minOneBatch: Bool

        /// Where a batch out of place was passed over while looking for the offset: it may have been the wanted one.
        fileprivate var misplacedAt: Int64?

        init(
            offset: Int64, position: Int64, extent: Segment.Extent, first: Int64, bound: Int64, maxBytes: Int,
            minOneBatch: Bool
        ) {
            (self.offset, self.position, self.first, self.bound) = (offset, position, first, bound)
            (end, limit) = (extent.size, extent.nextOffset)
            (self.maxBytes, self.minOneBatch) = (maxBytes, minOneBatch)
        }

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
            switch try scan(buffer, for: &request, file) {
            case .found(let cut): return cut
            case .longer(let header, let at): return try whole(header, file, position + Int64(at), request.end)
            case .behind(let skipped):
                guard skipped > 0 else { return try nothing(request, file) }
                request.position += Int64(skipped)
            }
        }
        return try nothing(request, file)
    }

    /// No batch at or behind the offset; an error where one out of place may have been it.
    private static func nothing(_ request: Request, _ file: any StorageFile) throws(LogError) -> Cut? {
        if let position = request.misplacedAt { throw misplaced(position, file) }
        return nil
    }

    private static func misplaced(_ position: Int64, _ file: any StorageFile) -> LogError {
        .corruptFile(file.path, "the batch at position \(position) has offsets that do not belong there")
    }

    /// Reads the wanted batches without waiting for the disk.
    ///
    /// - Parameter limit: The most bytes to copy.
    /// - Returns: nil where that cannot be done, and where anything is not as it should be: ``read(_:_:)`` then says what.
    static func readCached(_ file: any StorageFile, _ request: Request, limit: Int) -> Cut? {
        let bytes = request.bytes
        guard bytes > 0, bytes <= limit else { return nil }
        var buffer = ByteBufferAllocator().buffer(capacity: bytes)
        var request = request
        guard file.readCached(at: request.position, count: bytes, into: &buffer),
            case .found(let cut)? = try? scan(buffer, for: &request, file)
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
        _ buffer: ByteBuffer, for request: inout Request, _ file: any StorageFile
    ) throws(LogError) -> Scan {
        var index = buffer.readerIndex
        while let header = try header(buffer, index, file) {
            let position = request.position + Int64(index - buffer.readerIndex)
            if !isInPlace(header, buffer, index, from: request.first, request) {
                request.misplacedAt = request.misplacedAt ?? position
            } else {
                request.first = header.nextOffset
                if header.lastOffset >= request.offset {
                    // A batch out of place before the one that holds the offset was not the wanted one.
                    if header.baseOffset > request.offset, let misplacedAt = request.misplacedAt {
                        throw misplaced(misplacedAt, file)
                    }
                    return cut(buffer, index, header, request, file)
                }
            }
            index += header.sizeInBytes
            guard index <= buffer.writerIndex else { break }
        }
        return .behind(index - buffer.readerIndex)
    }

    /// Whether a batch's offsets are some that may stand there: behind those of the batch before, within the file's, and, where
    /// offsets are left out, before those of the next batch.
    private static func isInPlace(
        _ header: RecordBatchHeader, _ buffer: ByteBuffer, _ index: Int, from first: Int64, _ request: Request
    ) -> Bool {
        guard header.baseOffset >= first, header.lastOffset < request.limit else { return false }
        guard header.baseOffset > first, let next = plausible(buffer, index + header.sizeInBytes) else { return true }
        return next.baseOffset > header.lastOffset
    }

    private static func cut(
        _ buffer: ByteBuffer, _ first: Int, _ header: RecordBatchHeader, _ request: Request, _ file: any StorageFile
    ) -> Scan {
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
            nextOffset = batch.nextOffset
            // What is good is given; who reads on from damage is told of it.
            current = plausible(buffer, stop).flatMap {
                isInPlace($0, buffer, stop, from: nextOffset, request) ? $0 : nil
            }
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
        guard buffer.writerIndex - index >= RecordBatchHeader.size else { return nil }
        guard let header = plausible(buffer, index) else {
            throw .corruptFile(file.path, "there is no batch where one should begin")
        }
        return header
    }

    /// The header at an index of what was read, nil also when it cannot be one.
    private static func plausible(_ buffer: ByteBuffer, _ index: Int) -> RecordBatchHeader? {
        buffer.getSlice(at: index, length: RecordBatchHeader.size).flatMap { RecordBatchHeader(plausible: $0) }
    }
}
