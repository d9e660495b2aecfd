import Cluster

/// Why a query cannot go on.
enum QueryFailure: Error {
    /// For good, until somebody does something: the sentence says what.
    case stopped(String)
    /// For now: another try may go better.
    case interrupted(ClusterError)
    /// It was told to end.
    case cancelled

    /// Why it cannot go on, in a sentence; nil where it was told to end.
    var problem: String? {
        switch self {
        case .stopped(let reason): reason
        case .interrupted(let error): "\(error)"
        case .cancelled: nil
        }
    }

    /// What a cluster's no means to a query.
    init(_ error: ClusterError) {
        switch error {
        case .unavailable: self = .interrupted(error)
        case .refused(let refusal):
            switch refusal.name {
            case "PRODUCER_FENCED", "INVALID_PRODUCER_EPOCH":
                self = .stopped("another program runs this query now and has shut this one out (\(refusal.name))")
            default: self = Self.passing.contains(refusal.name) ? .interrupted(error) : .stopped("\(error)")
            }
        default: self = .stopped("\(error)")
        }
    }

    /// Kafka's errors that pass, in a transaction also those that opening it again mends.
    private static let passing: Set<String> = [
        "COORDINATOR_NOT_AVAILABLE", "COORDINATOR_LOAD_IN_PROGRESS", "NOT_COORDINATOR", "NOT_LEADER_OR_FOLLOWER",
        "LEADER_NOT_AVAILABLE", "REQUEST_TIMED_OUT", "CONCURRENT_TRANSACTIONS", "NOT_ENOUGH_REPLICAS",
        "NOT_ENOUGH_REPLICAS_AFTER_APPEND", "INVALID_PRODUCER_ID_MAPPING", "UNKNOWN_PRODUCER_ID", "INVALID_TXN_STATE",
        "OUT_OF_ORDER_SEQUENCE_NUMBER", "NETWORK_EXCEPTION", "FENCED_LEADER_EPOCH", "UNKNOWN_LEADER_EPOCH",
    ]

    /// A file's no.
    init(_ error: QueryFolderError) { self = .stopped("\(error)") }
}
