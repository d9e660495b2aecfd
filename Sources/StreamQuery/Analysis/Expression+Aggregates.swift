extension Expression {
    /// Whether an aggregate function is called anywhere in the expression.
    var holdsAggregate: Bool {
        if case .call(let name, _) = kind, AggregateName.named(name.text) != nil { return true }
        return children.contains { $0.holdsAggregate }
    }

    /// The expressions it is made of.
    private var children: [Expression] {
        switch kind {
        case .null, .boolean, .integer, .bigint, .decimal, .double, .string, .column, .star: []
        case .sign(_, let one), .not(let one), .isNull(let one, _), .cast(let one, _), .field(let one, _): [one]
        case .arithmetic(_, let left, let right), .comparison(_, let left, let right), .and(let left, let right),
            .or(let left, let right), .element(let left, let right), .like(let left, let right, _, _):
            [left, right]
        case .between(let value, let low, let high, _): [value, low, high]
        case .isIn(let value, let choices, _): [value] + choices
        case .cases(let operand, let branches, let otherwise):
            (operand.map { [$0] } ?? []) + branches.flatMap { [$0.condition, $0.result] }
                + (otherwise.map { [$0] } ?? [])
        case .call(_, let items), .array(let items): items
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .structure(let members): members.map(\.value)
        }
    }
}
