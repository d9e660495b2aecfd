/// An expression as it was written.
///
/// Two expressions are equal when they are written with the same words; where they stand does not count. So a GROUP BY expression is found
/// again in the SELECT.
package struct Expression: Equatable, Sendable {
    /// What it is.
    package var kind: Kind
    /// Where it stands.
    package var span: SourceSpan

    /// An expression.
    package init(_ kind: Kind, at span: SourceSpan = .none) {
        self.kind = kind
        self.span = span
    }

    package static func == (left: Expression, right: Expression) -> Bool { left.kind == right.kind }

    /// The forms of expressions, from the grammar's rules `booleanExpression`, `predicate`, `valueExpression`, `primaryExpression`.
    package indirect enum Kind: Equatable, Sendable {
        case null
        case boolean(Bool)
        case integer(Int32)
        case bigint(Int64)
        case decimal(SQLDecimal)
        case double(Double)
        case string(String)
        /// `column` or `source.column`.
        case column(source: Name?, Name)
        /// `-x`, `+x`.
        case sign(isNegative: Bool, Expression)
        case arithmetic(Arithmetic, Expression, Expression)
        case comparison(Comparison, Expression, Expression)
        case and(Expression, Expression)
        case or(Expression, Expression)
        case not(Expression)
        case isNull(Expression, isNegated: Bool)
        case like(Expression, pattern: Expression, escape: Character?, isNegated: Bool)
        case between(Expression, Expression, Expression, isNegated: Bool)
        case isIn(Expression, [Expression], isNegated: Bool)
        /// `CASE [operand] WHEN … THEN … [ELSE …] END`.
        case cases(operand: Expression?, [Branch], otherwise: Expression?)
        case cast(Expression, SQLType)
        case call(Name, [Expression])
        /// The star of `COUNT(*)`.
        case star
        /// `x->field`.
        case field(Expression, Name)
        /// `x[i]`.
        case element(Expression, Expression)
        /// `ARRAY[…]`.
        case array([Expression])
        /// `MAP(key := value, …)`.
        case map([Entry])
        /// `STRUCT(name := value, …)`.
        case structure([Member])
    }

    /// What two numbers or texts are joined by.
    package enum Arithmetic: String, CaseIterable, Sendable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case remainder = "%"
        case concatenate = "||"
    }

    /// How two values are compared.
    package enum Comparison: String, CaseIterable, Sendable {
        case equal = "="
        case notEqual = "<>"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        /// Null is a value like others.
        case isDistinct = "IS DISTINCT FROM"
        case isNotDistinct = "IS NOT DISTINCT FROM"
    }

    /// A branch of a CASE.
    package struct Branch: Equatable, Sendable {
        package var condition: Expression
        package var result: Expression

        package init(_ condition: Expression, _ result: Expression) {
            self.condition = condition
            self.result = result
        }
    }

    /// A map's entry.
    package struct Entry: Equatable, Sendable {
        package var key: Expression
        package var value: Expression

        package init(_ key: Expression, _ value: Expression) {
            self.key = key
            self.value = value
        }
    }

    /// A structure's field.
    package struct Member: Equatable, Sendable {
        package var name: Name
        package var value: Expression

        package init(_ name: Name, _ value: Expression) {
            self.name = name
            self.value = value
        }
    }
}
