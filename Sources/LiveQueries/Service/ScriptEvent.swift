/// What comes of statements that are run as a script, in the order in which it comes.
package enum ScriptEvent: Sendable, Equatable {
    /// What came of the next statement.
    case answer(StatementAnswer)
    /// A push query has begun: its columns.
    case began([QueryColumn])
    /// Rows of it, in the order in which they were told; one without values is a key that is no more.
    case rows([QueryResult.Row])

    /// What takes them in.
    package typealias Listener = @Sendable (ScriptEvent) -> Void
}
