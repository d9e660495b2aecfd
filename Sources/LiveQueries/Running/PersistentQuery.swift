import Cluster
import StreamQuery
import WindowedMetrics

/// A persistent query at work: from its topic to its sink, output and input offsets in one transaction each time.
///
/// The state after a set of offsets follows from the records before them and the events in the commit notes. So a restart takes a saved state,
/// reads what lies between it and the committed offsets without telling anybody, and goes on.
actor PersistentQuery {
    let definition: QueryDefinition
    let settings: QuerySettings
    let cluster: any Cluster
    let files: StateFiles

    // What a start sets up, and each recovery anew.
    var execution: QueryExecution
    var feed: SourceFeed
    var transactions: TransactionalWriter?
    var pending: PendingRecords?
    /// What is committed.
    var committed: [Int64] = []
    /// Records of each partition taken since the saved state, and its clock's events.
    var taken: [Int64] = []
    var events: [[StreamClock.Event]] = []
    /// The saved state that notes build on.
    var base = SavedState(incarnation: 0, generation: 0, positions: [])
    /// Whether it has ever committed: a state behind the first one says so, should the commits be lost.
    var hasCommits = false
    /// The generation that the newest commit names.
    var committedGeneration: UInt64 = 0

    var showing: QueryShowing
    private var lastRecordAt: [ContinuousClock.Instant] = []
    private var lastCommitAt = ContinuousClock.now
    var lastSaveAt = ContinuousClock.now
    /// The source's topic id: a topic made anew has its name, and other records.
    var sourceID: String?
    /// Whether the state is that of the committed offsets, or one behind them.
    var isRestored = false
    private var checkedAt = ContinuousClock.now
    private var countedAt = ContinuousClock.now
    private let clock = ContinuousClock()

    /// A query that is not started yet.
    ///
    /// - Throws: What the engine says of windows out of its range.
    init(
        _ definition: QueryDefinition, _ settings: QuerySettings, on cluster: any Cluster, _ files: StateFiles,
        publish: @escaping QueryShowing.Publish
    ) throws {
        self.definition = definition
        self.settings = settings
        self.cluster = cluster
        self.files = files
        let plan = definition.plan
        execution = try QueryExecution(plan, partitions: 1)
        feed = SourceFeed(plan.source.topic, from: [])
        showing = QueryShowing(
            QueryFigures(
                id: definition.id, isTransient: false, statement: definition.statement, state: .restoring(0),
                source: plan.source.name, sourceTopic: plan.source.topic, sink: plan.sink?.name,
                sinkTopic: plan.sink?.topic),
            of: plan, budget: settings.budget, pause: .milliseconds(500), publish: publish)
    }

    /// The group whose offsets are the query's.
    nonisolated var group: String { Self.group(of: definition.id) }
    /// The group of a query.
    static func group(of id: String) -> String { "\(QueryGroup.prefix)\(id)" }
    /// Under which name it writes.
    nonisolated var transactionalID: String { "weir-query-\(definition.id)" }

    // MARK: running

    /// Runs until the task is cancelled or the query cannot go on. What is cancelled ends with a commit.
    func run() async {
        var failures = 0
        while true {
            do throws(QueryFailure) {
                try await recover()
                showing.figures.state = .running
                show(now: true)
                try await follow { failures = 0 }
            } catch {
                failures += 1
                guard await goesOn(after: error, failures) else { return }
            }
        }
    }

    /// Says why it cannot go on, or rests before the next try.
    private func goesOn(after failure: QueryFailure, _ failures: Int) async -> Bool {
        switch failure {
        case .cancelled: return false
        case .stopped(let reason): showing.figures.state = .stopped(reason)
        case .interrupted(let error):
            if Task.isCancelled { return false }
            if failures < 20 {
                // A cancelled rest ends at once.
                try? await Task.sleep(for: .milliseconds(min(5000, 50 << min(failures, 7))))
                return true
            }
            showing.figures.state = .stopped("\(error); RESUME tries again")
        }
        show(now: true)
        return false
    }

    private func follow(_ hasCommitted: () -> Void) async throws(QueryFailure) {
        lastRecordAt = Array(repeating: clock.now, count: feed.next.count)
        lastCommitAt = clock.now
        while !Task.isCancelled {
            let untilCommit = settings.commitMilliseconds - Int((clock.now - lastCommitAt) / .milliseconds(1))
            let wait = hasNews ? max(0, min(untilCommit, 1000)) : 1000
            guard let portions = try await read(waitMilliseconds: wait) else { break }
            for portion in portions {
                await take(portion)
                guard isFull else { continue }
                try await commitNow()
                hasCommitted()
            }
            declareIdle()
            if clock.now - lastCommitAt >= .milliseconds(settings.commitMilliseconds) {
                try await commitNow()
                hasCommitted()
            }
            try await check()
            show(now: false)
            // What comes in drops is taken in sips, not drop by drop: nobody sees it before the next commit.
            if !portions.isEmpty, feed.lag == 0 {
                // A cancelled rest ends at once.
                try? await Task.sleep(for: .milliseconds(min(500, max(1, settings.commitMilliseconds / 4))))
            }
        }
        try await finish()
        throw .cancelled
    }

    /// What comes next; nil when the task is cancelled.
    private func read(waitMilliseconds: Int) async throws(QueryFailure) -> [SourceFeed.Portion]? {
        var source = feed
        do throws(QueryFailure) {
            let portions = try await source.read(cluster, waitMilliseconds: waitMilliseconds)
            feed = source
            return portions
        } catch {
            if case .cancelled = error { return nil }
            throw error
        }
    }

    /// The last commit, in a task of its own: that of the query is cancelled, and what is cancelled cannot wait.
    private func finish() async throws(QueryFailure) {
        let ending = Task { () async -> QueryFailure? in
            do throws(QueryFailure) {
                try await commitNow()
                try await save()
                return nil
            } catch {
                return error
            }
        }
        if let failure = await ending.value { throw failure }
    }

    private var isFull: Bool { (pending?.bytes ?? 0) >= PendingRecords.enough }
    /// Whether there is anything to commit.
    private var hasNews: Bool { feed.next != committed || !(pending?.isEmpty ?? true) }

    private func commitNow() async throws(QueryFailure) {
        lastCommitAt = clock.now
        try await commit()
        lastCommitAt = clock.now
    }

    /// Takes records, a slice at a time, so that others get their turn.
    private func take(_ portion: SourceFeed.Portion) async {
        let place = Int(portion.partition)
        if !portion.records.isEmpty { lastRecordAt[place] = clock.now }
        for (number, record) in portion.records.enumerated() {
            take(record, portion.partition)
            if number & 0xff == 0xff { await Task.yield() }
        }
        for problem in portion.problems { execution.note(.value, problem, portion.partition, portion.next - 1) }
        taken[place] += Int64(portion.records.count)
        showing.figures.recordsIn += Int64(portion.records.count)
        feed.pass(portion)
    }

    private func take(_ record: FetchedRecord, _ partition: Int32) {
        let unread = execution.unreadRecords
        var rows: [ResultRow] = []
        execution.take(record.source(partition)) { rows.append($0) }
        tell(rows)
        if let topic = settings.deadLetterTopic, execution.unreadRecords > unread { bury(record, partition, topic) }
    }

    /// Rows go to the sink and to the screen.
    func tell(_ rows: [ResultRow]) {
        for row in rows { pending?.take(row, &execution) }
        showing.take(rows)
    }

    /// A record that cannot be read goes to the dead-letter topic, with where it came from and why.
    private func bury(_ record: FetchedRecord, _ partition: Int32, _ topic: String) {
        var headers = record.headers
        for (name, text) in [
            ("weir.query", definition.id), ("weir.topic", feed.topic), ("weir.partition", "\(partition)"),
            ("weir.offset", "\(record.offset)"), ("weir.reason", execution.log.samples.last?.reason ?? ""),
        ] { headers.append(RecordHeader(name: name, value: Array(text.utf8))) }
        pending?.take(
            NewRecord(key: record.key, value: record.value, headers: headers, timestamp: max(0, record.timestamp)),
            to: topic, partition: 0, &execution)
    }

    /// Partitions without records for long are not waited for, if others have gone on.
    private func declareIdle() {
        guard settings.idleMilliseconds > 0, definition.plan.aggregation?.window != nil, let time = execution.clock
        else { return }
        let newest = (0..<feed.next.count).map { time.streamTime(of: Int32($0)) }.max() ?? -1
        for place in feed.next.indices {
            let partition = Int32(place)
            guard feed.isAtEnd(place), !time.isIdle(partition), time.streamTime(of: partition) < newest,
                clock.now - lastRecordAt[place] >= .milliseconds(settings.idleMilliseconds)
            else { continue }
            var rows: [ResultRow] = []
            execution.declareIdle(partition, at: feed.next[place]) { rows.append($0) }
            tell(rows)
        }
    }

    /// What stops a query: too much state, a topic that has more partitions than when it began or is another one by now.
    private func check() async throws(QueryFailure) {
        guard clock.now - checkedAt >= .seconds(1) else { return }
        checkedAt = clock.now
        if let reason = execution.overBudget {
            try await commitNow()
            throw .stopped("\(reason). SET 'weir.state.budget.bytes' and then RESUME give it more")
        }
        guard clock.now - countedAt >= .seconds(30) else { return }
        countedAt = clock.now
        let source = try await SourceFeed.layout(of: feed.topic, cluster)
        guard source.topicID == sourceID else {
            throw .stopped("the topic \(feed.topic) was deleted and made anew; TERMINATE the query and create it again")
        }
        guard source.partitions.count == feed.next.count else {
            try await commitNow()
            throw .stopped(Self.grown(feed.topic, source.partitions.count, from: feed.next.count))
        }
    }

    /// Why a query does not go on over a topic that has more partitions than when it began.
    static func grown(_ topic: String, _ partitions: Int, from before: Int) -> String {
        "\(topic) has \(partitions) partitions now, and the query began with \(before): keys may have moved; "
            + "TERMINATE it and create it again"
    }

    // MARK: showing

    /// The rows of the state, as records of the sink: what a pull query reads; nil where no state holds them, or it is not there yet.
    func rows(startingIn range: ClosedRange<Int64>) -> [SourceRecord]? {
        guard isRestored, execution.hasState, definition.plan.result == .table, let writer = SinkWriter(definition.plan)
        else {
            return nil
        }
        var rows: [ResultRow] = []
        execution.forEachRow(startingIn: range) { rows.append($0) }
        return rows.compactMap { row in
            guard let record = execution.record(row, writer) else { return nil }
            return SourceRecord(
                partition: 0, offset: 0, timestamp: row.timestamp, key: record.key, value: record.value)
        }
    }

    /// Publishes the figures, twice a second at most, and only where something has changed.
    func show(now isUrgent: Bool) { showing.show(execution, lag: feed.lag, now: isUrgent) }

    /// Publishes another state: what the operator did.
    func show(_ state: QueryFigures.State) {
        showing.figures.state = state
        show(now: true)
    }
}
