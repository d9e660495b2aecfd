/// Count, sum and, where asked for, sum of squares of numbers, all exact: what SUM, AVG and the deviations are computed from, whatever the order
/// in which the numbers came.
struct NumberTotals: Sendable {
    private(set) var count: Int64 = 0
    /// Integers and decimals, summed by halves, so that no order of them can overflow on the way.
    private var high: Int128 = 0
    private var low: UInt128 = 0
    private var doubles = ExactSum()
    private var squares = ExactSum()
    private var kinds: UInt8 = 0

    private static let integer: UInt8 = 1
    private static let decimal: UInt8 = 2
    private static let double: UInt8 = 4

    /// Bytes of memory that it holds beside its own size.
    var bytes: Int { doubles.bytes + squares.bytes }

    /// Takes a number; what is none is left out.
    mutating func add(_ value: AggregateValue, withSquare: Bool) {
        let number: Double
        switch value {
        case .integer(let value):
            kinds |= Self.integer
            number = Double(value)
            take(Int128(value))
        case .decimal(let value):
            kinds |= Self.decimal
            number = Double(value.value)
            take(value.value)
        case .double(let value):
            kinds |= Self.double
            number = value
            doubles.add(value)
        default: return
        }
        count += 1
        guard withSquare else { return }
        if !value.isDouble { doubles.add(number) }
        let square = number * number
        squares.add(square)
        if square.isFinite { squares.add((-square).addingProduct(number, number)) }
    }

    /// Takes integers that were summed elsewhere, how many they were being forgotten: a sum needs no count.
    mutating func take(integers sum: Int128) {
        kinds |= Self.integer
        take(sum)
    }

    /// Takes in what another has taken.
    mutating func merge(_ other: NumberTotals) {
        count += other.count
        high &+= other.high
        low &+= other.low
        doubles.merge(other.doubles)
        squares.merge(other.squares)
        kinds |= other.kinds
    }

    /// The sum, of the kind of the numbers; nil where it has more than 64 (integers) or 127 bits (decimals). Of no numbers it is 0.
    var sum: AggregateValue? {
        if kinds & Self.double != 0 { return .double(doubles.rounded + (whole.map(Double.init) ?? .nan)) }
        guard let whole else { return nil }
        if kinds & Self.decimal != 0 { return .decimal(WideInteger(whole)) }
        return Int64(exactly: whole).map { .integer($0) }
    }

    /// The mean; 0 of no numbers, as ksqlDB has it.
    var mean: Double {
        guard count > 0 else { return 0 }
        let wholes = whole.map(Double.init) ?? Double(high) * 0x1p64
        return (kinds & Self.double != 0 ? doubles.rounded + wholes : wholes) / Double(count)
    }

    /// The sample variance; 0 of fewer than two numbers, as ksqlDB has it.
    var variance: Double {
        guard count > 1 else { return 0 }
        let count = Double(count)
        let sum = doubles.doubled
        let squares = squares.doubled
        // Σx² − (Σx)² ÷ n, with twice a double's figures, so that what cancels does not take the answer with it.
        let product = sum.high * sum.high
        let rest = (-product).addingProduct(sum.high, sum.high) + 2 * sum.high * sum.low
        let quotient = product / count
        let remainder = ((product).addingProduct(-quotient, count) + rest) / count
        let difference = squares.high - quotient
        let lost = (squares.high - (difference + quotient)) + (squares.low - remainder)
        return max(0, (difference + lost) / (count - 1))
    }

    private mutating func take(_ value: Int128) {
        high &+= value >> 64
        low &+= UInt128(UInt64(truncatingIfNeeded: value))
    }

    private var whole: Int128? {
        let upper = high &+ Int128(low >> 64)
        guard let fitting = Int64(exactly: upper) else { return nil }
        return Int128(fitting) << 64 | Int128(UInt64(truncatingIfNeeded: low))
    }

    func write(to writer: inout PackedWriter) {
        writer.signed(count)
        WideInteger(high).write(to: &writer)
        WideInteger(Int128(bitPattern: low)).write(to: &writer)
        doubles.write(to: &writer)
        squares.write(to: &writer)
        writer.unsigned(UInt64(kinds))
    }

    init() {}

    init(_ reader: inout PackedReader) throws(PackedError) {
        count = try reader.signed()
        high = try WideInteger(&reader).value
        low = UInt128(bitPattern: try WideInteger(&reader).value)
        doubles = try ExactSum(&reader)
        squares = try ExactSum(&reader)
        kinds = UInt8(try reader.number(upTo: 7))
        guard count >= 0 else { throw .malformed }
    }
}

extension AggregateValue {
    fileprivate var isDouble: Bool {
        if case .double = self { true } else { false }
    }
}
