package import LiveQueries
import Synchronization

/// A service that answers from the samples; push queries come on its board while they are open.
package final class SampleQueryService: QueryService {
    private struct Contents {
        var board = SampleQueries.board()
        var wakes: [Int: @Sendable () -> Void] = [:]
        var next = 0
        var ran: [String] = []
        var closed: [String] = []
    }

    private let contents = Mutex(Contents())

    /// A service with the sample board.
    package init() {}

    package var board: QueryBoard { contents.withLock { $0.board } }
    /// What was run so far.
    package var ran: [String] { contents.withLock { $0.ran } }
    /// What was closed so far.
    package var closed: [String] { contents.withLock { $0.closed } }

    package func subscribe(_ wake: @escaping @Sendable () -> Void) -> Int {
        contents.withLock {
            $0.next += 1
            $0.wakes[$0.next] = wake
            return $0.next
        }
    }

    package func unsubscribe(_ subscription: Int) { contents.withLock { $0.wakes[subscription] = nil } }

    /// Changes the board, and tells it.
    package func change(_ change: @Sendable (inout QueryBoard) -> Void) {
        let wakes = contents.withLock { contents in
            change(&contents.board)
            return Array(contents.wakes.values)
        }
        for wake in wakes { wake() }
    }

    package func run(_ statements: String) async -> [StatementAnswer] {
        contents.withLock { $0.ran.append(statements) }
        return SampleQueries.answers(statements)
    }

    package func close(_ id: String) {
        contents.withLock { $0.closed.append(id) }
        change { board in board.queries.removeAll { $0.id == id } }
    }
}
