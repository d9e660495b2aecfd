import BrokerCore
import Synchronization

/// A clock that stands where the test puts it.
final class TestClock: Clock {
    private let now: Mutex<Int64>

    init(_ now: Int64 = 1_795_000_000_000) { self.now = Mutex(now) }

    var wallMilliseconds: Int64 { now.withLock { $0 } }
    var monotonicNanoseconds: UInt64 { UInt64(clamping: now.withLock { $0 }) &* 1_000_000 }

    func set(_ milliseconds: Int64) { now.withLock { $0 = milliseconds } }
    func advance(_ milliseconds: Int64) { now.withLock { $0 += milliseconds } }
}
