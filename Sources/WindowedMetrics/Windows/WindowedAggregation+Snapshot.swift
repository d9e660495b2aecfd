import CCodec

/// Why a query's state could not be read.
package enum WindowStateError: Error, Equatable, CustomStringConvertible {
    /// It does not begin as state does.
    case notState
    /// A version that this program does not know.
    case version(UInt64)
    /// The checksum does not match: bytes were lost or changed.
    case damaged
    /// It belongs to another query.
    case otherQuery(wanted: String, found: String)
    /// It is longer than it may be, in bytes.
    case tooLong(Int, limit: Int)
    /// The checksum matches and the content makes no sense.
    case malformed(PackedError)

    package var description: String {
        switch self {
        case .notState: "this is not the state of a query"
        case .version(let version): "the state has version \(version); this program reads version 1"
        case .damaged: "the state is damaged: its checksum does not match"
        case .otherQuery(let wanted, let found): "the state is that of \(found), not of \(wanted)"
        case .tooLong(let count, let limit): "the state of \(count) bytes is longer than the limit of \(limit)"
        case .malformed(let error): "the state cannot be read: \(error)"
        }
    }
}

/// State as bytes:
///
/// | bytes | what |
/// | --- | --- |
/// | 4 | `WQS1` |
/// | 1-10 | version, 1 (varint) |
/// | text | which query it belongs to: windows, emission, partitions, aggregates |
/// | … | clock, counts, windows |
/// | 4 | CRC-32C of all before, lowest byte first |
extension WindowedAggregation {
    private static var magic: [UInt8] { Array("WQS1".utf8) }

    /// What state must belong to, to be this query's.
    package var signature: String {
        "\(plan), RETENTION \(plan.retention), \(emission), \(clock.partitionCount) partitions, \(logic.signature)"
    }

    /// The whole state as bytes: what a query writes beside its offsets to go on after a restart.
    package func snapshot() -> [UInt8] {
        var writer = PackedWriter()
        writer.unsigned(1)
        writer.text(signature)
        clock.write(to: &writer)
        for count in counts.all { writer.signed(count) }
        time?.write(to: &writer, with: logic)
        session?.write(to: &writer, with: logic)
        sliding?.write(to: &writer, with: logic)
        var bytes = Self.magic + writer.bytes
        let checksum = bytes.withUnsafeBytes { ccodec_crc32c(0, $0.baseAddress, $0.count) }
        withUnsafeBytes(of: checksum.littleEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Takes over a state that `snapshot()` gave, of the same query.
    ///
    /// - Parameter limit: The longest state that is read, in bytes.
    /// - Throws: `WindowStateError`; the query is then as it was.
    package mutating func restore(_ bytes: [UInt8], limit: Int = 1 << 32) throws(WindowStateError) {
        guard bytes.count <= limit else { throw .tooLong(bytes.count, limit: limit) }
        guard bytes.count >= 8, Array(bytes.prefix(4)) == Self.magic else { throw .notState }
        let content = bytes.dropLast(4)
        let checksum = content.withUnsafeBytes { ccodec_crc32c(0, $0.baseAddress, $0.count) }
        let kept = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard checksum == kept else { throw .damaged }
        var reader = PackedReader(Array(content.dropFirst(4)))
        try checkHeader(&reader)
        do throws(PackedError) {
            self = try Self(self, &reader)
        } catch {
            throw .malformed(error)
        }
    }

    private func checkHeader(_ reader: inout PackedReader) throws(WindowStateError) {
        let version: UInt64
        let found: String
        do throws(PackedError) {
            version = try reader.unsigned()
            found = version == 1 ? try reader.text() : ""
        } catch {
            throw .malformed(error)
        }
        guard version == 1 else { throw .version(version) }
        guard found == signature else { throw .otherQuery(wanted: signature, found: found) }
    }

    /// A query like another, with the state that was written down.
    private init(_ other: Self, _ reader: inout PackedReader) throws(PackedError) {
        self.init(like: other)
        clock = try StreamClock(&reader)
        guard clock.partitionCount == other.clock.partitionCount else { throw .malformed }
        counts = try WindowCounts(&reader)
        let logic = logic
        try time?.restore(&reader, with: logic)
        try session?.restore(&reader, with: logic)
        try sliding?.restore(&reader, with: logic)
        guard reader.remaining == 0 else { throw .malformed }
    }
}
