/// Where a classic group stands in its rebalance (Kafka's `ClassicGroupState`).
///
/// ```
///            join              all joined, or time is up         leader synced, stored
///   Empty ---------> PreparingRebalance ---------> CompletingRebalance ---------> Stable
///     ^                  |    ^                           |                          |
///     +-- nobody left ---+    +---- join, leave, expiry --+--------------------------+
/// ```
///
/// Dead is reached from every state: by deletion, or when an empty group has no offsets left.
package enum ClassicGroupState: String, Sendable, CaseIterable {
    /// No members; offsets may be there.
    case empty = "Empty"
    /// Members are asked to join the next generation.
    case preparingRebalance = "PreparingRebalance"
    /// The generation is fixed; the leader's assignment is awaited.
    case completingRebalance = "CompletingRebalance"
    /// Every member has, or can ask for, its assignment.
    case stable = "Stable"
    /// Deleted; every request is told to look for the group anew.
    case dead = "Dead"

    /// Whether a rebalance may begin here (Kafka's `validPreviousStates` of PreparingRebalance).
    package var canRebalance: Bool {
        switch self {
        case .empty, .completingRebalance, .stable: true
        case .preparingRebalance, .dead: false
        }
    }
}
