import Dispatch
import Synchronization

/// Keeps the board, and wakes whoever looks at it, ten times a second at most.
final class BoardKeeper: Sendable {
    private struct State {
        var figures: [String: QueryFigures] = [:]
        var sources: [QuerySource] = []
        var problem: String?
        var subscribers: [Int: @Sendable () -> Void] = [:]
        var nextSubscriber = 1
        var wokenAt: ContinuousClock.Instant?
        var isWakePlanned = false
        var board: QueryBoard?
    }

    private static let pause = Duration.milliseconds(100)
    private let state = Mutex(State())

    /// The newest board.
    var board: QueryBoard {
        state.withLock { state in
            if let board = state.board { return board }
            let queries = state.figures.values.sorted {
                ($0.isTransient ? 1 : 0, $0.id) < ($1.isTransient ? 1 : 0, $1.id)
            }
            let board = QueryBoard(queries: queries, sources: state.sources, problem: state.problem)
            state.board = board
            return board
        }
    }

    /// Puts a query on the board.
    func put(_ figures: QueryFigures) { change { $0.figures[figures.id] = figures } }
    /// Shows a query that is on the board in another state.
    func put(_ id: String, _ queryState: QueryFigures.State) { change { $0.figures[id]?.state = queryState } }
    /// Takes a query off.
    func remove(_ id: String) { change { $0.figures[id] = nil } }
    /// Shows other sources.
    func put(_ sources: [QuerySource]) { change { $0.sources = sources } }
    /// Says why queries cannot be run.
    func put(problem: String?) { change { $0.problem = problem } }

    func subscribe(_ wake: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            defer { state.nextSubscriber += 1 }
            state.subscribers[state.nextSubscriber] = wake
            return state.nextSubscriber
        }
    }

    func unsubscribe(_ subscription: Int) { state.withLock { $0.subscribers[subscription] = nil } }

    private func change(_ body: (inout State) -> Void) {
        let now = ContinuousClock.now
        let (isDue, isToPlan) = state.withLock { state -> (Bool, Bool) in
            body(&state)
            state.board = nil
            if state.isWakePlanned || state.subscribers.isEmpty { return (false, false) }
            if let last = state.wokenAt, now - last < Self.pause {
                state.isWakePlanned = true
                return (false, true)
            }
            return (true, false)
        }
        if isDue { wake() }
        if isToPlan {
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(100)) { [weak self] in self?.wake() }
        }
    }

    private func wake() {
        let subscribers = state.withLock { state in
            state.isWakePlanned = false
            state.wokenAt = ContinuousClock.now
            return Array(state.subscribers.values)
        }
        for wake in subscribers { wake() }
    }
}
