import Operations

/// The audit log: what was done to the cluster through Weir, by whom, when, and what came of it.
enum AuditScreen {
    /// Draws the acts, and below them the selected one where there is room.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        let list = state.listState(ListID(.audit, 0))
        let table = AuditTables.acts(state, list, theme)
        let selected = table.cursor(list).map { table.items[$0] }
        let (top, bottom) = rect.split(top: rect.height >= 16 && selected != nil ? rect.height - 7 : rect.height)
        let inside = Box(
            "audit log", note: state.isFaultsOnly ? "only what failed" : "newest first", footer: footer(state, table),
            isFocused: frame.isFocused(0)
        ).draw(on: &frame, in: top)
        switch state.audit {
        case .failed(let reason): frame.line([("▲ \(reason)", theme.warn)], row: inside.row, in: inside, from: 1)
        case nil, .loading(nil): frame.line([("reading…", theme.muted)], row: inside.row, in: inside, from: 1)
        default:
            table.draw(
                on: &frame, in: inside, state: list, isFocused: frame.isFocused(0),
                empty: "nothing was done through Weir yet")
        }
        if let selected, bottom.height > 0 { drawAct(&frame, selected, in: bottom) }
    }

    private static func footer(_ state: ConsoleState, _ table: Table<AuditRow>) -> String {
        let unreadable = state.audit?.value?.unreadable ?? 0
        return table.countNote + (unreadable > 0 ? ", \(unreadable) unreadable" : "")
    }

    /// One act in full.
    private static func drawAct(_ frame: inout Frame, _ row: AuditRow, in rect: Rect) {
        let theme = frame.theme
        let inside = Box(row.first.act).draw(on: &frame, in: rect)
        for (index, line) in lines(row, frame.state, theme, width: inside.width - 2).prefix(inside.height).enumerated()
        {
            frame.line(line, row: inside.row + index, in: inside, from: 1)
        }
    }

    /// What, who, and what came of it.
    private static func lines(
        _ row: AuditRow, _ state: ConsoleState, _ theme: Theme, width: Int
    ) -> [[(String, Style)]] {
        let zone = state.settings.zone
        var lines: [[(String, Style)]] = BrokerConfigurationScreen.wrapped(row.first.what, width: width).prefix(2)
            .map { [($0, theme.title)] }
        let when = "\(zone.dateAndClock(row.first.at)) \(zone.name(at: row.first.at))"
        lines.append([("\(row.first.actor.who) by \(row.first.actor.program), \(when)", theme.text)])
        if !row.changes.isEmpty { lines.append([(row.changeText, theme.text)]) }
        let problems = [row.first.problem, row.outcome?.problem].compactMap { $0 }
        if row.outcome == nil { lines.append([("nobody knows what came of it", theme.warn)]) }
        for problem in problems {
            lines += BrokerConfigurationScreen.wrapped(problem, width: width).map { [($0, theme.warn)] }
        }
        return lines
    }

    /// Draws everything that one act changed.
    static func drawChanges(_ frame: inout Frame, in rect: Rect, act id: String) {
        let (state, theme) = (frame.state, frame.theme)
        guard let row = state.auditRow(id) else {
            let inside = Box("act").draw(on: &frame, in: rect)
            frame.line([("this act is not among those read", theme.muted)], row: inside.row, in: inside, from: 1)
            return
        }
        let facts = lines(row, state, theme, width: rect.width - 4)
        let (top, bottom) = rect.split(top: rect.height < 12 ? 0 : min(facts.count + 2, rect.height / 2))
        if top.height > 0 {
            let inside = Box(row.first.act).draw(on: &frame, in: top)
            for (index, line) in facts.prefix(inside.height).enumerated() {
                frame.line(line, row: inside.row + index, in: inside, from: 1)
            }
        }
        let list = state.listState(ListID(.act(id), 0))
        let table = AuditTables.changes(row, state, list, theme)
        let inside = Box("before and after", footer: table.countNote, isFocused: frame.isFocused(0))
            .draw(on: &frame, in: bottom)
        table.draw(
            on: &frame, in: inside, state: list, isFocused: frame.isFocused(0), empty: "no values belong to it")
    }
}
