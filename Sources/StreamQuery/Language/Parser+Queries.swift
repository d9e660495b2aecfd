extension Parser {
    /// `SELECT … [EMIT …] [LIMIT n]`.
    mutating func query() throws(StatementError) -> Query {
        let start = current.span.start
        try expect("SELECT")
        if isWord("DISTINCT") {
            throw StatementError(
                "SELECT DISTINCT is not part of the language; GROUP BY gives each value once", at: current.span)
        }
        _ = take("ALL")
        var items = [try selectItem()]
        while takeSymbol(",") { items.append(try selectItem()) }
        guard take("FROM") else { throw unexpected("FROM or a comma", among: ["FROM"]) }
        var query = Query(items, from: try sourceReference())
        while let join = try join() { query.joins.append(join) }
        try windowAndFilter(&query)
        if take("GROUP") {
            try expect("BY")
            query.groupBy = try grouping()
        }
        if isWord("WINDOW") {
            throw StatementError("WINDOW stands behind FROM or WHERE, before GROUP BY", at: current.span)
        }
        if take("PARTITION") {
            try expect("BY")
            query.partitionBy = try grouping()
        }
        if take("HAVING") { query.having = try expression() }
        if take("EMIT") {
            if take("CHANGES") {
                query.emit = .changes
            } else if take("FINAL") {
                query.emit = .final
            } else {
                throw unexpected("CHANGES or FINAL", among: ["CHANGES", "FINAL"])
            }
        }
        if take("LIMIT") { query.limit = try number("a number of rows", in: 0...Int(Int32.max)) }
        query.span = span(from: start)
        return query
    }

    /// WINDOW and WHERE, in either order.
    private mutating func windowAndFilter(_ query: inout Query) throws(StatementError) {
        if isWord("WINDOW") { query.window = try windowClause() }
        if take("WHERE") { query.filter = try expression() }
        guard isWord("WINDOW") else { return }
        guard query.window == nil else { throw StatementError("the query has two windows", at: current.span) }
        query.windowFollowsWhere = query.filter != nil
        query.window = try windowClause()
    }

    private mutating func selectItem() throws(StatementError) -> SelectItem {
        let token = current
        if takeSymbol("*") { return .all(source: nil, token.span) }
        if isSymbol(".", ahead: 1), isSymbol("*", ahead: 2) {
            let source = try name("a source")
            advance()
            advance()
            return .all(source: source, span(from: token.span.start))
        }
        let value = try expression()
        if take("AS") { return .expression(value, alias: try name("a column's name")) }
        return .expression(value, alias: try bareAlias("a column's name"))
    }

    /// A name without AS; nil where a clause begins.
    private mutating func bareAlias(_ what: String) throws(StatementError) -> Name? {
        switch current.kind {
        case .quotedName: return try name(what)
        case .word(let word):
            let opensClause = word == "EMIT" && opensEmit || word == "PARTITION" && isWord("BY", ahead: 1)
            return opensClause || Keyword.reserved.contains(word) ? nil : try name(what)
        default: return nil
        }
    }

    /// Whether EMIT is the clause, misspelt or not, and no name: a name has no other word behind it but those that open clauses.
    private var opensEmit: Bool {
        guard case .word(let next) = ahead(1).kind, !Keyword.reserved.contains(next), next != "EMIT" else {
            return false
        }
        return next != "PARTITION" || !isWord("BY", ahead: 2)
    }

    private mutating func sourceReference() throws(StatementError) -> SourceReference {
        if isSymbol("(") { throw StatementError("a query inside a query is not supported", at: current.span) }
        let source = try name("a stream or a table")
        if isSymbol(",") {
            throw StatementError("a query has one source; joins are written with JOIN", at: current.span)
        }
        let alias = take("AS") ? try name("a source's name") : try bareAlias("a source's name")
        return SourceReference(source, alias: alias)
    }

    /// Expressions of GROUP BY or PARTITION BY, with or without parentheses around them all.
    private mutating func grouping() throws(StatementError) -> [Expression] {
        // `(a, b)` is no expression; `(a)` and `(a) + 1` are.
        var ahead = self
        if let all = try? ahead.parenthesized({ parser throws(StatementError) in try parser.expression() }),
            all.count > 1
        {
            self = ahead
            return all
        }
        var expressions = [try expression()]
        while takeSymbol(",") { expressions.append(try expression()) }
        return expressions
    }

    // MARK: - joins

    private mutating func join() throws(StatementError) -> Join? {
        let start = current.span.start
        let kind: Join.Kind
        if isWord("CROSS") { throw StatementError("CROSS JOIN is not part of the language", at: current.span) }
        if take("INNER") {
            kind = .inner
        } else if take("LEFT") {
            kind = .left
        } else if take("RIGHT") {
            kind = .right
        } else if take("FULL") {
            kind = .full
        } else if isWord("JOIN") {
            kind = .inner
        } else {
            return nil
        }
        if kind != .inner { _ = take("OUTER") }
        try expect("JOIN")
        let source = try sourceReference()
        let within = take("WITHIN") ? try within() : nil
        try expect("ON")
        let condition = try expression()
        return Join(kind, source, within: within, on: condition, at: span(from: start))
    }

    private mutating func within() throws(StatementError) -> Join.Within {
        var lengths: [WindowLength]
        if isSymbol("(") {
            lengths = try parenthesized { parser throws(StatementError) in try parser.windowLength() }
            guard lengths.count == 2 else {
                throw StatementError("WITHIN takes one length, or two in parentheses", at: span(from: lastEnd))
            }
        } else {
            lengths = [try windowLength()]
        }
        let grace = take("GRACE", "PERIOD") ? try windowLength() : nil
        return Join.Within(before: lengths[0], after: lengths[lengths.count - 1], grace: grace)
    }

    // MARK: - windows

    private mutating func windowClause() throws(StatementError) -> WindowClause {
        let start = current.span.start
        try expect("WINDOW")
        let kinds = ["TUMBLING", "HOPPING", "SESSION"]
        var name: Name?
        if case .word(let word) = current.kind, !kinds.contains(word), !isSymbol("(", ahead: 1) {
            name = try self.name("a window's kind")
        } else if case .quotedName = current.kind {
            name = try self.name("a window's kind")
        }
        guard case .word(let kind) = current.kind, kinds.contains(kind) else {
            throw unexpected("TUMBLING, HOPPING or SESSION", among: kinds)
        }
        advance()
        try expectSymbol("(")
        let shape: WindowClause.Shape
        if kind == "SESSION" {
            shape = .session(gap: try windowLength())
        } else {
            try expect("SIZE")
            let size = try windowLength()
            if kind == "HOPPING" {
                try expectSymbol(",")
                try expect("ADVANCE")
                try expect("BY")
                shape = .hopping(size: size, advance: try windowLength())
            } else {
                shape = .tumbling(size: size)
            }
        }
        var clause = WindowClause(shape)
        clause.name = name
        try windowLimits(&clause)
        try expectSymbol(")")
        clause.span = span(from: start)
        return clause
    }

    /// RETENTION, then GRACE PERIOD.
    private mutating func windowLimits(_ clause: inout WindowClause) throws(StatementError) {
        guard takeSymbol(",") else { return }
        if take("RETENTION") {
            clause.retention = try windowLength()
            guard takeSymbol(",") else { return }
        }
        guard take("GRACE", "PERIOD") else {
            throw unexpected(
                clause.retention == nil ? "RETENTION or GRACE PERIOD" : "GRACE PERIOD", among: ["RETENTION", "GRACE"])
        }
        clause.grace = try windowLength()
        if isSymbol(","), isWord("RETENTION", ahead: 1) {
            throw StatementError("RETENTION stands before GRACE PERIOD", at: ahead(1).span)
        }
    }

    /// `30 MINUTES`.
    mutating func windowLength() throws(StatementError) -> WindowLength {
        let start = current.span.start
        let count = try number("a length as 30 MINUTES", in: 0...Int.max)
        let units = WindowLength.Unit.allCases
        guard case .word(let word) = current.kind,
            let unit = units.first(where: { $0.rawValue == word || $0.rawValue + "S" == word })
        else {
            throw unexpected("DAYS, HOURS, MINUTES, SECONDS or MILLISECONDS", among: units.map { $0.rawValue + "S" })
        }
        advance()
        let length = WindowLength(Int64(count), unit)
        guard length.milliseconds != nil else {
            throw StatementError("the length does not fit 64 bits of milliseconds", at: span(from: start))
        }
        return length
    }
}
