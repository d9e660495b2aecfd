import KafkaProtocol

/// Who waits for the log or for markers: called once, with the outcome and what the log has of the id by then.
typealias TransactionWaiter = @Sendable (ErrorCode, StoredTransaction) -> Void

/// One transactional id in the coordinator's books.
struct TransactionEntry {
    /// Its state.
    var machine: Transaction
    /// The one request that waits: while it does, others are told CONCURRENT_TRANSACTIONS.
    var waiter: TransactionWaiter?
}

/// All transactional ids of a coordinator: what its lock guards.
struct TransactionRegistry {
    /// The ids.
    var entries: [String: TransactionEntry] = [:]
    /// Raised by each change that a screen shows.
    var version: UInt64 = 0
    /// When overdue transactions and failed markers are looked for next, monotonic milliseconds; nil while none is open.
    var sweepDue: Int64?
    /// When ids that nobody uses are looked for next, monotonic milliseconds; nil while there are none.
    var expiryDue: Int64?

    /// When something is due next, monotonic milliseconds; nil if nothing is.
    var nextDeadline: Int64? {
        guard let sweepDue else { return expiryDue }
        return expiryDue.map { min($0, sweepDue) } ?? sweepDue
    }
}
