import Cluster
import KafkaProtocol
import NIOCore

/// Looks into the records of a batch where the topic's settings ask for it, and compresses it anew where they want
/// another codec (Kafka's `LogValidator`).
struct RecordValidator {
    /// The most bytes that a batch's records may take when decompressed.
    static let decompressionLimit = 256 << 20

    let config: LogConfig
    let topicPartition: TopicPartition
    /// The broker's time, in ms.
    let now: Int64
    /// The most bytes that the records may take here.
    var expansionLimit = Self.decompressionLimit

    /// Checks a data batch.
    ///
    /// The records of a batch are counted by their lengths alone; they are decoded only for compacted topics (keys)
    /// and where timestamps are bounded.
    ///
    /// - Returns: The batch to append: the same, or one compressed as the topic wants it.
    func checked(_ batch: ValidBatch, _ bytes: ByteBuffer) throws(LogError) -> ValidBatch {
        let header = batch.header
        let codec = try wrapped { () throws(RecordBatchError) in try header.codec }
        let records = try wrapped { () throws(RecordBatchError) in
            try RecordBatch(header: header, bytes: bytes).records(limit: expansionLimit)
        }
        guard RecordCount.of(records.payload) == Int(header.recordCount) else {
            throw .invalidRecord(
                "\(topicPartition): the batch's records are not the \(header.recordCount) that its header announces",
                []
            )
        }
        if needsRecords { try check(records) }
        guard let target = targetCodec, target.codec != codec else {
            // The log says whose clock it is, not the producer.
            var batch = batch
            if header.isLogAppendTime { batch.dropLogAppendTime() }
            return batch
        }
        return try recompressed(header, records.payload, target.codec, level: target.level)
    }

    private var needsRecords: Bool {
        config.cleanupPolicy.contains(.compact) || boundsTimestamps
    }

    private var boundsTimestamps: Bool {
        config.messageTimestampType == .createTime
            && (config.messageTimestampBeforeMaxMs != .max || config.messageTimestampAfterMaxMs != .max)
    }

    /// The codec that the topic wants, and how hard it is to try; nil for the producer's.
    private var targetCodec: (codec: CompressionCodec, level: Int32)? {
        switch config.compressionType {
        case .producer: nil
        case .uncompressed: (.none, 0)
        case .gzip: (.gzip, config.gzipLevel)
        case .snappy: (.snappy, 0)
        case .lz4: (.lz4, config.lz4Level)
        case .zstd: (.zstd, config.zstdLevel)
        }
    }

    private func check(_ records: RecordSequence) throws(LogError) {
        let oldest = now.subtractingReportingOverflow(config.messageTimestampBeforeMaxMs)
        let newest = now.addingReportingOverflow(config.messageTimestampAfterMaxMs)
        let range = (oldest.overflow ? .min : oldest.partialValue)...(newest.overflow ? .max : newest.partialValue)
        let needsKeys = config.cleanupPolicy.contains(.compact)
        let boundsTimes = boundsTimestamps
        var keyless: [LogError.RecordProblem] = []
        var untimely: [LogError.RecordProblem] = []
        var index: Int32 = 0
        let partition = topicPartition
        try wrapped { () throws(RecordBatchError) in
            try records.forEachOutline { record in
                if needsKeys && record.key == nil {
                    let message = "Compacted topic cannot accept message without key in topic partition \(partition)."
                    keyless.append(LogError.RecordProblem(index: index, message: message))
                }
                if boundsTimes && record.timestamp != -1 && !range.contains(record.timestamp) {
                    let message =
                        "Timestamp \(record.timestamp) of message with offset \(index) is out of range. "
                        + "The timestamp should be within [\(range.lowerBound), \(range.upperBound)]"
                    untimely.append(LogError.RecordProblem(index: index, message: message))
                }
                index += 1
            }
        }
        if !untimely.isEmpty {
            throw .invalidTimestamp(
                "One or more records have been rejected due to invalid timestamp",
                untimely + keyless
            )
        }
        guard keyless.isEmpty else {
            throw .invalidRecord(
                "One or more records have been rejected due to \(keyless.count) record errors in total, "
                    + "and only showing the first three errors at most: "
                    + "\(keyless.prefix(3).map(\.message))",
                keyless
            )
        }
    }

    private func recompressed(
        _ header: RecordBatchHeader,
        _ payload: ByteBuffer,
        _ codec: CompressionCodec,
        level: Int32
    ) throws(LogError) -> ValidBatch {
        var header = header
        header.attributes = header.attributes.with(codec).subtracting(.logAppendTime)
        let bytes = try wrapped { () throws(RecordBatchError) in
            try RecordBatchBuilder.assemble(header, payload: try codec.compress(payload, level: level))
        }
        let written = try wrapped { () throws(RecordBatchError) in
            try RecordBatchHeader(reading: bytes, at: bytes.readerIndex)
        }
        return ValidBatch(header: written, bytes: bytes, ending: nil)
    }

    private func wrapped<Value>(_ body: () throws(RecordBatchError) -> Value) throws(LogError) -> Value {
        do throws(RecordBatchError) {
            return try body()
        } catch {
            if case .decompressedTooLarge(let limit) = error { throw .expandsTooFar(topicPartition, limit: limit) }
            if case .unknownCodec = error { throw .unknownCompression("\(topicPartition): \(error)") }
            throw .invalidRecord("\(topicPartition): \(error)", [])
        }
    }
}

/// Counts records by their lengths, without looking into them.
enum RecordCount {
    /// How many records the bytes hold, or nil when their lengths do not fill the bytes exactly.
    static func of(_ payload: ByteBuffer) -> Int? {
        payload.withUnsafeReadableBytes { bytes in
            var position = 0
            var count = 0
            while position < bytes.count {
                var raw: UInt32 = 0
                var shift: UInt32 = 0
                while true {
                    guard position < bytes.count, shift < 35 else { return nil }
                    let byte = bytes[position]
                    position += 1
                    raw |= UInt32(byte & 0x7F) &<< shift
                    if byte < 0x80 { break }
                    shift += 7
                }
                guard raw & 1 == 0 else { return nil }
                position += Int(raw >> 1)
                count += 1
            }
            return position == bytes.count ? count : nil
        }
    }
}
