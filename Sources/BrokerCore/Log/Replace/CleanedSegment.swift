package import KafkaProtocol
package import NIOCore
import Synchronization

/// A segment that the cleaner writes, under its `.cleaned` name, to take the place of others.
///
/// Batches keep their offsets and their order. Not shared between threads while it is written.
package final class CleanedSegment: Sendable {
    /// The offset in its name.
    package let baseOffset: Int64
    let segment: Segment
    private let indexIntervalBytes: Int

    init(segment: Segment, indexIntervalBytes: Int) {
        self.segment = segment
        baseOffset = segment.baseOffset
        self.indexIntervalBytes = indexIntervalBytes
    }

    /// Bytes written.
    package var bytes: Int64 { segment.size }

    /// Appends whole batches.
    ///
    /// - Parameters:
    ///   - records: The batches' bytes, one behind the other.
    ///   - headers: Their headers, in the same order.
    package func append(_ records: ByteBuffer, _ headers: [RecordBatchHeader]) throws(LogError) {
        try LogError.onDisk { () throws(StorageError) in
            try segment.append(
                head: records,
                rest: ByteBuffer(),
                headers.map { Segment.Addition($0) },
                indexIntervalBytes: indexIntervalBytes
            )
        }
    }

    /// Enters an aborted transaction whose marker was appended.
    package func append(_ aborted: AbortedTransaction) { segment.append(aborted) }
}
