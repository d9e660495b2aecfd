package import Cluster
import StreamQuery
import Synchronization

/// Live queries over a cluster: statements, the queries they start, and the board that shows them.
///
/// ```swift
/// let queries = LiveQueryService(on: cluster, keptIn: "\(state)/queries")
/// await queries.start()
/// await queries.run("SELECT page, COUNT(*) FROM page_views GROUP BY page EMIT CHANGES;")
/// queries.board
/// ```
package final class LiveQueryService: QueryService {
    private let keeper = BoardKeeper()
    private let desk: QueryDesk
    /// What runs statements now: one after the other.
    private let last = Mutex<Task<Void, Never>?>(nil)

    /// A service that runs nothing yet.
    ///
    /// - Parameters:
    ///   - folder: Where statements and states are kept; nil where persistent queries are refused.
    ///   - refusal: Why they are.
    package init(
        on cluster: any Cluster, keptIn folder: String?,
        refusal: String =
            "a persistent query is run by Weir's own broker only, which keeps its state beside the log: run the "
            + "statement there; here a SELECT … EMIT CHANGES can run"
    ) {
        desk = QueryDesk(cluster, folder.map { QueryFolder(path: $0) }, refusal, keeper)
    }

    package var board: QueryBoard { keeper.board }
    package func subscribe(_ wake: @escaping @Sendable () -> Void) -> Int { keeper.subscribe(wake) }
    package func unsubscribe(_ subscription: Int) { keeper.unsubscribe(subscription) }

    /// Runs the statements that are kept, and what they have started goes on.
    package func start() async { await inTurn { await $0.start() } }

    /// Ends all queries, each with a last commit. What is persistent goes on with the next ``start()``.
    package func stop() async { await inTurn { await $0.stop() } }

    /// Whether any statement is kept: false in a new data directory.
    package func hasStatements() async -> Bool { await desk.hasStatements }

    package func run(_ statements: String) async -> [StatementAnswer] { await inTurn { await $0.run(statements) } }

    /// Runs statements as a script, until one fails or the task is cancelled: a push query's rows are told, and the statement behind it waits for
    /// its end.
    package func follow(_ statements: String, _ tell: @escaping ScriptEvent.Listener) async {
        await inTurn { await $0.follow(statements, tell) }
    }

    /// Whether an id is that of a push query.
    package static func isPush(_ id: String) -> Bool { id.hasPrefix(QueryDesk.pushPrefix) }

    package func close(_ id: String) { Task { await desk.close(id) } }

    /// Does something after what is being done; it is cancelled with the task that asks for it.
    private func inTurn<Value: Sendable>(_ body: @escaping @Sendable (QueryDesk) async -> Value) async -> Value {
        let desk = desk
        let task = last.withLock { last in
            let before = last
            let task = Task {
                await before?.value
                return await body(desk)
            }
            last = Task { _ = await task.value }
            return task
        }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
