/// Why a rule's answer cannot be taken for "all is well", whatever its expression came to.
package enum RuleProblem: Sendable, Equatable, CustomStringConvertible {
    /// Nobody publishes these metrics, and no loaded rule records them.
    case noSuchMetric([String])
    /// The expression reaches further back than samples are kept, milliseconds.
    case needsHistory(needed: Int64, kept: Int64)
    /// The evaluation failed; the states stay as they were.
    case failed(String)
    /// A metric could not be read the last time, for this reason: what is active and missing stays as it was.
    case unreadable(String)

    package var description: String {
        switch self {
        case .noSuchMetric(let names): "no such metric: \(names.joined(separator: ", "))"
        case .needsHistory(let needed, let kept):
            "needs \(PrometheusDuration.text(milliseconds: needed)), has \(PrometheusDuration.text(milliseconds: kept))"
        case .failed(let reason), .unreadable(let reason): reason
        }
    }
}

/// How one rule stands after its newest evaluation.
package struct RuleReport: Sendable {
    /// The file's name.
    package var file: String
    /// The group's name.
    package var group: String
    /// The rule.
    package var rule: RuleDefinition
    /// Its alerts that are pending or firing, and those that resolved lately; none of a recording rule.
    package var alerts: [ActiveAlert]
    /// What it looks at, whether or not the condition holds, with the labels its alerts have; empty where nobody asked for it.
    package var observed: [ObservedSeries] = []
    /// What of the metrics it reads could not be read the last time.
    package var gaps: [ReadingGap] = []
    /// How many samples the expression gave; nil before the first evaluation and after one that failed.
    package var sampleCount: Int?
    /// What stands in the way of trusting it.
    package var problem: RuleProblem?

    /// In a word or two: `firing`, `pending`, `no such metric: x`, `needs 30d, has 6h`, `no data` where nothing that is read has samples, else `quiet`.
    package var word: String {
        if let problem { return problem.description }
        if alerts.contains(where: { $0.state == .firing }) { return ActiveAlert.State.firing.rawValue }
        if alerts.contains(where: { $0.state == .pending }) { return ActiveAlert.State.pending.rawValue }
        guard sampleCount != nil else { return "not evaluated yet" }
        return readsNothing ? "no data" : rule.kind == .record ? "recorded" : "quiet"
    }

    /// None of the series that the expression reads has been there.
    package var readsNothing: Bool
}

/// A series that a rule looks at.
package struct ObservedSeries: Sendable, Equatable {
    /// The labels an alert of it has.
    package var labels: LabelSet
    /// Its value.
    package var value: Double
}

/// That an alert began to fire or ended.
package struct RuleEvent: Sendable, Equatable {
    /// What happened.
    package enum Kind: String, Sendable {
        case fired
        case resolved
    }

    /// What.
    package var kind: Kind
    /// The rule's name.
    package var rule: String
    /// When, milliseconds.
    package var time: Int64
    /// The alert as it is now.
    package var alert: ActiveAlert
}
