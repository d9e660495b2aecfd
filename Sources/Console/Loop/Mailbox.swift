import Glibc
package import LiveQueries
package import Monitor
import Synchronization

/// What was left.
struct Mail: Sendable {
    /// The newest snapshot.
    var snapshot: Snapshot?
    /// The newest board of queries.
    var board: QueryBoard?
    /// What effects brought, in order.
    var arrivals: [Arrival] = []
}

/// What background work leaves for the terminal's thread: the newest snapshot and the arrivals, with a pipe that wakes it.
///
/// A snapshot replaces the one before that nobody looked at yet, so that a slow terminal never queues up pictures.
package final class Mailbox: Sendable {
    private struct Contents {
        var snapshot: Snapshot?
        var board: QueryBoard?
        var arrivals: [Arrival] = []
        var isWoken = false
        var isStill = false
        /// Whether nobody looks at the board of queries.
        var isBoardStill = false
        /// The alerts known to fire while nothing else of a snapshot is looked at, by id.
        var firing: Set<String> = []
    }

    private let contents = Mutex(Contents())
    private let reading: Int32
    private let writing: Int32

    /// An empty mailbox; nil when no pipe can be had.
    package init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        reading = ends[0]
        writing = ends[1]
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// Becomes readable when something was left.
    var descriptor: Int32 { reading }

    /// Whether something waits that woke the reader.
    var isReadable: Bool { contents.withLock { $0.isWoken } }

    /// Leaves a snapshot in place of an older one.
    package func post(_ snapshot: Snapshot) {
        leave {
            $0.snapshot = snapshot
            return !$0.isStill || ConsoleState.firing(snapshot) != $0.firing
        }
    }

    /// Whether snapshots come in without waking: nobody looks at them while the screen is paused, unless other alerts fire than those known.
    /// A change back wakes for the one that waits.
    func keepStill(_ isStill: Bool, knowing firing: Set<String> = []) {
        guard contents.withLock({ $0.isStill != isStill || (isStill && $0.firing != firing) }) else { return }
        leave {
            $0.isStill = isStill
            $0.firing = firing
            return $0.snapshot != nil && !isStill
        }
    }

    /// Leaves a board of queries in place of an older one.
    package func post(_ board: QueryBoard) {
        leave {
            $0.board = board
            return !$0.isBoardStill
        }
    }

    /// Whether boards of queries come in without waking, as no page shows them. A change back wakes for the one that waits.
    func keepBoardStill(_ isStill: Bool) {
        guard contents.withLock({ $0.isBoardStill != isStill }) else { return }
        leave {
            $0.isBoardStill = isStill
            return $0.board != nil && !isStill
        }
    }

    /// Leaves what an effect brought.
    func post(_ arrival: Arrival) {
        leave {
            $0.arrivals.append(arrival)
            return true
        }
    }

    /// Takes all there is and lets the next one wake again.
    func take() -> Mail {
        var buffer: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
        while read(reading, &buffer, buffer.count) > 0 {}
        return contents.withLock { it in
            let taken = Mail(snapshot: it.snapshot, board: it.board, arrivals: it.arrivals)
            it = Contents(isStill: it.isStill, isBoardStill: it.isBoardStill, firing: it.firing)
            return taken
        }
    }

    /// Makes a change, and wakes the reader if it says so and nothing else did since it looked.
    private func leave(_ change: (inout Contents) -> Bool) {
        let wakes = contents.withLock { it in
            guard change(&it), !it.isWoken else { return false }
            it.isWoken = true
            return true
        }
        guard wakes else { return }
        var byte: UInt8 = 1
        _ = write(writing, &byte, 1)
    }
}
