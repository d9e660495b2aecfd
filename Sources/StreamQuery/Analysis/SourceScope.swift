import Cluster

/// What names mean in the rows of a source.
struct SourceScope {
    let source: SourceDefinition
    let alias: Name?
    /// The query has windows of its own, whose bounds are not there yet.
    let opensWindows: Bool

    /// The typer of the source's rows.
    var typer: ExpressionTyper { ExpressionTyper { expression throws(StatementError) in try resolve(expression) } }

    /// The meaning of columns; aggregates have none here.
    func resolve(_ expression: Expression) throws(StatementError) -> TypedExpression? {
        switch expression.kind {
        case .column(let qualifier, let name):
            try check(qualifier)
            return try column(name, at: expression.span)
        case .call(let name, _):
            if AggregateName.named(name.text) != nil {
                throw StatementError(
                    "\(name.text) is an aggregate function: it stands in SELECT or HAVING, and not inside another",
                    at: expression.span)
            }
            return nil
        default: return nil
        }
    }

    /// A source's name before a column or a star.
    func check(_ qualifier: Name?) throws(StatementError) {
        guard let qualifier, qualifier != alias, alias != nil || qualifier.text != source.name else { return }
        throw StatementError(
            "no source is called \(qualifier.text)", at: qualifier.span,
            suggestion: alias?.text ?? Name(source.name).sql)
    }

    private func column(_ name: Name, at span: SourceSpan) throws(StatementError) -> TypedExpression {
        let layout = source.layout
        if let (slot, type) = layout.column(name.text) { return TypedExpression(.slot(slot), type, at: span) }
        if let pseudo = PseudoColumn(rawValue: name.text), pseudo.isWindowBound {
            throw StatementError(
                opensWindows
                    ? "\(name.text) can be used in the SELECT of a windowed aggregation only, outside of aggregates"
                    : "\(name.text) is there only where rows have windows", at: span)
        }
        let known = layout.schema.columns.map(\.name) + PseudoColumn.allCases.map(\.rawValue)
        throw StatementError(
            "no column is called \(name.text)", at: span,
            suggestion: Suggestion.nearest(to: name.text, among: known).map { Name($0).sql })
    }
}
