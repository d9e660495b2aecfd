import AlertRules
import Monitor

/// Alert rules and their instances as a table.
enum AlertTables {
    /// The rules by name.
    static func rules(_ state: ConsoleState) -> [String: AlertRule] {
        Dictionary(state.snapshot.alerts.rules.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The glyph and word of an instance on the dashboard: `▲ crit`, `◔ pend`, `● ok`.
    static func mark(_ instance: AlertInstance, _ rule: AlertRule?, _ theme: Theme) -> (String, Style) {
        switch instance.state {
        case .firing:
            let level = max(rule?.level ?? .warn, .warn)
            return ("▲ \(rule?.severityWord ?? "warn")", theme.style(for: level))
        case .pending: return ("◔ pend", theme.warn)
        case .quiet: return ("● ok", theme.ok)
        }
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
        let columns: [Column<AlertInstance>] = [
            Column(
                "STATE", width: 9, gap: 0, .left, sort: "severity", by: { .number(rank($0, rules[$0.rule], state.now)) }
            ) {
                it, _ in
                stateText(it, rules[it.rule], theme)
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
                CellText(it.value.map { value in rules[it.rule]?.text(value) ?? Figures.short(value) } ?? "–")
            },
            Column("LIMIT", width: 9, priority: 2) { it, _ in CellText(rules[it.rule]?.limitText ?? "", theme.muted) },
            Column("FOR", width: 5, gap: 2, .left, priority: 4) { it, _ in
                CellText(rules[it.rule].map { Durations.setting(milliseconds: $0.holdMilliseconds) } ?? "", theme.muted)
            },
            Column("SINCE", width: 11, priority: 3, sort: "since", by: { .number($0.changedAt) }) { it, _ in
                CellText(it.changedAt.map { state.settings.zone.clock($0) } ?? "–", theme.muted)
            },
            Column("last 10m", width: 10, gap: 2, .left, priority: 5, growth: 1) { it, width in
                CellText(Sparkline.trend(recent(it, count: width)), theme.graphLag.first)
            },
        ]
        return Table(
            state.snapshot.alerts.instances, columns: columns, id: id,
            state: list, sort: "severity", isFaultsOnly: state.isFaultsOnly,
            search: { "\($0.rule) \($0.subject)" }, isFault: { $0.isFiring || $0.isPending })
    }

    /// What tells an instance from all others: its rule, subject and labels.
    static func id(_ it: AlertInstance) -> String {
        let labels = it.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        return "\(it.rule) \(it.subject) \(labels)"
    }

    /// The last ten minutes in so many points, the newest last; NaN for the time before the rule was evaluated.
    static func recent(_ it: AlertInstance, count: Int) -> [Double] {
        let all = AlertInstance.recentLimit
        return (0..<max(0, count)).map { point in
            let index = (point + 1) * all / count - 1 - (all - it.recent.count)
            return it.recent.indices.contains(index) ? it.recent[index] : .nan
        }
    }

    /// Firing, then pending, the severest first; then what was quiet for the shortest time; then what is nearest to its limit.
    private static func rank(_ it: AlertInstance, _ rule: AlertRule?, _ now: Int64) -> Double {
        let severity = Double((rule?.level ?? .ok).rawValue)
        switch it.state {
        case .firing: return 20 + severity
        case .pending: return 10 + severity
        case .quiet:
            if let changed = it.changedAt {
                return 2 + 1 / (1 + Double(max(0, now.subtractingReportingOverflow(changed).partialValue)))
            }
            return nearness(it, rule)
        }
    }

    /// How near a quiet value is to the limit: 0 far, 1 at it.
    private static func nearness(_ it: AlertInstance, _ rule: AlertRule?) -> Double {
        guard let rule, let value = it.value, value.isFinite, rule.unit != .flag else { return 0 }
        let share =
            switch rule.comparison {
            case .greater, .greaterOrEqual: rule.limit > 0 ? value / rule.limit : 0
            case .less, .lessOrEqual: value > 0 ? rule.limit / value : 0
            case .equal, .notEqual: 0.0
            }
        return min(max(share, 0), 1)
    }

    private static func stateText(_ it: AlertInstance, _ rule: AlertRule?, _ theme: Theme) -> CellText {
        switch it.state {
        case .firing: CellText("▲ firing", theme.style(for: max(rule?.level ?? .warn, .warn)))
        case .pending: CellText("◔ pending", theme.warn)
        case .quiet: CellText("● quiet", theme.ok)
        }
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
