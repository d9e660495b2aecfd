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
    package var stateBytes: Int { groups?.query.stateBytes ?? 0 }
    /// Why the query has to pause, where its state has outgrown the budget.
    package var overBudget: String? { groups?.query.overBudget }

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
        guard plan.source.kind == .table else { return log.note(.missing, "the record has no value") }
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
