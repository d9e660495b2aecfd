import AlertRules
import Dispatch
import Monitor
import Synchronization

/// Does beside the terminal's thread what a large snapshot would make it wait for: orders its rows before it is shown, and lets go of it after.
///
/// What is shown does not depend on it. Where it guessed wrong, as when a key changed the order meanwhile, the terminal's thread orders the rows.
final class Outlook: Sendable {
    /// What was drawn last, without its snapshot.
    private let drawn = Mutex<ConsoleState?>(nil)
    private let queue = DispatchQueue(label: "weir.console.outlook", qos: .utility)

    /// An outlook on nothing.
    init() {}

    /// Takes note of what was drawn.
    func follow(_ state: ConsoleState) {
        var state = state
        state.snapshot = .empty
        state.waiting = nil
        state.isAhead = true
        drawn.withLock { $0 = state }
    }

    /// Filters and sorts the rows of a snapshot as the lists on the screen will need them.
    func prepare(_ snapshot: Snapshot) {
        guard var state = drawn.withLock({ $0 }) else { return }
        state.snapshot = snapshot
        let shown = (0..<state.boxes).map { ListID(state.page, $0) }
        for list in shown + Self.near.filter({ !shown.contains($0) }) {
            _ = state.shape(list)?.cursor(state.listState(list))
        }
        _ = (state.alertCounts, state.partitionCount, state.groupsSummary, state.firingAlerts(in: snapshot))
    }

    /// The lists that one key leads to from anywhere.
    private static let near = [
        ListID(.dashboard, 0), ListID(.dashboard, 1), ListID(.dashboard, 2), ListID(.topics, 0), ListID(.topics, 1),
        ListID(.groups, 0), ListID(.alerts, 0),
    ]

    /// Lets go of snapshots that are not shown any more; the array is empty then.
    ///
    /// - Parameter state: What follows them: what it has kept of them goes, too.
    func retire(_ snapshots: inout [Snapshot], from state: ConsoleState) {
        let retired = Retired(&snapshots)
        let memo = state.memo
        let live = state.boards.map(\.basis)
        queue.async {
            retired.release()
            memo.sweep(keeping: live)
        }
    }
}

/// Snapshots whose last holder must not be the terminal's thread: freeing a hundred thousand partitions takes longer than a frame.
private final class Retired: Sendable {
    private let held: Mutex<[Snapshot]>

    init(_ snapshots: inout [Snapshot]) {
        held = Mutex(snapshots)
        snapshots = []
    }

    func release() {
        var dropped: [Snapshot] = []
        held.withLock { swap(&dropped, &$0) }
    }
}

extension ConsoleState {
    /// The snapshots it holds.
    var boards: [Snapshot] { [snapshot] + (waiting.map { [$0] } ?? []) }
}

extension Snapshot {
    /// What is large of it, which tells it from others.
    var basis: TableBasis { TableBasis().and(topics).and(groups).and(alerts.instances) }
}
