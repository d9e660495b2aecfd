import AlertRules
import Cluster
import Monitor

/// Rules held against a cluster for a short while, and what can be said of them then.
struct RuleLook {
    /// What is said of a rule.
    struct Verdict: Sendable, Equatable {
        /// Where it stands.
        enum State: String, Sendable {
            case firing
            case pending
            case quiet
            /// It cannot be told; `reason` says why.
            case unknown
            /// A shipped rule on what clusters of this kind do not tell: nobody asked for it by name.
            case inapplicable = "n/a"
        }

        /// The rule's group and name.
        var group: String
        var rule: String
        var state: State
        /// Why it cannot be told, or that there is no data; nil where there is nothing to say.
        var reason: String?
        /// The alerts that fire or are pending: their labels and values.
        var alerts: [(labels: LabelSet, value: Double)]

        static func == (left: Self, right: Self) -> Bool {
            (left.group, left.rule, left.state, left.reason) == (right.group, right.rule, right.state, right.reason)
                && left.alerts.elementsEqual(right.alerts) { $0.labels == $1.labels && $0.value == $1.value }
        }
    }

    /// Figures that the monitor derives from several looks over minutes: one look alone says nothing of them.
    static let watched: Set = [
        "burrow_kafka_consumer_status", "burrow_kafka_topic_partition_status", "weir_consumergroup_never_catches_up",
        "weir_consumergroup_rebalances_total", "weir_consumergroup_stopped_seconds", "weir_consumergroup_will_lose",
        "weir_consumergroup_will_lose_in_seconds", "weir_topic_partition_compaction_waiting_seconds",
    ]
    /// How long they must be watched, milliseconds: the window of groups' rates.
    static let watchMilliseconds: Int64 = 60_000

    private var engine: RuleEngine
    private var store: LookStore
    private let honoursFor: Bool
    private let names: [String]
    private var firstAt: Int64?
    private var gaps: [String: String] = [:]

    /// A look at rules.
    ///
    /// - Parameter honoursFor: A condition fires only when it has held for the rule's `for`; else it fires at once.
    init(_ files: [RuleFile], version: PrometheusVersion, honoursFor: Bool) {
        engine = RuleEngine(files: files, settings: EvaluationSettings(version: version))
        store = LookStore()
        self.honoursFor = honoursFor
        let selectors = files.flatMap(\.rules).flatMap(\.expression.selectors)
        let exact = selectors.compactMap(\.exactName)
        // A selector that names no metric means any.
        let all = exact.count < selectors.count ? SnapshotSeries.names : exact
        names = Set(all).intersection(SnapshotSeries.names).sorted()
    }

    /// Takes what a poll found, and evaluates.
    mutating func take(_ snapshot: Snapshot) {
        let time = snapshot.takenAt
        firstAt = firstAt ?? time
        store.historyMilliseconds = time - (firstAt ?? time)
        gaps = [:]
        let outage = snapshot.poll.outage?.reason
        var series = SnapshotSeries(
            snapshot: snapshot, groupsProblem: outage, topicsProblem: outage,
            statusProblem: outage ?? snapshot.statusStaleSince.map { _ in "the status is old" })
        for name in names {
            switch series.read(name) {
            case .noSuchSeries: store.absent.insert(name)
            case .unavailable(let reason): gaps[name] = reason
            case .samples(let samples, let unreadable):
                store.absent.remove(name)
                if let first = unreadable.first { gaps[name] = "\(name)\(first) cannot be read now" }
                for sample in samples { store.append(sample.value, at: time, name: name, labels: sample.labels) }
            }
        }
        _ = engine.evaluateAll(&store, at: time)
    }

    /// What can be said of the rules that alert.
    var verdicts: [Verdict] {
        engine.reports(store).filter { $0.rule.kind == .alert }.map(verdict)
    }

    private func verdict(_ report: RuleReport) -> Verdict {
        var verdict = Verdict(group: report.group, rule: report.rule.name, state: .quiet, reason: nil, alerts: [])
        let active = report.alerts.filter { $0.state != .inactive }
        let firing = active.filter { !honoursFor || $0.state == .firing }
        let unknown = doubt(report)
        if !firing.isEmpty, report.problem == nil {
            verdict.state = .firing
        } else if case .noSuchMetric = report.problem, report.file == DefaultRules.fileName {
            verdict.state = .inapplicable
        } else if unknown != nil {
            verdict.state = .unknown
        } else if !active.isEmpty {
            verdict.state = .pending
        }
        verdict.reason = unknown ?? (report.readsNothing ? "no data" : nil)
        verdict.alerts = (firing.isEmpty ? active : firing).map { ($0.labels, $0.value) }
        return verdict
    }

    /// Why nothing can be said of a rule; nil where something can.
    private func doubt(_ report: RuleReport) -> String? {
        if let problem = report.problem { return "\(problem)" }
        let read = report.rule.expression.selectors.compactMap(\.exactName)
        if let gap = read.lazy.compactMap({ gaps[$0] }).first { return gap }
        if store.historyMilliseconds < Self.watchMilliseconds, let name = read.first(where: Self.watched.contains) {
            return "\(name) shows when a cluster is watched for a while; say --observe 1m"
        }
        return report.sampleCount == nil ? "not evaluated" : nil
    }

    /// Something fires, nothing does, or that cannot be told.
    static func exitCode(_ verdicts: [Verdict]) -> Int32 {
        if verdicts.contains(where: { $0.state == .firing }) { return 1 }
        return verdicts.contains { $0.state == .unknown } ? 2 : 0
    }
}

/// The samples of a look, which knows how long it has looked.
private struct LookStore: RecordingSource {
    private var samples = SampleStore()
    private var made: Set<String> = []
    /// Milliseconds from the first sample to the newest.
    var historyMilliseconds: Int64 = 0
    /// Metrics that this cluster has not.
    var absent: Set<String> = []

    var generation: UInt64 { samples.generation }
    func knows(metric name: String) -> Bool {
        (MetricCatalogue.names.contains(name) && !absent.contains(name)) || made.contains(name)
    }

    func series(matching selector: VectorSelector) -> [SeriesReference] { samples.series(matching: selector) }

    func newestSample(of id: Int, from start: Int64, through end: Int64) -> (time: Int64, value: Double)? {
        samples.newestSample(of: id, from: start, through: end)
    }

    func samples(of id: Int, from start: Int64, through end: Int64, into buffer: inout SampleBuffer) {
        samples.samples(of: id, from: start, through: end, into: &buffer)
    }

    @discardableResult
    mutating func append(_ value: Double, at time: Int64, name: String, labels: LabelSet) -> Int {
        made.insert(name)
        return samples.append(value, at: time, name: name, labels: labels)
    }
}
