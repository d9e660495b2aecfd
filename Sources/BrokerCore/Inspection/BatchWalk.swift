import KafkaProtocol
import NIOCore

/// Goes through the batches of a `.log` file of which nothing is trusted: what is whole is handed out, with the result
/// of its checksum; what is not is skipped and named.
struct BatchWalk {
    /// What stands at a position.
    enum Item {
        /// A whole batch.
        case batch(position: Int64, RecordBatch, isChecksumValid: Bool)
        /// A batch by its header, too large to be read.
        case oversized(position: Int64, RecordBatchHeader)
        /// Bytes that are no batch. Whether a good batch follows tells damage in the middle from a cut tail.
        case unreadable(position: Int64, bytes: Int64, reason: String, isTail: Bool)
    }

    /// The largest batch that is read into memory, in bytes.
    static let batchLimit = 256 << 20

    private var window: FileWindow
    private var position: Int64
    private let end: Int64
    /// The offset that the next batch has at least.
    private var expected: Int64

    /// A walk over a file of `end` bytes whose first offset is at least `baseOffset`.
    init(_ file: any StorageFile, end: Int64, baseOffset: Int64) {
        window = FileWindow(file, end: end)
        position = 0
        expected = baseOffset
        self.end = end
    }

    /// What stands next; nil at the end of the file.
    mutating func next() throws(StorageError) -> Item? {
        guard position < end else { return nil }
        let start = position
        guard let header = try header(at: start) else { return try skip(from: start) }
        let size = Int64(header.sizeInBytes)
        guard size <= Int64(Self.batchLimit) else {
            position = start + size
            expected = max(expected, header.nextOffset)
            return .oversized(position: start, header)
        }
        guard let bytes = try window.bytes(at: start, count: Int(size)) else { return try skip(from: start) }
        let isValid = header.hasValidChecksum(in: bytes)
        if !isValid {
            // With a wrong checksum the length may be wrong too: it is believed when a batch or the end follows.
            let follows = start + size
            if follows != end, try self.header(at: follows) == nil { return try skip(from: start) }
        } else {
            expected = max(expected, header.nextOffset)
        }
        position = start + size
        return .batch(position: start, RecordBatch(header: header, bytes: bytes), isChecksumValid: isValid)
    }

    /// The header at a position if it can be one and its batch ends within the file.
    private mutating func header(at position: Int64) throws(StorageError) -> RecordBatchHeader? {
        guard let head = try window.bytes(at: position, count: RecordBatchHeader.size),
            let header = RecordBatchHeader(plausible: head), Int64(header.sizeInBytes) <= end - position
        else { return nil }
        return header
    }

    private mutating func skip(from start: Int64) throws(StorageError) -> Item {
        let reason = try why(start)
        let next = try nextGoodBatch(after: start)
        position = next ?? end
        return .unreadable(position: start, bytes: position - start, reason: reason, isTail: next == nil)
    }

    /// Why there is no batch at a position.
    private mutating func why(_ position: Int64) throws(StorageError) -> String {
        let left = end - position
        guard let head = try window.bytes(at: position, count: RecordBatchHeader.size) else {
            return "too few bytes for the header of a batch"
        }
        if head.readableBytesView.allSatisfy({ $0 == 0 }) { return "zeros instead of a batch" }
        let header = head.withUnsafeReadableBytes { RecordBatchHeader(unchecked: $0) }
        if header.magic != 2 { return "no batch of message format 2 begins here" }
        guard let header = RecordBatchHeader(plausible: head) else { return "the header of a batch is damaged" }
        guard Int64(header.sizeInBytes) <= left else {
            return "the batch from offset \(header.baseOffset) is cut: \(header.sizeInBytes) bytes needed"
        }
        return "the batch from offset \(header.baseOffset) has a wrong checksum and nothing whole follows it"
    }

    /// The position of the next whole batch with a valid checksum and an offset that may come here.
    private mutating func nextGoodBatch(after position: Int64) throws(StorageError) -> Int64? {
        var start = position + 1
        while let run = try window.run(at: start, atLeast: RecordBatchHeader.size) {
            var candidates: [Int] = []
            run.withUnsafeReadableBytes { bytes in
                for index in 0...(bytes.count - RecordBatchHeader.size) where bytes[index + 16] == 2 {
                    let offset = Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: index, as: Int64.self))
                    if offset >= expected { candidates.append(index) }
                }
            }
            for index in candidates {
                let candidate = start + Int64(index)
                guard let header = try header(at: candidate), header.sizeInBytes <= Self.batchLimit,
                    let bytes = try window.bytes(at: candidate, count: header.sizeInBytes),
                    header.hasValidChecksum(in: bytes)
                else { continue }
                return candidate
            }
            start += Int64(run.readableBytes - RecordBatchHeader.size + 1)
        }
        return nil
    }
}
