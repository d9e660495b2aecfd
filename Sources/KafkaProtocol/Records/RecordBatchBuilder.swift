package import NIOCore

/// Writes a record batch: records one after another, then the header with length and checksum around them.
package struct RecordBatchBuilder {
    /// The header as far as it is known before the records; count, deltas and timestamps are set by `append`.
    package var header: RecordBatchHeader
    private let codec: CompressionCodec
    private var payload: ByteBuffer

    /// A builder for a batch.
    ///
    /// - Parameters:
    ///   - codec: How the records are compressed.
    ///   - attributes: Transactional, control or LogAppendTime; the codec is added.
    package init(
        codec: CompressionCodec = .none,
        attributes: RecordBatchHeader.Attributes = [],
        baseOffset: Int64 = 0,
        partitionLeaderEpoch: Int32 = 0,
        producerID: Int64 = -1,
        producerEpoch: Int16 = -1,
        baseSequence: Int32 = -1
    ) {
        self.codec = codec
        header = RecordBatchHeader(
            baseOffset: baseOffset,
            partitionLeaderEpoch: partitionLeaderEpoch,
            attributes: attributes.with(codec),
            producerID: producerID,
            producerEpoch: producerEpoch,
            baseSequence: baseSequence
        )
        payload = ByteBufferAllocator().buffer(capacity: 1024)
    }

    /// Records appended so far.
    package var count: Int { Int(header.recordCount) }
    /// Bytes of the records so far, uncompressed.
    package var payloadBytes: Int { payload.readableBytes }

    /// Appends a record behind the others; its offset is the next one.
    package mutating func append(
        timestamp: Int64,
        key: ByteBuffer?,
        value: ByteBuffer?,
        headers: [Record.Header] = []
    ) {
        append(
            timestamp: timestamp,
            offset: header.recordCount == 0 ? header.baseOffset : header.nextOffset,
            key: key,
            value: value,
            headers: headers
        )
    }

    /// Appends a record that keeps its offset, as compaction does.
    ///
    /// - Precondition: The offset is at or after the base offset, ascending, and within Int32 of it.
    package mutating func append(
        timestamp: Int64,
        offset: Int64,
        key: ByteBuffer?,
        value: ByteBuffer?,
        headers: [Record.Header] = []
    ) {
        let timestampDelta = note(timestamp: timestamp, offset: offset)
        var size = 1 + Varint.size(timestampDelta) + Varint.size(Int64(header.lastOffsetDelta))
        size += Self.fieldSize(key) + Self.fieldSize(value) + Varint.size(Int64(headers.count))
        for entry in headers { size += Self.fieldSize(entry.name) + Self.fieldSize(entry.value) }
        Varint.write(Int64(size), to: &payload)
        payload.writeInteger(0 as Int8)
        Varint.write(timestampDelta, to: &payload)
        Varint.write(Int64(header.lastOffsetDelta), to: &payload)
        Self.writeField(key, to: &payload)
        Self.writeField(value, to: &payload)
        Varint.write(Int64(headers.count), to: &payload)
        for entry in headers {
            Self.writeField(entry.name, to: &payload)
            Self.writeField(entry.value, to: &payload)
        }
    }

    /// The finished batch.
    ///
    /// - Throws: `.codecFailed` when the codec library refuses.
    package func build() throws(RecordBatchError) -> ByteBuffer {
        try Self.assemble(header, payload: codec.compress(payload))
    }

    /// Appends a record of another batch under its offset; key, value and headers are taken as they are encoded.
    ///
    /// - Precondition: The offset is at or after the base offset, ascending, and within Int32 of it.
    package mutating func append(_ record: RecordOutline) {
        let timestampDelta = note(timestamp: record.timestamp, offset: record.offset)
        let offsetDelta = Int64(header.lastOffsetDelta)
        let size = 1 + Varint.size(timestampDelta) + Varint.size(offsetDelta) + record.fields.count
        Varint.write(Int64(size), to: &payload)
        payload.writeInteger(0 as Int8)
        Varint.write(timestampDelta, to: &payload)
        Varint.write(offsetDelta, to: &payload)
        payload.writeBytes(record.fields)
    }

    /// Counts a record in the header.
    ///
    /// - Returns: Its timestamp delta.
    private mutating func note(timestamp: Int64, offset: Int64) -> Int64 {
        if header.recordCount == 0, !header.attributes.contains(.deleteHorizon) { header.baseTimestamp = timestamp }
        header.maxTimestamp = max(header.maxTimestamp, timestamp)
        header.recordCount += 1
        header.lastOffsetDelta = Int32(offset - header.baseOffset)
        return timestamp &- header.baseTimestamp
    }

    /// A batch of a header and its records' bytes, compressed as the header says; length and checksum are set here.
    ///
    /// - Throws: `.malformed` for records past 2 GiB.
    package static func assemble(
        _ header: RecordBatchHeader,
        payload: ByteBuffer
    ) throws(RecordBatchError) -> ByteBuffer {
        var header = header
        let overhead = RecordBatchHeader.size - RecordBatchHeader.prefixSize
        guard let length = Int32(exactly: overhead + payload.readableBytes) else {
            throw .malformed("a batch of \(payload.readableBytes) bytes")
        }
        header.length = length
        var batch = ByteBufferAllocator().buffer(capacity: header.sizeInBytes)
        header.write(to: &batch)
        batch.writeImmutableBuffer(payload)
        if let crc = header.computedChecksum(in: batch) { batch.setInteger(crc, at: RecordBatchHeader.crcOffset) }
        return batch
    }

    private static func fieldSize(_ field: ByteBuffer?) -> Int {
        guard let field else { return 1 }
        return Varint.size(Int64(field.readableBytes)) + field.readableBytes
    }

    private static func writeField(_ field: ByteBuffer?, to buffer: inout ByteBuffer) {
        guard let field else {
            Varint.write(-1, to: &buffer)
            return
        }
        Varint.write(Int64(field.readableBytes), to: &buffer)
        buffer.writeImmutableBuffer(field)
    }
}

/// Zigzag variable-length integers, as records use them.
private enum Varint {
    static func size(_ number: Int64) -> Int {
        let bits = 64 - zigzag(number).leadingZeroBitCount
        return max(1, (bits + 6) / 7)
    }

    static func write(_ number: Int64, to buffer: inout ByteBuffer) {
        var rest = zigzag(number)
        while rest >= 0x80 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(truncatingIfNeeded: rest))
    }

    private static func zigzag(_ number: Int64) -> UInt64 {
        UInt64(bitPattern: (number << 1) ^ (number >> 63))
    }
}
