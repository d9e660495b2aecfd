import BrokerCore
import Cluster
import Dispatch
import LiveQueries
import Synchronization

/// What persistent queries do end to end: records of a topic in, rows in a sink out, offsets and rows in one transaction; and how long a query
/// with much state takes to come back.
struct LiveQueryFigures {
    let context: FigureContext
    /// Page views of the job.
    let events: Int

    private static let perBatch = 2_000
    private static let keys = 1_000_000
    private static let stream = """
        SET 'auto.offset.reset'='earliest';
        CREATE STREAM page_views (event_id VARCHAR, user_id VARCHAR, page VARCHAR, referrer VARCHAR)
          WITH (KAFKA_TOPIC='page-views', VALUE_FORMAT='JSON');
        """
    private static let minutes = """
        CREATE TABLE per_minute AS SELECT page, COUNT(*) AS views, COUNT_DISTINCT(user_id) AS users
          FROM page_views WINDOW TUMBLING (SIZE 1 MINUTE) GROUP BY page EMIT CHANGES;
        """

    /// Takes the figures.
    func run() throws {
        try onStage { stage throws in try pageViews(stage) }
        try onStage { stage throws in try recovery(stage) }
    }

    private struct Stage {
        var cluster: EmbeddedCluster
        var bench: BenchBroker
        var folder: String

        func service() -> LiveQueryService { LiveQueryService(on: cluster, keptIn: "\(folder)-queries") }
    }

    private func onStage(_ body: (Stage) throws -> Void) throws {
        let folder = context.workplace.fresh("queries")
        let bench = try BenchBroker(at: folder, settings: [("weir.flush.mode", "os")])
        defer {
            bench.broker.close()
            context.workplace.remove(folder)
            context.workplace.remove("\(folder)-queries")
        }
        try body(Stage(cluster: EmbeddedCluster(bench.broker), bench: bench, folder: folder))
    }

    // MARK: - From a topic to a topic

    private func pageViews(_ stage: Stage) throws {
        try stage.bench.create("page-views")
        let count = min(events, 2_000_000) / Self.perBatch * Self.perBatch
        var source = PageViewStream(seed: 6, count: count)
        var chunk = PageViewStream.Chunk()
        for _ in 0..<(count / Self.perBatch) {
            source.fill(&chunk, Self.perBatch)
            var start = 0
            var records: [NewRecord] = []
            for (end, time) in zip(chunk.ends, chunk.timestamps) {
                records.append(NewRecord(key: nil, value: Array(chunk.bytes[start..<end]), timestamp: time))
                start = end
            }
            try write(records, to: "page-views", stage)
        }
        let files = ProcessFiles()
        let service = stage.service()
        let (processor, watch) = (files.processorSeconds, Stopwatch())
        try ask(service, Self.stream + Self.minutes)
        try waitUntilRead(service, count)
        let seconds = watch.seconds
        let used = files.processorSeconds - processor
        let name = "page views and users per minute, topic to topic"
        context.table.add(Row(name, "M/s", Sample([Double(count) / seconds / 1e6])))
        context.table.add(Row("  in processor time of all threads", "M/cpu s", Sample([Double(count) / used / 1e6])))
        context.table.add(Row("  rows written", "", Sample([Double(service.board.queries.first?.rowsOut ?? 0)])))
        blocking { await service.stop() }
    }

    // MARK: - Coming back

    private func recovery(_ stage: Stage) throws {
        try stage.bench.create("visits")
        var next = 0
        while next < Self.keys {
            let records = (next..<(next + Self.perBatch)).map {
                NewRecord(key: Array("user-\($0)".utf8), value: Array(#"{"n":1}"#.utf8), timestamp: Int64($0))
            }
            try write(records, to: "visits", stage)
            next += Self.perBatch
        }
        let first = stage.service()
        try ask(
            first,
            """
            SET 'auto.offset.reset'='earliest'; SET 'weir.state.budget.bytes'='2000000000';
            CREATE STREAM visits (user_id VARCHAR KEY, n BIGINT) WITH (KAFKA_TOPIC='visits', VALUE_FORMAT='JSON');
            CREATE TABLE per_user AS SELECT user_id, COUNT(*) AS views, SUM(n) AS total FROM visits GROUP BY user_id;
            """)
        try waitUntilRead(first, Self.keys)
        let state = Double(first.board.queries.first?.stateBytes ?? 0) / 1_048_576
        blocking { await first.stop() }
        let times = try context.rounds.measure {
            let service = stage.service()
            let watch = Stopwatch()
            blocking { await service.start() }
            try wait(service) { $0.state == .running }
            let milliseconds = watch.milliseconds
            blocking { await service.stop() }
            return milliseconds
        }
        context.table.add(Row("a query with \(Self.keys) keys is back", "ms", times))
        context.table.add(Row("  its state", "MiB", Sample([state])))
    }

    // MARK: - Doing and waiting

    private func write(_ records: [NewRecord], to topic: String, _ stage: Stage) throws {
        let cluster = stage.cluster
        let failure: ClusterError? = blocking {
            do throws(ClusterError) {
                _ = try await cluster.produce(
                    records, to: TopicPartition(topic: topic, partition: 0), compression: "none")
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw BenchError("cannot write to \(topic): \(failure)") }
    }

    private func ask(_ service: LiveQueryService, _ statements: String) throws {
        for answer in blocking({ await service.run(statements) }) {
            if case .failed(let reason) = answer { throw BenchError(reason) }
        }
    }

    private func waitUntilRead(_ service: LiveQueryService, _ count: Int) throws {
        try wait(service) { $0.recordsIn >= Int64(count) && $0.lag == 0 && $0.committedAt != nil }
    }

    private func wait(_ service: LiveQueryService, until isReached: (QueryFigures) -> Bool) throws {
        let changed = DispatchSemaphore(value: 0)
        let subscription = service.subscribe { changed.signal() }
        defer { service.unsubscribe(subscription) }
        let watch = Stopwatch()
        while true {
            // A query is on the board once it has told of itself.
            if let query = service.board.queries.first {
                if case .stopped(let reason) = query.state { throw BenchError(reason) }
                if isReached(query) { return }
            }
            _ = changed.wait(timeout: .now() + .milliseconds(100))
            if watch.seconds > 600 { throw BenchError("a query is not done after ten minutes") }
        }
    }

    /// Does something asynchronous and waits for it on this thread.
    private func blocking<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Value {
        let (box, done) = (Held<Value>(), DispatchSemaphore(value: 0))
        Task.detached {
            let value = await work()
            box.result.withLock { $0 = value }
            done.signal()
        }
        done.wait()
        guard let value = box.result.withLock({ $0 }) else { preconditionFailure("the work has ended") }
        return value
    }
}

/// Carries a result from one thread to another.
private final class Held<Value: Sendable>: Sendable {
    let result = Mutex<Value?>(nil)
}
