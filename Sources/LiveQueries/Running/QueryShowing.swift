import StreamQuery

/// What a query shows of itself: its figures and its newest rows, published when they have changed, and not more often than anybody can read.
struct QueryShowing: Sendable {
    /// Called with what is to be shown.
    typealias Publish = @Sendable (QueryFigures) -> Void

    /// The figures, as far as the query itself keeps them.
    var figures: QueryFigures
    private(set) var table: ResultTable
    private let isTable: Bool
    private let pause: Duration
    private let publish: Publish
    private var recordRate = RateMeter()
    private var rowRate = RateMeter()
    private var published: QueryFigures?
    private var publishedAt: ContinuousClock.Instant?

    /// A query that has told nothing yet.
    ///
    /// - Parameters:
    ///   - figures: What is known of it before it runs.
    ///   - pause: The shortest time between two publications that nobody waits for.
    init(
        _ figures: QueryFigures, of plan: QueryPlan, budget: Int, pause: Duration, publish: @escaping Publish
    ) {
        self.figures = figures
        self.pause = pause
        self.publish = publish
        table = ResultTable(plan)
        isTable = plan.result == .table
        self.figures.timestampColumn = plan.source.timestampColumn
        self.figures.budgetBytes = budget
        self.figures.result = table.result(count: 0)
    }

    /// Takes rows that were told.
    mutating func take(_ rows: [ResultRow]) {
        for row in rows { table.take(row) }
        figures.rowsOut += Int64(rows.count)
    }

    /// Publishes what has changed.
    ///
    /// - Parameters:
    ///   - lag: Records of the source that it had yet to read when it read last; nil while unknown.
    ///   - isUrgent: Publishes at once, whether or not anything has changed.
    mutating func show(_ execution: QueryExecution, lag: Int64?, now isUrgent: Bool) {
        let now = ContinuousClock.now
        if !isUrgent, let publishedAt, now - publishedAt < pause { return }
        recordRate.take(figures.recordsIn, at: now)
        rowRate.take(figures.rowsOut, at: now)
        publishedAt = now
        let isAtWork = figures.state.isAtWork
        figures.recordsInPerSecond = isAtWork ? recordRate.perSecond : 0
        figures.rowsOutPerSecond = isAtWork ? rowRate.perSecond : 0
        figures.lag = isAtWork ? lag : nil
        // Also without records: an idle partition moves the clock.
        figures.fill(from: execution)
        guard isUrgent || figures != published else { return }
        if published?.rowsOut != figures.rowsOut {
            figures.result = table.result(count: isTable ? execution.groupCount : nil)
        }
        published = figures
        publish(figures)
    }
}
