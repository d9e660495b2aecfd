import KafkaProtocol
package import NIOCore

/// The `.snapshot` file: the producers of a partition as they were before the offset in its name.
///
/// ```
/// 0   int16    version, 1
/// 2   uint32   CRC-32C of everything behind it
/// 6   int32    number of producers
/// then for each, 46 bytes, by producer id:
/// 0   int64    producer id
/// 8   int16    epoch
/// 10  int32    last sequence number; -1 if none
/// 14  int64    offset of the last record; -1 if none
/// 22  int32    offsets in its last batch, less one
/// 26  int64    timestamp of its last batch or marker, ms
/// 34  int32    epoch of the coordinator of its last marker; -1 if none
/// 38  int64    first offset of its open transaction; -1 if none
/// ```
package enum ProducerSnapshot {
    private static let version: Int16 = 1
    private static let headerSize = 10
    private static let entrySize = 46

    /// The file's bytes for a state.
    package static func bytes(of state: ProducerState) -> ByteBuffer {
        var body = ByteBufferAllocator().buffer(capacity: 4 + state.producers.count * entrySize)
        body.writeInteger(Int32(clamping: state.producers.count))
        for (id, entry) in state.producers.sorted(by: { $0.key < $1.key }) {
            body.writeMultipleIntegers(
                id,
                entry.epoch,
                entry.lastSequence,
                entry.lastDataOffset,
                entry.batches.last?.offsetDelta ?? 0,
                entry.lastTimestamp,
                entry.coordinatorEpoch,
                entry.transactionFirstOffset ?? -1
            )
        }
        var bytes = ByteBufferAllocator().buffer(capacity: 6 + body.readableBytes)
        bytes.writeMultipleIntegers(version, body.withUnsafeReadableBytes { CRC32C.checksum($0) })
        bytes.writeImmutableBuffer(body)
        return bytes
    }

    /// Reads a file's bytes; nil when its version, checksum, length or an entry is wrong.
    package static func read(_ bytes: ByteBuffer) -> ProducerState? {
        var bytes = bytes
        guard let (version, crc) = bytes.readMultipleIntegers(as: (Int16, UInt32).self), version == Self.version,
            bytes.withUnsafeReadableBytes({ CRC32C.checksum($0) }) == crc,
            let count = bytes.readInteger(as: Int32.self), count >= 0,
            bytes.readableBytes == Int(count) * entrySize
        else { return nil }
        var producers: [Int64: ProducerEntry] = [:]
        producers.reserveCapacity(Int(count))
        while let (id, epoch, sequence, offset, delta) = bytes.readMultipleIntegers(
            as: (Int64, Int16, Int32, Int64, Int32).self
        ), let (timestamp, coordinatorEpoch, transaction) = bytes.readMultipleIntegers(as: (Int64, Int32, Int64).self) {
            guard delta >= 0 else { return nil }
            var entry = ProducerEntry(epoch: epoch)
            if offset >= 0 {
                entry.append(
                    ProducerEntry.Batch(
                        lastSequence: sequence,
                        lastOffset: offset,
                        offsetDelta: delta,
                        timestamp: timestamp
                    ),
                    epoch: epoch
                )
            }
            entry.lastTimestamp = timestamp
            entry.coordinatorEpoch = coordinatorEpoch
            if transaction >= 0 { entry.transactionFirstOffset = transaction }
            producers[id] = entry
        }
        return ProducerState(producers: producers)
    }
}
