import AlertRules

extension AlertInstance {
    /// True while it fires.
    var isFiring: Bool {
        if case .firing = state { true } else { false }
    }

    /// True while it is on its way to firing.
    var isPending: Bool {
        if case .pending = state { true } else { false }
    }
}

extension AlertRule {
    /// A value in the unit of the rule's series.
    func text(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        let bounded = max(-1e15, min(1e15, value))
        return switch unit {
        case .count: Figures.short(bounded)
        case .milliseconds:
            bounded < 1000 ? "\(Figures.short(bounded))ms" : Durations.tight(milliseconds: Int64(bounded))
        case .seconds: Durations.tight(milliseconds: Int64(bounded * 1000))
        case .ratio: Figures.percent(bounded)
        case .bytes: Figures.bytes(bounded)
        case .flag: bounded == 0 ? "no" : "yes"
        }
    }

    /// The limit with its comparison: `> 50k`.
    var limitText: String { unit == .flag ? "" : "\(comparison.rawValue) \(text(limit).replacing(".0", with: ""))" }

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
