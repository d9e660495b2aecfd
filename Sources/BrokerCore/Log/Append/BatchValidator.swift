import Cluster
import KafkaProtocol
import NIOCore

/// Says which batches may be appended (Kafka's `UnifiedLog.analyzeAndValidateRecords` and `LogValidator`).
///
/// Looks at headers and checksums, and into records only where the topic asks for it. Holds no lock.
struct BatchValidator {
    let config: LogConfig
    let origin: AppendOrigin
    let topicPartition: TopicPartition
    /// The broker's time, in ms.
    let now: Int64
    /// The most bytes that a batch's records may take when decompressed.
    var expansionLimit = RecordValidator.decompressionLimit

    /// Cuts the bytes into batches and checks each.
    ///
    /// - Throws: ``LogError`` saying what is wrong with the first bad one.
    func validated(_ records: ByteBuffer) throws(LogError) -> [ValidBatch] {
        var rest = records
        var batches: [ValidBatch] = []
        while rest.readableBytes > 0 {
            let header = try header(of: rest)
            guard let bytes = rest.readSlice(length: header.sizeInBytes) else {
                throw .invalidRecord("\(topicPartition): a batch announces more bytes than there are", [])
            }
            batches.append(try validated(header, bytes))
        }
        guard !batches.isEmpty else { throw .invalidRecord("\(topicPartition): there is no record batch", []) }
        guard origin != .client || batches.count == 1 else {
            throw .invalidRecord(
                "Produce requests are only allowed to contain exactly one record batch per partition",
                []
            )
        }
        return batches
    }

    private func header(of bytes: ByteBuffer) throws(LogError) -> RecordBatchHeader {
        guard let magic = bytes.getInteger(at: bytes.readerIndex + 16, as: Int8.self) else {
            throw .invalidRecord("\(topicPartition): the last batch is cut off", [])
        }
        guard magic == 2 else {
            throw .invalidRecord("\(topicPartition): record batches must have magic 2, this one has \(magic)", [])
        }
        guard let header = try? RecordBatchHeader(reading: bytes, at: bytes.readerIndex),
            header.sizeInBytes >= RecordBatchHeader.size
        else { throw .invalidRecord("\(topicPartition): a batch is smaller than its header", []) }
        return header
    }

    private func validated(_ header: RecordBatchHeader, _ bytes: ByteBuffer) throws(LogError) -> ValidBatch {
        if origin == .client && header.baseOffset != 0 {
            throw .invalidRecord(
                "The baseOffset of the record batch in the append to \(topicPartition) should be 0, "
                    + "but it is \(header.baseOffset)",
                []
            )
        }
        if origin != .replication { try checkSize(header) }
        guard header.hasValidChecksum(in: bytes) else {
            throw .corruptMessage("Record is corrupt in topic partition \(topicPartition): its checksum is wrong")
        }
        try checkOffsets(header)
        if origin == .client { try checkProducer(header) }
        let ending = TransactionEnding(header: header, bytes: bytes)
        let batch = ValidBatch(header: header, bytes: bytes, ending: ending)
        guard origin != .replication else { return batch }
        let final = header.isControl ? batch : try looked(into: batch, bytes)
        if final.header.sizeInBytes > config.segmentBytes {
            throw .batchTooLarge(size: final.header.sizeInBytes, limit: config.segmentBytes)
        }
        return final
    }

    /// The batch with its records checked, compressed as the topic wants it. What the log compresses anew may be much
    /// longer than what was sent, and no reader takes a batch that is too long: so it is measured once more.
    private func looked(into batch: ValidBatch, _ bytes: ByteBuffer) throws(LogError) -> ValidBatch {
        let checked = try RecordValidator(
            config: config, topicPartition: topicPartition, now: now, expansionLimit: expansionLimit
        ).checked(batch, bytes)
        try checkSize(checked.header)
        return checked
    }

    private func checkSize(_ header: RecordBatchHeader) throws(LogError) {
        guard header.sizeInBytes > config.maxMessageBytes else { return }
        throw .recordTooLarge(size: header.sizeInBytes, limit: config.maxMessageBytes)
    }

    private func checkOffsets(_ header: RecordBatchHeader) throws(LogError) {
        guard header.lastOffsetDelta >= 0, header.baseOffset >= 0,
            header.baseOffset <= .max - Int64(header.lastOffsetDelta) - 1
        else {
            throw .invalidRecord(
                "Batch has an invalid offset range: [\(header.baseOffset), \(header.lastOffset)]",
                []
            )
        }
        // Batches of a compacted log keep their offset range when records go.
        guard origin != .replication else { return }
        guard header.recordCount > 0 else {
            throw .invalidRecord("Invalid reported count for record batch: \(header.recordCount)", [])
        }
        guard Int64(header.recordCount) == Int64(header.lastOffsetDelta) + 1 else {
            throw .invalidRecord(
                "Inconsistent batch offset range [\(header.baseOffset), \(header.lastOffset)] and count of records "
                    + "\(header.recordCount)",
                []
            )
        }
    }

    private func checkProducer(_ header: RecordBatchHeader) throws(LogError) {
        if header.isControl {
            throw .invalidRecord("Clients are not allowed to write control records", [])
        }
        if header.producerID >= 0 && header.baseSequence < 0 {
            throw .invalidRecord(
                "Invalid sequence number \(header.baseSequence) in record batch with producerId "
                    + "\(header.producerID)",
                []
            )
        }
        if header.isTransactional && header.producerID < 0 {
            throw .invalidRecord("A transactional record batch needs a producerId", [])
        }
    }
}
