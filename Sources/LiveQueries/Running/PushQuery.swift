import Cluster
import StreamQuery
import WindowedMetrics

/// A push query at work: rows are told as records come, until it is closed or its limit is reached. It writes nothing.
actor PushQuery {
    private let plan: QueryPlan
    private let settings: QuerySettings
    private let cluster: any Cluster
    private let listener: ScriptEvent.Listener?
    private var execution: QueryExecution
    private var feed: SourceFeed
    private var showing: QueryShowing
    private var told: [ResultRow] = []
    private let clock = ContinuousClock()

    /// A push query that has yet to begin.
    ///
    /// - Throws: What the engine says of windows out of its range.
    init(
        _ id: String, _ statement: String, _ plan: QueryPlan, _ settings: QuerySettings, on cluster: any Cluster,
        publish: @escaping QueryShowing.Publish, listener: ScriptEvent.Listener?
    ) throws {
        self.plan = plan
        self.settings = settings
        self.cluster = cluster
        self.listener = listener
        execution = try QueryExecution(plan, partitions: 1)
        feed = SourceFeed(plan.source.topic, from: [])
        showing = QueryShowing(
            QueryFigures(
                id: id, isTransient: true, statement: statement, state: .running, source: plan.source.name,
                sourceTopic: plan.source.topic),
            of: plan, budget: settings.budget, pause: .milliseconds(200), publish: publish)
    }

    /// Runs until the task is cancelled, the limit is reached or the query cannot go on.
    ///
    /// - Returns: Why it cannot go on; nil where it is done or was cancelled.
    func run() async -> String? {
        var problem: String?
        do throws(QueryFailure) {
            try await begin()
            try await follow()
        } catch {
            problem = error.problem
            if problem == nil { return nil }
        }
        showing.figures.state = .stopped(problem ?? "all \(plan.limit ?? 0) rows of its LIMIT are told")
        show(now: true)
        return problem
    }

    private func begin() async throws(QueryFailure) {
        let topic = plan.source.topic
        let partitions = try await SourceFeed.partitions(of: topic, cluster)
        let start = try await SourceFeed.beginning(of: topic, partitions: partitions, settings.reset, cluster)
        feed = SourceFeed(topic, from: start)
        do {
            execution = try QueryExecution(
                plan, partitions: partitions, coalesces: settings.coalesces, budget: settings.budget)
        } catch {
            throw .stopped("\(error)")
        }
        listener?(.began(showing.table.columns))
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
            // What comes in drops is shown in sips: nobody reads faster. A cancelled rest ends at once.
            if !portions.isEmpty, feed.lag == 0 { try? await Task.sleep(for: .milliseconds(50)) }
        }
    }

    private func take(_ portion: SourceFeed.Portion) async {
        for (number, record) in portion.records.enumerated() {
            execution.take(record.source(portion.partition)) { told.append($0) }
            if number & 0xff == 0xff { await Task.yield() }
        }
        for problem in portion.problems { execution.note(.value, problem, portion.partition, portion.next - 1) }
        showing.figures.recordsIn += Int64(portion.records.count)
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
        showing.take(told)
        if let listener { listener(.rows(told.map(showing.table.shown))) }
        told = []
    }

    private func show(now isUrgent: Bool) { showing.show(execution, lag: feed.lag, now: isUrgent) }
}
