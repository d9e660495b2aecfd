import LiveQueries

/// Brings the board of queries to a mailbox: as it is now, and whenever it has changed.
struct BoardFeed {
    private let queries: (any QueryService)?
    private let subscription: Int?

    /// A feed; without a service it brings nothing.
    init(from queries: (any QueryService)?, to mailbox: Mailbox) {
        self.queries = queries
        subscription = queries.map { service in service.subscribe { mailbox.post(service.board) } }
        if let queries { mailbox.post(queries.board) }
    }

    /// Ends it.
    func end() { if let subscription { queries?.unsubscribe(subscription) } }
}
