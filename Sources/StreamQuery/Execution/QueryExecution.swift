package import WindowedMetrics

/// A query at work: records in, rows out, as a value.
///
/// ```swift
/// var execution = try QueryExecution(plan, partitions: 12)
/// execution.take(record) { row in … }
/// execution.log.total          // records and values that failed
/// ```
///
/// Rows follow from the records alone. Without windows or aggregates a row is told at once; aggregates tell by their `WindowEmission`.
package struct QueryExecution: Sendable {
    /// What is called with each row.
    package typealias Tell = (ResultRow) -> Void

    /// What is done.
    package let plan: QueryPlan
    /// What failed.
    package internal(set) var log = ProcessingLog()
    /// Records that the condition let through.
    package private(set) var passed: Int64 = 0
    /// Records of a stream that have no value. They are no failures: in a compacted topic that is how a key is deleted, and a stream sees nothing
    /// of it.
    package private(set) var valueless: Int64 = 0
    /// How many rows were told.
    package var told: Int64 { groups?.told ?? projected }

    private let reader: RecordReader
    private let filter: CompiledExpression?
    private var row: Row
    private let output: [CompiledExpression]
    private let keyPlaces: [Int]
    private var groups: GroupedRows?
    private var projected: Int64 = 0

    /// A query that has seen nothing.
    ///
    /// - Parameters:
    ///   - partitions: The partitions of the source's topic, at least 1.
    ///   - coalesces: Changed rows are told at ``commit(_:)``, each once, instead of with every record.
    ///   - budget: The most bytes of state.
    /// - Throws: `WindowPlanError`, `AggregateRowError`: the windows or functions are out of the engine's range.
    package init(
        _ plan: QueryPlan, partitions: Int, coalesces: Bool = false, budget: Int = WindowedQuery.defaultBudget
    ) throws {
        self.plan = plan
        reader = RecordReader(plan.source)
        row = reader.emptyRow
        filter = plan.filter.map { CompiledExpression($0.expression) }
        output = plan.output.map { CompiledExpression($0.expression) }
        keyPlaces = plan.output.indices.filter { plan.output[$0].isKey }
        groups = try plan.aggregation.map {
            try GroupedRows($0, plan, partitions: partitions, coalesces: coalesces, budget: budget)
        }
    }

    /// Takes a record.
    package mutating func take(_ record: SourceRecord, _ tell: Tell) {
        switch reader.read(record, into: &row, &log) {
        case .skipped: return
        case .deletion(let timestamp): delete(timestamp, tell)
        case .row(let timestamp):
            if let filter, !filter.holds(row, &log) {
                // A table's row that no longer counts is gone.
                if plan.source.kind == .table { delete(timestamp, tell) }
                return
            }
            passed &+= 1
            guard groups == nil else {
                groups?.take(record, timestamp, row, &log, tell)
                return
            }
            project(timestamp, tell)
        }
    }

    /// Tells the rows that changed since the last commit.
    package mutating func commit(_ tell: Tell) {
        groups?.commit(&log, tell)
    }

    /// Declares a partition idle from an offset on, so that windows close without it.
    package mutating func declareIdle(_ partition: Int32, at offset: Int64, _ tell: Tell) {
        groups?.declareIdle(partition, at: offset, &log, tell)
    }

    /// What became of the records in the windows; nil for a query without aggregates.
    package var windowCounts: WindowCounts? { groups?.query.counts }
    /// Bytes of memory of the state.
    package var stateBytes: Int { groups?.stateBytes ?? 0 }
    /// Why the query has to pause, where its state has outgrown the budget.
    package var overBudget: String? { groups?.overBudget }

    /// How many records could not be used at all: their key, value or event time could not be read.
    package var unreadRecords: Int64 { log.count(.key) + log.count(.value) + log.count(.timestamp) }
    /// Takes in a failure that whoever feeds the query has found.
    package mutating func note(
        _ stage: ProcessingLog.Stage, _ reason: String, _ partition: Int32, _ offset: Int64
    ) {
        log.partition = partition
        log.offset = offset
        log.note(stage, reason)
    }
    /// Takes in a failure of the record that was taken last, or of what came of it.
    package mutating func note(_ stage: ProcessingLog.Stage, _ reason: String) { log.note(stage, reason) }

    /// How many windows are open (of sessions: how many keys have some); nil for a query without windows.
    package var openWindows: Int? { plan.aggregation?.window == nil ? nil : groups?.query.openWindows }
    /// How many groups are kept; nil for a query without aggregates.
    package var groupCount: Int? { groups?.query.groupCount }
    /// What time it is; nil for a query without aggregates, which has no clock.
    package var clock: StreamClock? { groups?.query.clock }

    // MARK: - going on after a restart

    /// Whether it keeps anything of the records that it has taken.
    package var hasState: Bool { groups != nil }

    /// What happened to the clock besides records since this was last asked: to be stored with the offsets.
    package mutating func takeEvents() -> [StreamClock.Event] { groups?.takeEvents() ?? [] }

    /// Has what happened to the clock in an earlier run happen again, at the same offsets.
    package mutating func replay(_ events: [StreamClock.Event], _ tell: Tell) { groups?.replay(events, &log, tell) }

    /// The state as bytes, right behind a ``commit(_:)``; empty for a query without state.
    package func snapshot() -> [UInt8] { groups?.snapshot() ?? [] }

    /// Takes over a state that ``snapshot()`` gave, of the same plan and partitions.
    package mutating func restore(_ bytes: [UInt8]) throws(WindowStateError) { try groups?.restore(bytes) }

    /// The present rows of the groups whose windows start in a range: what a pull query reads.
    package mutating func forEachRow(startingIn range: ClosedRange<Int64> = 0...Int64.max, _ body: Tell) {
        groups?.forEachRow(startingIn: range, &log, body)
    }

    // MARK: - rows without aggregates

    private mutating func project(_ timestamp: Int64, _ tell: Tell) {
        if let limit = plan.limit, projected >= limit { return }
        var values: [SQLValue] = []
        values.reserveCapacity(output.count)
        for expression in output { values.append(expression.value(row, &log)) }
        projected &+= 1
        tell(ResultRow(key: keyPlaces.map { values[$0] }, values: values, window: window, timestamp: timestamp))
    }

    /// A table's row is gone; a stream's record without a value is nothing.
    private mutating func delete(_ timestamp: Int64, _ tell: Tell) {
        guard plan.source.kind == .table else {
            valueless &+= 1
            return
        }
        var key: [SQLValue] = []
        for place in keyPlaces { key.append(output[place].value(row, &log)) }
        projected &+= 1
        tell(ResultRow(key: key, values: nil, window: window, timestamp: timestamp))
    }

    private var window: ResultWindow? {
        guard plan.source.window != nil,
            case .bigint(let start) = row.values[plan.source.layout.slot(.windowstart)],
            case .bigint(let end) = row.values[plan.source.layout.slot(.windowend)]
        else { return nil }
        return ResultWindow(start: start, end: end)
    }
}
