extension Expression {
    /// Every selector in the expression.
    package var selectors: [VectorSelector] {
        switch self {
        case .number, .string: []
        case .selector(let selector), .range(let selector, _): [selector]
        case .subquery(let subquery): subquery.inner.selectors
        case .call(let call): call.arguments.flatMap(\.selectors)
        case .aggregation(let aggregation): (aggregation.parameter?.selectors ?? []) + aggregation.inner.selectors
        case .binary(let operation): operation.sides.flatMap(\.selectors)
        case .negation(let inner), .parenthesised(let inner): inner.selectors
        }
    }

    /// How far back from its moment the expression's ranges and offsets reach, milliseconds; the lookback of instant selectors is not counted.
    package var historyNeeded: Int64 {
        func longest(_ inner: [Expression]) -> Int64 {
            inner.map { $0.historyNeeded }.max() ?? 0
        }
        switch self {
        case .number, .string: return 0
        case .selector(let selector): return max(0, selector.offsetMilliseconds)
        case .range(let selector, let range): return Self.sum(range, selector.offsetMilliseconds)
        case .subquery(let subquery):
            let own = Self.sum(subquery.rangeMilliseconds, subquery.offsetMilliseconds)
            return Self.sum(own, longest([subquery.inner]))
        case .call(let call): return longest(call.arguments)
        case .aggregation(let aggregation):
            return longest([aggregation.inner] + (aggregation.parameter.map { [$0] } ?? []))
        case .binary(let operation): return longest(operation.sides)
        case .negation(let inner), .parenthesised(let inner): return longest([inner])
        }
    }

    private static func sum(_ one: Int64, _ other: Int64) -> Int64 {
        let (sum, overflows) = one.addingReportingOverflow(other)
        return overflows ? .max : max(0, sum)
    }
}

extension BinaryOperation {
    /// What the operators of the chain stand between, from the left.
    fileprivate var sides: [Expression] {
        let (first, operations) = chain
        return [first] + operations.map(\.right)
    }
}
