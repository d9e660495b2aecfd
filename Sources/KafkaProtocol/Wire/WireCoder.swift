package import NIOCore

/// One side of the wire: ``WireReader`` fills the values it is given, ``WireWriter`` writes them.
///
/// A message describes its fields once, in order, and both directions follow from it:
///
/// ```swift
/// mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
///     try wire.string(&groupID)
///     if version >= 3 { try wire.string(&groupInstanceID) }
///     try wire.tags(&tags)
/// }
/// ```
///
/// A writer leaves every value as it is. Kafka's types and their two forms (fixed lengths, or compact ones in flexible
/// versions, KIP-482) are those of the protocol guide.
package protocol WireCoder {
    /// Whether lengths are compact and tagged fields exist (KIP-482).
    var isFlexible: Bool { get set }
    /// Bytes coded so far.
    var position: Int { get }

    /// One byte; any value but 0 is true.
    mutating func bool(_ value: inout Bool) throws(WireError)
    /// One byte.
    mutating func int8(_ value: inout Int8) throws(WireError)
    /// Two bytes, big-endian as all of them.
    mutating func int16(_ value: inout Int16) throws(WireError)
    /// Two bytes, unsigned.
    mutating func uint16(_ value: inout UInt16) throws(WireError)
    /// Four bytes.
    mutating func int32(_ value: inout Int32) throws(WireError)
    /// Four bytes, unsigned.
    mutating func uint32(_ value: inout UInt32) throws(WireError)
    /// Eight bytes.
    mutating func int64(_ value: inout Int64) throws(WireError)
    /// Eight bytes, IEEE 754.
    mutating func float64(_ value: inout Double) throws(WireError)
    /// Sixteen bytes.
    mutating func uuid(_ value: inout KafkaUUID) throws(WireError)

    /// An error code, two bytes. Unknown ones are kept.
    mutating func errorCode(_ value: inout ErrorCode) throws(WireError)

    /// An unsigned number in one to five bytes, seven bits each, low ones first.
    mutating func unsignedVarint(_ value: inout UInt32) throws(WireError)
    /// A zigzag number in one to five bytes.
    mutating func varint(_ value: inout Int32) throws(WireError)
    /// A zigzag number in one to ten bytes.
    mutating func varlong(_ value: inout Int64) throws(WireError)

    /// A string. Bytes that are not UTF-8 are read as Kafka reads them: with replacement characters.
    mutating func string(_ value: inout String) throws(WireError)
    /// A string or, where `nullable`, null.
    mutating func string(_ value: inout String?, nullable: Bool) throws(WireError)
    /// Bytes, sliced from the frame.
    mutating func bytes(_ value: inout ByteBuffer) throws(WireError)
    /// Bytes or, where `nullable`, null.
    mutating func bytes(_ value: inout ByteBuffer?, nullable: Bool) throws(WireError)
    /// Record batches, sliced from the frame and never copied into it when written in pieces, or null.
    mutating func records(_ value: inout ByteBuffer?) throws(WireError)

    /// An array of structs or primitives.
    mutating func array<Element: WireValue>(_ value: inout [Element], _ version: Int16) throws(WireError)
    /// An array or, where `nullable`, null.
    mutating func array<Element: WireValue>(
        _ value: inout [Element]?, _ version: Int16, nullable: Bool
    ) throws(WireError)
    /// A struct or null, told apart by a byte before it.
    mutating func optional<Value: WireValue>(_ value: inout Value?, _ version: Int16) throws(WireError)

    /// Opens the tagged fields of a struct that knows some of them; ``endTags(_:)`` closes them. Nothing in versions that are not flexible.
    mutating func beginTags(_ tags: inout TaggedFields) throws(WireError)
    /// A known tagged field: `body` codes its value. It is written where `isPresent` and skipped where it was not sent.
    mutating func tag(
        _ number: UInt32, _ tags: inout TaggedFields, isPresent: Bool,
        _ body: (inout Self) throws(WireError) -> Void
    ) throws(WireError)
    /// Closes the tagged fields; unknown ones are in `tags`.
    mutating func endTags(_ tags: inout TaggedFields) throws(WireError)

    /// An error at the present position.
    func error(_ reason: WireError.Reason) -> WireError
}

extension WireCoder {
    /// Tagged fields of a struct that knows none: kept as they came, written as they are.
    @inline(__always)
    package mutating func tags(_ tags: inout TaggedFields) throws(WireError) {
        guard isFlexible else { return }
        try beginTags(&tags)
        try endTags(&tags)
    }

    /// A string that may be null in every version.
    @inline(__always)
    package mutating func string(_ value: inout String?) throws(WireError) {
        try string(&value, nullable: true)
    }

    /// Bytes that may be null in every version.
    @inline(__always)
    package mutating func bytes(_ value: inout ByteBuffer?) throws(WireError) {
        try bytes(&value, nullable: true)
    }

    /// An array that may be null in every version.
    @inline(__always)
    package mutating func array<Element: WireValue>(
        _ value: inout [Element]?, _ version: Int16
    ) throws(WireError) {
        try array(&value, version, nullable: true)
    }

    /// An error code, two bytes. Unknown ones are kept.
    @inline(__always)
    package mutating func errorCode(_ value: inout ErrorCode) throws(WireError) {
        var raw = value.rawValue
        try int16(&raw)
        value = ErrorCode(rawValue: raw)
    }
}

/// A value that stands in arrays or on its own: a message's struct, or a primitive.
package protocol WireValue: Sendable {
    /// The value that a reader fills: Kafka's defaults for fields that a version lacks.
    init()
    /// Codes the fields that `version` has, in order.
    mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError)
}

extension Int8: WireValue {
    /// One byte.
    @inline(__always)
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int8(&self)
    }
}

extension Int16: WireValue {
    /// Two bytes.
    @inline(__always)
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int16(&self)
    }
}

extension Int32: WireValue {
    /// Four bytes.
    @inline(__always)
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&self)
    }
}

extension Int64: WireValue {
    /// Eight bytes.
    @inline(__always)
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int64(&self)
    }
}

extension String: WireValue {
    /// A string with its length.
    @inline(__always)
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&self)
    }
}

extension KafkaUUID: WireValue {
    /// Sixteen bytes.
    @inline(__always)
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.uuid(&self)
    }
}
