/// A value as aggregate functions see it: what a query's columns and expressions come down to.
///
/// Values are compared as Java compares them, since that is what ksqlDB's results rest on: text by UTF-16 units, `NaN` above all numbers, and
/// two texts are one only if their bytes are. Dates and times come as `integer`, decimals as `decimal` with the scale of their column, structures
/// and arrays as `list`, and what no function looks into may come as `bytes`.
package enum AggregateValue: Sendable {
    /// No value.
    case null
    case boolean(Bool)
    case integer(Int64)
    case double(Double)
    /// A decimal without its point; the scale is its column's.
    case decimal(WideInteger)
    case text(String)
    case bytes([UInt8])
    case list([AggregateValue])
    /// Values by text, in the order of the text.
    case map([AggregateEntry])

    /// True for no value.
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }
}

/// One entry of a map.
package struct AggregateEntry: Sendable, Hashable {
    /// What it is under.
    package let key: AggregateValue
    /// What is there.
    package let value: AggregateValue

    /// An entry.
    package init(key: AggregateValue, value: AggregateValue) {
        self.key = key
        self.value = value
    }
}

/// A whole number of 128 bits, in halves so that a value is no larger than 24 bytes.
package struct WideInteger: Sendable, Hashable, Comparable {
    private let high: Int64
    private let low: UInt64

    /// A number.
    package init(_ value: Int128) {
        high = Int64(truncatingIfNeeded: value >> 64)
        low = UInt64(truncatingIfNeeded: value)
    }

    /// The number.
    package var value: Int128 { Int128(high) << 64 | Int128(low) }

    package static func < (left: Self, right: Self) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

extension AggregateValue: Hashable {
    package static func == (left: AggregateValue, right: AggregateValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.boolean(let left), .boolean(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        // As Java's Double.equals: NaN is itself, and 0.0 is not -0.0.
        case (.double(let left), .double(let right)): left.bitPattern == right.bitPattern
        case (.decimal(let left), .decimal(let right)): left == right
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.bytes(let left), .bytes(let right)): left == right
        case (.list(let left), .list(let right)): left == right
        case (.map(let left), .map(let right)): left == right
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(rank)
        switch self {
        case .null: break
        case .boolean(let value): hasher.combine(value)
        case .integer(let value): hasher.combine(value)
        case .double(let value): hasher.combine(value.bitPattern)
        case .decimal(let value): hasher.combine(value)
        case .text(var value): value.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        case .bytes(let value): hasher.combine(value)
        case .list(let values): hasher.combine(values)
        case .map(let entries): hasher.combine(entries)
        }
    }

    /// The kind's place among the kinds.
    fileprivate var rank: UInt8 {
        switch self {
        case .null: 0
        case .boolean: 1
        case .integer: 2
        case .double: 3
        case .decimal: 4
        case .text: 5
        case .bytes: 6
        case .list: 7
        case .map: 8
        }
    }

    /// The 64-bit hash that distinct values are told apart by; the same on every machine and in every run.
    package var fingerprint: UInt64 {
        let seed = UInt64(rank)
        switch self {
        case .null: return XXHash64.hash([], seed: seed)
        case .boolean(let value): return Self.hash(value ? 1 : 0, seed)
        case .integer(let value): return Self.hash(UInt64(bitPattern: value), seed)
        case .double(let value): return Self.hash(value.bitPattern, seed)
        case .text(var value): return value.withUTF8 { XXHash64.hash(UnsafeRawBufferPointer($0), seed: seed) }
        case .bytes(let value): return XXHash64.hash(value, seed: seed)
        case .decimal, .list, .map:
            var writer = PackedWriter()
            write(to: &writer)
            return XXHash64.hash(writer.bytes, seed: seed)
        }
    }

    private static func hash(_ word: UInt64, _ seed: UInt64) -> UInt64 {
        withUnsafeBytes(of: word.littleEndian) { XXHash64.hash($0, seed: seed) }
    }
}

extension AggregateValue: Comparable {
    /// A total order: kinds apart, within a kind as Java orders them.
    package static func < (left: AggregateValue, right: AggregateValue) -> Bool {
        switch (left, right) {
        case (.boolean(let left), .boolean(let right)): !left && right
        case (.integer(let left), .integer(let right)): left < right
        case (.double(let left), .double(let right)): isLess(left, right)
        case (.decimal(let left), .decimal(let right)): left < right
        case (.text(let left), .text(let right)): isLess(left, right)
        case (.bytes(let left), .bytes(let right)): left.lexicographicallyPrecedes(right)
        case (.list(let left), .list(let right)): left.lexicographicallyPrecedes(right)
        case (.map(let left), .map(let right)):
            left.lexicographicallyPrecedes(right) { ($0.key, $0.value) < ($1.key, $1.value) }
        default: left.rank < right.rank
        }
    }

    /// As Java's Double.compare: -0.0 below 0.0, NaN above everything.
    private static func isLess(_ left: Double, _ right: Double) -> Bool {
        if left.isNaN || right.isNaN { return !left.isNaN }
        return left < right || (left == right && left.sign == .minus && right.sign == .plus)
    }

    /// By UTF-16 units: UTF-8's order, but for what lies beyond U+FFFF, which comes before U+E000.
    private static func isLess(_ left: String, _ right: String) -> Bool {
        var others = right.utf8.makeIterator()
        for byte in left.utf8 {
            guard let other = others.next() else { return false }
            guard byte != other else { continue }
            let (isPair, isOtherPair) = (byte >= 0xf0, other >= 0xf0)
            if isPair != isOtherPair, min(byte, other) >= 0xee { return isPair }
            return byte < other
        }
        return others.next() != nil
    }
}

extension AggregateValue {
    /// Memory that the value holds beside its own size, in bytes.
    package var heapBytes: Int {
        switch self {
        case .null, .boolean, .integer, .double, .decimal: 0
        // Short text is held in place.
        case .text(let value): value.utf8.count > 15 ? value.utf8.count + 32 : 0
        case .bytes(let value): value.count + 32
        case .list(let values): values.reduce(32) { $0 + $1.heapBytes + MemoryLayout<AggregateValue>.stride }
        case .map(let entries):
            entries.reduce(32) { $0 + $1.key.heapBytes + $1.value.heapBytes + MemoryLayout<AggregateEntry>.stride }
        }
    }

    /// The deepest nesting that is read.
    private static let deepest = 64

    /// Writes the value down.
    package func write(to writer: inout PackedWriter) {
        writer.unsigned(UInt64(rank))
        switch self {
        case .null: break
        case .boolean(let value): writer.flag(value)
        case .integer(let value): writer.signed(value)
        case .double(let value): writer.fixed(value.bitPattern)
        case .decimal(let value): value.write(to: &writer)
        case .text(let value): writer.text(value)
        case .bytes(let value): writer.block(value)
        case .list(let values):
            writer.count(values.count)
            for value in values { value.write(to: &writer) }
        case .map(let entries):
            writer.count(entries.count)
            for entry in entries {
                entry.key.write(to: &writer)
                entry.value.write(to: &writer)
            }
        }
    }

    /// Reads a value that was written down.
    package init(_ reader: inout PackedReader) throws(PackedError) { try self.init(&reader, depth: 0) }

    private init(_ reader: inout PackedReader, depth: Int) throws(PackedError) {
        guard depth < Self.deepest else { throw .malformed }
        switch try reader.unsigned() {
        case 0: self = .null
        case 1: self = .boolean(try reader.flag())
        case 2: self = .integer(try reader.signed())
        case 3: self = .double(Double(bitPattern: try reader.fixed()))
        case 4: self = .decimal(try WideInteger(&reader))
        case 5: self = .text(try reader.text())
        case 6: self = .bytes(try reader.block())
        case 7:
            var values: [AggregateValue] = []
            for _ in 0..<(try reader.count()) { values.append(try AggregateValue(&reader, depth: depth + 1)) }
            self = .list(values)
        case 8:
            var entries: [AggregateEntry] = []
            for _ in 0..<(try reader.count()) {
                let key = try AggregateValue(&reader, depth: depth + 1)
                entries.append(AggregateEntry(key: key, value: try AggregateValue(&reader, depth: depth + 1)))
            }
            self = .map(entries)
        default: throw .malformed
        }
    }
}

extension WideInteger {
    func write(to writer: inout PackedWriter) {
        writer.fixed(UInt64(bitPattern: high))
        writer.fixed(low)
    }

    init(_ reader: inout PackedReader) throws(PackedError) {
        high = Int64(bitPattern: try reader.fixed())
        low = try reader.fixed()
    }
}
