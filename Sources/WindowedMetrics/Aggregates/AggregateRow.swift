/// The aggregate functions of a query over dynamically typed values, assembled once and then run as one logic over all groups.
///
/// ```swift
/// let row = try AggregateRow([.countAll, .countDistinct(0)], columns: 1)
/// var views = WindowedAggregation(plan, logic: row, emission: .everyChange, partitions: 12)
/// input[0] = .text(user)                        // one array for all records
/// views.take(record, key: page, input: input) { told in
///     row.results(of: told.value)               // [1 exact, 1 exact]
/// }
/// ```
///
/// Functions are told apart by a `switch` over plain values; a count changes its group in place, so the counting path takes no memory from the heap.
package struct AggregateRow: WindowLogic {
    /// The functions, in the order of their results.
    package let functions: [AggregateFunction]
    /// How many columns the input has.
    package let columns: Int
    private let first: AggregateFunction

    /// The functions of a query.
    ///
    /// - Parameter columns: How many columns each record's input has.
    /// - Throws: `AggregateRowError` if there is no function, or one reads a column that is not there.
    package init(_ functions: [AggregateFunction], columns: Int) throws(AggregateRowError) {
        guard let first = functions.first else { throw .noFunction }
        for function in functions where function.columns > columns || function.column < 0 {
            throw .noColumn(function.columns - 1, function.kind.rawValue)
        }
        self.functions = functions
        self.columns = columns
        self.first = first
    }

    /// What was computed for one group, one result a function.
    package func results(of states: AggregateStates) -> [AggregateResult] {
        [first.result(of: states.first)] + zip(functions.dropFirst(), states.others).map { $0.result(of: $1) }
    }

    package var signature: String { functions.map(\.signature).joined(separator: "; ") }

    package func identity() -> AggregateStates {
        AggregateStates(first: first.identity(), others: functions.dropFirst().map { $0.identity() })
    }

    package func add(_ input: [AggregateValue], at order: RecordOrder, to states: inout AggregateStates) -> Int {
        var grown = first.add(input, at: order, to: &states.first)
        for place in states.others.indices {
            grown += functions[place + 1].add(input, at: order, to: &states.others[place])
        }
        return grown
    }

    package func merge(_ other: AggregateStates, into states: inout AggregateStates) -> Int {
        var grown = first.merge(other.first, into: &states.first)
        for place in states.others.indices {
            grown += functions[place + 1].merge(other.others[place], into: &states.others[place])
        }
        return grown
    }

    package func heapBytes(of states: AggregateStates) -> Int {
        let own = states.others.isEmpty ? 0 : 32 + states.others.count * MemoryLayout<AggregateState>.stride
        return states.others.reduce(own + states.first.heapBytes) { $0 + $1.heapBytes }
    }

    package func write(_ states: AggregateStates, to writer: inout PackedWriter) {
        first.write(states.first, to: &writer)
        for (function, state) in zip(functions.dropFirst(), states.others) { function.write(state, to: &writer) }
    }

    package func read(_ reader: inout PackedReader) throws(PackedError) -> AggregateStates {
        var states = AggregateStates(first: try first.read(&reader), others: [])
        for function in functions.dropFirst() { states.others.append(try function.read(&reader)) }
        return states
    }
}

/// The states of a query's functions over one group. The first is held in place: most queries count.
package struct AggregateStates: Sendable {
    var first: AggregateState
    var others: [AggregateState]
}

/// One function's answer over one group.
package struct AggregateResult: Sendable, Equatable {
    /// How much the answer can be relied on.
    package enum Quality: Sendable, Equatable {
        /// It is what the function is of these records.
        case exact
        /// It is an estimate: two in three have at most this relative error (COUNT_DISTINCT).
        case estimate(standardError: Double)
        /// It is an estimate with at most this relative error (QUANTILE).
        case bounded(relativeError: Double)
        /// So many records brought what it has no room for.
        case truncated(dropped: Int64)
        /// The number is too large for its type; the value is null.
        case overflow
    }

    /// The answer.
    package let value: AggregateValue
    /// How much it can be relied on.
    package let quality: Quality

    init(_ value: AggregateValue, _ quality: Quality = .exact) {
        self.value = value
        self.quality = quality
    }
}

extension AggregateFunction {
    /// What was computed.
    func result(of state: AggregateState) -> AggregateResult {
        switch state {
        case .vacant: preconditionFailure("a state was asked while it was changed")
        case .count(let count): return AggregateResult(.integer(count))
        case .integers(let sum):
            return Int64(exactly: sum.value).map { AggregateResult(.integer($0)) } ?? AggregateResult(.null, .overflow)
        case .numbers(let box): return result(of: box.value)
        case .extreme(let value): return AggregateResult(value)
        case .distinct(let box):
            return AggregateResult(
                .integer(box.value.estimate),
                box.value.isExact ? .exact : .estimate(standardError: DistinctCount.standardError))
        case .placed(let box):
            if kind == .collectList { return Self.result(.list(box.value.values), dropped: box.value.dropped) }
            return AggregateResult(isList ? .list(box.value.values) : box.value.values.first ?? .null)
        case .set(let box): return Self.result(.list(box.value.values), dropped: box.value.dropped)
        case .top(let box): return AggregateResult(.list(box.value.values(withOthers: !others.isEmpty)))
        case .histogram(let box): return Self.result(.map(box.value.entries), dropped: box.value.dropped)
        case .quantiles(let box):
            guard let value = box.value.quantile(share) else { return AggregateResult(.null) }
            return AggregateResult(.double(value), .bounded(relativeError: box.value.accuracy))
        }
    }

    private func result(of totals: NumberTotals) -> AggregateResult {
        switch kind {
        case .average: AggregateResult(.double(totals.mean))
        case .variance: AggregateResult(.double(totals.variance))
        case .standardDeviation: AggregateResult(.double(totals.variance.squareRoot()))
        default: totals.sum.map { AggregateResult($0) } ?? AggregateResult(.null, .overflow)
        }
    }

    private static func result(_ value: AggregateValue, dropped: Int64) -> AggregateResult {
        AggregateResult(value, dropped > 0 ? .truncated(dropped: dropped) : .exact)
    }
}

/// Why functions cannot be computed together.
package enum AggregateRowError: Error, Equatable, CustomStringConvertible {
    case noFunction
    case noColumn(Int, String)

    package var description: String {
        switch self {
        case .noFunction: "there is no aggregate function"
        case .noColumn(let column, let name): "\(name) reads column \(column), which the input does not have"
        }
    }
}
