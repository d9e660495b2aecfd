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

extension TypedExpression {
    /// The expression with other places.
    func replacingSlots(_ place: (Int) -> Int) -> TypedExpression {
        func moved(_ expression: TypedExpression) -> TypedExpression { expression.replacingSlots(place) }
        let kind: Kind =
            switch self.kind {
            case .literal: self.kind
            case .slot(let slot): .slot(place(slot))
            case .negative(let inner): .negative(moved(inner))
            case .not(let inner): .not(moved(inner))
            case .isNull(let inner, let isNegated): .isNull(moved(inner), isNegated: isNegated)
            case .cast(let inner): .cast(moved(inner))
            case .field(let inner, let index): .field(moved(inner), index)
            case .arithmetic(let symbol, let left, let right): .arithmetic(symbol, moved(left), moved(right))
            case .comparison(let symbol, let left, let right): .comparison(symbol, moved(left), moved(right))
            case .and(let left, let right): .and(moved(left), moved(right))
            case .or(let left, let right): .or(moved(left), moved(right))
            case .element(let inner, let index): .element(moved(inner), moved(index))
            case .like(let value, let pattern, let escape, let isNegated):
                .like(moved(value), pattern: moved(pattern), escape: escape, isNegated: isNegated)
            case .between(let value, let low, let high, let isNegated):
                .between(moved(value), moved(low), moved(high), isNegated: isNegated)
            case .isIn(let value, let choices, let isNegated):
                .isIn(moved(value), choices.map(moved), isNegated: isNegated)
            case .cases(let branches, let otherwise):
                .cases(
                    branches.map { TypedBranch(condition: moved($0.condition), result: moved($0.result)) },
                    otherwise: otherwise.map(moved))
            case .array(let items): .array(items.map(moved))
            case .map(let keys, let values): .map(keys: keys.map(moved), values: values.map(moved))
            case .structure(let values): .structure(values.map(moved))
            case .call(let name, let signature, let arguments): .call(name, signature: signature, arguments.map(moved))
            }
        return TypedExpression(kind, type, at: span)
    }
}
