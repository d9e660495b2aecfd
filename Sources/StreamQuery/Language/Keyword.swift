/// Words that a name can be only in quotes.
///
/// ksqlDB reserves some more that begin statements (`TOPICS`, `LIST`, …); every statement it takes is taken here too.
enum Keyword {
    /// Words that would make an expression or a query ambiguous.
    static let reserved: Set<String> = [
        "ALL", "AND", "AS", "BETWEEN", "BY", "CASE", "CAST", "CREATE", "CROSS", "DELETE", "DESCRIBE", "DISTINCT",
        "DROP",
        "ELSE", "END", "EXISTS", "FALSE", "FROM", "FULL", "GROUP", "HAVING", "IN", "INNER", "INSERT", "INTO", "IS",
        "JOIN", "LEFT", "LIKE", "LIMIT", "NOT", "NULL", "ON", "OR", "OUTER", "PRINT", "RIGHT", "SELECT", "TABLE",
        "THEN", "TRUE", "VALUES", "WHEN", "WHERE", "WINDOW", "WITH", "WITHIN",
    ]

    /// Statements of ksqlDB that there are not here, by the word they begin with.
    static let unsupportedStatements = [
        "ALTER": "ALTER STREAM and ALTER TABLE", "ASSERT": "ASSERT", "RUN": "RUN SCRIPT",
    ]

    /// What ksqlDB creates and drops besides streams and tables.
    static let unsupportedKinds: Set<String> = ["TYPE", "CONNECTOR"]

    /// The words statements begin with, for whoever mistypes the first.
    static let statements = [
        "CREATE", "SELECT", "INSERT", "PRINT", "SHOW", "LIST", "DESCRIBE", "EXPLAIN", "TERMINATE", "PAUSE", "RESUME",
        "DROP", "SET", "UNSET", "DEFINE", "UNDEFINE",
    ]
}
