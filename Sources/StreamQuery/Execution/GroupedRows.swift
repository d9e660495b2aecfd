import WindowedMetrics

/// The aggregating half of a query: rows of the source in, changed groups out.
struct GroupedRows: Sendable {
    private(set) var query: WindowedQuery
    private var teller: GroupTeller
    private let keys: [CompiledExpression]
    private let columns: [CompiledExpression]
    private var input: [AggregateValue]
    private var keyBytes: [UInt8] = []
    private var taken = 0
    private let isFinal: Bool

    init(_ aggregation: Aggregation, _ plan: QueryPlan, partitions: Int, coalesces: Bool, budget: Int) throws {
        let (functions, columns) = AggregateBridge.functions(aggregation.calls)
        isFinal = plan.emit == .final
        let emission: WindowEmission = plan.emit == .final ? .final : coalesces ? .changesOnCommit : .everyChange
        query = try WindowedQuery(
            try Self.windows(aggregation.window), functions: functions, columns: columns.count, emission: emission,
            partitions: partitions, budget: budget)
        teller = GroupTeller(aggregation, plan, try AggregateRow(functions, columns: columns.count))
        keys = aggregation.groupBy.map { CompiledExpression($0) }
        self.columns = columns.map { CompiledExpression($0) }
        input = Array(repeating: .null, count: columns.count)
    }

    private static func windows(_ spec: WindowSpec?) throws(WindowPlanError) -> WindowPlan {
        guard let spec else { return try WindowPlan(.unwindowed) }
        let kind: WindowPlan.Kind =
            switch spec.shape {
            case .tumbling(let size): .tumbling(size: size)
            case .hopping(let size, let advance): .hopping(size: size, advance: advance)
            case .session(let gap): .session(gap: gap)
            }
        return try WindowPlan(kind, grace: spec.grace, retention: spec.retention)
    }

    /// How many rows were told.
    var told: Int64 { teller.told }
    /// Bytes of memory of the groups, and of what is known of those that were told.
    var stateBytes: Int { query.stateBytes + teller.bytes }
    /// Why the query has to pause, where its state has outgrown the budget.
    var overBudget: String? { query.overBudget(with: teller.bytes) }

    /// Takes a row of the source.
    mutating func take(
        _ record: SourceRecord, _ timestamp: Int64, _ source: Row, _ log: inout ProcessingLog,
        _ tell: QueryExecution.Tell
    ) {
        let hasKey = GroupKey.write(keys, source, &log, to: &keyBytes)
        if !hasKey { log.note(.missing, "the group's key is null") }
        for (place, column) in columns.enumerated() {
            input[place] = AggregateBridge.aggregateValue(column.value(source, &log), column.type)
        }
        let place = WindowRecord(partition: record.partition, offset: record.offset, timestamp: timestamp)
        Self.run(&query, &teller) { query, teller in
            keyBytes.withUnsafeBytes { bytes in
                query.take(place, key: hasKey ? bytes : nil, input: input) { teller.tell($0, &log, tell) }
            }
        }
        taken &+= 1
        if taken & 0xfff == 0 { teller.forget(closedBy: query.clock.closingTime) }
    }

    /// Tells the rows that changed since the last commit.
    mutating func commit(_ log: inout ProcessingLog, _ tell: QueryExecution.Tell) {
        Self.run(&query, &teller) { query, teller in query.commit { teller.tell($0, &log, tell) } }
        teller.forget(closedBy: query.clock.closingTime)
    }

    /// Declares a partition idle from an offset on.
    mutating func declareIdle(
        _ partition: Int32, at offset: Int64, _ log: inout ProcessingLog, _ tell: QueryExecution.Tell
    ) {
        Self.run(&query, &teller) { query, teller in
            query.declareIdle(partition, at: offset) { teller.tell($0, &log, tell) }
        }
    }

    /// Has the idle declarations of an earlier run happen again at their offsets.
    mutating func replay(_ events: [StreamClock.Event], _ log: inout ProcessingLog, _ tell: QueryExecution.Tell) {
        Self.run(&query, &teller) { query, teller in query.replay(events) { teller.tell($0, &log, tell) } }
    }

    /// What happened to the clock besides records since this was last asked.
    mutating func takeEvents() -> [StreamClock.Event] { query.takeEvents() }

    /// The whole state as bytes. Rows that have yet to be told are not part of it: commit first.
    func snapshot() -> [UInt8] { query.snapshot() }

    /// Takes over a state that ``snapshot()`` gave.
    mutating func restore(_ bytes: [UInt8]) throws(WindowStateError) {
        try query.restore(bytes)
        guard remembersTold else { return }
        Self.run(&query, &teller) { query, teller in query.forEachRow { teller.remember($0) } }
    }

    /// Under EMIT FINAL each row is told once: nothing is to be remembered.
    private var remembersTold: Bool { teller.keepsShown && !isFinal }

    /// The present rows of groups whose windows start in a range.
    mutating func forEachRow(
        startingIn range: ClosedRange<Int64>, _ log: inout ProcessingLog, _ body: QueryExecution.Tell
    ) {
        Self.run(&query, &teller) { query, teller in
            query.forEachRow(startingIn: range) { group in
                if let row = teller.present(group, &log) { body(row) }
            }
        }
    }

    /// The engine and what it tells to are changed together, each by itself.
    private static func run(
        _ query: inout WindowedQuery, _ teller: inout GroupTeller,
        _ body: (inout WindowedQuery, inout GroupTeller) -> Void
    ) {
        body(&query, &teller)
    }
}
