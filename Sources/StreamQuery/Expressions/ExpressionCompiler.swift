/// Turns typed expressions into steps. What can be decided once (kinds of numbers, patterns, sets of literals) is decided here.
enum ExpressionCompiler {
    typealias Step = CompiledExpression.Step

    static func step(_ expression: TypedExpression) -> Step {
        switch expression.kind {
        case .literal(let value): { _, _ in value }
        case .slot(let slot): { row, _ in row.values[slot] }
        case .negative(let inner): negative(step(inner))
        case .arithmetic(let symbol, let left, let right):
            ArithmeticCompiler.step(symbol, expression.type, step(left), step(right))
        case .comparison(let symbol, let left, let right): comparison(symbol, step(left), step(right))
        case .and(let left, let right): and(step(left), step(right))
        case .or(let left, let right): or(step(left), step(right))
        case .not(let inner): not(step(inner))
        case .isNull(let inner, let isNegated): isNull(step(inner), isNegated)
        case .like(let value, let pattern, let escape, let isNegated): like(value, pattern, escape, isNegated)
        case .between(let value, let low, let high, let isNegated):
            between(step(value), step(low), step(high), isNegated)
        case .isIn(let value, let choices, let isNegated): isIn(step(value), choices, isNegated)
        case .cases(let branches, let otherwise): cases(branches, otherwise)
        case .cast(let inner): cast(step(inner), inner.type, expression.type)
        case .field(let inner, let index): field(step(inner), index)
        case .element(let inner, let index): element(step(inner), step(index))
        case .array(let items): array(items.map(step))
        case .map(let keys, let values): map(keys.map(step), values.map(step))
        case .structure(let values):
            { [steps = values.map(step)] row, log in
                var result: [SQLValue] = []
                result.reserveCapacity(steps.count)
                for step in steps { result.append(step(row, &log)) }
                return .structure(result)
            }
        case .call(let name, let signature, let arguments): call(name, signature, arguments)
        }
    }

    // MARK: - logic

    private static func and(_ left: @escaping Step, _ right: @escaping Step) -> Step {
        { row, log in
            let first = left(row, &log)
            if case .boolean(false) = first { return first }
            let second = right(row, &log)
            if case .boolean(false) = second { return second }
            return first.isNull || second.isNull ? .null : .boolean(true)
        }
    }

    private static func or(_ left: @escaping Step, _ right: @escaping Step) -> Step {
        { row, log in
            let first = left(row, &log)
            if case .boolean(true) = first { return first }
            let second = right(row, &log)
            if case .boolean(true) = second { return second }
            return first.isNull || second.isNull ? .null : .boolean(false)
        }
    }

    private static func not(_ inner: @escaping Step) -> Step {
        { row, log in
            guard case .boolean(let value) = inner(row, &log) else { return .null }
            return .boolean(!value)
        }
    }

    private static func isNull(_ inner: @escaping Step, _ isNegated: Bool) -> Step {
        { row, log in .boolean(inner(row, &log).isNull != isNegated) }
    }

    // MARK: - comparing

    /// A comparison with a null is false in ksqlDB, not null; only IS [NOT] DISTINCT FROM takes null for a value.
    private static func comparison(
        _ symbol: Expression.Comparison, _ left: @escaping Step, _ right: @escaping Step
    ) -> Step {
        switch symbol {
        case .equal:
            { row, log in
                let (first, second) = (left(row, &log), right(row, &log))
                return .boolean(!first.isNull && first == second)
            }
        case .notEqual:
            { row, log in
                let (first, second) = (left(row, &log), right(row, &log))
                return .boolean(!first.isNull && !second.isNull && first != second)
            }
        case .isDistinct: { row, log in .boolean(left(row, &log) != right(row, &log)) }
        case .isNotDistinct: { row, log in .boolean(left(row, &log) == right(row, &log)) }
        case .less: ordered(left, right) { $0 < 0 }
        case .lessOrEqual: ordered(left, right) { $0 <= 0 }
        case .greater: ordered(left, right) { $0 > 0 }
        case .greaterOrEqual: ordered(left, right) { $0 >= 0 }
        }
    }

    private static func ordered(
        _ left: @escaping Step, _ right: @escaping Step, _ holds: @escaping @Sendable (Int) -> Bool
    ) -> Step {
        { row, log in
            let (first, second) = (left(row, &log), right(row, &log))
            guard let order = first.order(second) else { return .boolean(false) }
            return .boolean(holds(order))
        }
    }

    private static func between(
        _ value: @escaping Step, _ low: @escaping Step, _ high: @escaping Step, _ isNegated: Bool
    ) -> Step {
        { row, log in
            let value = value(row, &log)
            guard let below = value.order(low(row, &log)), let above = value.order(high(row, &log)) else {
                return .boolean(isNegated)
            }
            return .boolean((below >= 0 && above <= 0) != isNegated)
        }
    }

    /// Literals are looked up in a set; other choices are computed one after another.
    private static func isIn(_ value: @escaping Step, _ choices: [TypedExpression], _ isNegated: Bool) -> Step {
        var literals: Set<SQLValue> = []
        var steps: [Step] = []
        for choice in choices {
            if case .literal(let value) = choice.kind {
                if !value.isNull { literals.insert(value) }
            } else {
                steps.append(step(choice))
            }
        }
        return { [literals, steps] row, log in
            let value = value(row, &log)
            if value.isNull { return .boolean(isNegated) }
            if literals.contains(value) { return .boolean(!isNegated) }
            for step in steps where step(row, &log) == value { return .boolean(!isNegated) }
            return .boolean(isNegated)
        }
    }

    private static func like(
        _ value: TypedExpression, _ pattern: TypedExpression, _ escape: Character?, _ isNegated: Bool
    ) -> Step {
        let value = step(value)
        if case .literal(.string(let text)) = pattern.kind {
            let known = LikePattern(text, escape: escape)
            return { row, log in
                guard case .string(let text) = value(row, &log) else { return .boolean(isNegated) }
                return .boolean(known.matches(text) != isNegated)
            }
        }
        let pattern = step(pattern)
        return { row, log in
            guard case .string(let text) = value(row, &log), case .string(let wanted) = pattern(row, &log) else {
                return .boolean(isNegated)
            }
            return .boolean(LikePattern(wanted, escape: escape).matches(text) != isNegated)
        }
    }

    // MARK: - branches

    /// Only the branch that is taken is computed.
    private static func cases(_ branches: [TypedBranch], _ otherwise: TypedExpression?) -> Step {
        let steps = branches.map { (condition: step($0.condition), result: step($0.result)) }
        let otherwise = otherwise.map(step)
        return { row, log in
            for (condition, result) in steps {
                if case .boolean(true) = condition(row, &log) { return result(row, &log) }
            }
            return otherwise?(row, &log) ?? .null
        }
    }

    private static func cast(_ inner: @escaping Step, _ from: SQLType, _ type: SQLType) -> Step {
        { row, log in
            do throws(EvaluationFailure) {
                return try Cast.value(inner(row, &log), from: from, to: type)
            } catch {
                log.note(.expression, error.reason)
                return .null
            }
        }
    }

    private static func negative(_ inner: @escaping Step) -> Step {
        { row, log in
            switch inner(row, &log) {
            case .integer(let value) where value != .min: return .integer(-value)
            case .bigint(let value) where value != .min: return .bigint(-value)
            case .double(let value): return .double(-value)
            case .decimal(let value): return .decimal(value.negated)
            case .null: return .null
            default:
                log.note(.expression, "the number's sign cannot be changed: it would not fit its type")
                return .null
            }
        }
    }
}
