package import NIOCore

/// Reads a frame. Every length and count is checked against what is left, and against the limits, before memory is taken.
package struct WireReader: WireCoder {
    package var isFlexible: Bool
    private var buffer: ByteBuffer
    /// The frame's byte at which `buffer` began.
    private let origin: Int
    private let start: Int
    /// Bytes that array elements may still take.
    private var budget: Int
    private let limits: WireLimits

    /// A reader at the first readable byte of `buffer`, which stands at byte `origin` of its frame.
    package init(_ buffer: ByteBuffer, flexible: Bool, origin: Int = 0, limits: WireLimits = .standard) {
        self.init(buffer, flexible: flexible, origin: origin, limits: limits, budget: limits.decodedBytes)
    }

    private init(_ buffer: ByteBuffer, flexible: Bool, origin: Int, limits: WireLimits, budget: Int) {
        self.buffer = buffer
        self.isFlexible = flexible
        self.origin = origin
        self.start = buffer.readerIndex
        self.limits = limits
        self.budget = budget
    }

    /// The frame's byte that is read next.
    package var position: Int { origin + buffer.readerIndex - start }

    /// Bytes not yet read.
    package var remaining: Int { buffer.readableBytes }

    /// What is left, as a slice.
    package var rest: ByteBuffer { buffer }

    package func error(_ reason: WireError.Reason) -> WireError {
        WireError(reason, at: position)
    }

    /// Reads a value that stands on its own.
    package mutating func value<Value: WireValue>(_ version: Int16) throws(WireError) -> Value {
        var value = Value()
        try value.code(&self, version)
        return value
    }

    /// Says that all bytes must have been read.
    ///
    /// - Throws: `trailingBytes` if some are left.
    package func expectEnd() throws(WireError) {
        guard remaining == 0 else { throw error(.trailingBytes(remaining)) }
    }

    // MARK: Numbers

    @inline(__always)
    private mutating func integer<Number: FixedWidthInteger>(_ value: inout Number) throws(WireError) {
        guard let number = buffer.readInteger(as: Number.self) else {
            throw error(.truncated(needed: MemoryLayout<Number>.size, left: remaining))
        }
        value = number
    }

    package mutating func bool(_ value: inout Bool) throws(WireError) {
        var byte: UInt8 = 0
        try integer(&byte)
        value = byte != 0
    }

    package mutating func int8(_ value: inout Int8) throws(WireError) { try integer(&value) }
    package mutating func int16(_ value: inout Int16) throws(WireError) { try integer(&value) }
    package mutating func uint16(_ value: inout UInt16) throws(WireError) { try integer(&value) }
    package mutating func int32(_ value: inout Int32) throws(WireError) { try integer(&value) }
    package mutating func uint32(_ value: inout UInt32) throws(WireError) { try integer(&value) }
    package mutating func int64(_ value: inout Int64) throws(WireError) { try integer(&value) }

    package mutating func float64(_ value: inout Double) throws(WireError) {
        var bits: UInt64 = 0
        try integer(&bits)
        value = Double(bitPattern: bits)
    }

    package mutating func uuid(_ value: inout KafkaUUID) throws(WireError) {
        guard remaining >= 16 else { throw error(.truncated(needed: 16, left: remaining)) }
        try integer(&value.high)
        try integer(&value.low)
    }

    package mutating func unsignedVarint(_ value: inout UInt32) throws(WireError) {
        let number = try varint(maximumBytes: 5)
        guard let narrow = UInt32(exactly: number) else { throw error(.invalidVarint) }
        value = narrow
    }

    package mutating func varint(_ value: inout Int32) throws(WireError) {
        var zigzag: UInt32 = 0
        try unsignedVarint(&zigzag)
        value = Int32(bitPattern: zigzag >> 1) ^ -Int32(bitPattern: zigzag & 1)
    }

    package mutating func varlong(_ value: inout Int64) throws(WireError) {
        let zigzag = try varint(maximumBytes: 10)
        value = Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
    }

    /// Seven bits a byte, low ones first; the last byte has its high bit clear.
    @inline(__always)
    private mutating func varint(maximumBytes: Int) throws(WireError) -> UInt64 {
        var number: UInt64 = 0
        for index in 0..<maximumBytes {
            guard let byte = buffer.readInteger(as: UInt8.self) else {
                throw error(.truncated(needed: 1, left: 0))
            }
            // The tenth byte has room for the 64th bit only.
            if index == 9, byte > 1 { throw error(.invalidVarint) }
            number |= UInt64(byte & 0x7F) << UInt64(7 * index)
            if byte < 0x80 { return number }
        }
        throw error(.invalidVarint)
    }

    // MARK: Lengths

    /// A compact length: the number plus one, 0 for null.
    @inline(__always)
    private mutating func compactLength() throws(WireError) -> Int? {
        var raw: UInt32 = 0
        try unsignedVarint(&raw)
        return raw == 0 ? nil : Int(raw) - 1
    }

    /// A fixed length of 16 or 32 bits, -1 for null.
    @inline(__always)
    private mutating func fixedLength<Number: FixedWidthInteger & SignedInteger>(
        _ type: Number.Type
    ) throws(WireError) -> Int? {
        var raw: Number = 0
        try integer(&raw)
        guard raw >= -1 else { throw error(.invalidLength(Int64(raw))) }
        return raw == -1 ? nil : Int(raw)
    }

    private mutating func slice(_ length: Int) throws(WireError) -> ByteBuffer {
        guard length <= remaining, let slice = buffer.readSlice(length: length) else {
            throw error(.truncated(needed: length, left: remaining))
        }
        return slice
    }

    // MARK: Strings and bytes

    private mutating func text() throws(WireError) -> String? {
        let length = isFlexible ? try compactLength() : try fixedLength(Int16.self)
        guard let length else { return nil }
        guard length <= Int(Int16.max) else { throw error(.stringTooLong(bytes: length)) }
        guard length <= remaining, let text = buffer.readString(length: length) else {
            throw error(.truncated(needed: length, left: remaining))
        }
        return text
    }

    package mutating func string(_ value: inout String) throws(WireError) {
        guard let text = try text() else { throw error(.unexpectedNull) }
        value = text
    }

    package mutating func string(_ value: inout String?, nullable: Bool) throws(WireError) {
        value = try text()
        if value == nil, !nullable { throw error(.unexpectedNull) }
    }

    private mutating func blob() throws(WireError) -> ByteBuffer? {
        let length = isFlexible ? try compactLength() : try fixedLength(Int32.self)
        guard let length else { return nil }
        return try slice(length)
    }

    package mutating func bytes(_ value: inout ByteBuffer) throws(WireError) {
        guard let blob = try blob() else { throw error(.unexpectedNull) }
        value = blob
    }

    package mutating func bytes(_ value: inout ByteBuffer?, nullable: Bool) throws(WireError) {
        value = try blob()
        if value == nil, !nullable { throw error(.unexpectedNull) }
    }

    package mutating func records(_ value: inout ByteBuffer?) throws(WireError) {
        value = try blob()
    }

    // MARK: Arrays and structs

    private mutating func elements<Element: WireValue>(_ version: Int16) throws(WireError) -> [Element]? {
        let count = isFlexible ? try compactLength() : try fixedLength(Int32.self)
        guard let count else { return nil }
        if count == 0 { return [] }
        // Every element takes at least one byte.
        guard count <= remaining else { throw error(.tooManyElements(Int64(count))) }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        guard !overflow, bytes <= budget else { throw error(.memoryLimit(bytes: limits.decodedBytes)) }
        budget -= bytes
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            var element = Element()
            try element.code(&self, version)
            elements.append(element)
        }
        return elements
    }

    package mutating func array<Element: WireValue>(
        _ value: inout [Element], _ version: Int16
    ) throws(WireError) {
        guard let elements: [Element] = try elements(version) else { throw error(.unexpectedNull) }
        value = elements
    }

    package mutating func array<Element: WireValue>(
        _ value: inout [Element]?, _ version: Int16, nullable: Bool
    ) throws(WireError) {
        value = try elements(version)
        if value == nil, !nullable { throw error(.unexpectedNull) }
    }

    package mutating func optional<Value: WireValue>(_ value: inout Value?, _ version: Int16) throws(WireError) {
        var marker: Int8 = 0
        try integer(&marker)
        guard marker >= 0 else {
            value = nil
            return
        }
        var present = Value()
        try present.code(&self, version)
        value = present
    }

    // MARK: Tagged fields

    package mutating func beginTags(_ tags: inout TaggedFields) throws(WireError) {
        guard isFlexible else { return }
        var count: UInt32 = 0
        try unsignedVarint(&count)
        if count == 0 { return }
        // A field takes a number and a size, so two bytes.
        guard Int(count) <= remaining / 2 else { throw error(.tooManyElements(Int64(count))) }
        let bytes = Int(count) * MemoryLayout<TaggedFields.Field>.stride
        guard bytes <= budget else { throw error(.memoryLimit(bytes: limits.decodedBytes)) }
        budget -= bytes
        tags.fields.reserveCapacity(Int(count))
        var isAscending = true
        for _ in 0..<count {
            var tag: UInt32 = 0
            var size: UInt32 = 0
            try unsignedVarint(&tag)
            try unsignedVarint(&size)
            if let last = tags.fields.last, last.tag >= tag { isAscending = false }
            tags.fields.append(.init(tag: tag, bytes: try slice(Int(size))))
        }
        // The rule is ascending order (KIP-482), which Kafka itself does not insist on when it reads.
        if !isAscending { tags.fields.sort { $0.tag < $1.tag } }
    }

    package mutating func tag(
        _ number: UInt32, _ tags: inout TaggedFields, isPresent: Bool,
        _ body: (inout WireReader) throws(WireError) -> Void
    ) throws(WireError) {
        guard let field = tags.remove(number) else { return }
        let origin = position - field.readableBytes
        var inner = WireReader(field, flexible: isFlexible, origin: origin, limits: limits, budget: budget)
        try body(&inner)
        budget = inner.budget
        guard inner.remaining == 0 else {
            throw inner.error(.taggedFieldNotConsumed(tag: number, left: inner.remaining))
        }
    }

    package mutating func endTags(_ tags: inout TaggedFields) throws(WireError) {}
}
