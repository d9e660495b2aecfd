package import NIOCore

/// The header of a record batch, magic 2 (Kafka's `DefaultRecordBatch`).
///
/// ```
/// byte  0  int64  base offset                 patched by the broker
///       8  int32  length of what follows      61 − 12 at least
///      12  int32  partition leader epoch      patched by the broker
///      16  int8   magic                       2
///      17  uint32 CRC-32C of bytes 21 to the end
///      21  int16  attributes                  0-2 codec, 3 timestamp type, 4 transactional, 5 control, 6 delete horizon
///      23  int32  last offset delta
///      27  int64  base timestamp              the delete horizon where bit 6 is set
///      35  int64  max timestamp
///      43  int64  producer id
///      51  int16  producer epoch
///      53  int32  base sequence
///      57  int32  record count
///      61         records, compressed as one piece
/// ```
package struct RecordBatchHeader: Sendable, Equatable {
    /// Bytes of a header.
    package static let size = 61
    /// Bytes before what `length` counts.
    package static let prefixSize = 12
    /// Where the bytes begin that the checksum covers.
    package static let checksummedFrom = 21
    static let crcOffset = 17
    static let epochOffset = 12

    /// The offset of the first record (or of the first there was, after compaction).
    package var baseOffset: Int64
    /// Bytes after the length field.
    package var length: Int32
    /// The leader epoch that the broker stamped.
    package var partitionLeaderEpoch: Int32
    /// The message format: 2.
    package var magic: Int8
    /// The stated checksum.
    package var crc: UInt32
    /// The attribute bits.
    package var attributes: Attributes
    /// The last offset minus the base offset.
    package var lastOffsetDelta: Int32
    /// The first record's timestamp, or the delete horizon; milliseconds.
    package var baseTimestamp: Int64
    /// The largest timestamp; milliseconds.
    package var maxTimestamp: Int64
    /// The producer's id, or -1.
    package var producerID: Int64
    /// The producer's epoch, or -1.
    package var producerEpoch: Int16
    /// The first record's sequence number, or -1.
    package var baseSequence: Int32
    /// How many records there are.
    package var recordCount: Int32

    /// The attribute bits of a batch.
    package struct Attributes: OptionSet, Sendable, Equatable {
        package let rawValue: Int16
        /// Attributes by bits.
        package init(rawValue: Int16) { self.rawValue = rawValue }
        /// The broker stamps the records (`LogAppendTime`).
        package static let logAppendTime = Attributes(rawValue: 1 << 3)
        /// Part of a transaction.
        package static let transactional = Attributes(rawValue: 1 << 4)
        /// A control batch: its record is a marker.
        package static let control = Attributes(rawValue: 1 << 5)
        /// The base timestamp is a delete horizon (KIP-534).
        package static let deleteHorizon = Attributes(rawValue: 1 << 6)

        /// Codec bits 0 to 2.
        package var codecBits: UInt8 { UInt8(rawValue & 0x7) }
        /// These attributes with another codec.
        package func with(_ codec: CompressionCodec) -> Attributes {
            Attributes(rawValue: (rawValue & ~0x7) | Int16(codec.rawValue))
        }
    }

    /// Reads the header that begins at an absolute index of a buffer. Only the length is judged, nothing is verified.
    ///
    /// - Throws: `.truncated` with fewer than 61 bytes, `.malformed` for a length that cannot hold a header.
    package init(reading buffer: ByteBuffer, at index: Int) throws(RecordBatchError) {
        let left = buffer.writerIndex - index
        guard index >= buffer.readerIndex, left >= Self.size else {
            throw .truncated(needed: Self.size, left: max(0, left))
        }
        let start = index - buffer.readerIndex
        self = buffer.withUnsafeReadableBytes { Self(unchecked: UnsafeRawBufferPointer(rebasing: $0[start...])) }
        guard length >= Self.size - Self.prefixSize, length <= Int32.max - Int32(Self.prefixSize) else {
            throw .malformed("a batch cannot be \(length) bytes long")
        }
    }

    /// Reads a header from at least 61 bytes without judging it.
    package init(unchecked bytes: UnsafeRawBufferPointer) {
        func load<Number: FixedWidthInteger>(_ offset: Int, _ type: Number.Type) -> Number {
            Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
        }
        baseOffset = load(0, Int64.self)
        length = load(8, Int32.self)
        partitionLeaderEpoch = load(12, Int32.self)
        magic = load(16, Int8.self)
        crc = load(17, UInt32.self)
        attributes = Attributes(rawValue: load(21, Int16.self))
        lastOffsetDelta = load(23, Int32.self)
        baseTimestamp = load(27, Int64.self)
        maxTimestamp = load(35, Int64.self)
        producerID = load(43, Int64.self)
        producerEpoch = load(51, Int16.self)
        baseSequence = load(53, Int32.self)
        recordCount = load(57, Int32.self)
    }

    /// A header for records that are about to be written; length and checksum are set when they are.
    package init(
        baseOffset: Int64 = 0,
        partitionLeaderEpoch: Int32 = 0,
        attributes: Attributes = [],
        lastOffsetDelta: Int32 = 0,
        baseTimestamp: Int64 = -1,
        maxTimestamp: Int64 = -1,
        producerID: Int64 = -1,
        producerEpoch: Int16 = -1,
        baseSequence: Int32 = -1,
        recordCount: Int32 = 0
    ) {
        self.baseOffset = baseOffset
        self.length = Int32(Self.size - Self.prefixSize)
        self.partitionLeaderEpoch = partitionLeaderEpoch
        self.magic = 2
        self.crc = 0
        self.attributes = attributes
        self.lastOffsetDelta = lastOffsetDelta
        self.baseTimestamp = baseTimestamp
        self.maxTimestamp = maxTimestamp
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.baseSequence = baseSequence
        self.recordCount = recordCount
    }

    /// Bytes of the whole batch, header included. The length was judged when the header was read.
    package var sizeInBytes: Int { Self.prefixSize + Int(length) }
    /// The last offset the batch covers; wraps rather than traps on hostile numbers.
    package var lastOffset: Int64 { baseOffset &+ Int64(lastOffsetDelta) }
    /// The offset after the batch; wraps rather than traps on hostile numbers.
    package var nextOffset: Int64 { lastOffset &+ 1 }
    /// The sequence number of the last record: wraps from Int32.max to 0; -1 without a producer.
    package var lastSequence: Int32 {
        baseSequence < 0 ? -1 : (baseSequence &+ lastOffsetDelta) & Int32.max
    }
    /// True when a producer id is set.
    package var hasProducerID: Bool { producerID >= 0 }
    /// True in a transaction.
    package var isTransactional: Bool { attributes.contains(.transactional) }
    /// True for a control batch.
    package var isControl: Bool { attributes.contains(.control) }
    /// True when the broker stamped the records.
    package var isLogAppendTime: Bool { attributes.contains(.logAppendTime) }
    /// When the tombstones or markers in here may go, wall milliseconds; nil while none is set.
    package var deleteHorizon: Int64? { attributes.contains(.deleteHorizon) ? baseTimestamp : nil }

    /// The codec.
    ///
    /// - Throws: `.unknownCodec` for bits 5 to 7.
    package var codec: CompressionCodec {
        get throws(RecordBatchError) {
            guard let codec = CompressionCodec(rawValue: attributes.codecBits) else {
                throw .unknownCodec(attributes.codecBits)
            }
            return codec
        }
    }

    /// Writes the 61 bytes, with the length and checksum the header has.
    package func write(to buffer: inout ByteBuffer) {
        buffer.writeMultipleIntegers(
            baseOffset, length, partitionLeaderEpoch, magic, crc, attributes.rawValue, lastOffsetDelta)
        buffer.writeMultipleIntegers(baseTimestamp, maxTimestamp, producerID, producerEpoch, baseSequence, recordCount)
    }

    /// The checksum of a batch whose first byte is the buffer's first readable one, over the length this header states; nil if cut.
    package func computedChecksum(in batch: ByteBuffer) -> UInt32? {
        guard length >= Self.size - Self.prefixSize, batch.readableBytes >= sizeInBytes else { return nil }
        return batch.withUnsafeReadableBytes {
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[Self.checksummedFrom..<sizeInBytes]))
        }
    }

    /// True when the whole batch is there and its checksum is the stated one.
    package func hasValidChecksum(in batch: ByteBuffer) -> Bool {
        computedChecksum(in: batch) == crc
    }

    /// Patches base offset and leader epoch of a stored batch in place: both lie outside the checksum.
    ///
    /// - Parameter index: The absolute index of the batch's first byte.
    package static func patch(_ buffer: inout ByteBuffer, at index: Int, baseOffset: Int64, leaderEpoch: Int32) {
        buffer.setInteger(baseOffset, at: index)
        buffer.setInteger(leaderEpoch, at: index + epochOffset)
    }

    /// Stamps a stored batch with the broker's time (`LogAppendTime`) in place, which changes the checksum.
    ///
    /// - Parameters:
    ///   - index: The absolute index of the batch's first byte; the whole batch must be there.
    ///   - timestamp: Wall milliseconds.
    package static func stamp(_ buffer: inout ByteBuffer, at index: Int, logAppendTime timestamp: Int64) {
        guard let header = try? RecordBatchHeader(reading: buffer, at: index),
            buffer.writerIndex - index >= header.sizeInBytes
        else { return }
        buffer.setInteger(header.attributes.union(.logAppendTime).rawValue, at: index + checksummedFrom)
        buffer.setInteger(timestamp, at: index + 35)
        guard let batch = buffer.getSlice(at: index, length: header.sizeInBytes),
            let crc = header.computedChecksum(in: batch)
        else { return }
        buffer.setInteger(crc, at: index + crcOffset)
    }
}
