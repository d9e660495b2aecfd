package import NIOCore

/// A record inside a batch (Kafka's `DefaultRecord`). Key, value and headers are slices of the batch's bytes.
///
/// ```
/// varint length · int8 attributes · varlong timestamp delta · varint offset delta
/// varint key length (−1 null) · key · varint value length (−1 null) · value
/// varint header count · (varint name length · name · varint value length (−1 null) · value)*
/// ```
package struct Record: Sendable, Equatable {
    /// The offset: the batch's base plus the record's delta.
    package var offset: Int64
    /// Milliseconds: the batch's base plus the delta, or the batch's max timestamp under `LogAppendTime`.
    package var timestamp: Int64
    /// The key, or nil.
    package var key: ByteBuffer?
    /// The value; nil is a tombstone.
    package var value: ByteBuffer?
    /// The headers in order; names may repeat.
    package var headers: [Header]
    /// Bytes the record takes, its length field included.
    package var sizeInBytes: Int

    /// A record header.
    package struct Header: Sendable, Equatable {
        /// The name, UTF-8 as written.
        package var name: ByteBuffer
        /// The value, or nil.
        package var value: ByteBuffer?

        /// A header.
        package init(name: ByteBuffer, value: ByteBuffer?) {
            self.name = name
            self.value = value
        }
    }

    /// A record.
    package init(
        offset: Int64,
        timestamp: Int64,
        key: ByteBuffer?,
        value: ByteBuffer?,
        headers: [Header] = [],
        sizeInBytes: Int = 0
    ) {
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
        self.sizeInBytes = sizeInBytes
    }
}

/// The records of one batch, decompressed, read one after another with every length checked.
package struct RecordSequence: Sendable {
    /// The batch's header.
    package let header: RecordBatchHeader
    /// The records' bytes, uncompressed; the readable bytes begin with the first record.
    package let payload: ByteBuffer

    /// Records of a batch.
    package init(header: RecordBatchHeader, payload: ByteBuffer) {
        self.header = header
        self.payload = payload
    }

    /// Calls `body` for each record until it returns false.
    ///
    /// - Throws: `.malformed` where a length, a delta or the count does not fit the bytes.
    package func forEach(_ body: (Record) throws(RecordBatchError) -> Bool) throws(RecordBatchError) {
        var cursor = RecordCursor(payload)
        for _ in 0..<max(0, header.recordCount) {
            let frame = try cursor.begin(header)
            let key = try cursor.bytes()
            let value = try cursor.bytes()
            let count = try cursor.varint()
            // A header takes two bytes at least, so a count past that lies.
            guard count >= 0, count <= (frame.end - cursor.position) / 2 else {
                throw .malformed("a record with \(count) headers in \(frame.end - cursor.position) bytes")
            }
            var headers: [Record.Header] = []
            headers.reserveCapacity(count)
            for _ in 0..<count {
                guard let name = try cursor.bytes() else { throw .malformed("a record header without a name") }
                headers.append(Record.Header(name: name, value: try cursor.bytes()))
            }
            try cursor.finish(frame)
            let record = Record(
                offset: frame.offset,
                timestamp: frame.timestamp,
                key: key,
                value: value,
                headers: headers,
                sizeInBytes: frame.end - frame.start
            )
            guard try body(record) else { return }
        }
        guard cursor.isAtEnd else { throw .malformed("bytes left behind the last of \(header.recordCount) records") }
    }
}

/// Walks the bytes of records; positions are relative to the payload's first byte.
private struct RecordCursor {
    /// Where a record begins and ends, and what its deltas say.
    struct Frame {
        var start: Int
        var end: Int
        var offset: Int64
        var timestamp: Int64
    }

    private var buffer: ByteBuffer
    private let origin: Int

    init(_ payload: ByteBuffer) {
        buffer = payload
        origin = payload.readerIndex
    }

    var position: Int { buffer.readerIndex - origin }
    var isAtEnd: Bool { buffer.readableBytes == 0 }

    mutating func begin(_ header: RecordBatchHeader) throws(RecordBatchError) -> Frame {
        let start = position
        let length = try varint()
        guard length >= 0, length <= buffer.readableBytes else {
            throw .malformed("a record of \(length) bytes with \(buffer.readableBytes) left")
        }
        let end = position + length
        guard buffer.readInteger(as: Int8.self) != nil else { throw .malformed("an empty record") }
        let timestampDelta = try varlong()
        let offsetDelta = try varint()
        guard offsetDelta >= 0, offsetDelta <= Int(header.lastOffsetDelta) else {
            throw .malformed("offset delta \(offsetDelta) past the batch's last, \(header.lastOffsetDelta)")
        }
        let timestamp = header.isLogAppendTime ? header.maxTimestamp : header.baseTimestamp &+ timestampDelta
        return Frame(start: start, end: end, offset: header.baseOffset &+ Int64(offsetDelta), timestamp: timestamp)
    }

    func finish(_ frame: Frame) throws(RecordBatchError) {
        guard position == frame.end else {
            throw .malformed("a record of \(frame.end - frame.start) bytes whose fields take \(position - frame.start)")
        }
    }

    mutating func bytes() throws(RecordBatchError) -> ByteBuffer? {
        let length = try varint()
        if length == -1 { return nil }
        guard length >= 0, let slice = buffer.readSlice(length: length) else {
            throw .malformed("a field of \(length) bytes with \(buffer.readableBytes) left")
        }
        return slice
    }

    mutating func varint() throws(RecordBatchError) -> Int {
        let wide = try varlong()
        guard let number = Int32(exactly: wide) else { throw .malformed("a varint out of range") }
        return Int(number)
    }

    mutating func varlong() throws(RecordBatchError) -> Int64 {
        var raw: UInt64 = 0
        var size = 0
        buffer.withUnsafeReadableBytes { bytes in
            var shift: UInt64 = 0
            for index in 0..<Swift.min(bytes.count, 10) {
                let byte = bytes[index]
                raw |= UInt64(byte & 0x7F) &<< shift
                if byte & 0x80 == 0 {
                    size = index + 1
                    return
                }
                shift &+= 7
            }
        }
        guard size > 0 else { throw .malformed("a varint without an end") }
        buffer.moveReaderIndex(forwardBy: size)
        return Int64(bitPattern: (raw >> 1) ^ (0 &- (raw & 1)))
    }
}
