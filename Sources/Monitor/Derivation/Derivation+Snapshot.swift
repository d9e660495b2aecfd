import AlertRules
import Cluster
import WindowedMetrics

extension Derivation {
    /// The snapshot of the poll taken last, with the alert rules evaluated on it.
    ///
    /// - Parameters:
    ///   - durationMilliseconds: How long the poll took.
    ///   - intervalMilliseconds: The distance of polls; nil for the one that is set.
    ///   - load: What polls cost; nil where no request is sent.
    package mutating func snapshot(
        durationMilliseconds: Double = 0,
        intervalMilliseconds: Int64? = nil,
        load: RequestLoad? = nil
    ) -> Snapshot {
        let groups = deriveGroups()
        let former = topicFigures
        deriveTopics()
        takeCompactions(before: former)
        noteWorstReaders(groups)
        var facts = PollFacts()
        facts.durationMilliseconds = durationMilliseconds
        facts.intervalMilliseconds = intervalMilliseconds ?? settings.intervalMilliseconds
        facts.problems = problems
        facts.pointReads = pointReadsMade
        facts.pointReadBudget = settings.pointReadBudget
        facts.throughputWindowMilliseconds = settings.throughputWindowMilliseconds
        facts.trendWindowMilliseconds = settings.trendWindowMilliseconds
        facts.load = load
        facts.outage = outage()
        var snapshot = Snapshot(
            sequence: sequence,
            takenAt: now.wallMilliseconds,
            status: status,
            capabilities: capabilities,
            topics: topicFigures,
            groups: groups,
            alerts: .empty,
            bytesIn: series(bytesIn),
            bytesOut: series(bytesOut),
            recordsInPerSecond: recordsIn(),
            recordsOutPerSecond: recordsOut(),
            poll: facts,
            statusStaleSince: statusProblem == nil ? nil : statusReadAt.map(now.wallMilliseconds(of:)),
            bytesInQuality: bytesInQuality,
            silentBrokers: silentBrokers()
        )
        snapshot.compactions = compactions.records
        snapshot.transactions = transactionBoard()
        snapshot.service = service.figures(connectionWindow: settings.throughputWindowMilliseconds)
        evaluateAlerts(on: snapshot)
        snapshot.alerts = rules.board()
        return snapshot
    }

    /// What is said while nothing answers; retries come further apart each time.
    private func outage() -> Outage? {
        guard missedPolls > 0, let reachedAt else { return nil }
        var retry = max(settings.retryMilliseconds, 1)
        for _ in 1..<max(missedPolls, 1) where retry < settings.retryLimitMilliseconds { retry &*= 2 }
        return Outage(
            since: now.wallMilliseconds(of: reachedAt),
            reason: statusProblem ?? topicsProblem ?? status?.problems.values.min() ?? "",
            retryMilliseconds: max(min(retry, settings.retryLimitMilliseconds), 1)
        )
    }

    private func silentBrokers() -> [Int32: SilentBroker] {
        guard let status else { return [:] }
        return silentSince.reduce(into: [:]) { all, broker in
            all[broker.key] = SilentBroker(
                since: now.wallMilliseconds(of: broker.value),
                reason: status.problems[broker.key] ?? ""
            )
        }
    }

    private mutating func evaluateAlerts(on snapshot: Snapshot) {
        var series = SnapshotSeries(
            snapshot: snapshot,
            groupsProblem: groupsProblem ?? topicsProblem,
            topicsProblem: topicsProblem,
            statusProblem: statusProblem,
            labels: labels
        )
        rules.evaluate(&series, at: now, interval: snapshot.poll.intervalMilliseconds)
        labels = series.labels
    }

    /// Records per second written to all topics but the internal ones: commits are not what producers wrote.
    private func recordsIn() -> Double? {
        var sum: Double?
        for topic in topicFigures.indices where !topicFigures[topic].description.isInternal {
            if let rate = topicFigures[topic].recordsInPerSecond { sum = (sum ?? 0) + rate }
        }
        return sum
    }

    private func recordsOut() -> Double? {
        let window = Self.nanoseconds(settings.throughputWindowMilliseconds)
        var sum: Double?
        for place in groupOrder {
            for row in groups[place].rows.indices {
                if let rise = groups[place].rows[row].commits.increase(over: window, on: axis) {
                    sum = (sum ?? 0) + rise.perSecond
                }
            }
        }
        return sum
    }
}
