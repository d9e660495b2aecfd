package import Cluster
package import KafkaProtocol
import NIOCore

extension FetchedRecords {
    /// The most bytes that the records of one batch may take when they are shown.
    private static let decompressionLimit = 64 << 20

    /// Takes the records of batches, from an offset on, until `limits.maxRecords` are there. A batch that cannot be decoded is
    /// passed over and said in `problems`.
    ///
    /// - Parameter aborted: The aborted transactions in the batches; their records are left out.
    package mutating func take(
        _ batches: RecordBatches, from start: Int64, limits: FetchLimits,
        aborted: [(producerID: Int64, firstOffset: Int64)] = []
    ) {
        let maxRecords = max(1, limits.maxRecords)
        var waiting = aborted.sorted { $0.firstOffset < $1.firstOffset }[...]
        var open: Set<Int64> = []
        for batch in batches {
            guard records.count < maxRecords else { return }
            // A base offset at the very end of the numbers is a lie; there is no batch behind it.
            let (next, isBeyond) = batch.header.lastOffset.addingReportingOverflow(1)
            guard !isBeyond else { continue }
            while let first = waiting.first, first.firstOffset <= batch.header.lastOffset {
                open.insert(first.producerID)
                waiting.removeFirst()
            }
            let isAborted = batch.header.isTransactional && open.contains(batch.header.producerID)
            // Of an aborted producer the next marker is the abort.
            if isAborted, batch.header.isControl { open.remove(batch.header.producerID) }
            guard next > start else { continue }
            if !batch.header.isControl, !isAborted {
                take(batch, from: start, maxRecords: maxRecords, maxValueBytes: max(0, limits.maxValueBytes))
            }
            // A batch that was cut short by the count goes on behind its last record.
            let isWhole = records.count < maxRecords || (records.last?.offset ?? next) + 1 >= next
            nextOffset = isWhole ? next : (records.last?.offset ?? start) + 1
        }
    }

    private mutating func take(_ batch: RecordBatch, from start: Int64, maxRecords: Int, maxValueBytes: Int) {
        let header = batch.header
        var facts = BatchFacts()
        facts.baseOffset = header.baseOffset
        facts.recordCount = Int(header.recordCount)
        facts.leaderEpoch = header.partitionLeaderEpoch
        facts.producerID = header.producerID
        facts.isTransactional = header.attributes.contains(.transactional)
        do throws(RecordBatchError) {
            facts.codec = try "\(header.codec)"
            try batch.records(limit: Self.decompressionLimit).forEach { (record) throws(RecordBatchError) in
                guard record.offset >= start else { return true }
                guard records.count < maxRecords else { return false }
                records.append(
                    FetchedRecord(
                        offset: record.offset,
                        timestamp: record.timestamp,
                        isLogAppendTime: header.attributes.contains(.logAppendTime),
                        key: record.key.map(Self.bytes),
                        value: record.value.map {
                            Self.bytes(
                                $0.getSlice(at: $0.readerIndex, length: min($0.readableBytes, maxValueBytes)) ?? $0)
                        },
                        valueSize: record.value?.readableBytes ?? 0,
                        headers: record.headers.map {
                            RecordHeader(name: String(buffer: $0.name), value: $0.value.map(Self.bytes))
                        },
                        batch: facts
                    )
                )
                return true
            }
        } catch {
            problems.append("the batch at offset \(header.baseOffset) cannot be read: \(error)")
        }
    }

    private static func bytes(_ buffer: ByteBuffer) -> [UInt8] { Array(buffer.readableBytesView) }
}
