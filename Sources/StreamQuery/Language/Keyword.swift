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

    /// The words statements begin with, for whoever mistypes the first.
    static let statements = [
        "CREATE", "SELECT", "INSERT", "PRINT", "SHOW", "LIST", "DESCRIBE", "EXPLAIN", "TERMINATE", "PAUSE", "RESUME",
        "DROP", "SET", "UNSET", "DEFINE", "UNDEFINE",
    ]
}
