/// The states of a transactional id (Kafka's `TransactionState`), under the numbers that `__transaction_state` has for them.
package enum TransactionState: Int8, Sendable, CaseIterable {
    /// A producer has the id, and nothing was done with it yet.
    case empty = 0
    /// A transaction is open.
    case ongoing = 1
    /// The commit is decided, and its markers are being written.
    case prepareCommit = 2
    /// The abort is decided, and its markers are being written.
    case prepareAbort = 3
    /// The last transaction was committed.
    case completeCommit = 4
    /// The last transaction was aborted.
    case completeAbort = 5
    /// The id is being forgotten. Never stored: a tombstone says it.
    case dead = 6
    /// The producer's epoch is being raised to shut out an older instance. Never stored, and no state of its own here: that is
    /// an abort on its way to the log.
    case prepareEpochFence = 7

    /// Kafka's name for it, as requests and answers spell it.
    package var name: String {
        switch self {
        case .empty: "Empty"
        case .ongoing: "Ongoing"
        case .prepareCommit: "PrepareCommit"
        case .prepareAbort: "PrepareAbort"
        case .completeCommit: "CompleteCommit"
        case .completeAbort: "CompleteAbort"
        case .dead: "Dead"
        case .prepareEpochFence: "PrepareEpochFence"
        }
    }

    /// Whether a transaction is decided and its markers are not all written.
    package var isPrepared: Bool { self == .prepareCommit || self == .prepareAbort }

    /// Whether no transaction is open or being ended.
    package var isAtRest: Bool { self == .empty || self == .completeCommit || self == .completeAbort }
}
