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
    /// Rows under titles: SHOW, a pull query.
    case table(titles: [String], rows: [[String]])
    /// A query was started: its id.
    case started(String)
    /// It failed, and nothing after it was run: what is wrong, with line, column and the text quoted.
    case failed(String)
}
