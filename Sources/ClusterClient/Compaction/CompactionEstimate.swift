import Cluster

/// What a compaction of a partition would remove, as far as reading it through a client tells.
///
/// A client sees neither segments nor what the cleaner has done, so this counts what every compaction aims at: of each key only
/// the last record. It reads from the log start on within limits; what lies in the active segment stays until that has rolled,
/// so the figures are the most that can go.
struct CompactionEstimate {
    /// At most this many records of one partition are read.
    static let maxRecords = 500_000
    /// At most about this many bytes of one partition are read.
    static let maxBytes = 64 << 20

    /// Where each key was last seen, by a 64-bit hash of it: two keys with one hash count as one, about once in 10^8 estimates.
    private var last: [Int: Seen] = [:]
    private var recordsRead: Int64 = 0
    private var bytesRead = 0
    private var bytesSuperseded = 0
    private var superseded: Int64 = 0
    private var keyless: Int64 = 0

    private struct Seen {
        var bytes: Int
        var isTombstone: Bool
    }

    /// Reads a partition and estimates.
    ///
    /// - Parameter sizeBytes: Bytes of its segments where they are known: the share read is scaled to it.
    static func make(
        of partition: TopicPartition, on cluster: some RecordAccess, sizeBytes: Int64?
    ) async throws(ClusterError) -> CompactionPreview {
        var estimate = CompactionEstimate()
        var limits = FetchLimits(maxRecords: 10_000, maxBytes: 4 << 20, maxValueBytes: 0)
        var next = Int64.min
        var bounds = PartitionOffsets(logStart: 0, highWatermark: 0)
        repeat {
            limits.maxRecords = min(10_000, maxRecords - Int(estimate.recordsRead))
            let fetched = try await cluster.fetch(partition, from: max(next, bounds.logStart), limits: limits)
            bounds = fetched.offsets
            for record in fetched.records { estimate.take(record) }
            guard fetched.nextOffset > next else { break }
            next = fetched.nextOffset
        } while next < bounds.highWatermark && estimate.recordsRead < maxRecords && estimate.bytesRead < maxBytes
        return estimate.preview(of: partition, readUpTo: next, bounds, sizeBytes: sizeBytes)
    }

    private mutating func take(_ record: FetchedRecord) {
        recordsRead += 1
        let bytes = (record.key?.count ?? 0) + record.valueSize
        bytesRead += bytes
        guard let key = record.key else {
            keyless += 1
            return
        }
        let seen = last.updateValue(Seen(bytes: bytes, isTombstone: record.value == nil), forKey: key.hashValue)
        guard let seen else { return }
        superseded += 1
        bytesSuperseded += seen.bytes
    }

    private func preview(
        of partition: TopicPartition, readUpTo next: Int64, _ bounds: PartitionOffsets, sizeBytes: Int64?
    ) -> CompactionPreview {
        let isWhole = next >= bounds.highWatermark
        // Bytes on disk are batches, perhaps compressed; the share of bytes that goes is what carries over.
        let share = bytesRead > 0 ? Double(bytesSuperseded) / Double(bytesRead) : 0
        let bytesBefore = sizeBytes ?? Int64(bytesRead)
        let scope =
            isWhole
            ? "all records were read"
            : "only the first \(recordsRead) records were read, up to offset \(next) of \(bounds.highWatermark)"
        var holds = [
            CompactionPreview.Hold(reason: "active segment, which a client cannot see", bytes: nil)
        ]
        if keyless > 0 {
            holds.append(CompactionPreview.Hold(reason: "records without a key", bytes: nil, records: keyless))
        }
        return CompactionPreview(
            topicPartition: partition,
            recordsBefore: recordsRead,
            recordsRemoved: superseded,
            bytesBefore: bytesBefore,
            bytesRemoved: Int64((Double(bytesBefore) * share).rounded()),
            keysKept: Int64(last.count),
            tombstonesKept: Int64(last.values.count { $0.isTombstone }),
            holds: holds,
            endOffset: bounds.highWatermark,
            estimate: "\(scope); at most this goes once the active segment rolled"
        )
    }
}
