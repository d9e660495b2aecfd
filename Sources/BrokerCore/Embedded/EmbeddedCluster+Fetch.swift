package import Cluster
import KafkaProtocol
import NIOCore

extension EmbeddedCluster {
    /// The most bytes that the records of one batch may take when they are shown.
    private static let decompressionLimit = 64 << 20

    package func fetch(
        _ partition: TopicPartition,
        from offset: Int64,
        maxRecords: Int,
        maxBytes: Int,
        maxValueBytes: Int
    ) async throws(ClusterError) -> FetchedRecords {
        let found = try find(partition)
        return try await reading { () throws(LogError) in
            try Self.fetch(
                found, from: offset, maxRecords: max(1, maxRecords), maxBytes: max(1, maxBytes),
                maxValueBytes: max(0, maxValueBytes))
        }
    }

    private static func fetch(
        _ partition: Partition, from offset: Int64, maxRecords: Int, maxBytes: Int, maxValueBytes: Int
    ) throws(LogError) -> FetchedRecords {
        guard partition.isBorn else {
            return FetchedRecords(records: [], nextOffset: 0, offsets: PartitionOffsets(logStart: 0, highWatermark: 0))
        }
        let log = try partition.log()
        let offsets = log.offsets
        let bounds = PartitionOffsets(
            logStart: offsets.start, highWatermark: offsets.highWatermark, lastStable: offsets.lastStable)
        let start = max(offset, offsets.start)
        var fetched = FetchedRecords(records: [], nextOffset: start, offsets: bounds)
        guard start < offsets.highWatermark else {
            fetched.nextOffset = min(start, offsets.highWatermark)
            return fetched
        }
        let result = try log.read(from: start, maxBytes: maxBytes)
        for batch in RecordBatches(result.records) {
            guard fetched.records.count < maxRecords else { return fetched }
            let next = batch.header.lastOffset + 1
            guard next > start else { continue }
            if !batch.header.attributes.contains(.control) {
                take(batch, from: start, maxRecords: maxRecords, maxValueBytes: maxValueBytes, into: &fetched)
            }
            // A batch that was cut short by the count goes on behind its last record.
            let isWhole = fetched.records.count < maxRecords || (fetched.records.last?.offset ?? next) + 1 >= next
            fetched.nextOffset = isWhole ? next : (fetched.records.last?.offset ?? start) + 1
        }
        return fetched
    }

    private static func take(
        _ batch: RecordBatch, from start: Int64, maxRecords: Int, maxValueBytes: Int, into fetched: inout FetchedRecords
    ) {
        let header = batch.header
        var facts = BatchFacts()
        facts.baseOffset = header.baseOffset
        facts.recordCount = Int(header.recordCount)
        facts.leaderEpoch = header.partitionLeaderEpoch
        facts.producerID = header.producerID
        facts.isTransactional = header.attributes.contains(.transactional)
        do throws(RecordBatchError) {
            facts.codec = try "\(header.codec)"
            try batch.records(limit: decompressionLimit).forEach { (record) throws(RecordBatchError) in
                guard record.offset >= start else { return true }
                guard fetched.records.count < maxRecords else { return false }
                fetched.records.append(
                    FetchedRecord(
                        offset: record.offset,
                        timestamp: record.timestamp,
                        isLogAppendTime: header.attributes.contains(.logAppendTime),
                        key: record.key.map(bytes),
                        value: record.value.map {
                            bytes($0.getSlice(at: $0.readerIndex, length: min($0.readableBytes, maxValueBytes)) ?? $0)
                        },
                        valueSize: record.value?.readableBytes ?? 0,
                        headers: record.headers.map {
                            RecordHeader(name: String(buffer: $0.name), value: $0.value.map(bytes))
                        },
                        batch: facts
                    )
                )
                return true
            }
        } catch {
            fetched.problems.append("the batch at offset \(header.baseOffset) cannot be read: \(error)")
        }
    }

    private static func bytes(_ buffer: ByteBuffer) -> [UInt8] { Array(buffer.readableBytesView) }
}
