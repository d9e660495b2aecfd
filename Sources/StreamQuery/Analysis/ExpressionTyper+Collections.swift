import Cluster

extension ExpressionTyper {
    func field(_ value: Expression, _ name: Name, _ span: SourceSpan) throws(StatementError) -> TypedExpression {
        let inner = try typed(value)
        guard case .structure(let fields) = inner.type else {
            throw StatementError("-> reads fields of a STRUCT, and this is \(inner.type)", at: value.span)
        }
        guard let index = fields.firstIndex(where: { $0.name == name.text }) else {
            throw StatementError(
                "the STRUCT has no field called \(name.text)", at: name.span,
                suggestion: Suggestion.nearest(to: name.text, among: fields.map(\.name)).map { Name($0).sql })
        }
        return TypedExpression(.field(inner, index), fields[index].type, at: span)
    }

    func element(_ value: Expression, _ index: Expression, _ span: SourceSpan) throws(StatementError) -> TypedExpression
    {
        let inner = try typed(value)
        let place = try typed(index)
        switch inner.type {
        case .array(let element):
            guard place.type == .integer || place.type == .bigint else {
                throw StatementError("an ARRAY's index is an INTEGER, and this is \(place.type)", at: index.span)
            }
            return TypedExpression(.element(inner, Self.changed(place, to: .bigint)), element, at: span)
        case .map(let key, let element):
            guard place.type == key else {
                throw StatementError("the MAP's keys are \(key), and this is \(place.type)", at: index.span)
            }
            return TypedExpression(.element(inner, place), element, at: span)
        default: throw StatementError("[ ] reads an ARRAY or a MAP, and this is \(inner.type)", at: value.span)
        }
    }

    /// An expression as the value of a column: the NULLs and the empty lists in its constructors are of the column's types.
    func typed(_ expression: Expression, for type: SQLType) throws(StatementError) -> TypedExpression {
        switch (expression.kind, type) {
        case (.null, _): return TypedExpression(.literal(.null), type, at: expression.span)
        case (.array(let items), .array(let element)): return try array(items, of: element, expression.span)
        case (.map(let entries), .map(_, let element)): return try map(entries, of: element, expression.span)
        case (.structure(let members), .structure(let fields)):
            return try structure(members, for: fields, expression.span)
        default: return try typed(expression)
        }
    }

    /// A part of a constructor, brought to the type that is wanted where it goes into it as it is.
    private func part(_ expression: Expression, _ wanted: SQLType?) throws(StatementError) -> TypedExpression {
        guard let wanted else { return try typed(expression) }
        let part = try typed(expression, for: wanted)
        return Coercion.isAssignable(part.type, to: wanted) ? Self.changed(part, to: wanted) : part
    }

    /// An ARRAY; without a type that is wanted, an item has to give it one.
    func array(
        _ items: [Expression], of element: SQLType? = nil, _ span: SourceSpan
    ) throws(StatementError) -> TypedExpression {
        var typed: [TypedExpression] = []
        for item in items { typed.append(try part(item, element)) }
        guard typed.contains(where: { !$0.isNullLiteral }) else {
            if let element { return TypedExpression(.array(typed), .array(element), at: span) }
            throw StatementError("an ARRAY needs an item that is not NULL, which gives it its type", at: span)
        }
        typed = try unified(typed, "the items of the ARRAY")
        return TypedExpression(.array(typed), .array(typed[0].type), at: span)
    }

    /// A MAP; without a type that is wanted, a value has to give it one.
    func map(
        _ entries: [Expression.Entry], of element: SQLType? = nil, _ span: SourceSpan
    ) throws(StatementError) -> TypedExpression {
        var (keys, values): ([TypedExpression], [TypedExpression]) = ([], [])
        for entry in entries {
            let key = try typed(entry.key)
            guard key.type == .string, !key.isNullLiteral else {
                throw StatementError("a MAP's keys are VARCHAR here, and this is \(key.type)", at: entry.key.span)
            }
            keys.append(key)
            values.append(try part(entry.value, element))
        }
        guard values.contains(where: { !$0.isNullLiteral }) else {
            if let element {
                return TypedExpression(.map(keys: keys, values: values), .map(.string, element), at: span)
            }
            throw StatementError("a MAP needs a value that is not NULL, which gives it its type", at: span)
        }
        values = try unified(values, "the values of the MAP")
        return TypedExpression(.map(keys: keys, values: values), .map(.string, values[0].type), at: span)
    }

    /// A STRUCT, whose members take the types of the fields that are wanted.
    func structure(
        _ members: [Expression.Member], for wanted: [SQLType.Field] = [], _ span: SourceSpan
    ) throws(StatementError) -> TypedExpression {
        var (values, fields): ([TypedExpression], [SQLType.Field]) = ([], [])
        for member in members {
            let value = try part(member.value, wanted.first { $0.name == member.name.text }?.type)
            guard !fields.contains(where: { $0.name == member.name.text }) else {
                throw StatementError("the STRUCT has two fields called \(member.name.text)", at: member.name.span)
            }
            values.append(value)
            fields.append(SQLType.Field(member.name.text, value.type))
        }
        return TypedExpression(.structure(values), .structure(fields), at: span)
    }
}
