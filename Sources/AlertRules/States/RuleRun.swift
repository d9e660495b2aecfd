/// One loaded rule with the state of its alerts, or the series it recorded last.
struct RuleRun: Sendable {
    /// A series that a rule made.
    struct SeriesKey: Hashable, Sendable {
        var name: String
        var labels: LabelSet
    }

    /// The series of an alert's state, and of the time it became active, which outlives a restart.
    static let alertsName = "ALERTS"
    static let alertsForStateName = "ALERTS_FOR_STATE"
    static let alertNameLabel = "alertname"
    private static let alertStateLabel = "alertstate"

    let rule: RuleDefinition
    /// Alerts that are active, or were lately; in the order they came.
    private(set) var alerts: [ActiveAlert] = []
    /// What the newest evaluation gave.
    private(set) var sampleCount: Int?
    /// Why the newest evaluation failed.
    private(set) var failure: String?

    /// The series the rule looked at last; empty where that is not kept.
    private(set) var observed: [ObservedSeries] = []

    private var places: [LabelSet: Int] = [:]
    /// Alerts taken over from an earlier run and not seen since; missing, they are waited for until `patientUntil`.
    private var unconfirmed: Set<LabelSet> = []
    private var patientUntil = Int64.min
    /// Labels with the rule's added, where those are the same for every sample.
    private var dressed: [LabelSet: LabelSet]?
    /// The series made in the newest good evaluation.
    private var made: Set<SeriesKey> = []

    init(rule: RuleDefinition) {
        self.rule = rule
        if rule.labels.allSatisfy(\.template.isLiteral) { dressed = [:] }
    }

    /// Takes alerts over from an earlier run.
    ///
    /// - Parameter patientUntil: Until then one that is missing is neither over nor forgotten, unless its series was seen again.
    mutating func restore(_ kept: [ActiveAlert], patientUntil: Int64) {
        let known = Set(alerts.lazy.filter { $0.state != .inactive }.map(\.labels))
        let taken = kept.filter { !known.contains($0.labels) }
        let new = Set(taken.map(\.labels))
        alerts = alerts.filter { !new.contains($0.labels) } + taken
        unconfirmed = Set(taken.lazy.filter { $0.state != .inactive }.map(\.labels))
        self.patientUntil = patientUntil
        index()
    }

    /// Notes what the rule looked at.
    mutating func observe(_ samples: [VectorSample], _ externalLabels: [String: String], _ url: String) {
        observed = samples.map { ObservedSeries(labels: labels(of: $0, externalLabels, url), value: $0.value) }
        if let dressed, dressed.count > 2 * observed.count + 64 { self.dressed = [:] }
    }

    /// The labels that a sample's alert has.
    private mutating func labels(
        of sample: VectorSample, _ externalLabels: [String: String], _ url: String
    ) -> LabelSet {
        if let known = dressed?[sample.labels] { return known }
        let context = Template.Context(
            name: sample.name, labels: sample.labels, value: sample.value, externalLabels: externalLabels,
            externalURL: url)
        var changes = rule.labels.map { LabelSet.Label(name: $0.name, value: $0.template.expand(context)) }
        changes.append(LabelSet.Label(name: Self.alertNameLabel, value: rule.name))
        let labels = sample.labels.setting(changes)
        dressed?[sample.labels] = labels
        return labels
    }

    private mutating func index() {
        places = Dictionary(alerts.enumerated().map { ($0.element.labels, $0.offset) }) { first, _ in first }
    }

    mutating func fail(_ reason: String) {
        failure = reason
        sampleCount = nil
        observed = []
    }

    // MARK: Alerts

    /// Moves the alerts by what the expression gave.
    ///
    /// - Parameter gaps: What could not be read: an alert that is missing for it stays as it is, and is not over.
    /// - Returns: What began and ended, and the series to record.
    /// - Throws: `EvaluationError` when two samples have the same labels, or there are too many; the states of the former stay as they are.
    mutating func moveAlerts(
        _ samples: [VectorSample], limit: Int, gaps: [ReadingGap] = [], at time: Int64,
        labels externalLabels: [String: String], url: String
    ) throws(EvaluationError) -> (events: [RuleEvent], series: [VectorSample]) {
        let found = try labelled(samples, externalLabels, url)
        for (labels, annotations, value) in found {
            if let place = places[labels], alerts[place].state != .inactive {
                alerts[place].value = value
                alerts[place].annotations = annotations
                continue
            }
            let alert = ActiveAlert(labels: labels, annotations: annotations, value: value, activeAt: time)
            if let place = places[labels] {
                alerts[place] = alert
            } else {
                places[labels] = alerts.count
                alerts.append(alert)
            }
        }
        let present = Set(found.map(\.labels))
        // Seen again, or waited for long enough, they are alerts as any other.
        unconfirmed = time < patientUntil ? unconfirmed.subtracting(present) : []
        let events = step(present: present, gaps, at: time)
        let active = alerts.filter { $0.state != .inactive }
        if limit > 0, active.count > limit {
            alerts = []
            places = [:]
            throw EvaluationError("exceeded limit of \(limit) with \(active.count) alerts")
        }
        sampleCount = samples.count
        failure = nil
        return (events, active.flatMap(series))
    }

    private mutating func step(present: Set<LabelSet>, _ gaps: [ReadingGap], at time: Int64) -> [RuleEvent] {
        var events: [RuleEvent] = []
        for place in alerts.indices {
            let labels = alerts[place].labels
            let isThere = present.contains(labels)
            if !isThere, alerts[place].state != .inactive,
                unconfirmed.contains(labels) || gaps.contains(where: { $0.covers(labels) })
            {
                continue
            }
            switch alerts[place].step(isThere: isThere, rule: rule, at: time) {
            case .fired: events.append(RuleEvent(kind: .fired, rule: rule.name, time: time, alert: alerts[place]))
            case .resolved: events.append(RuleEvent(kind: .resolved, rule: rule.name, time: time, alert: alerts[place]))
            case .forgotten, nil: break
            }
        }
        if alerts.contains(where: { $0.isForgettable(at: time) }) {
            alerts.removeAll { $0.isForgettable(at: time) }
            index()
        }
        return events
    }

    /// The labels and annotations each sample's alert has.
    private mutating func labelled(
        _ samples: [VectorSample], _ externalLabels: [String: String], _ url: String
    ) throws(EvaluationError) -> [(labels: LabelSet, annotations: [String: String], value: Double)] {
        var known: Set<LabelSet> = []
        var found: [(labels: LabelSet, annotations: [String: String], value: Double)] = []
        for sample in samples {
            let labels = labels(of: sample, externalLabels, url)
            guard known.insert(labels).inserted else {
                throw EvaluationError("vector contains metrics with the same labelset after applying alert labels")
            }
            let context = Template.Context(
                name: sample.name, labels: sample.labels, value: sample.value, externalLabels: externalLabels,
                externalURL: url)
            let annotations = rule.annotations.map { ($0.name, $0.template.expand(context)) }
            found.append((labels, Dictionary(annotations) { $1 }, sample.value))
        }
        return found
    }

    private func series(of alert: ActiveAlert) -> [VectorSample] {
        [
            VectorSample(
                name: Self.alertsName, labels: alert.labels.setting(Self.alertStateLabel, to: alert.state.rawValue),
                value: 1),
            VectorSample(
                name: Self.alertsForStateName, labels: alert.labels,
                value: (Double(alert.activeAt) / 1000).rounded(.down)),
        ]
    }

    // MARK: Recording

    /// The series that a recording rule makes of what the expression gave.
    ///
    /// - Throws: `EvaluationError` when two samples have the same labels, or there are too many.
    mutating func recorded(_ samples: [VectorSample], limit: Int) throws(EvaluationError) -> [VectorSample] {
        let changes = rule.labels.map { LabelSet.Label(name: $0.name, value: $0.template.source) }
        let series = samples.map {
            VectorSample(name: rule.name, labels: $0.labels.setting(changes), value: $0.value)
        }
        guard Set(series.lazy.map(\.labels)).count == series.count else {
            throw EvaluationError("vector contains metrics with the same labelset after applying rule labels")
        }
        if limit > 0, series.count > limit {
            throw EvaluationError("exceeded limit of \(limit) with \(series.count) series")
        }
        sampleCount = samples.count
        failure = nil
        return series
    }

    /// The series that the rule made last time and no longer makes; they are stale from now on.
    mutating func ended(by series: [VectorSample]) -> [SeriesKey] {
        let now = Set(series.lazy.map { SeriesKey(name: $0.name, labels: $0.labels) })
        defer { made = now }
        return made.isEmpty ? [] : made.filter { !now.contains($0) }
    }
}
