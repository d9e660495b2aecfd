import KafkaProtocol
import NIOCore

/// Writes the batches that stay into a `.cleaned` segment, a chunk at a time.
struct CleanedSegmentWriter {
    /// The segment being written.
    let segment: CleanedSegment
    private var pending = ByteBuffer()
    private var headers: [RecordBatchHeader] = []
    private static let chunk = 1 << 20

    /// A writer into an empty segment.
    init(_ segment: CleanedSegment) { self.segment = segment }

    /// Appends one batch.
    mutating func append(_ bytes: ByteBuffer) throws(LogError) {
        guard let header = RecordBatchHeader(plausible: bytes) else {
            throw .corruptMessage("a cleaned batch of \(bytes.readableBytes) bytes is no batch")
        }
        pending.writeImmutableBuffer(bytes)
        headers.append(header)
        if pending.readableBytes >= Self.chunk { try flush() }
    }

    /// Writes what is pending.
    mutating func flush() throws(LogError) {
        guard pending.readableBytes > 0 else { return }
        try segment.append(pending, headers)
        pending.clear()
        headers.removeAll(keepingCapacity: true)
    }
}
