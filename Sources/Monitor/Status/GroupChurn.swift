import Cluster
import WindowedMetrics

/// What was seen of a group's rebalances since it is watched.
package struct ChurnFigures: Sendable, Equatable {
    /// Rebalances seen: generations counted up; where the cluster tells no generation, times the group was seen leaving the stable state.
    package var rebalances = 0
    /// Whether that is all there were: generations count every one, states only those that a poll fell into.
    package var isExact = true
    /// Members that came and that left.
    package var joined = 0
    package var left = 0
    /// When the last rebalance was seen, wall milliseconds; nil for none.
    package var lastAt: Int64?
    /// Since when it is watched, wall milliseconds.
    package var since: Int64 = 0

    /// Nothing seen.
    package init() {}
}

/// Counts a group's rebalances.
struct GroupChurn: Sendable, Equatable {
    private var rebalances = 0
    private var isExact = true
    private var joined = 0
    private var left = 0
    private var lastAt: Int64?
    private let since: Int64

    /// Nothing seen.
    ///
    /// - Parameter since: Monotonic nanoseconds.
    init(since: Int64) { self.since = since }

    /// Takes the newest description.
    mutating func take(_ new: GroupDescription, after old: GroupDescription, at now: Int64) {
        let before = Set(old.members.map(\.memberID))
        let after = Set(new.members.map(\.memberID))
        if before != after {
            joined += after.subtracting(before).count
            left += before.subtracting(after).count
        }
        if new.generation >= 0, old.generation >= 0 {
            guard new.generation != old.generation else { return }
            // A group made anew begins to count anew.
            rebalances += new.generation > old.generation ? Int(new.generation) - Int(old.generation) : 1
        } else {
            guard new.generation < 0, Self.isRebalancing(new.state), !Self.isRebalancing(old.state) else { return }
            rebalances += 1
            isExact = false
        }
        lastAt = now
    }

    private static func isRebalancing(_ state: GroupState) -> Bool {
        switch state {
        case .preparingRebalance, .completingRebalance, .assigning, .reconciling: true
        case .unknown, .stable, .dead, .empty: false
        }
    }

    /// As screens show it.
    func figures(at now: Moment) -> ChurnFigures {
        var figures = ChurnFigures()
        figures.rebalances = rebalances
        figures.isExact = isExact
        figures.joined = joined
        figures.left = left
        figures.lastAt = lastAt.map(now.wallMilliseconds(atMonotonic:))
        figures.since = now.wallMilliseconds(atMonotonic: since)
        return figures
    }
}
