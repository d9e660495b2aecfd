import NIOCore

/// What a record is besides its value and headers: enough for compaction and for checks, read without copying or
/// keeping anything. Its pointers are valid only while the closure runs that was given it.
package struct RecordOutline {
    /// The record's offset.
    package var offset: Int64
    /// The record's timestamp, milliseconds.
    package var timestamp: Int64
    /// The key's bytes, or nil.
    package var key: UnsafeRawBufferPointer?
    /// True for a record without a value.
    package var isTombstone: Bool
    /// Key, value and headers as they are encoded: what follows the offset delta.
    package var fields: UnsafeRawBufferPointer
    /// The whole record, its length field included, as a range relative to the payload's first byte.
    package var range: Range<Int>
}

extension RecordSequence {
    /// Calls `body` for each record without decoding headers or touching values.
    ///
    /// - Throws: `.malformed` where a length, a delta or the count does not fit the bytes.
    package func forEachOutline(_ body: (RecordOutline) throws(RecordBatchError) -> Void) throws(RecordBatchError) {
        let result = payload.withUnsafeReadableBytes { bytes -> Result<Void, RecordBatchError> in
            do throws(RecordBatchError) {
                var cursor = OutlineCursor(bytes: bytes)
                for _ in 0..<max(0, header.recordCount) { try body(cursor.next(header)) }
                guard cursor.position == bytes.count else {
                    throw .malformed("bytes left behind the last of \(header.recordCount) records")
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}

/// Walks the bytes of records; every length is checked against the bytes there are.
private struct OutlineCursor {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    mutating func next(_ header: RecordBatchHeader) throws(RecordBatchError) -> RecordOutline {
        let start = position
        let length = try varint(end: bytes.count)
        guard length > 0, length <= bytes.count - position else {
            throw .malformed("a record of \(length) bytes with \(bytes.count - position) left")
        }
        let end = position + length
        // The attributes: no bit of them is used.
        position += 1
        let timestampDelta = try varlong(end: end)
        let offsetDelta = try varint(end: end)
        guard offsetDelta >= 0, offsetDelta <= Int(header.lastOffsetDelta) else {
            throw .malformed("offset delta \(offsetDelta) past the batch's last, \(header.lastOffsetDelta)")
        }
        let fields = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
        let key = try field(end: end)
        let value = try field(end: end)
        position = end
        return RecordOutline(
            offset: header.baseOffset &+ Int64(offsetDelta),
            timestamp: header.isLogAppendTime ? header.maxTimestamp : header.baseTimestamp &+ timestampDelta,
            key: key,
            isTombstone: value == nil,
            fields: fields,
            range: start..<end
        )
    }

    private mutating func field(end: Int) throws(RecordBatchError) -> UnsafeRawBufferPointer? {
        let length = try varint(end: end)
        if length == -1 { return nil }
        guard length >= 0, length <= end - position else {
            throw .malformed("a field of \(length) bytes with \(end - position) left")
        }
        defer { position += length }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + length])
    }

    private mutating func varint(end: Int) throws(RecordBatchError) -> Int {
        guard let number = Int32(exactly: try varlong(end: end)) else { throw .malformed("a varint out of range") }
        return Int(number)
    }

    private mutating func varlong(end: Int) throws(RecordBatchError) -> Int64 {
        var raw: UInt64 = 0
        var shift: UInt64 = 0
        while position < end, shift < 70 {
            let byte = bytes[position]
            position += 1
            raw |= UInt64(byte & 0x7F) &<< shift
            if byte & 0x80 == 0 { return Int64(bitPattern: (raw >> 1) ^ (0 &- (raw & 1))) }
            shift &+= 7
        }
        throw .malformed("a varint without an end")
    }
}
