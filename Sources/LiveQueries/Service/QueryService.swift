/// Runs statements over the topics of a cluster, and keeps their queries running.
package protocol QueryService: Sendable {
    /// The queries and what they have found; cheap, from any thread.
    var board: QueryBoard { get }

    /// Calls back after the board has changed, at most ten times a second, from any thread.
    ///
    /// - Returns: What to unsubscribe with.
    func subscribe(_ wake: @escaping @Sendable () -> Void) -> Int
    /// Ends the calling back.
    func unsubscribe(_ subscription: Int)

    /// Runs statements one after another, until one fails.
    ///
    /// A push query (`SELECT … EMIT CHANGES`) is answered with its id and then runs on the board until it is closed.
    func run(_ statements: String) async -> [StatementAnswer]

    /// Ends a push query.
    func close(_ id: String)
}

/// What came of a statement.
package enum StatementAnswer: Sendable, Equatable {
    /// Done, in a sentence.
    case done(String)
    /// A text of several lines: DESCRIBE, EXPLAIN.
    case text(String)
    /// Rows: SHOW, a pull query, PRINT.
    case table(AnswerTable)
    /// A query was started: its id.
    case started(String)
    /// It failed, and nothing after it was run: what is wrong, with line, column and the text quoted.
    case failed(String)

    /// Rows of texts under titles.
    package static func table(titles: [String], rows: [[String]]) -> StatementAnswer {
        .table(AnswerTable(titles.map { QueryColumn(name: $0, type: "VARCHAR", isKey: false) }, rows))
    }
}

/// Rows that answer a statement.
package struct AnswerTable: Sendable, Equatable {
    /// The columns with their types, in the order of the values.
    package var columns: [QueryColumn]
    /// The values, as SQL writes them; nil is NULL.
    package var rows: [[String?]]
    /// What is left out, in a sentence; nil where nothing is.
    package var note: String?

    /// A table.
    package init(_ columns: [QueryColumn], _ rows: [[String?]], note: String? = nil) {
        self.columns = columns
        self.rows = rows
        self.note = note
    }
}
