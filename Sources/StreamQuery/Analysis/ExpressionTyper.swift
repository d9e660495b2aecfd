/// Settles names, functions and types of expressions.
///
/// What names mean comes in by `resolve`, which is asked about every expression first: that is how a GROUP BY expression or an aggregate
/// becomes a place in the aggregated row.
struct ExpressionTyper {
    /// The meaning of an expression in the row at hand; nil to take it apart.
    typealias Resolver = (Expression) throws(StatementError) -> TypedExpression?

    private let resolve: Resolver

    init(_ resolve: @escaping Resolver) { self.resolve = resolve }

    /// An expression's meaning.
    func typed(_ expression: Expression) throws(StatementError) -> TypedExpression {
        if let known = try resolve(expression) { return known }
        let span = expression.span
        switch expression.kind {
        case .null: return TypedExpression(.literal(.null), .string, at: span)
        case .boolean(let value): return TypedExpression(.literal(.boolean(value)), .boolean, at: span)
        case .integer(let value): return TypedExpression(.literal(.integer(value)), .integer, at: span)
        case .bigint(let value): return TypedExpression(.literal(.bigint(value)), .bigint, at: span)
        case .double(let value): return TypedExpression(.literal(.double(value)), .double, at: span)
        case .string(let value): return TypedExpression(.literal(.string(value)), .string, at: span)
        case .decimal(let value):
            let type = SQLType.decimal(precision: value.precision, scale: Int(value.scale))
            return TypedExpression(.literal(.decimal(value)), type, at: span)
        case .column(_, let name): throw StatementError("\(name.text) has no meaning here", at: span)
        case .star: throw StatementError("* is an argument of COUNT only", at: span)
        case .sign(let isNegative, let inner): return try sign(isNegative, inner, span)
        case .arithmetic(let symbol, let left, let right): return try arithmetic(symbol, left, right, span)
        case .and(let left, let right):
            return TypedExpression(.and(try condition(left), try condition(right)), .boolean, at: span)
        case .or(let left, let right):
            return TypedExpression(.or(try condition(left), try condition(right)), .boolean, at: span)
        case .not(let inner): return TypedExpression(.not(try condition(inner)), .boolean, at: span)
        case .comparison, .isNull, .like, .between, .isIn: return try predicate(expression)
        case .cases(let operand, let branches, let otherwise): return try cases(operand, branches, otherwise, span)
        case .cast(let value, let type): return try cast(value, type, span)
        case .call(let name, let arguments): return try call(name, arguments, span)
        case .field(let value, let name): return try field(value, name, span)
        case .element(let value, let index): return try element(value, index, span)
        case .array(let items): return try array(items, span)
        case .map(let entries): return try map(entries, span)
        case .structure(let members): return try structure(members, span)
        }
    }

    /// An expression that must be true or false.
    func condition(_ expression: Expression, _ what: String = "this") throws(StatementError) -> TypedExpression {
        let typed = try typed(expression)
        if typed.isNullLiteral { return TypedExpression(.literal(.null), .boolean, at: expression.span) }
        guard typed.type == .boolean else {
            throw StatementError("\(what) must be BOOLEAN, and is \(typed.type)", at: expression.span)
        }
        return typed
    }

    // MARK: - arithmetic

    private func sign(_ isNegative: Bool, _ inner: Expression, _ span: SourceSpan) throws(StatementError)
        -> TypedExpression
    {
        let value = try typed(inner)
        guard value.type.isNumeric else {
            throw StatementError("a sign stands before numbers only, and this is \(value.type)", at: span)
        }
        return isNegative ? TypedExpression(.negative(value), value.type, at: span) : value
    }

    private func arithmetic(
        _ symbol: Expression.Arithmetic, _ left: Expression, _ right: Expression, _ span: SourceSpan
    ) throws(StatementError) -> TypedExpression {
        var (first, second) = (try typed(left), try typed(right))
        if first.isNullLiteral { first.type = second.type }
        if second.isNullLiteral { second.type = first.type }
        let joinsTexts = symbol == .concatenate || symbol == .add
        if joinsTexts, first.type == .string, second.type == .string {
            return TypedExpression(.arithmetic(.concatenate, first, second), .string, at: span)
        }
        if joinsTexts, first.type == .bytes, second.type == .bytes {
            return TypedExpression(.arithmetic(.concatenate, first, second), .bytes, at: span)
        }
        guard symbol != .concatenate, let type = Coercion.arithmetic(symbol, first.type, second.type) else {
            throw StatementError(
                "\(first.type) \(symbol.rawValue) \(second.type) is not defined; CAST one of them", at: span)
        }
        if case .decimal = type {
            // Both sides stay decimals with their own scale: the result's scale is computed from them.
            return TypedExpression(.arithmetic(symbol, asDecimal(first), asDecimal(second)), type, at: span)
        }
        return TypedExpression(
            .arithmetic(symbol, Self.changed(first, to: type), Self.changed(second, to: type)), type, at: span)
    }

    private func asDecimal(_ expression: TypedExpression) -> TypedExpression {
        guard let (precision, scale) = Coercion.asDecimal(expression.type) else { return expression }
        return Self.changed(expression, to: .decimal(precision: precision, scale: scale))
    }

    /// The expression with its value as another type. Literals change at once.
    static func changed(_ expression: TypedExpression, to type: SQLType) -> TypedExpression {
        if expression.type == type { return expression }
        if case .literal(let value) = expression.kind,
            let changed = try? Cast.value(value, from: expression.type, to: type)
        {
            return TypedExpression(.literal(changed), type, at: expression.span)
        }
        return TypedExpression(.cast(expression), type, at: expression.span)
    }

    // MARK: - common types

    /// Brings expressions to their common type; a text literal becomes what the others are if it reads as such.
    func unified(_ expressions: [TypedExpression], _ what: String) throws(StatementError) -> [TypedExpression] {
        var type: SQLType?
        for expression in expressions where !expression.isNullLiteral && !Self.isText(expression) {
            guard let known = type else {
                type = expression.type
                continue
            }
            guard let common = Coercion.common(known, expression.type) else {
                throw StatementError("\(what) mix \(known) and \(expression.type)", at: expression.span)
            }
            type = common
        }
        let common = type ?? .string
        var unified: [TypedExpression] = []
        for expression in expressions {
            if expression.isNullLiteral {
                unified.append(TypedExpression(.literal(.null), common, at: expression.span))
            } else {
                unified.append(try textChanged(expression, to: common, what))
            }
        }
        return unified
    }

    private static func isText(_ expression: TypedExpression) -> Bool {
        if case .literal(.string) = expression.kind { true } else { false }
    }

    private func textChanged(
        _ expression: TypedExpression, to type: SQLType, _ what: String
    ) throws(StatementError) -> TypedExpression {
        guard expression.type == .string, type != .string else { return Self.changed(expression, to: type) }
        if type == .bigint, case .literal(.string(let text)) = expression.kind, Int64(text) == nil,
            let moment = TemporalText.parseTimestamp(text)
        {
            // ROWTIME, WINDOWSTART and WINDOWEND are compared with written times.
            return TypedExpression(.literal(.bigint(moment)), type, at: expression.span)
        }
        let changed = Self.changed(expression, to: type)
        // "yes" as BOOLEAN would be taken for a typing mistake's false.
        guard case .literal = changed.kind, Cast.isPossible(from: .string, to: type) else {
            throw StatementError("\(what) mix \(type) and VARCHAR", at: expression.span)
        }
        return changed
    }

    // MARK: - branches and casts

    private func cases(
        _ operand: Expression?, _ branches: [Expression.Branch], _ otherwise: Expression?, _ span: SourceSpan
    ) throws(StatementError) -> TypedExpression {
        var conditions: [TypedExpression] = []
        for branch in branches {
            if let operand {
                let equal = Expression(.comparison(.equal, operand, branch.condition), at: branch.condition.span)
                conditions.append(try typed(equal))
            } else {
                conditions.append(try condition(branch.condition, "a WHEN"))
            }
        }
        var results: [TypedExpression] = []
        for branch in branches { results.append(try typed(branch.result)) }
        if let otherwise { results.append(try typed(otherwise)) }
        results = try unified(results, "the results of CASE")
        let typed = zip(conditions, results).map { TypedBranch(condition: $0, result: $1) }
        return TypedExpression(
            .cases(typed, otherwise: otherwise == nil ? nil : results.last), results.first?.type ?? .string, at: span)
    }

    private func cast(_ value: Expression, _ type: SQLType, _ span: SourceSpan) throws(StatementError)
        -> TypedExpression
    {
        let inner = try typed(value)
        // A NULL that was cast is of its type, which a bare one takes from its neighbours.
        if inner.isNullLiteral { return TypedExpression(.cast(inner), type, at: span) }
        guard Cast.isPossible(from: inner.type, to: type) else {
            let hint = inner.type == .bigint && type == .timestamp ? "FROM_UNIXTIME" : nil
            throw StatementError("a \(inner.type) cannot be CAST to \(type)", at: span, suggestion: hint)
        }
        return inner.type == type ? inner : TypedExpression(.cast(inner), type, at: span)
    }
}
