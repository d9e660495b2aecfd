import AlertRules

extension AlertRule {
    /// A value in the unit of the rule's series.
    func text(_ value: Double) -> String { valueText(value) }

    /// The limit with its comparison: `> 50k`; `any` where whatever is not nothing is too much, as `> 0s` says to nobody. Empty for a flag, and for
    /// what is no plain comparison.
    var limitText: String {
        guard unit != .flag, let threshold else { return "" }
        return threshold.comparison == .greater && threshold.limit == 0
            ? "any" : "\(threshold.comparison.rawValue) \(unit.exactText(threshold.limit))"
    }

    /// The colour level of its severity.
    var level: Theme.Level {
        switch severity {
        case .critical: .crit
        case .warning: .warn
        case .info: .ok
        }
    }

    /// The severity in a word of at most four letters.
    var severityWord: String {
        switch severity {
        case .critical: "crit"
        case .warning: "warn"
        case .info: "info"
        }
    }
}
