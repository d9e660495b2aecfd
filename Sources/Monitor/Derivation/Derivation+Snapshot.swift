import AlertRules
import Cluster
import WindowedMetrics

extension Derivation {
    /// The snapshot of the poll taken last, with the alert rules evaluated on it.
    ///
    /// - Parameter durationMilliseconds: How long the poll took.
    package mutating func snapshot(durationMilliseconds: Double = 0) -> Snapshot {
        let groups = deriveGroups()
        deriveTopics()
        var facts = PollFacts()
        facts.durationMilliseconds = durationMilliseconds
        facts.intervalMilliseconds = settings.intervalMilliseconds
        facts.problems = problems
        facts.pointReads = pointReadsMade
        facts.pointReadBudget = settings.pointReadBudget
        facts.throughputWindowMilliseconds = settings.throughputWindowMilliseconds
        facts.trendWindowMilliseconds = settings.trendWindowMilliseconds
        var snapshot = Snapshot(
            sequence: sequence,
            takenAt: now.wallMilliseconds,
            status: status,
            capabilities: capabilities,
            topics: topicFigures,
            groups: groups,
            alerts: AlertBoard(rules: [], instances: [], history: []),
            bytesIn: series(bytesIn),
            bytesOut: series(bytesOut),
            recordsInPerSecond: recordsIn(),
            recordsOutPerSecond: recordsOut(),
            poll: facts,
            statusStaleSince: statusProblem == nil ? nil : statusReadAt.map(now.wallMilliseconds(of:)),
            bytesInQuality: bytesInQuality
        )
        evaluateAlerts(on: snapshot)
        snapshot.alerts = alerts.board()
        return snapshot
    }

    private mutating func evaluateAlerts(on snapshot: Snapshot) {
        var series = SnapshotSeries(
            snapshot: snapshot,
            groupsProblem: groupsProblem ?? topicsProblem,
            topicsProblem: topicsProblem,
            statusProblem: statusProblem,
            labels: labels
        )
        alerts.evaluate(at: now) { series.read($0) }
        labels = series.labels
    }

    /// Records per second written to all topics but the internal ones: commits are not what producers wrote.
    private func recordsIn() -> Double? {
        var sum: Double?
        for topic in topicFigures where !topic.description.isInternal {
            if let rate = topic.recordsInPerSecond { sum = (sum ?? 0) + rate }
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
