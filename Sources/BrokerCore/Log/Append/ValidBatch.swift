import KafkaProtocol
import NIOCore

/// A batch that was found whole and allowed, as it will stand in the log.
struct ValidBatch: Sendable {
    /// The header's fields; offsets, epoch and times follow ``place(at:leaderEpoch:appendTime:)``.
    private(set) var header: RecordBatchHeader
    /// The 61 bytes of the header: a copy, so that patching them never copies the records.
    private(set) var head: ByteBuffer
    /// The bytes behind the header, shared with the caller.
    let rest: ByteBuffer
    /// What a control batch that ends a transaction says, with the offset still to come.
    private let ending: TransactionEnding?

    /// A batch.
    ///
    /// - Parameter bytes: The whole batch and nothing else.
    init(header: RecordBatchHeader, bytes: ByteBuffer, ending: TransactionEnding?) {
        self.header = header
        self.ending = ending
        head = ByteBufferAllocator().buffer(capacity: RecordBatchHeader.size)
        var bytes = bytes
        if let slice = bytes.readSlice(length: RecordBatchHeader.size) { head.writeImmutableBuffer(slice) }
        rest = bytes
    }

    /// Gives the batch its place: base offset and leader epoch, which lie outside of its checksum, and, unless it is
    /// -1, the time of the log, which needs a new checksum.
    mutating func place(at offset: Int64, leaderEpoch: Int32, appendTime: Int64) {
        header.baseOffset = offset
        header.partitionLeaderEpoch = leaderEpoch
        head.setInteger(offset, at: head.readerIndex)
        head.setInteger(leaderEpoch, at: head.readerIndex + 12)
        guard appendTime >= 0 else { return }
        header.attributes.insert(.logAppendTime)
        header.maxTimestamp = appendTime
        writeTimeAndChecksum()
    }

    /// Takes away the claim that the timestamps are the log's, which only the log may make; the newest one stays as the
    /// producer wrote it (Kafka's `DefaultRecordBatch.setMaxTimestamp`).
    mutating func dropLogAppendTime() {
        header.attributes.remove(.logAppendTime)
        writeTimeAndChecksum()
    }

    private mutating func writeTimeAndChecksum() {
        head.setInteger(header.attributes.rawValue, at: head.readerIndex + 21)
        head.setInteger(header.maxTimestamp, at: head.readerIndex + 35)
        let ofHead = head.withUnsafeReadableBytes { bytes in
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[RecordBatchHeader.checksummedFrom...]))
        }
        header.crc = rest.withUnsafeReadableBytes { CRC32C.checksum($0, continuing: ofHead) }
        head.setInteger(header.crc, at: head.readerIndex + 17)
    }

    /// What producer state needs to know; nil for batches without a producer and for control batches.
    var producerBatch: ProducerBatch? {
        guard header.producerID >= 0, !header.isControl else { return nil }
        return ProducerBatch(header)
    }

    /// The marker that ends a transaction, if the batch is one.
    var marker: TransactionMarker? { ending.map { TransactionMarker($0, header) } }
}

extension ProducerBatch {
    /// The producer's part of a data batch's header.
    init(_ header: RecordBatchHeader) {
        self.init(
            producerID: header.producerID,
            producerEpoch: header.producerEpoch,
            baseSequence: header.baseSequence,
            baseOffset: header.baseOffset,
            lastOffset: header.lastOffset,
            maxTimestamp: header.maxTimestamp,
            isTransactional: header.isTransactional
        )
    }
}

extension TransactionMarker {
    /// The marker of a control batch.
    init(_ ending: TransactionEnding, _ header: RecordBatchHeader) {
        self.init(
            producerID: header.producerID,
            producerEpoch: header.producerEpoch,
            isCommit: ending.isCommit,
            coordinatorEpoch: ending.coordinatorEpoch,
            offset: header.baseOffset,
            timestamp: header.maxTimestamp
        )
    }
}
