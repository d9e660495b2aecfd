/// Statements at work over topics in memory: each record goes through every query that reads its topic, and what they write goes on to those
/// that read it. Results are told with every record, without waiting for commits.
package struct StatementRun {
    /// A record that a query wrote.
    package struct Output: Equatable, Sendable {
        package var topic: String
        /// The key's bytes without its window.
        package var key: [UInt8]?
        package var value: [UInt8]?
        package var timestamp: Int64
        package var window: ResultWindow?
    }

    private struct Running {
        var id: String
        /// One that was ended still says what failed.
        var isEnded = false
        var execution: QueryExecution
        var writer: SinkWriter
        var window: KeyWindow?
        var topic: String
        var sourceTopic: String
    }

    /// The streams, tables and queries of the statements.
    package private(set) var catalog = StatementCatalog()
    /// What the queries wrote, in order.
    package private(set) var outputs: [Output] = []
    /// How many records and values failed, by the query's sink.
    package var failures: [(topic: String, log: ProcessingLog)] {
        running.filter { $0.execution.log.total > 0 }.map { ($0.topic, $0.execution.log) }
    }

    private var running: [Running] = []
    private var offsets: [String: Int64] = [:]

    /// Runs statements; records of INSERT INTO … VALUES go in at once.
    ///
    /// - Throws: `StatementError` with its place; what the engine says of windows out of its range.
    package init(_ statements: String) throws {
        var script = try Script(statements)
        while let statement = try script.next() {
            do throws(StatementError) {
                try start(try catalog.apply(statement), statement)
            } catch {
                throw error.located(in: statements)
            }
        }
    }

    private mutating func start(_ outcome: StatementOutcome, _ statement: Statement) throws(StatementError) {
        switch outcome {
        case .started(let query, let replaced):
            if let replaced { end([replaced]) }
            guard let writer = SinkWriter(query.plan), let sink = query.plan.sink else { return }
            do {
                running.append(
                    Running(
                        id: query.id, execution: try QueryExecution(query.plan, partitions: 1), writer: writer,
                        window: sink.window,
                        topic: sink.topic, sourceTopic: query.plan.source.topic))
            } catch {
                throw StatementError("\(error)", at: statement.span)
            }
        case .terminated(let ids), .dropped(_, terminated: let ids, _): end(ids)
        case .insert(let record):
            feed(record.topic, key: record.key, value: record.value, timestamp: record.timestamp ?? 0)
        case .push, .pull:
            throw StatementError("a test has no reader for a SELECT; write CREATE … AS SELECT", at: statement.span)
        default: break
        }
    }

    private mutating func end(_ ids: [String]) {
        for place in running.indices where ids.contains(running[place].id) { running[place].isEnded = true }
    }

    /// Puts a record into a topic.
    package mutating func feed(_ topic: String, key: [UInt8]?, value: [UInt8]?, timestamp: Int64) {
        let offset = offsets[topic, default: 0]
        offsets[topic] = offset + 1
        let record = SourceRecord(partition: 0, offset: offset, timestamp: timestamp, key: key, value: value)
        var next: [(topic: String, key: [UInt8]?, value: [UInt8]?, timestamp: Int64)] = []
        for place in running.indices where running[place].sourceTopic == topic && !running[place].isEnded {
            var rows: [ResultRow] = []
            running[place].execution.take(record) { rows.append($0) }
            for row in rows {
                let writer = running[place].writer
                guard let written = running[place].execution.record(row, writer),
                    let time = running[place].execution.timestamp(row, writer)
                else { continue }
                next.append((running[place].topic, written.key, written.value, time))
                outputs.append(Self.output(running[place], written, row, at: time))
            }
        }
        for record in next { feed(record.topic, key: record.key, value: record.value, timestamp: record.timestamp) }
    }

    private static func output(
        _ running: Running, _ written: (key: [UInt8]?, value: [UInt8]?), _ row: ResultRow, at timestamp: Int64
    ) -> Output {
        var key = written.key
        switch running.window {
        case .time: key?.removeLast(8)
        case .session: key?.removeLast(16)
        case nil: break
        }
        return Output(
            topic: running.topic, key: key, value: written.value, timestamp: timestamp, window: row.window)
    }

    /// A source that reads or writes a topic.
    func source(of topic: String) -> SourceDefinition? {
        catalog.sources.values.filter { $0.topic == topic }.min { $0.name < $1.name }
    }
}

extension QueryExecution {
    /// A row as the sink's record.
    package mutating func record(_ row: ResultRow, _ writer: SinkWriter) -> (key: [UInt8]?, value: [UInt8]?)? {
        writer.record(row, &log)
    }

    /// A row's timestamp in the sink.
    package mutating func timestamp(_ row: ResultRow, _ writer: SinkWriter) -> Int64? { writer.timestamp(row, &log) }
}
