/// Expressions, loosest first: OR < AND < NOT < predicate < `||` < `+ -` < `* / %` < sign < `[i]`, `->field`.
extension Parser {
    /// An expression of any kind.
    mutating func expression() throws(StatementError) -> Expression {
        try nested { parser throws(StatementError) in try parser.disjunction() }
    }

    private mutating func disjunction() throws(StatementError) -> Expression {
        var left = try conjunction()
        while take("OR") {
            left = try join(left, try conjunction()) { .or($0, $1) }
        }
        return left
    }

    private mutating func conjunction() throws(StatementError) -> Expression {
        var left = try negation()
        while take("AND") {
            left = try join(left, try negation()) { .and($0, $1) }
        }
        return left
    }

    private mutating func negation() throws(StatementError) -> Expression {
        let start = current.span.start
        guard take("NOT") else { return try predicate() }
        let inner = try nested { parser throws(StatementError) in try parser.negation() }
        return Expression(.not(inner), at: span(from: start))
    }

    // MARK: - predicates

    /// A value with at most one predicate behind it.
    private mutating func predicate() throws(StatementError) -> Expression {
        let left = try joined(1)
        let start = left.span.start
        if let comparison = comparisonSymbol() {
            return try join(left, try joined(1)) { .comparison(comparison, $0, $1) }
        }
        if take("IS") {
            let isNegated = take("NOT")
            if take("NULL") { return Expression(.isNull(left, isNegated: isNegated), at: span(from: start)) }
            guard take("DISTINCT", "FROM") else { throw unexpected("NULL or DISTINCT FROM") }
            let right = try joined(1)
            return Expression(
                .comparison(isNegated ? .isNotDistinct : .isDistinct, left, right), at: left.span.joined(right.span))
        }
        let isNegated =
            isWord("NOT") && (isWord("BETWEEN", ahead: 1) || isWord("IN", ahead: 1) || isWord("LIKE", ahead: 1))
        if isNegated { advance() }
        if take("BETWEEN") {
            let low = try joined(1)
            try expect("AND")
            let high = try joined(1)
            return Expression(.between(left, low, high, isNegated: isNegated), at: span(from: start))
        }
        if take("IN") {
            let choices = try parenthesized { parser throws(StatementError) in try parser.expression() }
            return Expression(.isIn(left, choices, isNegated: isNegated), at: span(from: start))
        }
        if take("LIKE") {
            let pattern = try joined(1)
            let escape = take("ESCAPE") ? try escapeCharacter() : nil
            return Expression(
                .like(left, pattern: pattern, escape: escape, isNegated: isNegated), at: span(from: start))
        }
        return left
    }

    private mutating func comparisonSymbol() -> Expression.Comparison? {
        guard case .symbol(let symbol) = current.kind,
            let comparison = symbol == "!=" ? .notEqual : Expression.Comparison(rawValue: symbol)
        else { return nil }
        advance()
        return comparison
    }

    private mutating func escapeCharacter() throws(StatementError) -> Character {
        let span = current.span
        let text = try text("an escape character")
        guard text.unicodeScalars.count == 1, let character = text.first else {
            throw StatementError("ESCAPE takes one character", at: span)
        }
        return character
    }

    // MARK: - arithmetic

    private static func level(_ symbol: String) -> (Int, Expression.Arithmetic)? {
        guard let arithmetic = Expression.Arithmetic(rawValue: symbol) else { return nil }
        switch arithmetic {
        case .concatenate: return (1, arithmetic)
        case .add, .subtract: return (2, arithmetic)
        case .multiply, .divide, .remainder: return (3, arithmetic)
        }
    }

    /// Precedence climbing: operators at least as tight as `least`, all of them left-associative.
    private mutating func joined(_ least: Int) throws(StatementError) -> Expression {
        var left = try signed()
        while case .symbol(let symbol) = current.kind, let (level, arithmetic) = Self.level(symbol), level >= least {
            advance()
            left = try join(left, try joined(level + 1)) { .arithmetic(arithmetic, $0, $1) }
        }
        return left
    }

    private mutating func signed() throws(StatementError) -> Expression {
        let start = current.span.start
        let isNegative = isSymbol("-")
        guard isNegative || isSymbol("+") else { return try postfixed() }
        advance()
        // A minus before a number that nothing follows belongs to the number, so that the smallest one can be written.
        if isNegative, !isSymbol("[", ahead: 1), !isSymbol("->", ahead: 1), let literal = try numberLiteral(minus: true)
        {
            return Expression(literal, at: span(from: start))
        }
        let inner = try nested { parser throws(StatementError) in try parser.signed() }
        return Expression(.sign(isNegative: isNegative, inner), at: span(from: start))
    }

    private mutating func postfixed() throws(StatementError) -> Expression {
        var value = try primary()
        var steps = 0
        while true {
            steps += 1
            guard steps < Self.maxDepth else {
                throw StatementError("more than \(Self.maxDepth) steps into a value", at: current.span)
            }
            if takeSymbol("[") {
                let index = try expression()
                try expectSymbol("]")
                value = Expression(.element(value, index), at: span(from: value.span.start))
            } else if takeSymbol("->") {
                let field = try name("a field's name")
                value = Expression(.field(value, field), at: span(from: value.span.start))
            } else {
                return value
            }
        }
    }

    // MARK: - literals

    /// A number; nil where there is none.
    private mutating func numberLiteral(minus: Bool = false) throws(StatementError) -> Expression.Kind? {
        let sign = minus ? "-" : ""
        let kind: Expression.Kind
        switch current.kind {
        case .integer(let digits):
            if let value = Int32(sign + digits) {
                kind = .integer(value)
            } else if let value = Int64(sign + digits) {
                kind = .bigint(value)
            } else {
                throw StatementError(
                    "the number does not fit a BIGINT; write it with a point as a DECIMAL", at: current.span)
            }
        case .decimal(let digits):
            guard let value = SQLDecimal(sign + digits) else {
                throw StatementError(
                    "a DECIMAL has at most \(SQLDecimal.maxPrecision) figures", at: current.span)
            }
            kind = .decimal(value)
        case .double(let digits):
            guard let value = Double(sign + digits), value.isFinite else {
                throw StatementError("the number does not fit a DOUBLE", at: current.span)
            }
            kind = .double(value)
        default: return nil
        }
        advance()
        return kind
    }

    private mutating func primary() throws(StatementError) -> Expression {
        let token = current
        if let number = try numberLiteral() { return Expression(number, at: token.span) }
        switch token.kind {
        case .string(let text):
            advance()
            return Expression(.string(text), at: token.span)
        case .symbol("("):
            advance()
            let inner = try expression()
            try expectSymbol(")")
            return inner
        case .word(let word): return try wordExpression(word, token.span)
        case .quotedName: return try reference()
        default: throw unexpected("an expression")
        }
    }

    private mutating func wordExpression(
        _ word: String, _ start: SourceSpan
    ) throws(StatementError) -> Expression {
        switch word {
        case "NULL", "TRUE", "FALSE":
            advance()
            return Expression(word == "NULL" ? .null : .boolean(word == "TRUE"), at: start)
        case "CASE": return try cases()
        case "CAST": return try cast()
        case "ARRAY" where isSymbol("[", ahead: 1): return try array()
        case "MAP" where isSymbol("(", ahead: 1): return try map()
        case "STRUCT" where isSymbol("(", ahead: 1): return try structure()
        default: return try reference()
        }
    }

    /// A column, a column of a source, or a call.
    private mutating func reference() throws(StatementError) -> Expression {
        let start = current.span.start
        // The words belong to joins here, and ksqlDB has no functions of these names.
        if isWord("LEFT") || isWord("RIGHT"), isSymbol("(", ahead: 1) {
            throw StatementError("no function is called \(current.spelling)", at: current.span, suggestion: "SUBSTRING")
        }
        let name = try name("an expression")
        if takeSymbol("(") {
            let arguments = try arguments()
            return Expression(.call(name, arguments), at: span(from: start))
        }
        guard isSymbol("."), !isSymbol("*", ahead: 1) else {
            return Expression(.column(source: nil, name), at: name.span)
        }
        advance()
        let column = try self.name("a column's name")
        return Expression(.column(source: name, column), at: span(from: start))
    }

    private mutating func arguments() throws(StatementError) -> [Expression] {
        var arguments: [Expression] = []
        if takeSymbol(")") { return arguments }
        if isWord("DISTINCT") {
            throw StatementError(
                "DISTINCT does not stand in a call; to count different values there is COUNT_DISTINCT",
                at: current.span,
                suggestion: "COUNT_DISTINCT")
        }
        repeat {
            let token = current
            if takeSymbol("*") {
                arguments.append(Expression(.star, at: token.span))
            } else {
                arguments.append(try expression())
            }
            if isSymbol("=>") { throw StatementError("lambda functions are not supported", at: current.span) }
        } while takeSymbol(",")
        try expectSymbol(")")
        return arguments
    }
}
