import Foundation
import Glibc
import Synchronization

/// Messages that are due at fixed times, whatever became of those before: what waits because the other side is slow counts as slow
/// (no coordinated omission; Tene, "How NOT to Measure Latency").
struct OpenLoop: Sendable {
    /// Messages a second.
    let rate: Int
    /// How many messages there are.
    let count: Int
    /// Messages at the beginning that warm up and are not counted.
    let warmUp: Int

    /// Nanoseconds between two looks at what is due: what a producer's `linger.ms=1` gathers.
    private static let tick: UInt64 = 1_000_000

    /// Messages for so many seconds, and one second before them.
    init(rate: Int, seconds: Int) {
        self.rate = rate
        warmUp = rate
        count = rate * (seconds + 1)
    }

    /// Nanoseconds of the monotonic clock.
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Sends on a thread of its own, and collects here what arrives.
    ///
    /// - Parameters:
    ///   - send: Sends the messages that were due at these times, together.
    ///   - receive: Waits for messages and returns when each of them had been due.
    /// - Returns: Milliseconds from due to received, of the messages that count, sorted.
    func run(
        send: @escaping @Sendable (_ due: [UInt64]) throws -> Void, receive: () throws -> [UInt64]
    ) throws -> [Double] {
        let failure = Mutex<String?>(nil)
        let ended = DispatchSemaphore(value: 0)
        let shared = Shared(failure: failure, ended: ended)
        let thread = Thread {
            do { try sendAll(send) } catch { shared.failure.withLock { $0 = "\(error)" } }
            shared.ended.signal()
        }
        thread.start()
        var latencies: [Double] = []
        latencies.reserveCapacity(count)
        var received = 0
        while received < count {
            let due = try receive()
            let now = Self.now
            for time in due {
                received += 1
                if received > warmUp { latencies.append(Double(now &- time) / 1e6) }
            }
            if due.isEmpty, let failure = shared.failure.withLock({ $0 }) { throw BenchError(failure) }
        }
        shared.ended.wait()
        return latencies.sorted()
    }

    private func sendAll(_ send: (_ due: [UInt64]) throws -> Void) throws {
        let began = Self.now + Self.tick
        var (sent, next) = (0, began)
        while sent < count {
            Self.sleep(until: next)
            next += Self.tick
            let passed = Self.now &- began
            let due = min(count, Int(passed / 1_000 * UInt64(rate) / 1_000_000) + 1)
            guard due > sent else { continue }
            try send((sent..<due).map { began + UInt64($0) * 1_000_000_000 / UInt64(rate) })
            sent = due
        }
    }

    private static func sleep(until time: UInt64) {
        var until = timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
        while clock_nanosleep(CLOCK_MONOTONIC, Int32(TIMER_ABSTIME), &until, nil) == EINTR {}
    }

    private final class Shared: Sendable {
        let failure: Mutex<String?>
        let ended: DispatchSemaphore

        init(failure: consuming sending Mutex<String?>, ended: DispatchSemaphore) {
            self.failure = failure
            self.ended = ended
        }
    }
}
