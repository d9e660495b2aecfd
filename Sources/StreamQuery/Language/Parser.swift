import Cluster

/// Reads statements: a recursive descent over words; expressions by precedence climbing. Bounded in depth.
struct Parser {
    private let tokens: [Token]
    private var at = 0
    private var depth = 0
    private var operators = 0

    /// How deeply expressions, types and statements nest.
    static let maxDepth = 100
    /// How many operators a statement has: a chain of them is a tree as deep as it is long.
    static let maxOperators = 2000

    /// A reader of words that end with `.end`.
    init(_ tokens: [Token]) { self.tokens = tokens }

    // MARK: - words

    /// The word that is read next.
    var current: Token { tokens[min(at, tokens.count - 1)] }

    /// The word so far behind the current one.
    func ahead(_ distance: Int) -> Token { tokens[min(at + distance, tokens.count - 1)] }

    /// Where the last word that was read ended.
    var lastEnd: Int { at > 0 ? tokens[min(at, tokens.count) - 1].span.end : 0 }

    mutating func advance() { at = min(at + 1, tokens.count - 1) }

    /// From a place to the end of what was read.
    func span(from start: Int) -> SourceSpan { SourceSpan(start: start, end: max(start, lastEnd)) }

    func isWord(_ word: String, ahead distance: Int = 0) -> Bool { ahead(distance).kind == .word(word) }

    func isSymbol(_ symbol: String, ahead distance: Int = 0) -> Bool { ahead(distance).kind == .symbol(symbol) }

    /// Reads these words if they come next.
    mutating func take(_ words: String...) -> Bool {
        for (distance, word) in words.enumerated() where !isWord(word, ahead: distance) { return false }
        for _ in words { advance() }
        return true
    }

    mutating func takeSymbol(_ symbol: String) -> Bool {
        guard isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func expect(_ word: String) throws(StatementError) {
        guard take(word) else { throw unexpected(word) }
    }

    mutating func expectSymbol(_ symbol: String) throws(StatementError) {
        guard takeSymbol(symbol) else { throw unexpected(symbol) }
    }

    /// The error of finding something else.
    func unexpected(_ wanted: String, among words: [String] = []) -> StatementError {
        guard current.kind != .end else {
            return StatementError("the statement ends where \(wanted) is expected", at: current.span)
        }
        var suggestion: String?
        if case .word(let word) = current.kind {
            suggestion = Suggestion.nearest(to: word, among: words.isEmpty ? [wanted] : words)
        }
        return StatementError("\(wanted) is expected here", at: current.span, suggestion: suggestion)
    }

    /// Two expressions joined by an operator.
    mutating func join(
        _ left: Expression, _ right: Expression, _ kind: (Expression, Expression) -> Expression.Kind
    ) throws(StatementError) -> Expression {
        let span = left.span.joined(right.span)
        operators += 1
        guard operators <= Self.maxOperators else {
            throw StatementError("a statement has at most \(Self.maxOperators) operators", at: right.span)
        }
        return Expression(kind(left, right), at: span)
    }

    // MARK: - names and literals

    /// A name; a reserved word must be quoted to be one.
    mutating func name(_ what: String) throws(StatementError) -> Name {
        let token = current
        switch token.kind {
        case .quotedName(let text):
            advance()
            return Name(text, at: token.span)
        case .word(let word) where !Keyword.reserved.contains(word):
            advance()
            return Name(folding: word, at: token.span)
        case .word(let word):
            throw StatementError("\(word) is a reserved word; as \(what) it needs backticks", at: token.span)
        default: throw unexpected(what)
        }
    }

    mutating func text(_ what: String) throws(StatementError) -> String {
        guard case .string(let text) = current.kind else { throw unexpected("\(what) in single quotes") }
        advance()
        return text
    }

    /// A whole number within a range.
    mutating func number(_ what: String, in range: ClosedRange<Int>) throws(StatementError) -> Int {
        guard case .integer(let digits) = current.kind else { throw unexpected(what) }
        guard let value = Int(digits), range.contains(value) else {
            throw StatementError("\(what) must lie in \(range.lowerBound) to \(range.upperBound)", at: current.span)
        }
        advance()
        return value
    }

    /// Items between parentheses, separated by commas; at least one.
    mutating func parenthesized<Item>(
        _ item: (inout Parser) throws(StatementError) -> Item
    ) throws(StatementError) -> [Item] {
        try expectSymbol("(")
        var items = [try item(&self)]
        while takeSymbol(",") { items.append(try item(&self)) }
        try expectSymbol(")")
        return items
    }

    /// Does something one level deeper.
    mutating func nested<Result>(
        _ body: (inout Parser) throws(StatementError) -> Result
    ) throws(StatementError) -> Result {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else {
            throw StatementError("nested more than \(Self.maxDepth) deep", at: current.span)
        }
        return try body(&self)
    }
}
