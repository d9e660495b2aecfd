import KafkaProtocol
import NIOCore

/// The one record of a control batch that ends a transaction (Kafka's `EndTransactionMarker`).
///
/// ```
/// key     int16 version, int16 type: 0 abort, 1 commit
/// value   int16 version, int32 epoch of the transaction coordinator
/// ```
///
/// Control batches of other types (leader changes, snapshot headers) are not markers.
struct TransactionEnding: Sendable, Equatable {
    /// Commit, or else abort.
    var isCommit: Bool
    /// The epoch of the coordinator that wrote it.
    var coordinatorEpoch: Int32

    /// Reads the record of a control batch; nil when it is no marker.
    ///
    /// - Parameter bytes: The whole, uncompressed batch.
    init?(header: RecordBatchHeader, bytes: ByteBuffer) {
        guard header.isControl, header.producerID >= 0, header.attributes.codecBits == 0, header.recordCount == 1 else {
            return nil
        }
        var record = bytes
        record.moveReaderIndex(forwardBy: min(RecordBatchHeader.size, record.readableBytes))
        // Length, attributes, timestamp delta, offset delta.
        guard record.readZigZag() != nil, record.readInteger(as: Int8.self) != nil, record.readZigZag() != nil,
            record.readZigZag() != nil
        else { return nil }
        guard let keyLength = record.readZigZag(), keyLength >= 4, record.readInteger(as: Int16.self) != nil,
            let type = record.readInteger(as: Int16.self), type == 0 || type == 1
        else { return nil }
        guard keyLength == 4, let valueLength = record.readZigZag(), valueLength >= 6,
            record.readInteger(as: Int16.self) != nil, let epoch = record.readInteger(as: Int32.self)
        else { return nil }
        isCommit = type == 1
        coordinatorEpoch = epoch
    }
}

extension ByteBuffer {
    /// A zig-zag varint of at most ten bytes.
    fileprivate mutating func readZigZag() -> Int64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = readInteger(as: UInt8.self) else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
        }
        return nil
    }
}
