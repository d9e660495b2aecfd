/// Writes statements on one line; reading the line gives the same statement.
struct StatementPrinter {
    static func text(_ statement: Statement) -> String {
        switch statement.kind {
        case .createSource(let created): createSource(created)
        case .createAs(let created): createAs(created)
        case .query(let query): Self.query(query)
        case .insertValues(let name, let columns, let values):
            "INSERT INTO \(name.sql) " + (columns.isEmpty ? "" : "(\(names(columns))) ") + "VALUES (\(list(values)))"
        case .insertSelect(let name, let query): "INSERT INTO \(name.sql) \(Self.query(query))"
        case .print(let topic): print(topic)
        case .show(let listing, let isExtended): "SHOW \(listing.rawValue)\(isExtended ? " EXTENDED" : "")"
        case .describe(let name, let isExtended): "DESCRIBE \(described(name))\(isExtended ? " EXTENDED" : "")"
        case .describeFunction(let name): "DESCRIBE FUNCTION \(name.sql)"
        case .explain(.query(let name)): "EXPLAIN \(name.sql)"
        case .explain(.statement(let inner)): "EXPLAIN \(text(inner))"
        case .terminate(let target): "TERMINATE \(Self.target(target))"
        case .pause(let target): "PAUSE \(Self.target(target))"
        case .resume(let target): "RESUME \(Self.target(target))"
        case .drop(let kind, let name, let ifExists, let deletesTopic):
            "DROP \(kind.rawValue) \(ifExists ? "IF EXISTS " : "")\(quotedWord(name, "IF"))\(deletesTopic ? " DELETE TOPIC" : "")"
        case .set(let property, let value): "SET \(quoted(property)) = \(quoted(value))"
        case .unset(let property): "UNSET \(quoted(property))"
        case .define(let name, let value): "DEFINE \(name.sql) = \(quoted(value))"
        case .undefine(let name): "UNDEFINE \(name.sql)"
        }
    }

    private static func createSource(_ created: CreateSource) -> String {
        var text = "CREATE \(created.replaces ? "OR REPLACE " : "")\(created.isReadOnly ? "SOURCE " : "")"
        text +=
            "\(created.kind.rawValue) \(created.ifNotExists ? "IF NOT EXISTS " : "")\(quotedWord(created.name, "IF"))"
        if !created.columns.isEmpty {
            text += " (" + created.columns.map(column).joined(separator: ", ") + ")"
        }
        return text + with(created.properties)
    }

    private static func createAs(_ created: CreateAs) -> String {
        "CREATE \(created.replaces ? "OR REPLACE " : "")\(created.kind.rawValue) "
            + "\(created.ifNotExists ? "IF NOT EXISTS " : "")\(quotedWord(created.name, "IF"))\(with(created.properties)) AS "
            + query(created.query)
    }

    private static func column(_ column: ColumnDefinition) -> String {
        let role =
            switch column.role {
            case .value: ""
            case .key: " KEY"
            case .primaryKey: " PRIMARY KEY"
            case .header(nil): " HEADERS"
            case .header(let name?): " HEADER(\(quoted(name)))"
            }
        return "\(column.name.sql) \(column.type)\(role)"
    }

    private static func with(_ properties: [PropertySetting]) -> String {
        guard !properties.isEmpty else { return "" }
        return " WITH (" + properties.map { "\($0.name.sql) = \($0.value)" }.joined(separator: ", ") + ")"
    }

    // MARK: - queries

    static func query(_ query: Query) -> String {
        var text = "SELECT " + query.items.map(item).joined(separator: ", ") + " FROM \(source(query.from))"
        for join in query.joins { text += " " + Self.join(join) }
        let window = query.window.map { " " + Self.window($0) } ?? ""
        if !query.windowFollowsWhere { text += window }
        if let filter = query.filter { text += " WHERE \(filter)" }
        if query.windowFollowsWhere { text += window }
        if !query.groupBy.isEmpty { text += " GROUP BY \(list(query.groupBy))" }
        if !query.partitionBy.isEmpty { text += " PARTITION BY \(list(query.partitionBy))" }
        if let having = query.having { text += " HAVING \(having)" }
        if let emit = query.emit { text += " EMIT \(emit.rawValue)" }
        if let limit = query.limit { text += " LIMIT \(limit)" }
        return text
    }

    private static func item(_ item: SelectItem) -> String {
        switch item {
        case .all(let source, _): (source.map { $0.sql + "." } ?? "") + "*"
        case .expression(let value, let alias): "\(value)" + (alias.map { " AS \($0.sql)" } ?? "")
        }
    }

    private static func source(_ source: SourceReference) -> String {
        source.name.sql + (source.alias.map { " AS \($0.sql)" } ?? "")
    }

    private static func join(_ join: Join) -> String {
        var text = "\(join.kind.rawValue) \(source(join.source))"
        if let within = join.within {
            text += " WITHIN (\(length(within.before)), \(length(within.after)))"
            if let grace = within.grace { text += " GRACE PERIOD \(length(grace))" }
        }
        return text + " ON \(join.condition)"
    }

    static func window(_ window: WindowClause) -> String {
        var text = "WINDOW " + (window.name.map { windowName($0) + " " } ?? "")
        switch window.shape {
        case .tumbling(let size): text += "TUMBLING (SIZE \(length(size))"
        case .hopping(let size, let advance): text += "HOPPING (SIZE \(length(size)), ADVANCE BY \(length(advance))"
        case .session(let gap): text += "SESSION (\(length(gap))"
        }
        if let retention = window.retention { text += ", RETENTION \(length(retention))" }
        if let grace = window.grace { text += ", GRACE PERIOD \(length(grace))" }
        return text + ")"
    }

    /// A window called as one of the kinds is quoted.
    private static func windowName(_ name: Name) -> String {
        ["TUMBLING", "HOPPING", "SESSION"].contains(name.text) ? "`\(name.text)`" : name.sql
    }

    private static func length(_ length: WindowLength) -> String { "\(length.count) \(length.unit.rawValue)S" }

    // MARK: - the rest

    private static func print(_ statement: PrintTopic) -> String {
        var text = "PRINT \(quoted(statement.topic.text))"
        if statement.fromBeginning { text += " FROM BEGINNING" }
        if let interval = statement.interval { text += " INTERVAL \(interval)" }
        if let limit = statement.limit { text += " LIMIT \(limit)" }
        return text
    }

    private static func described(_ name: Name) -> String {
        quotedWord(name, "FUNCTION", "EXTENDED")
    }

    /// A name that would be taken for a word of the statement is quoted.
    private static func quotedWord(_ name: Name, _ words: String...) -> String {
        words.contains(name.text) ? "`\(name.text)`" : name.sql
    }

    private static func target(_ target: Statement.QueryTarget) -> String {
        switch target {
        case .all: "ALL"
        case .query(let name): name.sql
        }
    }

    private static func names(_ names: [Name]) -> String { names.map(\.sql).joined(separator: ", ") }

    private static func list(_ expressions: [Expression]) -> String {
        expressions.map(\.description).joined(separator: ", ")
    }

    private static func quoted(_ text: String) -> String { ExpressionPrinter.quoted(text) }
}

extension Statement: CustomStringConvertible {
    /// The statement on one line, without a semicolon.
    package var description: String { StatementPrinter.text(self) }
}
