/// Where a transactional id stands, Kafka's `TransactionState` by the names of its answers.
package enum TransactionPhase: String, Sendable, CaseIterable {
    case empty = "Empty"
    case ongoing = "Ongoing"
    case prepareCommit = "PrepareCommit"
    case prepareAbort = "PrepareAbort"
    case completeCommit = "CompleteCommit"
    case completeAbort = "CompleteAbort"
    case dead = "Dead"
    case prepareEpochFence = "PrepareEpochFence"
    /// A name that is none of these.
    case unknown = "Unknown"

    /// The phase of a name.
    package init(kafka name: String) { self = Self(rawValue: name) ?? .unknown }

    /// Whether a transaction is open or being ended.
    package var isOpen: Bool {
        switch self {
        case .ongoing, .prepareCommit, .prepareAbort, .prepareEpochFence: true
        case .empty, .completeCommit, .completeAbort, .dead, .unknown: false
        }
    }
}
