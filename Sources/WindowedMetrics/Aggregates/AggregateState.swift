/// The state of one aggregate function over one group: what fits into 16 bytes in place, the rest in a box.
enum AggregateState: Sendable {
    /// Taken out to be changed; never seen between two calls.
    case vacant
    case count(Int64)
    /// A sum of integers, and nothing else so far.
    case integers(WideInteger)
    case numbers(Boxed<NumberTotals>)
    /// The least or the largest value so far; null before the first.
    case extreme(AggregateValue)
    case distinct(Boxed<DistinctCount>)
    case placed(Boxed<PlacedValues>)
    case set(Boxed<PlacedSet>)
    case top(Boxed<TopValues>)
    case histogram(Boxed<ValueCounts>)
    case quantiles(Boxed<SignedQuantiles>)

    /// Memory that the state holds beside its own size, in bytes.
    var heapBytes: Int {
        switch self {
        case .vacant, .count, .integers: 0
        case .extreme(let value): value.heapBytes
        case .numbers(let box): box.bytes + box.value.bytes
        case .distinct(let box): box.bytes + box.value.bytes
        case .placed(let box): box.bytes + box.value.bytes
        case .set(let box): box.bytes + box.value.bytes
        case .top(let box): box.bytes + box.value.bytes
        case .histogram(let box): box.bytes + box.value.bytes
        case .quantiles(let box): box.bytes + box.value.bytes
        }
    }
}

/// A value on the heap that is copied when one of several owners changes it.
struct Boxed<Value: Sendable>: Sendable {
    private var storage: [Value]

    init(_ value: Value) { storage = [value] }

    var value: Value {
        get { storage[0] }
        _modify { yield &storage[0] }
    }

    /// Bytes of the box itself.
    var bytes: Int { 32 + MemoryLayout<Value>.stride }
}

extension AggregateFunction {
    /// The state of a group that has taken nothing.
    func identity() -> AggregateState {
        switch kind {
        case .countAll, .count: .count(0)
        case .sum: .integers(WideInteger(0))
        case .average, .variance, .standardDeviation: .numbers(Boxed(NumberTotals()))
        case .minimum, .maximum: .extreme(.null)
        case .countDistinct: .distinct(Boxed(DistinctCount(exactLimit: limit)))
        case .collectList, .earliest, .latest: .placed(Boxed(PlacedValues()))
        case .collectSet: .set(Boxed(PlacedSet()))
        case .top, .topDistinct: .top(Boxed(TopValues()))
        case .histogram: .histogram(Boxed(ValueCounts()))
        case .quantile: .quantiles(Boxed(SignedQuantiles(accuracy: accuracy)))
        }
    }

    /// Takes a record.
    ///
    /// - Returns: By how many bytes the memory grew that the state holds beside its own size.
    func add(_ input: [AggregateValue], at order: RecordOrder, to state: inout AggregateState) -> Int {
        if kind == .countAll {
            if case .count(let count) = state { state = .count(count + 1) }
            return 0
        }
        let value = input[column]
        guard keepsNulls || !value.isNull else { return 0 }
        let before = state.heapBytes
        // Taken out while it is changed, so that the one copy is changed in place.
        var mine = AggregateState.vacant
        swap(&mine, &state)
        switch consume mine {
        case .vacant: break
        case .count(let count): state = .count(count + 1)
        case .integers(let sum): state = Self.add(value, to: sum)
        case .extreme(let best):
            let isBetter = best.isNull || (kind == .minimum ? value < best : best < value)
            state = .extreme(isBetter ? value : best)
        case .numbers(var box):
            box.value.add(value, withSquare: kind == .variance || kind == .standardDeviation)
            state = .numbers(box)
        case .distinct(var box):
            box.value.insert(value.fingerprint)
            state = .distinct(box)
        case .placed(var box):
            box.value.add(value, at: order, keeping: limit, end)
            state = .placed(box)
        case .set(var box):
            box.value.add(value, at: order, keeping: limit)
            state = .set(box)
        case .top(var box):
            if box.value.keeps(value, at: order, of: limit) {
                let others = others.map { input[$0] }
                box.value.add(value, others: others, at: order, keeping: limit, isDistinct: kind == .topDistinct)
            }
            state = .top(box)
        case .histogram(var box):
            box.value.add(value, keeping: limit)
            state = .histogram(box)
        case .quantiles(var box):
            if let number = value.number { box.value.add(number) }
            state = .quantiles(box)
        }
        return state.heapBytes - before
    }

    /// Takes in what another state has taken.
    ///
    /// - Returns: By how many bytes the memory grew that the state holds beside its own size.
    func merge(_ other: AggregateState, into state: inout AggregateState) -> Int {
        let before = state.heapBytes
        var mine = AggregateState.vacant
        swap(&mine, &state)
        switch (consume mine, other) {
        case (.count(let left), .count(let right)): state = .count(left + right)
        case (.integers(let left), .integers(let right)):
            state = .integers(WideInteger(left.value &+ right.value))
        case (.integers(let left), .numbers(var box)):
            box.value.take(integers: left.value)
            state = .numbers(box)
        case (.numbers(var box), .integers(let right)):
            box.value.take(integers: right.value)
            state = .numbers(box)
        case (.numbers(var box), .numbers(let right)):
            box.value.merge(right.value)
            state = .numbers(box)
        case (.extreme(let left), .extreme(let right)):
            let isBetter = !right.isNull && (left.isNull || (kind == .minimum ? right < left : left < right))
            state = .extreme(isBetter ? right : left)
        case (.distinct(var box), .distinct(let right)):
            box.value.merge(right.value)
            state = .distinct(box)
        case (.placed(var box), .placed(let right)):
            box.value.merge(right.value, keeping: limit, end)
            state = .placed(box)
        case (.set(var box), .set(let right)):
            box.value.merge(right.value, keeping: limit)
            state = .set(box)
        case (.top(var box), .top(let right)):
            box.value.merge(right.value, keeping: limit, isDistinct: kind == .topDistinct)
            state = .top(box)
        case (.histogram(var box), .histogram(let right)):
            box.value.merge(right.value, keeping: limit)
            state = .histogram(box)
        case (.quantiles(var box), .quantiles(let right)):
            box.value.merge(right.value)
            state = .quantiles(box)
        default: preconditionFailure("states of different functions cannot be merged")
        }
        return state.heapBytes - before
    }

    private var end: PlacedValues.End { kind == .latest ? .last : .first }

    /// Integers stay in place; the first number that is none moves the sum into a box.
    private static func add(_ value: AggregateValue, to sum: WideInteger) -> AggregateState {
        switch value {
        case .integer(let number): return .integers(WideInteger(sum.value &+ Int128(number)))
        case .double, .decimal:
            var totals = NumberTotals()
            totals.take(integers: sum.value)
            totals.add(value, withSquare: false)
            return .numbers(Boxed(totals))
        default: return .integers(sum)
        }
    }
}

extension AggregateFunction {
    /// Writes a state down.
    func write(_ state: AggregateState, to writer: inout PackedWriter) {
        switch state {
        case .vacant: preconditionFailure("a state was written while it was changed")
        case .count(let count): writer.signed(count)
        case .integers(let sum):
            writer.flag(false)
            sum.write(to: &writer)
        case .numbers(let box):
            if kind == .sum { writer.flag(true) }
            box.value.write(to: &writer)
        case .extreme(let value): value.write(to: &writer)
        case .distinct(let box): box.value.write(to: &writer)
        case .placed(let box): box.value.write(to: &writer)
        case .set(let box): box.value.write(to: &writer)
        case .top(let box): box.value.write(to: &writer)
        case .histogram(let box): box.value.write(to: &writer)
        case .quantiles(let box): box.value.write(to: &writer)
        }
    }

    /// Reads a state that was written down.
    func read(_ reader: inout PackedReader) throws(PackedError) -> AggregateState {
        switch kind {
        case .countAll, .count: .count(try reader.signed())
        case .sum:
            try reader.flag()
                ? .numbers(Boxed(try NumberTotals(&reader))) : .integers(try WideInteger(&reader))
        case .average, .variance, .standardDeviation: .numbers(Boxed(try NumberTotals(&reader)))
        case .minimum, .maximum: .extreme(try AggregateValue(&reader))
        case .countDistinct: .distinct(Boxed(try DistinctCount(&reader, exactLimit: limit)))
        case .collectList, .earliest, .latest: .placed(Boxed(try PlacedValues(&reader, keeping: limit, end)))
        case .collectSet: .set(Boxed(try PlacedSet(&reader, keeping: limit)))
        case .top, .topDistinct:
            .top(Boxed(try TopValues(&reader, keeping: limit, isDistinct: kind == .topDistinct)))
        case .histogram: .histogram(Boxed(try ValueCounts(&reader, keeping: limit)))
        case .quantile: .quantiles(Boxed(try SignedQuantiles(&reader, accuracy: accuracy)))
        }
    }
}

extension AggregateValue {
    /// The number that it is; nil for what is none.
    fileprivate var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        case .decimal(let value): Double(value.value)
        default: nil
        }
    }
}
