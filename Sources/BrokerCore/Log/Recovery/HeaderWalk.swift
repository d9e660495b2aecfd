import KafkaProtocol
import NIOCore

/// Goes through the headers of a `.log` file whose batches are trusted to be whole.
struct HeaderWalk {
    private var window: FileWindow
    /// Where the next batch begins.
    private(set) var position: Int64

    /// A walk over the batches from a position to the end of the good bytes.
    init(_ file: any StorageFile, from position: Int64 = 0, end: Int64) {
        window = FileWindow(file, end: end, chunk: 256 << 10)
        self.position = position
    }

    /// The next batch's position and header; nil at the end, or where there is none.
    mutating func next() throws(StorageError) -> (position: Int64, header: RecordBatchHeader)? {
        guard let head = try window.bytes(at: position, count: RecordBatchHeader.size),
            let header = RecordBatchHeader(plausible: head), Int64(header.sizeInBytes) <= window.end - position
        else { return nil }
        defer { position += Int64(header.sizeInBytes) }
        return (position, header)
    }

    /// Bytes at a position.
    mutating func bytes(at position: Int64, count: Int) throws(StorageError) -> ByteBuffer? {
        try window.bytes(at: position, count: count)
    }
}
