import Foundation
import Synchronization

/// Work that several threads do at the same time.
enum Crew {
    /// Runs every body on a thread of its own, and waits for all of them.
    ///
    /// - Throws: `BenchError` with the words of the first one that failed.
    static func run(_ bodies: [@Sendable () throws -> Void]) throws {
        let failure = Failure()
        let group = DispatchGroup()
        for body in bodies {
            group.enter()
            let thread = Thread {
                do { try body() } catch { failure.note("\(error)") }
                group.leave()
            }
            thread.start()
        }
        group.wait()
        if let words = failure.words { throw BenchError(words) }
    }

    private final class Failure: Sendable {
        private let first = Mutex<String?>(nil)

        var words: String? { first.withLock { $0 } }

        func note(_ words: String) { first.withLock { $0 = $0 ?? words } }
    }
}
