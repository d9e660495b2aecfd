import WindowedMetrics

/// A query's state as a file: what it had come to at offsets of its source.
///
/// | bytes | what |
/// | --- | --- |
/// | 4 | `WQF1` |
/// | 8 | incarnation: which start of the query it belongs to; numbers are lowest byte first |
/// | 8 | generation: 0 where the query began, then ascending |
/// | 4 + 8 each | positions: the next offset of each partition |
/// | 8 | XXH64 of all before |
/// | … | the engine's state, which has a checksum of its own; empty for a query without state |
struct SavedState: Equatable, Sendable {
    /// Which start of the query it belongs to.
    var incarnation: UInt64
    /// The how manieth state it is.
    var generation: UInt64
    /// The next offset of each partition of the source.
    var positions: [Int64]
    /// What `QueryExecution.snapshot()` gave.
    var state: [UInt8] = []

    private static let magic = Array("WQF1".utf8)

    /// A state.
    init(incarnation: UInt64, generation: UInt64, positions: [Int64], state: [UInt8] = []) {
        self.incarnation = incarnation
        self.generation = generation
        self.positions = positions
        self.state = state
    }

    /// The file's bytes.
    var bytes: [UInt8] {
        var bytes = Self.magic
        Self.append(incarnation, to: &bytes)
        Self.append(generation, to: &bytes)
        Self.append(UInt32(positions.count), to: &bytes)
        for position in positions { Self.append(UInt64(bitPattern: position), to: &bytes) }
        Self.append(bytes.withUnsafeBytes { XXHash64.hash($0) }, to: &bytes)
        return bytes + state
    }

    /// The state in a file's bytes; nil where they are none, or damaged.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 32, Array(bytes[..<4]) == Self.magic else { return nil }
        let count = Int(Self.number(bytes, 20, UInt32.self))
        guard count <= StreamClock.mostPartitions, bytes.count >= 32 + 8 * count else { return nil }
        let end = 24 + 8 * count
        let hash = bytes[..<end].withUnsafeBytes { XXHash64.hash($0) }
        guard hash == Self.number(bytes, end, UInt64.self) else { return nil }
        incarnation = Self.number(bytes, 4, UInt64.self)
        generation = Self.number(bytes, 12, UInt64.self)
        positions = (0..<count).map { Int64(bitPattern: Self.number(bytes, 24 + 8 * $0, UInt64.self)) }
        state = Array(bytes[(end + 8)...])
    }

    private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func number<Number: FixedWidthInteger>(_ bytes: [UInt8], _ at: Int, _: Number.Type) -> Number {
        bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: Number.self)) }
    }
}
