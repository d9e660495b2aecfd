import KafkaProtocol
import NIOCore

/// The batches of one segment in order, each whole and with a valid checksum: the cleaner copies nothing it has not verified.
struct SegmentBatches {
    private let segment: Segment
    private let end: Int64
    private var window: FileWindow
    private var position: Int64 = 0

    /// The batches that are in a segment now.
    init(_ segment: Segment) {
        self.segment = segment
        end = segment.size
        window = FileWindow(segment.log, end: end)
    }

    /// True behind the last batch.
    var isAtEnd: Bool { position >= end }

    /// The next batch, or nil at the end.
    ///
    /// - Throws: ``LogError/corruptFile(_:_:)`` where there is no whole batch, ``LogError/storage(_:)``.
    mutating func next() throws(LogError) -> RecordBatch? {
        guard position < end else { return nil }
        do throws(StorageError) {
            if let head = try window.bytes(at: position, count: RecordBatchHeader.size),
                let header = RecordBatchHeader(plausible: head),
                let bytes = try window.bytes(at: position, count: header.sizeInBytes),
                header.hasValidChecksum(in: bytes)
            {
                position += Int64(header.sizeInBytes)
                return RecordBatch(header: header, bytes: bytes)
            }
        } catch {
            throw .storage(error)
        }
        throw .corruptFile(segment.path(.log), "no whole batch at byte \(position); the cleaner leaves the log alone")
    }
}
