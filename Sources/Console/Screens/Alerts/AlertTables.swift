import AlertRules
import Monitor

/// Alert rules and their instances as a table.
enum AlertTables {
    /// The rules, found by their instances.
    static func rules(_ state: ConsoleState) -> RuleBook { RuleBook(state.snapshot.alerts.rules) }

    /// The glyph and word of an instance on the dashboard: `▲ crit`, `◔ pend`, `● ok`.
    static func mark(
        _ instance: AlertInstance, _ rule: AlertRule?, _ state: ConsoleState, _ theme: Theme
    ) -> (String, Style) {
        switch state.standing(of: instance) {
        case .firing: ("▲ \(rule?.severityWord ?? "warn")", firingStyle(rule, theme))
        case .pending: ("◔ pend", theme.warn)
        case .quiet: ("● ok", theme.ok)
        case .acknowledged, .muted, .untold: word(instance, rule, state, theme)
        }
    }

    /// The glyph and word of where an instance stands.
    static func word(
        _ instance: AlertInstance, _ rule: AlertRule?, _ state: ConsoleState, _ theme: Theme
    ) -> (String, Style) {
        switch state.standing(of: instance) {
        // Only `keep_firing_for` holds it: the condition is over.
        case .firing where instance.keptSince != nil: ("▲ kept", firingStyle(rule, theme))
        case .firing: ("▲ firing", firingStyle(rule, theme))
        case .acknowledged: ("◆ acked", theme.warn)
        case .pending: ("◔ pending", theme.warn)
        case .quiet: ("● quiet", theme.ok)
        case .muted: ("◌ muted", theme.off)
        case .untold(let reason):
            ("? \(shortWord(reason))", isIdle(reason) ? theme.muted : theme.warn)
        }
    }

    /// The reason why nothing can be said, in one column: the whole of it stands on the alert's page.
    private static func shortWord(_ reason: String) -> String {
        if isIdle(reason) { return reason == "no data" ? reason : "waits" }
        if reason.hasPrefix("no such metric") { return "metric" }
        return reason.hasPrefix("needs ") ? "history" : "failed"
    }

    /// Whether a rule only has nothing to look at: no fault of it.
    static func isIdle(_ reason: String) -> Bool { reason == "no data" || reason == "not evaluated yet" }

    private static func firingStyle(_ rule: AlertRule?, _ theme: Theme) -> Style {
        theme.style(for: max(rule?.level ?? .warn, .warn))
    }

    /// `fraud-scorer 84.1k > 50k`; where there is no room for all of it, the subject gives way.
    static func sentence(_ instance: AlertInstance, _ rule: AlertRule?, width: Int) -> String {
        guard let rule else { return ShortNames.name(instance.subject, width: width) }
        let last = rule.name.split(separator: ".").last.map(String.init) ?? rule.name
        // A lag is the figure itself; of a directory there is one, and the rule's name says what of it.
        let isDirectory = instance.labels["directory"] != nil || instance.subject == rule.topic
        // `dirty` of `dirty-ratio`: the figure beside it says the rest. A flag has no figure.
        let short = rule.unit == .flag ? last : last.split(separator: "-").first.map(String.init) ?? last
        let name = last == "lag" ? "" : isDirectory ? rule.topic : short
        let value = instance.value.map { rule.text($0) } ?? "–"
        let rest = [name, value, rule.limitText].filter { !$0.isEmpty }.joined(separator: " ")
        guard !isDirectory else { return rest }
        return ShortNames.name(instance.subject, width: max(6, width - 1 - CellWidth.of(rest))) + " " + rest
    }

    /// All instances, firing first.
    static func instances(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<AlertInstance> {
        let rules = rules(state)
        var columns: [Column<AlertInstance>] = [
            Column(
                "STATE", width: 9, gap: 0, .left, sort: "severity",
                by: { .number(rank($0, rules[$0], state)) }
            ) {
                it, _ in
                let (text, style) = word(it, rules[it], state, theme)
                return CellText(text, style)
            },
            Column(
                "RULE", width: 18, .left, priority: 1, growth: 1, sort: "rule", by: { .text($0.rule) },
                descending: false
            ) {
                it, width in CellText(ShortNames.name(it.rule, width: width))
            },
            Column(
                "SUBJECT", width: 15, .left, growth: 1, sort: "subject", by: { .text($0.subject) }, descending: false
            ) { it, width in
                CellText(ShortNames.name(it.subject, width: width))
            },
            Column("VALUE", width: 8, priority: 1) { it, _ in
                CellText(it.value.map { value in rules[it]?.text(value) ?? Figures.short(value) } ?? "–")
            },
            Column("LIMIT", width: 9, priority: 2) { it, _ in CellText(rules[it]?.limitText ?? "", theme.muted) },
            Column("FOR", width: 5, gap: 2, .left, priority: 4) { it, _ in
                CellText(rules[it].map { Durations.setting(milliseconds: $0.holdMilliseconds) } ?? "", theme.muted)
            },
            Column("SINCE", width: 11, priority: 3, sort: "since", by: { .number($0.changedAt) }) { it, _ in
                if let mute = state.marks.mute(on: it) {
                    return CellText(mute.until.map { "→ \(state.settings.zone.clock($0))" } ?? "→ resolved", theme.off)
                }
                return CellText(it.changedAt.map { state.settings.zone.clock($0) } ?? "–", theme.muted)
            }.exactly { it in
                if let mute = state.marks.mute(on: it) {
                    return mute.until.map { "muted until \(state.settings.zone.exact($0))" }
                        ?? "muted until it resolves"
                }
                return it.changedAt.map { state.settings.zone.exact($0) } ?? ""
            },
            Column("last 10m", width: 10, gap: 2, .left, priority: 5, growth: 1) { it, width in
                CellText(Sparkline.trend(recent(it, count: width)), theme.graphLag.first)
            },
        ]
        // Where there is no room for SINCE, its age in four columns tells as much.
        if state.size.columns < 80 {
            let age = Column<AlertInstance>("AGE", width: 4) { it, _ in
                CellText(it.changedAt.map { Durations.short(milliseconds: state.age(of: $0)) } ?? "–", theme.muted)
            }
            columns.insert(age, at: 1)
        }
        return Table(
            state.snapshot.alerts.instances, columns: columns, id: \.id,
            state: list, sort: "severity", isFaultsOnly: state.isFaultsOnly,
            keeping: state.keeping(basis: state.alertBasis),
            search: { "\($0.rule) \($0.subject)" },
            isFault: { isFault(state.standing(of: $0)) })
    }

    private static func isFault(_ standing: AlertStanding) -> Bool {
        switch standing {
        case .firing, .acknowledged, .pending: true
        case .untold(let reason): !isIdle(reason)
        case .quiet, .muted: false
        }
    }

    /// The last ten minutes in so many points, the newest last; NaN for the time before the rule was evaluated.
    static func recent(_ it: AlertInstance, count: Int) -> [Double] {
        let all = AlertInstance.recentLimit
        return (0..<max(0, count)).map { point in
            let index = (point + 1) * all / count - 1 - (all - it.recent.count)
            return it.recent.indices.contains(index) ? it.recent[index] : .nan
        }
    }

    /// Firing, then acknowledged, then pending, the severest first; then what was quiet for the shortest time; then what is nearest to its limit;
    /// what is muted last.
    private static func rank(_ it: AlertInstance, _ rule: AlertRule?, _ state: ConsoleState) -> Double {
        let severity = Double((rule?.level ?? .ok).rawValue)
        switch state.standing(of: it) {
        case .firing: return 30 + severity
        case .acknowledged: return 20 + severity
        case .pending: return 10 + severity
        case .quiet:
            guard let changed = it.changedAt else { return nearness(it, rule) }
            return 2 + 1 / (1 + Double(state.age(of: changed)))
        case .untold(let reason): return isIdle(reason) ? -0.5 : 5 + severity
        case .muted: return it.isFiring ? -1 : -2
        }
    }

    /// How near a quiet value is to the limit: 0 far, 1 at it.
    private static func nearness(_ it: AlertInstance, _ rule: AlertRule?) -> Double {
        guard let rule, let threshold = rule.threshold, let value = it.value, value.isFinite, rule.unit != .flag else {
            return 0
        }
        let share =
            switch threshold.comparison {
            case .greater, .greaterOrEqual: threshold.limit > 0 ? value / threshold.limit : 0
            case .less, .lessOrEqual: value > 0 ? threshold.limit / value : 0
            case .equal, .notEqual: 0.0
            }
        return min(max(share, 0), 1)
    }
}

/// Alert rules, found by an instance of theirs: by name, and among rules of one name by severity.
struct RuleBook {
    private var rules: [String: [AlertRule]]

    init(_ rules: [AlertRule]) { self.rules = Dictionary(grouping: rules, by: \.name) }

    subscript(instance: AlertInstance) -> AlertRule? {
        guard let named = rules[instance.rule] else { return nil }
        return named.first { $0.labels["severity"] == instance.labels["severity"] } ?? named.first
    }
}

extension String {
    /// Without blanks at both ends.
    var trimmingBlanks: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
