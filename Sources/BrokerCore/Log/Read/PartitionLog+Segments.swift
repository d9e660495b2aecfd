package import NIOCore
import Synchronization

extension PartitionLog {
    /// The segments, ascending, as they are now. Reads the newest timestamp of those that were not asked before.
    package var segments: [SegmentInfo] {
        get throws(LogError) {
            let view = try view()
            return try LogError.onDisk { () throws(StorageError) in
                var infos: [SegmentInfo] = []
                infos.reserveCapacity(view.segments.count)
                for (index, segment) in view.segments.enumerated() {
                    let isActive = index == view.segments.count - 1
                    infos.append(
                        SegmentInfo(
                            baseOffset: segment.baseOffset,
                            nextOffset: isActive ? view.offsets.end : view.segments[index + 1].baseOffset,
                            bytes: segment.size,
                            maxTimestamp: try segment.newest().timestamp,
                            firstBatchTimestamp: try segment.firstBatchTimestamp(),
                            lastModified: try storage.status(of: segment.log.path)?.modifiedMilliseconds ?? 0,
                            isActive: isActive
                        )
                    )
                }
                return infos
            }
        }
    }

    /// How many segments there are.
    package var segmentCount: Int { state.withLock { $0.segments.count } }

    /// Bytes of the `.log` file of one segment, from a position on: whole batches and maybe the beginning of one more,
    /// for those who go through the log segment by segment.
    ///
    /// - Returns: nil when there is no segment with this base offset (any more); empty at its end.
    package func bytes(ofSegment baseOffset: Int64, from position: Int64, maxBytes: Int) throws(LogError) -> ByteBuffer?
    {
        let view = try view()
        guard let segment = view.segments.first(where: { $0.baseOffset == baseOffset }) else { return nil }
        let count = Int(max(0, min(Int64(maxBytes), segment.size - position)))
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        try LogError.onDisk { () throws(StorageError) in
            _ = try segment.log.read(at: position, count: count, into: &buffer)
        }
        return buffer
    }

    /// The aborted transactions whose markers are in one segment.
    package func abortedTransactions(inSegment baseOffset: Int64) throws(LogError) -> [AbortedTransaction] {
        let view = try view()
        guard let segment = view.segments.first(where: { $0.baseOffset == baseOffset }) else { return [] }
        return try LogError.onDisk { () throws(StorageError) in try segment.abortedTransactions() }
    }
}
