/// The words of statements, for whoever helps to write them.
package enum Vocabulary {
    /// The words that statements begin with.
    package static let statements = Keyword.statements

    /// All words with a meaning in statements, reserved or not, ascending.
    package static let keywords: [String] = Keyword.reserved.union(Keyword.statements).union(unreserved).sorted()

    /// Words that mean something in their places only.
    private static let unreserved: Set<String> = [
        "ADVANCE", "BEGINNING", "CHANGES", "EMIT", "ESCAPE", "EXPLAIN", "EXTENDED", "FINAL", "FUNCTION", "FUNCTIONS",
        "GRACE", "HEADER", "HEADERS", "HOPPING", "IF", "INTERVAL", "KEY", "PARTITION", "PERIOD", "PRIMARY",
        "PROPERTIES", "QUERIES", "REPLACE", "RETENTION", "SESSION", "SIZE", "SOURCE", "STREAM", "STREAMS", "TABLES",
        "TOPIC", "TOPICS", "TUMBLING", "VARIABLES", "SECONDS", "MINUTES", "HOURS", "DAYS", "MILLISECONDS", "SECOND",
        "MINUTE", "HOUR", "DAY", "MILLISECOND", "WINDOWSTART", "WINDOWEND", "ROWTIME", "ROWPARTITION", "ROWOFFSET",
        "BOOLEAN", "INT", "INTEGER", "BIGINT", "DOUBLE", "DECIMAL", "VARCHAR", "STRING", "BYTES", "DATE", "TIME",
        "TIMESTAMP", "ARRAY", "MAP", "STRUCT",
    ]

    /// The settings of `WITH (…)`.
    package static let properties = WithProperties.names.sorted()

    /// The formats that keys and values can have.
    package static let formats = ["JSON", "DELIMITED", "KAFKA", "NONE"]

    /// The functions and aggregates, ascending.
    package static let functions: [String] = Set(FunctionCatalogue.names + AggregateName.allCases.map(\.name)).sorted()
}

/// What a text of statements can do to the cluster, at most.
package enum StatementWeight: Int, Sendable, Comparable {
    /// It only looks: queries that end with whoever asked, `SHOW`, `DESCRIBE`, settings of the session.
    case reads
    /// It writes records, makes topics, or changes which queries run.
    case changes
    /// It deletes a topic.
    case deletes

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// What a text does, statement by statement. One that cannot be read does nothing, unless it is a variable's value that is missing here.
    package init(of text: String) {
        let unreadable: Self = text.contains("${") ? .changes : .reads
        guard var script = try? Script(text) else {
            self = unreadable
            return
        }
        var most = Self.reads
        while true {
            do throws(StatementError) {
                guard let statement = try script.next() else { break }
                most = max(most, Self(statement))
            } catch {
                most = max(most, unreadable)
            }
        }
        self = most
    }

    /// What a statement does.
    package init(_ statement: Statement) {
        self =
            switch statement.kind {
            case .drop(_, _, _, deletesTopic: true): .deletes
            case .createSource, .createAs, .insertValues, .insertSelect, .terminate, .pause, .resume, .drop: .changes
            case .query, .print, .show, .describe, .describeFunction, .explain, .set, .unset, .define, .undefine:
                .reads
            }
    }
}
