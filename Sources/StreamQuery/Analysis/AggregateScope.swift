/// What expressions mean in aggregated rows: GROUP BY expressions and aggregates are places, columns by themselves are errors.
final class AggregateScope {
    private let source: SourceScope
    private let groupBy: [TypedExpression]
    private let isWindowed: Bool
    private(set) var calls: [AggregateCall] = []
    private(set) var texts: [String] = []
    /// Uses of window bounds: their places are known when all aggregates are.
    private static let boundBase = Int.max - 8

    init(_ source: SourceScope, groupBy: [TypedExpression], isWindowed: Bool) {
        self.source = source
        self.groupBy = groupBy
        self.isWindowed = isWindowed
    }

    /// An expression of SELECT or HAVING. Places of window bounds are settled by ``settled(_:)``.
    func typed(_ expression: Expression, allowsBounds: Bool) throws(StatementError) -> TypedExpression {
        try ExpressionTyper { expression throws(StatementError) in
            try self.resolve(expression, allowsBounds)
        }.typed(expression)
    }

    private func resolve(_ expression: Expression, _ allowsBounds: Bool) throws(StatementError) -> TypedExpression? {
        if case .call(let name, let arguments) = expression.kind, let function = AggregateName.named(name.text) {
            let call = try AggregateTyper(source.typer).call(function, arguments, expression.span)
            return TypedExpression(.slot(groupBy.count + place(of: call, expression)), call.type, at: expression.span)
        }
        if let key = key(expression) { return key }
        guard case .column(let qualifier, let name) = expression.kind else { return nil }
        try source.check(qualifier)
        if let bound = PseudoColumn(rawValue: name.text), bound.isWindowBound, isWindowed {
            guard allowsBounds else {
                throw StatementError("\(name.text) can be used in SELECT only, not in HAVING", at: expression.span)
            }
            let slot = Self.boundBase + (bound == .windowstart ? 0 : 1)
            return TypedExpression(.slot(slot), .bigint, at: expression.span)
        }
        _ = try source.resolve(expression)
        throw StatementError(
            "\(name.text) must stand in GROUP BY or inside an aggregate function", at: expression.span)
    }

    /// The place of a GROUP BY expression, however it is written.
    private func key(_ expression: Expression) -> TypedExpression? {
        switch expression.kind {
        case .null, .boolean, .integer, .bigint, .decimal, .double, .string, .star: return nil
        default: break
        }
        guard let typed = try? source.typer.typed(expression), let place = groupBy.firstIndex(of: typed) else {
            return nil
        }
        return TypedExpression(.slot(place), typed.type, at: expression.span)
    }

    private func place(of call: AggregateCall, _ expression: Expression) -> Int {
        if let place = calls.firstIndex(of: call) { return place }
        calls.append(call)
        texts.append("\(expression)")
        return calls.count - 1
    }

    /// The expression with window bounds in their places behind all aggregates.
    func settled(_ expression: TypedExpression) -> TypedExpression {
        expression.replacingSlots {
            $0 >= Self.boundBase ? self.groupBy.count + self.calls.count + $0 - Self.boundBase : $0
        }
    }
}
