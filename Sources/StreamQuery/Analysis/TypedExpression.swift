/// An expression whose names, functions and types are settled: a plain value that can be stored, compared and compiled.
package struct TypedExpression: Equatable, Sendable {
    /// What it is.
    package var kind: Kind
    /// The type of its value.
    package var type: SQLType
    /// Where it was written.
    package var span: SourceSpan

    /// An expression.
    package init(_ kind: Kind, _ type: SQLType, at span: SourceSpan = .none) {
        (self.kind, self.type, self.span) = (kind, type, span)
    }

    package static func == (left: TypedExpression, right: TypedExpression) -> Bool {
        left.type == right.type && left.kind == right.kind
    }

    /// The forms there are. The operands of comparisons, branches and lists have one type.
    package indirect enum Kind: Equatable, Sendable {
        case literal(SQLValue)
        /// A place in the row.
        case slot(Int)
        case negative(TypedExpression)
        case arithmetic(Expression.Arithmetic, TypedExpression, TypedExpression)
        case comparison(Expression.Comparison, TypedExpression, TypedExpression)
        case and(TypedExpression, TypedExpression)
        case or(TypedExpression, TypedExpression)
        case not(TypedExpression)
        case isNull(TypedExpression, isNegated: Bool)
        case like(TypedExpression, pattern: TypedExpression, escape: Character?, isNegated: Bool)
        case between(TypedExpression, TypedExpression, TypedExpression, isNegated: Bool)
        case isIn(TypedExpression, [TypedExpression], isNegated: Bool)
        case cases([TypedBranch], otherwise: TypedExpression?)
        case cast(TypedExpression)
        case field(TypedExpression, Int)
        case element(TypedExpression, TypedExpression)
        case array([TypedExpression])
        case map(keys: [TypedExpression], values: [TypedExpression])
        case structure([TypedExpression])
        /// A function by its name in the catalogue and the number of its signature.
        case call(String, signature: Int, [TypedExpression])
    }

    /// True for a NULL that was written: it takes any type.
    var isNullLiteral: Bool { kind == .literal(.null) }

    /// The places of a row the expression looks at.
    package var slots: Set<Int> {
        var slots: Set<Int> = []
        collect(into: &slots)
        return slots
    }

    private func collect(into slots: inout Set<Int>) {
        if case .slot(let slot) = kind { slots.insert(slot) }
        for child in children { child.collect(into: &slots) }
    }

    /// The expressions it is made of.
    private var children: [TypedExpression] {
        switch kind {
        case .literal, .slot: []
        case .negative(let one), .not(let one), .isNull(let one, _), .cast(let one), .field(let one, _): [one]
        case .arithmetic(_, let left, let right), .comparison(_, let left, let right), .and(let left, let right),
            .or(let left, let right), .element(let left, let right), .like(let left, let right, _, _):
            [left, right]
        case .between(let value, let low, let high, _): [value, low, high]
        case .isIn(let value, let choices, _): [value] + choices
        case .cases(let branches, let otherwise):
            branches.flatMap { [$0.condition, $0.result] } + (otherwise.map { [$0] } ?? [])
        case .array(let items), .structure(let items), .call(_, _, let items): items
        case .map(let keys, let values): keys + values
        }
    }
}

/// A branch of a CASE; its condition is a BOOLEAN.
package struct TypedBranch: Equatable, Sendable {
    package var condition: TypedExpression
    package var result: TypedExpression
}
