import Cluster

extension ExpressionTyper {
    /// A call of a scalar function.
    func call(_ name: Name, _ arguments: [Expression], _ span: SourceSpan) throws(StatementError) -> TypedExpression {
        guard let function = FunctionCatalogue.function(name.text) else { throw Self.unknown(name) }
        var typed: [TypedExpression] = []
        for (place, argument) in arguments.enumerated() {
            if place == function.unitPlace {
                typed.append(try unit(argument))
            } else {
                typed.append(try self.typed(argument))
            }
        }
        guard let match = function.match(typed) else {
            let given = typed.map { $0.isNullLiteral ? "NULL" : "\($0.type)" }.joined(separator: ", ")
            let known = function.signatures.map { "\(function.name)\($0)" }.joined(separator: " or ")
            throw StatementError("\(function.name)(\(given)) is not defined; there is \(known)", at: span)
        }
        let changed = zip(typed, match.parameters).map { argument, type in
            argument.isNullLiteral
                ? TypedExpression(.literal(.null), type, at: argument.span) : Self.changed(argument, to: type)
        }
        return TypedExpression(.call(function.name, signature: match.signature, changed), match.type, at: span)
    }

    /// The error of a function that is not there.
    static func unknown(_ name: Name) -> StatementError {
        if ["EXPLODE", "CUBE_EXPLODE"].contains(name.text) {
            return StatementError("table functions are not supported", at: name.span)
        }
        let all = FunctionCatalogue.names + AggregateName.allCases.map(\.name)
        return StatementError(
            "no function is called \(name.text)", at: name.span,
            suggestion: Suggestion.nearest(to: name.text, among: all))
    }

    /// A unit of time, which is written as a bare word.
    private func unit(_ expression: Expression) throws(StatementError) -> TypedExpression {
        guard case .column(nil, let name) = expression.kind, let unit = TimeUnit(name.text) else {
            throw StatementError(
                "a unit of time is expected here: \(TimeUnit.allCases.map(\.rawValue).joined(separator: ", "))",
                at: expression.span)
        }
        return TypedExpression(.literal(.string(unit.rawValue)), .string, at: expression.span)
    }
}
