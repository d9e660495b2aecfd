import Monitor
import Synchronization
package import WindowedMetrics

/// A clock that moves when the test says so.
package final class ScriptedClock: MonitorClock {
    /// The first moment, wall milliseconds.
    package static let start: Int64 = 1_700_000_000_000

    private let moment = Mutex(Moment(wallMilliseconds: ScriptedClock.start, monotonicNanoseconds: 7_000_000_000))

    /// A clock that stands at the first moment.
    package init() {}

    package func now() -> Moment { moment.withLock { $0 } }

    package func sleep(milliseconds: Int64) async { await Task.yield() }

    /// Time passes on both clocks.
    package func pass(milliseconds: Int64) {
        moment.withLock {
            $0.wallMilliseconds += milliseconds
            $0.monotonicNanoseconds += milliseconds * 1_000_000
        }
    }

    /// The wall clock is set anew; the monotonic one does not notice.
    package func leap(milliseconds: Int64) {
        moment.withLock { $0.wallMilliseconds += milliseconds }
    }
}
