/// Writes expressions with the fewest parentheses that let them be read back as they are.
struct ExpressionPrinter {
    /// How tightly an expression binds, as in the grammar.
    private enum Level: Int, Comparable {
        case or, and, not, predicate, concatenate, add, multiply, sign, postfix

        static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// The text of an expression.
    static func text(_ expression: Expression) -> String { text(expression, .or) }

    private static func text(_ expression: Expression, _ least: Level) -> String {
        let text = bare(expression)
        return level(expression) < least ? "(\(text))" : text
    }

    private static func level(_ expression: Expression) -> Level {
        switch expression.kind {
        case .or: .or
        case .and: .and
        case .not: .not
        case .comparison, .isNull, .like, .between, .isIn: .predicate
        case .arithmetic(let symbol, _, _): level(symbol)
        case .sign: .sign
        case .integer(let value): value < 0 ? .sign : .postfix
        case .bigint(let value): value < 0 ? .sign : .postfix
        case .decimal(let value): value.unscaled < 0 ? .sign : .postfix
        case .double(let value): value.sign == .minus ? .sign : .postfix
        default: .postfix
        }
    }

    private static func level(_ symbol: Expression.Arithmetic) -> Level {
        switch symbol {
        case .concatenate: .concatenate
        case .add, .subtract: .add
        case .multiply, .divide, .remainder: .multiply
        }
    }

    private static func bare(_ expression: Expression) -> String {
        switch expression.kind {
        case .null: "NULL"
        case .boolean(let value): value ? "TRUE" : "FALSE"
        case .integer(let value): "\(value)"
        case .bigint(let value): "\(value)"
        case .decimal(let value): value.scale == 0 ? "\(value)." : "\(value)"
        case .double(let value): "\(value)".contains("e") ? "\(value)" : "\(value)E0"
        case .string(let text): quoted(text)
        case .column(let source, let name): (source.map { Self.name($0) + "." } ?? "") + Self.name(name)
        case .sign(let isNegative, let inner): sign(isNegative, inner)
        case .arithmetic(let symbol, let left, let right):
            "\(text(left, level(symbol))) \(symbol.rawValue) \(text(right, tighter(level(symbol))))"
        case .comparison(let symbol, let left, let right):
            "\(text(left, .concatenate)) \(symbol.rawValue) \(text(right, .concatenate))"
        case .and(let left, let right): "\(text(left, .and)) AND \(text(right, .not))"
        case .or(let left, let right): "\(text(left, .or)) OR \(text(right, .and))"
        case .not(let inner): "NOT \(text(inner, .not))"
        case .isNull, .like, .between, .isIn: predicate(expression)
        case .cases(let operand, let branches, let otherwise): cases(operand, branches, otherwise)
        case .cast(let value, let type): "CAST(\(text(value)) AS \(type))"
        case .call(let name, let arguments): "\(Self.name(name))(\(list(arguments)))"
        case .star: "*"
        case .field(let value, let name): "\(text(value, .postfix))->\(name.sql)"
        case .element(let value, let index): "\(text(value, .postfix))[\(text(index))]"
        case .array(let items): "ARRAY[\(list(items))]"
        case .map(let entries):
            "MAP(" + entries.map { "\(text($0.key)) := \(text($0.value))" }.joined(separator: ", ") + ")"
        case .structure(let members):
            "STRUCT(" + members.map { "\($0.name.sql) := \(text($0.value))" }.joined(separator: ", ") + ")"
        }
    }

    /// A name; one that would open an ARRAY, a MAP or a STRUCT is quoted.
    private static func name(_ name: Name) -> String {
        ["ARRAY", "MAP", "STRUCT"].contains(name.text) ? "`\(name.text)`" : name.sql
    }

    private static func tighter(_ level: Level) -> Level { Level(rawValue: level.rawValue + 1) ?? .postfix }

    /// A minus before a number would become part of it, and one before a minus a comment.
    private static func sign(_ isNegative: Bool, _ inner: Expression) -> String {
        let operand =
            switch inner.kind {
            case .integer, .bigint, .decimal, .double, .sign, .element, .field: "(\(text(inner)))"
            default: text(inner, .sign)
            }
        return (isNegative ? "-" : "+") + operand
    }

    private static func predicate(_ expression: Expression) -> String {
        switch expression.kind {
        case .isNull(let value, let isNegated): "\(text(value, .concatenate)) IS \(isNegated ? "NOT " : "")NULL"
        case .like(let value, let pattern, let escape, let isNegated):
            "\(text(value, .concatenate)) \(isNegated ? "NOT " : "")LIKE \(text(pattern, .concatenate))"
                + (escape.map { " ESCAPE \(quoted(String($0)))" } ?? "")
        case .between(let value, let low, let high, let isNegated):
            "\(text(value, .concatenate)) \(isNegated ? "NOT " : "")BETWEEN \(text(low, .concatenate)) "
                + "AND \(text(high, .concatenate))"
        case .isIn(let value, let choices, let isNegated):
            "\(text(value, .concatenate)) \(isNegated ? "NOT " : "")IN (\(list(choices)))"
        default: bare(expression)
        }
    }

    private static func cases(
        _ operand: Expression?, _ branches: [Expression.Branch], _ otherwise: Expression?
    ) -> String {
        var text = "CASE"
        if let operand { text += " \(Self.text(operand))" }
        for branch in branches { text += " WHEN \(Self.text(branch.condition)) THEN \(Self.text(branch.result))" }
        if let otherwise { text += " ELSE \(Self.text(otherwise))" }
        return text + " END"
    }

    private static func list(_ expressions: [Expression]) -> String {
        expressions.map { text($0) }.joined(separator: ", ")
    }

    /// A text in single quotes.
    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}

extension Expression: CustomStringConvertible {
    /// The expression as a statement writes it.
    package var description: String { ExpressionPrinter.text(self) }
}
