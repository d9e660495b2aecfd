import Cluster
import StreamQuery
import WindowedMetrics

/// What a push query tells whoever listens besides the board.
package enum PushEvent: Sendable, Equatable {
    /// It has begun: its columns.
    case began([QueryColumn])
    /// Rows, in the order in which they were told; one without values is a key that is no more.
    case rows([QueryResult.Row])
    /// It has ended: why, if not because its limit was reached or it was closed.
    case ended(String?)
}

/// A push query at work: rows are told as records come, until it is closed or its limit is reached. It writes nothing.
actor PushQuery {
    private let plan: QueryPlan
    private let settings: QuerySettings
    private let cluster: any Cluster
    private let publish: PersistentQuery.Publish
    private let listener: (@Sendable (PushEvent) -> Void)?
    private var execution: QueryExecution
    private var feed: SourceFeed
    private var table: ResultTable
    private var figures: QueryFigures
    private var recordRate = RateMeter()
    private var rowRate = RateMeter()
    private var published: QueryFigures?
    private var publishedAt: ContinuousClock.Instant?
    private var told: [ResultRow] = []
    private let clock = ContinuousClock()

    /// A push query that has yet to begin.
    ///
    /// - Throws: What the engine says of windows out of its range.
    init(
        _ id: String, _ statement: String, _ plan: QueryPlan, _ settings: QuerySettings, on cluster: any Cluster,
        publish: @escaping PersistentQuery.Publish, listener: (@Sendable (PushEvent) -> Void)?
    ) throws {
        self.plan = plan
        self.settings = settings
        self.cluster = cluster
        self.publish = publish
        self.listener = listener
        execution = try QueryExecution(plan, partitions: 1)
        feed = SourceFeed(plan.source.topic, from: [])
        table = ResultTable(plan)
        figures = QueryFigures(
            id: id, isTransient: true, statement: statement, state: .running, source: plan.source.name,
            sourceTopic: plan.source.topic)
        figures.timestampColumn = plan.source.timestampColumn
        figures.budgetBytes = settings.budget
        figures.result = table.result(count: 0)
    }

    /// Runs until the task is cancelled, the limit is reached or the query cannot go on.
    func run() async {
        var problem: String?
        do throws(QueryFailure) {
            try await begin()
            try await follow()
            problem = nil
            figures.state = .stopped("all \(plan.limit ?? 0) rows of its LIMIT are told")
        } catch {
            switch error {
            case .cancelled: return listener?(.ended(nil)) ?? ()
            case .stopped(let reason): problem = reason
            case .interrupted(let error): problem = "\(error)"
            }
            figures.state = .stopped(problem ?? "")
        }
        show(now: true)
        listener?(.ended(problem))
    }

    private func begin() async throws(QueryFailure) {
        let topic = plan.source.topic
        let partitions = try await SourceFeed.partitions(of: topic, cluster)
        let start = try await SourceFeed.beginning(of: topic, partitions: partitions, settings.reset, cluster)
        feed = SourceFeed(topic, from: start)
        do {
            execution = try QueryExecution(plan, partitions: partitions, coalesces: true, budget: settings.budget)
        } catch {
            throw .stopped("\(error)")
        }
        listener?(.began(table.columns))
        show(now: true)
    }

    private func follow() async throws(QueryFailure) {
        var lastRecordAt = Array(repeating: clock.now, count: feed.next.count)
        while true {
            var source = feed
            let portions = try await source.read(cluster, waitMilliseconds: 1000)
            feed = source
            for portion in portions {
                if !portion.records.isEmpty { lastRecordAt[Int(portion.partition)] = clock.now }
                await take(portion)
            }
            declareIdle(lastRecordAt)
            tell()
            if let limit = plan.limit, execution.told >= Int64(limit) { return }
            if let reason = execution.overBudget { throw .stopped(reason) }
            show(now: false)
            if !portions.isEmpty, feed.lag == 0 { try? await Task.sleep(for: .milliseconds(50)) }
        }
    }

    private func take(_ portion: SourceFeed.Portion) async {
        for (number, record) in portion.records.enumerated() {
            execution.take(record.source(portion.partition)) { told.append($0) }
            if number & 0xff == 0xff { await Task.yield() }
        }
        for problem in portion.problems { execution.note(.value, problem, portion.partition, portion.next - 1) }
        figures.recordsIn += Int64(portion.records.count)
        feed.pass(portion)
    }

    private func declareIdle(_ lastRecordAt: [ContinuousClock.Instant]) {
        guard settings.idleMilliseconds > 0, plan.aggregation?.window != nil, let time = execution.clock else { return }
        let newest = (0..<feed.next.count).map { time.streamTime(of: Int32($0)) }.max() ?? -1
        for place in feed.next.indices where feed.isAtEnd(place) {
            let partition = Int32(place)
            guard !time.isIdle(partition), time.streamTime(of: partition) < newest,
                clock.now - lastRecordAt[place] >= .milliseconds(settings.idleMilliseconds)
            else { continue }
            execution.declareIdle(partition, at: feed.next[place]) { told.append($0) }
        }
    }

    /// Changed rows go to the screen and to who listens.
    private func tell() {
        execution.commit { told.append($0) }
        guard !told.isEmpty else { return }
        for row in told { table.take(row) }
        figures.rowsOut += Int64(told.count)
        if let listener { listener(.rows(told.map(table.shown))) }
        told = []
    }

    private func show(now isUrgent: Bool) {
        let now = clock.now
        if !isUrgent, let publishedAt, now - publishedAt < .milliseconds(200) { return }
        recordRate.take(figures.recordsIn, at: now)
        rowRate.take(figures.rowsOut, at: now)
        publishedAt = now
        figures.recordsInPerSecond = recordRate.perSecond
        figures.rowsOutPerSecond = rowRate.perSecond
        figures.lag = feed.lag
        guard isUrgent || figures != published else { return }
        figures.fill(from: execution)
        if published?.rowsOut != figures.rowsOut {
            figures.result = table.result(count: plan.result == .table ? execution.groupCount : nil)
        }
        published = figures
        publish(figures)
    }
}
