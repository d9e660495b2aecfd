import AlertRules
import Monitor

/// What happened to one alert: when it was pending, fired and resolved, with what was seen then.
enum AlertHistoryScreen {
    /// Its events, newest first.
    static func table(
        _ alert: AlertInstance, _ state: ConsoleState, _ list: ListState, _ theme: Theme
    ) -> Table<(Int, AlertEvent)> {
        let columns: [Column<(Int, AlertEvent)>] = [
            Column("TIME", width: 8, gap: 0, .left) { it, _ in
                CellText(state.settings.zone.clock(it.1.at), theme.muted)
            }.exactly { state.settings.zone.exact($0.1.at) },
            Column("AGO", width: 4, priority: 1) { it, _ in
                CellText(Durations.short(milliseconds: state.age(of: it.1.at)), theme.muted)
            },
            Column("EVENT", width: 8, gap: 2, .left) { it, _ in kind(it.1.kind, theme) },
            Column("VALUE", width: 16, gap: 2, .left, growth: 1) { it, _ in CellText(it.1.detail) },
        ]
        return Table(
            Array(alert.events.enumerated()).map { ($0.offset, $0.element) }, columns: columns,
            // Two events of one moment are told apart by how many came before them.
            id: { "\($0.1.at) \($0.1.kind.rawValue) \(alert.events.count - $0.0)" }, state: list, sort: nil,
            search: { "\($0.1.kind.rawValue) \($0.1.detail)" })
    }

    private static func kind(_ kind: AlertEvent.Kind, _ theme: Theme) -> CellText {
        switch kind {
        case .pending: CellText("pending", theme.warn)
        case .passed: CellText("passed", theme.muted)
        case .fired: CellText("fired", theme.crit)
        case .resolved: CellText("resolved", theme.ok)
        }
    }

    /// Draws it for the room there is: the rule and where it stands, its value over time, its events.
    static func draw(_ frame: inout Frame, in rect: Rect, id: String) {
        let (state, theme) = (frame.state, frame.theme)
        guard let alert = state.alert(id) else {
            let inside = Box("history").draw(on: &frame, in: rect)
            frame.line(
                [("this alert is gone: nothing publishes its series any more", theme.muted)], row: inside.row,
                in: inside, from: 1)
            return
        }
        let isShort = rect.height < 14
        // The events keep some rows.
        let facts = facts(alert, state, theme).prefix(max(4, rect.height - 9))
        let (top, rest) = rect.split(top: isShort ? 0 : facts.count + 2)
        if !isShort {
            let inside = Box("\(alert.subject)  \(alert.rule)").draw(on: &frame, in: top)
            for (index, fact) in facts.enumerated() {
                frame.line(
                    [(String(fact.name.prefix(10)), theme.muted)], row: inside.row + index, in: inside, from: 1)
                frame.line([fact.text], row: inside.row + index, in: inside, from: 12)
            }
        }
        let (middle, bottom) = rest.split(top: rest.height >= 20 ? 9 : 0)
        if middle.height > 0 { AlertsScreen.drawGraph(&frame, alert, in: middle) }
        let list = state.listState(ListID(.alert(id), 0))
        let table = table(alert, state, list, theme)
        let inside = Box(
            isShort ? "history of \(alert.subject)" : "history", footer: table.countNote, isFocused: frame.isFocused(0)
        ).draw(on: &frame, in: bottom)
        table.draw(
            on: &frame, in: inside, state: list, isFocused: frame.isFocused(0),
            empty: "nothing happened yet")
    }

    /// `group=billing, topic=orders`.
    private static func pairs(_ labels: [String: String]) -> String {
        labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    }

    /// `  condition over since 14:02:31, resolves at 14:12:31`, unless it holds again until then, while `keep_firing_for` keeps the alert.
    private static func keptText(_ alert: AlertInstance, _ rule: AlertRule?, _ zone: TimeZoneChoice) -> String {
        guard let over = alert.keptSince, let rule else { return "" }
        let end = over.addingReportingOverflow(rule.keepFiringMilliseconds).partialValue
        return "  condition over since \(zone.clock(over)), resolves at \(zone.clock(end))"
    }

    private static func facts(
        _ alert: AlertInstance, _ state: ConsoleState, _ theme: Theme
    ) -> [(name: String, text: (String, Style))] {
        let rule = AlertTables.rules(state)[alert]
        let value = alert.value.map { rule?.text($0) ?? Figures.short($0) } ?? "–"
        let (mark, style) = AlertTables.word(alert, rule, state, theme)
        let since = alert.changedAt.map { "  since \(state.settings.zone.clock($0))" } ?? ""
        let kept = keptText(alert, rule, state.settings.zone)
        var facts: [(name: String, text: (String, Style))] = [
            ("state", (mark + since + kept, style)),
            ("value", (value, theme.text)),
            (
                "condition",
                (
                    [rule?.severity.rawValue ?? "", rule?.conditionText ?? "", rule?.keepFiringText ?? ""]
                        .filter { !$0.isEmpty }.joined(separator: "  "), theme.text
                )
            ),
            ("meaning", (alert.annotations["summary"] ?? rule?.summary ?? "", theme.text)),
            ("expression", (rule?.expression ?? "", theme.muted)),
        ]
        if let reason = state.snapshot.alerts.problems[alert.rule] {
            facts.insert(("problem", (reason, theme.warn)), at: 1)
        }
        let labels = pairs(alert.labels)
        if !labels.isEmpty { facts.append(("labels", (labels, theme.muted))) }
        // How Weir shows the rule is told by everything on the page.
        let known: Set = ["summary", "unit", "flag", "opens"]
        let texts = alert.annotations.isEmpty ? rule?.annotations ?? [:] : alert.annotations
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) where !known.contains(name) {
            facts.append((name, (text, theme.text)))
        }
        if let rule, !rule.file.isEmpty {
            facts.append(("from", ("\(rule.file), group \(rule.group)", theme.muted)))
        }
        if let mute = state.marks.mute(on: alert) {
            let why = mute.reason.isEmpty ? "" : ": \(mute.reason)"
            facts.append(("muted", ("\(mute.coverText) \(state.endText(mute))\(why)", theme.off)))
        }
        return facts
    }
}

/// The question which alerts are to be left alone, for how long and why.
enum MutePicture {
    /// Draws it.
    static func draw(_ frame: inout Frame, _ it: MuteDialog, in rect: Rect) {
        let theme = frame.theme
        let isNarrow = rect.height < 9 || rect.width < 66
        let inside = Dialogs.window(
            &frame, Box("mute"), height: isNarrow ? 5 : 9, width: isNarrow ? rect.width : 66, in: rect)
        let end = frame.state.endText(it.mute(at: frame.state.now))
        let lines = isNarrow ? short(it, end, inside.width, theme) : full(it, end, inside.width, theme)
        for (index, line) in lines.enumerated() where index < inside.height {
            frame.line(line, row: inside.row + index, in: inside, from: 1)
        }
    }

    /// Every choice, the chosen ones marked.
    private static func full(_ it: MuteDialog, _ end: String, _ width: Int, _ theme: Theme) -> [[(String, Style)]] {
        func choice(_ word: String, _ isChosen: Bool) -> [(String, Style)] {
            [(isChosen ? "▸" : " ", theme.key), (word, isChosen ? theme.title : theme.muted), ("  ", theme.muted)]
        }
        let scopes: [(MuteDialog.Scope, String)] = [
            (.alert, "this alert"), (.rule, "the rule"), (.subject, "the subject"),
        ]
        return [
            [("which    ", theme.muted)] + scopes.flatMap { choice($0.1, $0.0 == it.scope) },
            [("         ", theme.muted), (" " + it.mute(at: 0).coverText, theme.text)],
            [],
            [("how long ", theme.muted)] + it.lengths.flatMap { choice($0.word, $0 == it.length) },
            [("         ", theme.muted), (" " + end, theme.text)],
            reason(it, width, theme),
            [("          tab which   ← → how long   enter mutes   esc leaves", theme.muted)],
        ]
    }

    /// What is chosen alone.
    private static func short(_ it: MuteDialog, _ end: String, _ width: Int, _ theme: Theme) -> [[(String, Style)]] {
        [
            [("which    ", theme.muted), (" " + it.mute(at: 0).coverText, theme.text)],
            [("how long ", theme.muted), (" " + it.length.word, theme.text), ("  " + end, theme.muted)],
            reason(it, width, theme),
        ]
    }

    /// The reason as it is typed, its end in view.
    private static func reason(_ it: MuteDialog, _ width: Int, _ theme: Theme) -> [(String, Style)] {
        var text = it.reason.text
        while CellWidth.of(text) > max(1, width - 14) { text.unicodeScalars.removeFirst() }
        return [("reason   ", theme.muted), (" " + text, theme.text), ("▏", theme.key)]
    }
}
