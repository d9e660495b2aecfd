/// Finds in a pull query's condition which keys and windows it can be about. What it does not find is judged row by row.
struct PullAnalyzer {
    private let layout: RowLayout

    init(_ source: SourceDefinition) { layout = source.layout }

    /// The keys and windows of a condition.
    func lookup(_ filter: TypedExpression?) -> PullLookup {
        var lookup = PullLookup()
        guard let filter else { return lookup }
        var choices = [[SQLValue]?](repeating: nil, count: layout.schema.key.count)
        for term in terms(filter) {
            narrow(&lookup, term)
            if let (slot, values) = equality(term), slot < choices.count, choices[slot] == nil {
                choices[slot] = values
            }
        }
        guard !choices.isEmpty else { return lookup }
        var keys: [[SQLValue]] = [[]]
        for choice in choices {
            // A key is known only when all of its columns are.
            guard let choice, keys.count * choice.count <= 10_000 else { return lookup }
            keys = keys.flatMap { key in choice.map { key + [$0] } }
        }
        lookup.keys = keys
        return lookup
    }

    private func terms(_ expression: TypedExpression) -> [TypedExpression] {
        guard case .and(let left, let right) = expression.kind else { return [expression] }
        return terms(left) + terms(right)
    }

    /// `column = literal` or `column IN (literals)`.
    private func equality(_ term: TypedExpression) -> (slot: Int, values: [SQLValue])? {
        switch term.kind {
        case .comparison(.equal, let left, let right):
            if case .slot(let slot) = left.kind, case .literal(let value) = right.kind { return (slot, [value]) }
            if case .slot(let slot) = right.kind, case .literal(let value) = left.kind { return (slot, [value]) }
            return nil
        case .isIn(let value, let choices, false):
            guard case .slot(let slot) = value.kind else { return nil }
            var values: [SQLValue] = []
            for choice in choices {
                guard case .literal(let value) = choice.kind else { return nil }
                if !values.contains(value) { values.append(value) }
            }
            return (slot, values)
        default: return nil
        }
    }

    /// Narrows the windows by a comparison of their bounds with a number.
    private func narrow(_ lookup: inout PullLookup, _ term: TypedExpression) {
        guard layout.isWindowed else { return }
        switch term.kind {
        case .comparison(let symbol, let left, let right):
            if case .slot(let slot) = left.kind, case .literal(.bigint(let value)) = right.kind {
                narrow(&lookup, slot, symbol, value)
            } else if case .slot(let slot) = right.kind, case .literal(.bigint(let value)) = left.kind {
                narrow(&lookup, slot, Self.mirrored(symbol), value)
            }
        case .between(let value, let low, let high, false):
            guard case .slot(let slot) = value.kind, case .literal(.bigint(let from)) = low.kind,
                case .literal(.bigint(let to)) = high.kind
            else { return }
            narrow(&lookup, slot, .greaterOrEqual, from)
            narrow(&lookup, slot, .lessOrEqual, to)
        default: return
        }
    }

    private static func mirrored(_ symbol: Expression.Comparison) -> Expression.Comparison {
        switch symbol {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        default: symbol
        }
    }

    private func narrow(_ lookup: inout PullLookup, _ slot: Int, _ symbol: Expression.Comparison, _ value: Int64) {
        let bound: WritableKeyPath<PullLookup, ClosedRange<Int64>>
        if slot == layout.slot(.windowstart) {
            bound = \.windowStart
        } else if slot == layout.slot(.windowend) {
            bound = \.windowEnd
        } else {
            return
        }
        let range = lookup[keyPath: bound]
        var (low, high) = (range.lowerBound, range.upperBound)
        switch symbol {
        case .equal: (low, high) = (max(low, value), min(high, value))
        case .greaterOrEqual: low = max(low, value)
        case .greater: low = max(low, value == .max ? value : value + 1)
        case .lessOrEqual: high = min(high, value)
        case .less: high = min(high, value == .min ? value : value - 1)
        default: return
        }
        // An empty range is one window that no row has.
        lookup[keyPath: bound] = low <= high ? low...high : Int64.max...Int64.max
    }
}
