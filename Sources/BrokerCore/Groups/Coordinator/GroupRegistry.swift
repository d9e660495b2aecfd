import HeapModule
import KafkaProtocol

/// All groups of a coordinator: what its lock guards.
struct GroupRegistry {
    /// The groups by id.
    var groups: [String: GroupEntry] = [:]
    /// The groups in which a producer's open transaction has offsets, by producer id; some of them may have lost those since.
    var openTransactions: [Int64: Set<String>] = [:]
    /// Raised by each change that a screen shows.
    var version: UInt64 = 0
    /// Raised by each commit and deletion; orders them.
    var order: UInt64 = 0
    /// When expired offsets are looked for next, monotonic milliseconds; nil while there are no groups.
    var expiryDue: Int64?

    private var nextRequest: UInt64 = 0
    private var nextIncarnation: UInt64 = 0
    private var wakeups = Heap<Wakeup>()

    /// A group that is to be looked at.
    private struct Wakeup: Comparable {
        var time: Int64
        var groupID: String

        static func < (left: Self, right: Self) -> Bool { left.time < right.time }
    }

    /// Names a request that may have to wait.
    mutating func makeRequest() -> WaitingRequest {
        nextRequest += 1
        return WaitingRequest(nextRequest)
    }

    /// The next place in the order of commits.
    mutating func makeOrder() -> UInt64 {
        order += 1
        return order
    }

    /// Marks a group as changed for screens.
    mutating func touch(_ groupID: String) {
        version += 1
        groups[groupID]?.version = version
    }

    /// Enters a group.
    mutating func insert(_ membership: Membership, offsets: CommittedOffsets = CommittedOffsets()) {
        nextIncarnation += 1
        version += 1
        groups[membership.groupID] = GroupEntry(
            membership, offsets: offsets, incarnation: nextIncarnation, version: version
        )
        schedule(membership.groupID)
    }

    /// Strikes a group out.
    mutating func remove(_ groupID: String) {
        version += 1
        groups[groupID] = nil
    }

    /// Forgets that a producer's transaction has offsets in a group, if it has none any more.
    mutating func dropIfEnded(_ producerID: Int64, in groupID: String) {
        guard groups[groupID]?.transactional[producerID] == nil else { return }
        openTransactions[producerID]?.remove(groupID)
        if openTransactions[producerID]?.isEmpty == true { openTransactions[producerID] = nil }
    }

    /// Passes an event to a classic group.
    ///
    /// - Returns: What it wants done; nothing if there is no such group.
    mutating func handle(_ event: GroupEvent, in groupID: String, now: GroupInstant) -> [GroupEffect] {
        guard let effects = groups[groupID]?.handle(event, now: now) else { return [] }
        schedule(groupID)
        return effects
    }

    /// Sees to it that a group is looked at by the time its next deadline is due. Deadlines that move away are found out
    /// when the earlier time comes, so that heartbeats cost nothing here.
    mutating func schedule(_ groupID: String) {
        guard let deadline = groups[groupID]?.nextDeadline, let wakeup = groups[groupID]?.wakeup,
            deadline < wakeup
        else { return }
        groups[groupID]?.wakeup = deadline
        wakeups.insert(Wakeup(time: deadline, groupID: groupID))
    }

    /// Takes the next group out that is to be looked at by now; nil if there is none.
    mutating func popDue(_ now: Int64) -> String? {
        while let first = wakeups.min, first.time <= now {
            wakeups.removeMin()
            guard groups[first.groupID]?.wakeup == first.time else { continue }
            groups[first.groupID]?.wakeup = .max
            return first.groupID
        }
        return nil
    }

    /// When something is due next, monotonic milliseconds; nil if nothing is.
    var nextDeadline: Int64? {
        guard let first = wakeups.min?.time else { return expiryDue }
        return expiryDue.map { min($0, first) } ?? first
    }
}
