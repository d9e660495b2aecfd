extension Expression {
    /// A comparison of series with a number that keeps those for which it holds.
    package struct PlainComparison: Sendable {
        /// What is compared.
        package var vector: Expression
        /// With what.
        package var threshold: AlertRule.Threshold
    }

    /// The expression as a plain comparison, whichever side the number stands on; nil where it is none.
    package var plainComparison: PlainComparison? {
        guard case .binary(let operation) = unwrapped, operation.op.isComparison, !operation.returnsBool,
            let comparison = AlertRule.Comparison(rawValue: operation.op.rawValue)
        else { return nil }
        if operation.left.type == .vector, let limit = operation.right.constant {
            return PlainComparison(vector: operation.left, threshold: .init(comparison, limit))
        }
        if operation.right.type == .vector, let limit = operation.left.constant {
            return PlainComparison(vector: operation.right, threshold: .init(comparison.turned, limit))
        }
        return nil
    }

    /// What a rule looks at, whether or not its condition holds: the series on the left of its comparison. Nil where that is the expression itself.
    package var observed: Expression? {
        guard case .binary(let operation) = unwrapped else { return nil }
        switch operation.op {
        case .and, .unless: return operation.left.observed ?? operation.left
        case .or: return nil
        default:
            guard operation.op.isComparison, !operation.returnsBool else { return nil }
            return [operation.left, operation.right].first { $0.type == .vector }
        }
    }

    /// The value of an expression that is the same at any moment: numbers and what is calculated of them.
    private var constant: Double? {
        switch self {
        case .number(let literal): return literal.value
        case .negation(let inner): return inner.constant.map { -$0 }
        case .parenthesised(let inner): return inner.constant
        case .binary(let operation):
            let (first, operations) = operation.chain
            return operations.reduce(first.constant) { value, next in
                guard let value, let right = next.right.constant else { return nil }
                return next.op.apply(value, right)
            }
        default: return nil
        }
    }
}

extension AlertRule.Comparison {
    /// The comparison with its sides changed.
    fileprivate var turned: Self {
        switch self {
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .equal, .notEqual: self
        }
    }
}
