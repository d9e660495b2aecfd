/// Reads PromQL: Prometheus' grammar and type rules (`promql/parser`), less the `@` modifier and native histograms, which are refused by name.
package struct PromQLParser {
    /// Parentheses, operators and calls inside each other.
    static let depthLimit = 200
    /// Operators on the way from the top of the tree to its leaves: a chain such as `1 + 1 + 1` makes a tree as deep as it is long.
    static let heightLimit = 500
    /// Characters of an expression.
    static let lengthLimit = 65_536

    let source: String
    let version: PrometheusVersion
    private let tokens: [Token]
    private var place = 0
    private var depth = 0
    /// How many operators lie below each other in the expression that was read last.
    var height = 0

    /// Parses an expression.
    ///
    /// - Parameters:
    ///   - source: The text.
    ///   - version: Whose regular expressions: in Prometheus 3 `.` matches a line's end too.
    /// - Throws: `PromQLError`.
    package static func parse(
        _ source: String, version: PrometheusVersion = .three
    ) throws(PromQLError) -> Expression {
        guard source.utf8.count <= lengthLimit else {
            throw PromQLError(
                position: TextPosition(line: 1, column: 1),
                reason: "the expression is longer than \(lengthLimit) characters")
        }
        var parser = try PromQLParser(source, version: version)
        guard parser.current.kind != .end else { throw parser.error("the expression is empty") }
        let (expression, _) = try parser.expression(least: 0)
        guard parser.current.kind == .end else { throw parser.error("this cannot follow here") }
        return expression
    }

    init(_ source: String, version: PrometheusVersion) throws(PromQLError) {
        self.source = source
        self.version = version
        tokens = try Lexer.tokens(of: source)
    }

    // MARK: Words

    var current: Token { tokens[place] }
    var following: Token { tokens[min(place + 1, tokens.count - 1)] }

    mutating func advance() { place = min(place + 1, tokens.count - 1) }

    mutating func take(_ mark: String) -> Bool {
        guard current.isSymbol(mark) else { return false }
        advance()
        return true
    }

    mutating func takeKeyword(_ word: String) -> Bool {
        guard current.keyword == word else { return false }
        advance()
        return true
    }

    mutating func expect(_ mark: String, _ where: String) throws(PromQLError) {
        guard take(mark) else { throw error("expected \"\(mark)\" \(`where`)") }
    }

    /// An error at the current word.
    func error(_ reason: String, suggestion: String? = nil) -> PromQLError {
        error(reason, at: current, suggestion: suggestion)
    }

    /// An error at a word.
    func error(_ reason: String, at token: Token, suggestion: String? = nil) -> PromQLError {
        let reason = token.kind == .end ? "\(reason), but the expression ends here" : reason
        return PromQLError(
            position: TextPosition(of: token.start, in: source), reason: reason,
            fragment: String(token.text.prefix(40)), suggestion: suggestion)
    }

    /// Where an expression stands.
    struct Span {
        var first: Token
        var end: String.Index
    }

    /// From a word up to the one before the current.
    func span(from first: Token) -> Span {
        Span(first: first, end: place > 0 ? tokens[place - 1].text.endIndex : first.text.endIndex)
    }

    /// An error about a whole expression.
    func error(_ reason: String, in span: Span) -> PromQLError {
        let text = source[span.first.start..<max(span.end, span.first.text.endIndex)]
        return PromQLError(
            position: TextPosition(of: span.first.start, in: source), reason: reason,
            fragment: text.count > 40 ? "\(text.prefix(39))…" : String(text))
    }

    // MARK: Operators

    /// An expression of operators that bind at least so tightly, and where it stands.
    mutating func expression(least: Int) throws(PromQLError) -> (Expression, span: Span) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw error("the expression is nested too deeply") }
        let first = current
        height = 0
        var left = try unary()
        while let op = binaryOperator(), op.precedence >= least {
            let word = current
            let leftSpan = span(from: first)
            let leftHeight = height
            advance()
            let returnsBool = takeKeyword("bool")
            let matching = try matching(of: op)
            // `^` is the only one that groups from the right.
            let (right, rightSpan) = try expression(least: op == .power ? op.precedence : op.precedence + 1)
            let operation = BinaryOperation(
                op: op, left: left, right: right, returnsBool: returnsBool, matching: matching ?? .allLabels)
            try check(operation, hasMatching: matching != nil, at: word, left: leftSpan, right: rightSpan)
            left = .binary(operation)
            height = max(leftHeight, height) + 1
            guard height <= Self.heightLimit else {
                throw error("more than \(Self.heightLimit) operators build on each other", at: word)
            }
        }
        return (left, span(from: first))
    }

    private func binaryOperator() -> BinaryOperation.Operator? {
        switch current.kind {
        case .symbol: BinaryOperation.Operator(rawValue: String(current.text))
        case .identifier: current.keyword.flatMap(BinaryOperation.Operator.init(rawValue:))
        default: nil
        }
    }

    private mutating func unary() throws(PromQLError) -> Expression {
        guard current.isSymbol("-") || current.isSymbol("+") else { return try postfix() }
        let isMinus = current.isSymbol("-")
        advance()
        let (inner, span) = try expression(least: BinaryOperation.Operator.power.precedence)
        guard inner.type == .scalar || inner.type == .vector else {
            throw error(
                "a sign can stand before a scalar or an instant vector only, not \(inner.type.phrase)", in: span)
        }
        guard isMinus else { return inner }
        if case .number(let literal) = inner { return .number(NumberLiteral(-literal.value)) }
        return .negation(inner)
    }

    /// `on (…)`, `ignoring (…)` and `group_left (…)` after an operator; nil where nothing is said.
    private mutating func matching(of op: BinaryOperation.Operator) throws(PromQLError) -> VectorMatching? {
        guard let word = current.keyword, word == "on" || word == "ignoring" else { return nil }
        advance()
        var matching = VectorMatching(
            isOn: word == "on", labels: try labelList(), cardinality: .oneToOne, include: [])
        guard let group = current.keyword, group == "group_left" || group == "group_right" else { return matching }
        let token = current
        guard !op.isSet else { throw error("a set operator cannot be grouped", at: token) }
        advance()
        matching.cardinality = group == "group_left" ? .manyToOne : .oneToMany
        if current.isSymbol("(") { matching.include = try labelList() }
        if matching.isOn, let both = matching.include.first(where: matching.labels.contains) {
            throw error("label \"\(both)\" cannot stand in both on and \(group)", at: token)
        }
        return matching
    }

    /// Names of labels in parentheses; keywords are names here.
    mutating func labelList() throws(PromQLError) -> [String] {
        try expect("(", "before the names of labels")
        var labels: [String] = []
        while !current.isSymbol(")") {
            guard current.kind == .identifier, !current.text.contains(":") else {
                throw error("expected the name of a label")
            }
            labels.append(String(current.text))
            advance()
            guard take(",") else { break }
        }
        try expect(")", "after the names of labels")
        return labels
    }

    private func check(
        _ operation: BinaryOperation, hasMatching: Bool, at word: Token, left: Span, right: Span
    ) throws(PromQLError) {
        let op = operation.op
        for (side, span) in [(operation.left, left), (operation.right, right)]
        where side.type != .scalar && side.type != .vector {
            throw error("\(op.rawValue) takes scalars and instant vectors, not \(side.type.phrase)", in: span)
        }
        let scalars = (operation.left.type == .scalar, operation.right.type == .scalar)
        if operation.returnsBool, !op.isComparison { throw error("only a comparison can have bool", at: word) }
        if scalars == (true, true), op.isComparison, !operation.returnsBool {
            throw error("a comparison of two scalars needs bool after the operator", at: word)
        }
        if scalars.0 || scalars.1 {
            if op.isSet { throw error("a set operator works on two instant vectors", at: word) }
            if hasMatching { throw error("labels can be matched between two instant vectors only", at: word) }
        }
    }
}
