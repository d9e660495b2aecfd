import Cluster

extension Parser {
    /// A statement with nothing behind it.
    mutating func wholeStatement() throws(StatementError) -> Statement {
        let statement = try statement()
        guard current.kind == .end else {
            throw StatementError("the statement should have ended before this", at: current.span)
        }
        return statement
    }

    private mutating func statement() throws(StatementError) -> Statement {
        let start = current.span.start
        let kind = try nested { parser throws(StatementError) in try parser.statementKind() }
        return Statement(kind, at: span(from: start))
    }

    private mutating func statementKind() throws(StatementError) -> Statement.Kind {
        guard case .word(let word) = current.kind else {
            throw unexpected("a statement as SELECT or CREATE", among: Keyword.statements)
        }
        if word == "SELECT" { return .query(try query()) }
        if let name = Keyword.unsupportedStatements[word] {
            throw StatementError("not supported: \(name)", at: current.span)
        }
        guard Keyword.statements.contains(word) else {
            throw StatementError(
                "no statement begins with \(word)", at: current.span,
                suggestion: Suggestion.nearest(to: word, among: Keyword.statements))
        }
        advance()
        switch word {
        case "CREATE": return try create()
        case "INSERT": return try insert()
        case "PRINT": return .print(try printTopic())
        case "SHOW", "LIST": return try show()
        case "DESCRIBE": return try describe()
        case "EXPLAIN": return .explain(try explainTarget())
        case "TERMINATE": return .terminate(try queryTarget())
        case "PAUSE": return .pause(try queryTarget())
        case "RESUME": return .resume(try queryTarget())
        case "DROP": return try drop()
        default: return try setting(word)
        }
    }

    // MARK: - CREATE

    private mutating func create() throws(StatementError) -> Statement.Kind {
        let replaces = take("OR", "REPLACE")
        let isReadOnly = take("SOURCE")
        if isWord("SINK"), isWord("CONNECTOR", ahead: 1) { advance() }
        try refuseKinds("CREATE")
        let kind = try sourceKind("STREAM or TABLE")
        let ifNotExists = take("IF", "NOT", "EXISTS")
        let name = try name("the \(kind == .stream ? "stream" : "table")'s name")
        let columns = isSymbol("(") ? try columnDefinitions() : []
        let properties = take("WITH") ? try propertySettings() : []
        if columns.isEmpty, !isReadOnly, take("AS") {
            var created = CreateAs(kind, name, try query())
            (created.replaces, created.ifNotExists, created.properties) = (replaces, ifNotExists, properties)
            return .createAs(created)
        }
        guard !properties.isEmpty else { throw unexpected(columns.isEmpty ? "columns, WITH or AS SELECT" : "WITH") }
        var created = CreateSource(kind, name)
        (created.replaces, created.ifNotExists, created.isReadOnly) = (replaces, ifNotExists, isReadOnly)
        (created.columns, created.properties) = (columns, properties)
        return .createSource(created)
    }

    /// Refuses by name what ksqlDB creates and there is not here.
    private func refuseKinds(_ verb: String) throws(StatementError) {
        guard case .word(let word) = current.kind, Keyword.unsupportedKinds.contains(word) else { return }
        throw StatementError("not supported: \(verb) \(word)", at: current.span)
    }

    private mutating func sourceKind(_ wanted: String) throws(StatementError) -> SourceKind {
        if take("STREAM") { return .stream }
        if take("TABLE") { return .table }
        throw unexpected(wanted, among: ["STREAM", "TABLE"])
    }

    private mutating func columnDefinitions() throws(StatementError) -> [ColumnDefinition] {
        try parenthesized { parser throws(StatementError) in
            let name = try parser.name("a column's name")
            let type = try parser.type()
            if parser.take("PRIMARY") {
                try parser.expect("KEY")
                return ColumnDefinition(name, type, .primaryKey)
            }
            if parser.take("KEY") { return ColumnDefinition(name, type, .key) }
            if parser.take("HEADERS") { return ColumnDefinition(name, type, .header(nil)) }
            if parser.take("HEADER") {
                try parser.expectSymbol("(")
                let header = try parser.text("a header's name")
                try parser.expectSymbol(")")
                return ColumnDefinition(name, type, .header(header))
            }
            return ColumnDefinition(name, type)
        }
    }

    private mutating func propertySettings() throws(StatementError) -> [PropertySetting] {
        try parenthesized { parser throws(StatementError) in
            let name: Name
            let token = parser.current
            if case .string(let text) = token.kind {
                parser.advance()
                name = Name(folding: text, at: token.span)
            } else {
                name = try parser.name("a property's name")
            }
            try parser.expectSymbol("=")
            let value = try parser.expression()
            switch value.kind {
            case .string, .integer, .bigint, .boolean, .decimal, .double, .null: break
            default:
                throw StatementError(
                    "a property's value is a number, TRUE, FALSE or a text in single quotes", at: value.span)
            }
            return PropertySetting(name, value)
        }
    }

    // MARK: - records

    private mutating func insert() throws(StatementError) -> Statement.Kind {
        try expect("INTO")
        let name = try name("a stream or a table")
        if isWord("SELECT") { return .insertSelect(into: name, try query()) }
        var columns: [Name] = []
        if isSymbol("(") {
            columns = try parenthesized { parser throws(StatementError) in try parser.name("a column's name") }
        }
        guard take("VALUES") else { throw unexpected("VALUES or SELECT", among: ["VALUES", "SELECT"]) }
        let values = try parenthesized { parser throws(StatementError) in try parser.expression() }
        return .insertValues(into: name, columns: columns, values: values)
    }

    private mutating func printTopic() throws(StatementError) -> PrintTopic {
        let token = current
        var statement: PrintTopic
        if case .string(let text) = token.kind {
            advance()
            statement = PrintTopic(Name(text, at: token.span))
        } else {
            let name = try name("a topic's name")
            statement = PrintTopic(token.spelling.isEmpty ? name : Name(token.spelling, at: token.span))
        }
        if take("FROM") {
            try expect("BEGINNING")
            statement.fromBeginning = true
        }
        if take("INTERVAL") || take("SAMPLE") {
            statement.interval = try number("a number of records", in: 1...Int(Int32.max))
        }
        if take("LIMIT") { statement.limit = try number("a number of records", in: 1...Int(Int32.max)) }
        return statement
    }

    // MARK: - looking

    private mutating func show() throws(StatementError) -> Statement.Kind {
        _ = take("ALL")
        let listings = Statement.Listing.allCases
        guard case .word(let word) = current.kind, let listing = Statement.Listing(rawValue: word) else {
            throw unexpected("TOPICS, STREAMS, TABLES, QUERIES or the like", among: listings.map(\.rawValue))
        }
        advance()
        return .show(listing, isExtended: take("EXTENDED"))
    }

    private mutating func describe() throws(StatementError) -> Statement.Kind {
        if isWord("FUNCTION"), ahead(1).kind != .end {
            advance()
            return .describeFunction(try name("a function"))
        }
        // The old order, DESCRIBE EXTENDED name, is taken too.
        let isExtended = isWord("EXTENDED") && ahead(1).kind != .end
        if isExtended { advance() }
        let name = try name("a stream or a table")
        return .describe(name, isExtended: take("EXTENDED") || isExtended)
    }

    private mutating func explainTarget() throws(StatementError) -> Statement.ExplainTarget {
        if case .word(let word) = current.kind, ["SELECT", "CREATE", "INSERT"].contains(word) {
            return .statement(try statement())
        }
        return .query(try name("a query or a statement"))
    }

    // MARK: - queries and sources

    private mutating func queryTarget() throws(StatementError) -> Statement.QueryTarget {
        take("ALL") ? .all : .query(try name("a query's id or ALL"))
    }

    private mutating func drop() throws(StatementError) -> Statement.Kind {
        try refuseKinds("DROP")
        let kind = try sourceKind("STREAM or TABLE")
        let ifExists = take("IF", "EXISTS")
        let name = try name("the \(kind == .stream ? "stream" : "table")'s name")
        return .drop(kind, name, ifExists: ifExists, deletesTopic: take("DELETE", "TOPIC"))
    }

    // MARK: - settings

    private mutating func setting(_ word: String) throws(StatementError) -> Statement.Kind {
        switch word {
        case "SET":
            let property = try text("a property")
            try expectSymbol("=")
            return .set(property: property, value: try text("a value"))
        case "UNSET": return .unset(property: try text("a property"))
        case "DEFINE":
            let name = try name("a variable's name")
            try expectSymbol("=")
            return .define(name, value: try text("a value"))
        default: return .undefine(try name("a variable's name"))
        }
    }
}
