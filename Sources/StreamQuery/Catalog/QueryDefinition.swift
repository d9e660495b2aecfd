/// A persistent query that the catalog knows.
package struct QueryDefinition: Equatable, Sendable {
    /// What a query is doing.
    package enum State: String, Sendable {
        case running = "RUNNING"
        case paused = "PAUSED"
    }

    /// The id, as `CTAS_PAGE_VIEWS_PER_MINUTE_3`.
    package var id: String
    /// The statement that started it.
    package var statement: String
    package var plan: QueryPlan
    package var state = State.running
}
