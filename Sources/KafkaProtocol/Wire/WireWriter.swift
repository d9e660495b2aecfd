package import NIOCore

/// Writes a message into one buffer, or into several when record batches should not be copied.
///
/// A frame's length goes in front of it: ``init(flexible:frame:capacity:splitRecordsFrom:)`` leaves room for it and
/// ``finish()`` fills it in.
package struct WireWriter: WireCoder {
    package var isFlexible: Bool
    /// Room for what is written; the first `count` bytes are. An array, since a store into a `ByteBuffer` was measured
    /// to cost many times as much; it becomes one at the end.
    private var storage: [UInt8]
    private var count = 0
    /// Records that were not copied, and how many bytes of `storage` come before them.
    private var splits: [(place: Int, records: ByteBuffer)] = []
    private var splitBytes = 0
    private let isFrame: Bool
    /// Error codes written that say something went wrong.
    private(set) var errors = 0
    private let splitRecordsFrom: Int

    /// A writer of nothing yet.
    ///
    /// - Parameters:
    ///   - flexible: Whether the message's version is flexible (KIP-482).
    ///   - frame: Whether four bytes are left for the length that goes before a request or response.
    ///   - capacity: Bytes to allocate at first.
    ///   - splitRecordsFrom: Records of at least so many bytes become a buffer of their own in ``finish()``, sharing
    ///     their storage, rather than be copied.
    package init(flexible: Bool, frame: Bool = false, capacity: Int = 256, splitRecordsFrom: Int = .max) {
        isFlexible = flexible
        isFrame = frame
        self.splitRecordsFrom = splitRecordsFrom
        storage = [UInt8](repeating: 0, count: max(capacity, 4))
        if frame { count = 4 }
    }

    package var position: Int { splitBytes + count - (isFrame ? 4 : 0) }

    package func error(_ reason: WireError.Reason) -> WireError {
        WireError(reason, at: position)
    }

    /// What was written, in order, with the frame's length in front if there is one.
    ///
    /// One buffer, unless records were split off.
    /// - Throws: `invalidLength` if a frame's length does not fit in 31 bits.
    package consuming func finish() throws(WireError) -> [ByteBuffer] {
        if isFrame {
            guard let length = Int32(exactly: position) else { throw error(.invalidLength(Int64(position))) }
            storage.withUnsafeMutableBytes { $0.storeBytes(of: length.bigEndian, as: Int32.self) }
        }
        var whole = ByteBufferAllocator().buffer(capacity: count)
        whole.writeBytes(storage[..<count])
        guard !splits.isEmpty else { return [whole] }
        var parts: [ByteBuffer] = []
        parts.reserveCapacity(2 * splits.count + 1)
        for split in splits {
            let length = split.place - whole.readerIndex
            if length > 0, let part = whole.readSlice(length: length) { parts.append(part) }
            parts.append(split.records)
        }
        if whole.readableBytes > 0 { parts.append(whole) }
        return parts
    }

    /// What was written, as one buffer.
    ///
    /// - Throws: As ``finish()``.
    package consuming func finishInOneBuffer() throws(WireError) -> ByteBuffer {
        let parts = try finish()
        guard var first = parts.first else { return ByteBuffer() }
        for part in parts.dropFirst() { first.writeImmutableBuffer(part) }
        return first
    }

    // MARK: Room

    /// Makes room for so many bytes more.
    @inline(__always)
    private mutating func reserve(_ bytes: Int) {
        if storage.count - count < bytes { grow(bytes) }
    }

    @inline(never)
    private mutating func grow(_ bytes: Int) {
        let size = max(2 * storage.count, count + bytes)
        storage.reserveCapacity(size)
        storage.append(contentsOf: repeatElement(0, count: size - storage.count))
    }

    @inline(__always)
    private mutating func store<Number: FixedWidthInteger>(_ value: Number) {
        reserve(MemoryLayout<Number>.size)
        storage.withUnsafeMutableBytes { room in
            room.storeBytes(of: value.bigEndian, toByteOffset: count, as: Number.self)
        }
        count += MemoryLayout<Number>.size
    }

    private mutating func store(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        reserve(bytes.count)
        storage.withUnsafeMutableBytes { room in
            UnsafeMutableRawBufferPointer(rebasing: room[count..<count + bytes.count]).copyMemory(from: bytes)
        }
        count += bytes.count
    }

    private mutating func store(_ buffer: ByteBuffer) {
        buffer.withUnsafeReadableBytes { store($0) }
    }

    /// Writes a value that stands on its own.
    package mutating func value(_ value: some WireValue, _ version: Int16) throws(WireError) {
        var copy = value
        try copy.code(&self, version)
    }

    // MARK: Numbers

    /// An error code, two bytes; those other than none are counted in ``errors``.
    @inline(__always)
    package mutating func errorCode(_ value: inout ErrorCode) throws(WireError) {
        if value != .none { errors &+= 1 }
        store(value.rawValue)
    }

    package mutating func bool(_ value: inout Bool) throws(WireError) { store(value ? 1 : 0 as UInt8) }
    package mutating func int8(_ value: inout Int8) throws(WireError) { store(value) }
    package mutating func int16(_ value: inout Int16) throws(WireError) { store(value) }
    package mutating func uint16(_ value: inout UInt16) throws(WireError) { store(value) }
    package mutating func int32(_ value: inout Int32) throws(WireError) { store(value) }
    package mutating func uint32(_ value: inout UInt32) throws(WireError) { store(value) }
    package mutating func int64(_ value: inout Int64) throws(WireError) { store(value) }
    package mutating func float64(_ value: inout Double) throws(WireError) { store(value.bitPattern) }

    package mutating func uuid(_ value: inout KafkaUUID) throws(WireError) {
        store(value.high)
        store(value.low)
    }

    package mutating func unsignedVarint(_ value: inout UInt32) throws(WireError) { writeVarint(UInt64(value)) }

    package mutating func varint(_ value: inout Int32) throws(WireError) {
        writeVarint(UInt64(UInt32(bitPattern: (value << 1) ^ (value >> 31))))
    }

    package mutating func varlong(_ value: inout Int64) throws(WireError) {
        writeVarint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    @inline(__always)
    private mutating func writeVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            store(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        store(UInt8(truncatingIfNeeded: rest))
    }

    // MARK: Lengths

    /// A compact length of 32 bits, or a fixed one of four bytes.
    private mutating func writeLength(_ length: Int?) throws(WireError) {
        guard let length else {
            if isFlexible { store(UInt8(0)) } else { store(Int32(-1)) }
            return
        }
        guard let fixed = Int32(exactly: length) else { throw error(.invalidLength(Int64(length))) }
        if isFlexible { writeVarint(UInt64(length) + 1) } else { store(fixed) }
    }

    // MARK: Strings and bytes

    package mutating func string(_ value: inout String) throws(WireError) {
        let length = value.utf8.count
        guard let fixed = Int16(exactly: length) else { throw error(.stringTooLong(bytes: length)) }
        if isFlexible { writeVarint(UInt64(length) + 1) } else { store(fixed) }
        value.withUTF8 { store(UnsafeRawBufferPointer($0)) }
    }

    package mutating func string(_ value: inout String?, nullable: Bool) throws(WireError) {
        guard var text = value else {
            guard nullable else { throw error(.unexpectedNull) }
            if isFlexible { store(UInt8(0)) } else { store(Int16(-1)) }
            return
        }
        try string(&text)
    }

    package mutating func bytes(_ value: inout ByteBuffer) throws(WireError) {
        try writeLength(value.readableBytes)
        store(value)
    }

    package mutating func bytes(_ value: inout ByteBuffer?, nullable: Bool) throws(WireError) {
        guard let blob = value else {
            guard nullable else { throw error(.unexpectedNull) }
            return try writeLength(nil)
        }
        try writeLength(blob.readableBytes)
        store(blob)
    }

    package mutating func records(_ value: inout ByteBuffer?) throws(WireError) {
        try writeLength(value?.readableBytes)
        guard let records = value else { return }
        guard records.readableBytes >= splitRecordsFrom else { return store(records) }
        splits.append((count, records))
        splitBytes += records.readableBytes
    }

    // MARK: Arrays and structs

    package mutating func array<Element: WireValue>(
        _ value: inout [Element], _ version: Int16
    ) throws(WireError) {
        try writeLength(value.count)
        // Elements are copied, so that the array is not: it may be shared.
        for element in value {
            var copy = element
            try copy.code(&self, version)
        }
    }

    package mutating func array<Element: WireValue>(
        _ value: inout [Element]?, _ version: Int16, nullable: Bool
    ) throws(WireError) {
        guard var elements = value else {
            guard nullable else { throw error(.unexpectedNull) }
            return try writeLength(nil)
        }
        try array(&elements, version)
    }

    package mutating func optional<Value: WireValue>(_ value: inout Value?, _ version: Int16) throws(WireError) {
        guard var present = value else {
            store(Int8(-1))
            return
        }
        store(Int8(1))
        try present.code(&self, version)
    }

    // MARK: Tagged fields

    package mutating func beginTags(_ tags: inout TaggedFields) throws(WireError) {}

    package mutating func tag(
        _ number: UInt32, _ tags: inout TaggedFields, isPresent: Bool,
        _ body: (inout WireWriter) throws(WireError) -> Void
    ) throws(WireError) {
        guard isFlexible, isPresent else { return }
        var inner = WireWriter(flexible: true, capacity: 32)
        try body(&inner)
        // Before unknown fields of the same number: the sort is stable and a reader takes the first.
        tags.fields.insert(.init(tag: number, bytes: try inner.finishInOneBuffer()), at: 0)
    }

    package mutating func endTags(_ tags: inout TaggedFields) throws(WireError) {
        guard isFlexible else { return }
        guard !tags.isEmpty else {
            store(UInt8(0))
            return
        }
        writeVarint(UInt64(tags.fields.count))
        for field in tags.fields.sorted(by: { $0.tag < $1.tag }) {
            guard let size = UInt32(exactly: field.bytes.readableBytes) else {
                throw error(.invalidLength(Int64(field.bytes.readableBytes)))
            }
            writeVarint(UInt64(field.tag))
            writeVarint(UInt64(size))
            store(field.bytes)
        }
    }
}
