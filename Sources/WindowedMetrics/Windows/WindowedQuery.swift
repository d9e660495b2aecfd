/// A windowed query over dynamically typed values, with a budget for its state: what stream SQL runs on.
///
/// It is `WindowedAggregation` over `AggregateRow`, put together inside this module, so that the compiler specialises the hot path for it: a generic
/// that another module calls runs unspecialised.
///
/// ```swift
/// var query = try WindowedQuery(plan, functions: [.countAll], columns: 1, emission: .changesOnCommit, partitions: 12)
/// query.take(record, key: keyBytes, input: row) { told in … }
/// query.commit { told in … }                        // every two seconds, or as the statement says
/// if let reason = query.overBudget { pause(reason) }  // after each batch
/// ```
package struct WindowedQuery: Sendable {
    /// What is called with each row.
    package typealias Tell = (WindowRow<AggregateStates>) -> Void

    /// ksqlDB has no such bound; 256 MiB unless the query says otherwise.
    package static let defaultBudget = 256 << 20

    private var aggregation: WindowedAggregation<AggregateRow>
    /// The most bytes of memory that the state may take.
    package var budget: Int

    /// A query that has seen nothing.
    ///
    /// - Parameters:
    ///   - functions: What is computed, at least one.
    ///   - columns: How many values each record brings.
    ///   - partitions: The partitions of the input, 1 to `StreamClock.mostPartitions`.
    /// - Throws: `AggregateRowError` or `WindowPlanError`.
    package init(
        _ plan: WindowPlan, functions: [AggregateFunction], columns: Int, emission: WindowEmission, partitions: Int,
        budget: Int = defaultBudget
    ) throws {
        aggregation = try WindowedAggregation(
            plan, logic: AggregateRow(functions, columns: columns), emission: emission, partitions: partitions)
        self.budget = budget
    }

    /// Which windows there are.
    package var plan: WindowPlan { aggregation.plan }
    /// What time it is.
    package var clock: StreamClock { aggregation.clock }
    /// What became of the records.
    package var counts: WindowCounts { aggregation.counts }
    /// Bytes of memory that windows, keys and aggregates take. It looks at each slice: ask once a batch, not once a record.
    package var stateBytes: Int { aggregation.stateBytes }
    /// How many groups are kept.
    package var groupCount: Int { aggregation.groupCount }

    /// How many windows are open; see `WindowedAggregation.openWindows`.
    package var openWindows: Int { aggregation.openWindows }

    /// Why the query has to pause, where its state has outgrown the budget.
    ///
    /// - Parameter others: Bytes that whoever runs it keeps for it besides.
    package func overBudget(with others: Int = 0) -> String? {
        let bytes = stateBytes + others
        guard bytes > budget else { return nil }
        return "the state takes \(bytes >> 20) MiB of \(budget >> 20) MiB for \(groupCount) groups: "
            + "give the query a larger budget, or windows with a shorter grace period or retention"
    }

    /// Takes a record; see `WindowedAggregation.take`.
    ///
    /// - Precondition: `input` has as many values as the query has columns.
    package mutating func take(
        _ record: WindowRecord, key: UnsafeRawBufferPointer?, input: [AggregateValue], tell: Tell
    ) {
        aggregation.take(record, key: key, input: input, tell: tell)
    }

    /// What a row's functions come to, in their order.
    package func results(of states: AggregateStates) -> [AggregateResult] { aggregation.logic.results(of: states) }

    /// Tells the rows that changed since the last commit; see `WindowedAggregation.commit`.
    package mutating func commit(tell: Tell) { aggregation.commit(tell: tell) }

    /// Declares a partition idle from an offset on; see `StreamClock`.
    package mutating func declareIdle(_ partition: Int32, at offset: Int64, tell: Tell) {
        aggregation.declareIdle(partition, at: offset, tell: tell)
    }

    /// Has the events of an earlier run happen again at their offsets.
    package mutating func replay(_ events: [StreamClock.Event], tell: Tell) { aggregation.replay(events, tell: tell) }

    /// What happened to the clock besides records since this was last asked; to be stored with the query's offsets.
    package mutating func takeEvents() -> [StreamClock.Event] { aggregation.takeEvents() }

    /// Calls a function with the present row of every group whose window starts in a range: what a pull query reads.
    package func forEachRow(startingIn range: ClosedRange<Int64> = 0...Int64.max, _ body: Tell) {
        aggregation.forEachRow(startingIn: range, body)
    }

    /// The whole state as bytes.
    package func snapshot() -> [UInt8] { aggregation.snapshot() }

    /// Takes over a state that `snapshot()` gave, of the same query.
    package mutating func restore(_ bytes: [UInt8], limit: Int = 1 << 32) throws(WindowStateError) {
        try aggregation.restore(bytes, limit: limit)
    }
}
