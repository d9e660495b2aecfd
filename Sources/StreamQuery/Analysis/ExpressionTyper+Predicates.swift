extension ExpressionTyper {
    func predicate(_ expression: Expression) throws(StatementError) -> TypedExpression {
        let span = expression.span
        switch expression.kind {
        case .comparison(let symbol, let left, let right):
            let sides = try unified([try typed(left), try typed(right)], "the sides of \(symbol.rawValue)")
            try checkOrder(sides[0], symbol, span)
            return TypedExpression(.comparison(symbol, sides[0], sides[1]), .boolean, at: span)
        case .isNull(let value, let isNegated):
            return TypedExpression(.isNull(try typed(value), isNegated: isNegated), .boolean, at: span)
        case .like(let value, let pattern, let escape, let isNegated):
            let kind = TypedExpression.Kind.like(
                try text(value, "what LIKE looks at"), pattern: try text(pattern, "the pattern of LIKE"),
                escape: escape,
                isNegated: isNegated)
            return TypedExpression(kind, .boolean, at: span)
        case .between(let value, let low, let high, let isNegated):
            let all = try unified([try typed(value), try typed(low), try typed(high)], "the sides of BETWEEN")
            try checkOrder(all[0], .less, span)
            return TypedExpression(.between(all[0], all[1], all[2], isNegated: isNegated), .boolean, at: span)
        case .isIn(let value, let choices, let isNegated):
            var all = [try typed(value)]
            for choice in choices { all.append(try typed(choice)) }
            all = try unified(all, "the values of IN")
            return TypedExpression(.isIn(all[0], Array(all.dropFirst()), isNegated: isNegated), .boolean, at: span)
        default: return try typed(expression)
        }
    }

    /// Lists, maps and structures can be equal, and have no order.
    private func checkOrder(
        _ side: TypedExpression, _ symbol: Expression.Comparison, _ span: SourceSpan
    ) throws(StatementError) {
        switch symbol {
        case .equal, .notEqual, .isDistinct, .isNotDistinct: return
        default: break
        }
        guard side.type.isPrimitive, side.type != .boolean else {
            throw StatementError("values of \(side.type) have no order", at: span)
        }
    }

    private func text(_ expression: Expression, _ what: String) throws(StatementError) -> TypedExpression {
        let typed = try typed(expression)
        guard typed.type == .string else {
            throw StatementError("\(what) must be VARCHAR, and is \(typed.type)", at: expression.span)
        }
        return typed
    }
}
