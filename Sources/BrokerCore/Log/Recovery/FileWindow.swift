import NIOCore

/// A file read forwards in large pieces: bytes at a position come from memory when they were just read.
struct FileWindow {
    /// The file.
    let file: any StorageFile
    /// Where to stop; bytes behind it count as not there.
    let end: Int64
    private let chunk: Int
    private var buffer = ByteBuffer()
    private var start: Int64 = 0

    /// A window on the first `end` bytes of a file.
    init(_ file: any StorageFile, end: Int64, chunk: Int = 1 << 20) {
        self.file = file
        self.end = end
        self.chunk = chunk
    }

    /// `count` bytes at a position, or nil if there are not so many.
    mutating func bytes(at position: Int64, count: Int) throws(StorageError) -> ByteBuffer? {
        guard position >= 0, count >= 0, position <= end, Int64(count) <= end - position else { return nil }
        if let slice = held(position, count) { return slice }
        let wanted = Int(min(Int64(max(count, chunk)), end - position))
        buffer.clear(minimumCapacity: wanted)
        start = position
        _ = try file.read(at: position, count: wanted, into: &buffer)
        return held(position, count)
    }

    /// As many bytes at a position as are cheap to give, at least `count`; nil if there are not so many.
    mutating func run(at position: Int64, atLeast count: Int) throws(StorageError) -> ByteBuffer? {
        guard try bytes(at: position, count: count) != nil else { return nil }
        let skipped = Int(position - start)
        return buffer.getSlice(at: buffer.readerIndex + skipped, length: buffer.readableBytes - skipped)
    }

    private func held(_ position: Int64, _ count: Int) -> ByteBuffer? {
        guard position >= start, position - start <= Int64(buffer.readableBytes) else { return nil }
        return buffer.getSlice(at: buffer.readerIndex + Int(position - start), length: count)
    }
}
