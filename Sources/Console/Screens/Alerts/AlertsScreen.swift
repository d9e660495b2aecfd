import AlertRules
import Monitor

/// The alert rules' instances, the selected one over time, and what happened lately.
enum AlertsScreen {
    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        if Screens.isSingle(frame.state.size) {
            let rest = Screens.strip(&frame, in: rect, names: ["alerts", "history"])
            ReceiversBox.drawWord(&frame, in: rect)
            if frame.state.box == 1 { drawHistory(&frame, in: rest) } else { drawTable(&frame, in: rest) }
            return
        }
        if Screens.isWide(frame.state.size) {
            let (upper, lower) = rect.split(top: rect.height * 5 / 9)
            drawTable(&frame, in: upper, hasReceivers: true)
            let (left, right) = lower.split(left: lower.width * 62 / 100)
            drawSelected(&frame, in: left)
            drawHistory(&frame, aboveReceiversOf: right, keeping: 6)
        } else if rect.height >= 27 {
            // The graph and the history keep their rows, the list as many as show what is wrong.
            let receivers = ReceiversBox.height(frame.state, atMost: rect.height - 21)
            let (top, rest) = rect.split(top: rect.height - 15 - receivers)
            let (middle, bottom) = rest.split(top: 9)
            drawTable(&frame, in: top, hasReceivers: true)
            drawSelected(&frame, in: middle)
            drawHistory(&frame, aboveReceiversOf: bottom, keeping: 6)
        } else {
            let receivers = ReceiversBox.height(frame.state, atMost: min(5, rect.height - 14))
            let (top, bottom) = rect.split(top: rect.height - 6 - receivers)
            drawTable(&frame, in: top, hasReceivers: receivers > 0)
            drawHistory(&frame, aboveReceiversOf: bottom, keeping: 6)
        }
    }

    /// The history keeps some rows.
    private static func drawHistory(_ frame: inout Frame, aboveReceiversOf rect: Rect, keeping rows: Int) {
        let receivers = ReceiversBox.height(frame.state, atMost: rect.height - rows)
        let (top, bottom) = rect.split(top: rect.height - receivers)
        drawHistory(&frame, in: top)
        ReceiversBox.draw(&frame, in: bottom)
    }

    private static func table(_ frame: Frame) -> (Table<AlertInstance>, ListState) {
        let list = frame.state.listState(ListID(.alerts, 0))
        return (AlertTables.instances(frame.state, list, frame.theme), list)
    }

    private static func drawTable(_ frame: inout Frame, in rect: Rect, hasReceivers: Bool = false) {
        let (table, list) = table(frame)
        let counts = frame.state.alertCounts
        let inside = Box(
            "alerts", note: counts.note,
            footer: table.isFiltered && !frame.state.isFaultsOnly ? table.countNote : table.sortNote,
            isFocused: frame.isFocused(0),
            noteStyle: counts.firing > 0 ? frame.theme.crit : nil
        ).draw(on: &frame, in: rect)
        // A rule that cannot be evaluated is no green light, nor is a file that cannot be used: said on the last line, which is kept free for it.
        let untold = hasReceivers || frame.state.isRewound ? nil : ReceiversBox.problem(frame.state.deliveries)
        let problems = [untold].compactMap(\.self) + problemLines(frame.state.snapshot.alerts)
        let (rows, _) = inside.split(top: inside.height - (problems.isEmpty || inside.height < 4 ? 0 : 1))
        table.draw(
            on: &frame, in: rows, state: list, isFocused: frame.isFocused(0), empty: AlertTables.none(frame.state))
        var free = inside.height - 1 - table.count
        if let cursor = table.cursor(list), let mute = frame.state.marks.mute(on: table.items[cursor]), free > 1 {
            let why = mute.reason.isEmpty ? "" : ": \(mute.reason)"
            frame.line(
                [("◌ muted: \(mute.coverText) \(frame.state.endText(mute))\(why)", frame.theme.off)],
                row: inside.endRow - 2, in: inside, from: 3)
            free -= 1
        }
        if let first = problems.first, free > 0 || rows.height < inside.height {
            let count = problems.count > 1 ? "1 of \(problems.count): " : ""
            frame.line([("▲ \(count)\(first)", frame.theme.warn)], row: inside.endRow - 1, in: inside, from: 3)
        }
    }

    /// What stands in the way of trusting the list: files that cannot be used first, then rules.
    static func problemLines(_ board: AlertBoard) -> [String] {
        board.fileProblems
            + board.problems.sorted { $0.key < $1.key }.map { "\($0.key) is not evaluated: \($0.value)" }
    }

    private static func drawSelected(_ frame: inout Frame, in rect: Rect) {
        let (table, list) = table(frame)
        guard let cursor = table.cursor(list) else {
            Box("selected").draw(on: &frame, in: rect)
            return
        }
        drawGraph(&frame, table.items[cursor], in: rect)
    }

    /// Draws an alert's value over the last ten minutes, with its limit.
    static func drawGraph(_ frame: inout Frame, _ it: AlertInstance, in rect: Rect) {
        let theme = frame.theme
        let rule = AlertTables.rules(frame.state)[it]
        let threshold = rule?.unit == .flag ? nil : rule?.threshold
        let value = it.value.map { rule?.text($0) ?? Figures.short($0) }
        let inside = Box(
            "\(it.subject)  \(it.rule)", note: threshold == nil ? "" : "limit ┄",
            footer: value.map { "value \($0)" } ?? "no value"
        ).draw(on: &frame, in: rect)
        let graph = Rect(
            row: inside.row, column: inside.column + 6, height: inside.height - 1, width: max(0, inside.width - 10))
        guard graph.height >= 2, graph.width > 4, !frame.isWordsOnly else { return }
        let count = graph.width * Graph.samplesPerCell(frame.glyphs)
        let known = it.recent
        let values = AlertTables.recent(it, count: count)
        let limit = threshold?.limit ?? 0
        let peak = max(known.filter(\.isFinite).max() ?? 0, rule?.unit == .flag ? 1 : limit)
        var limitRow: Int?
        if peak > 0, limit > 0, limit <= peak {
            let row = graph.endRow - 1 - Int((limit / peak * Double(graph.height - 1)).rounded())
            limitRow = row
            frame.grid.fill("┄", row: row, columns: graph.column..<graph.endColumn, style: theme.warn)
            frame.grid.put(
                rule?.unit.exactText(limit) ?? "", row: row, endingAt: inside.column + 5,
                from: inside.column,
                style: theme.warn)
        }
        Graph(heights: values.map { peak > 0 ? $0 / peak : 0 }, gradient: theme.graphLag, glyphs: frame.glyphs)
            .draw(on: &frame.grid, in: graph)
        if peak > limit || limit <= 0 {
            frame.grid.put(
                rule?.text(peak) ?? Figures.short(peak), row: graph.row, endingAt: inside.column + 5,
                from: inside.column,
                style: theme.muted)
        }
        if limitRow != graph.endRow - 1 {
            frame.grid.put(
                "0", row: graph.endRow - 1, endingAt: inside.column + 5, from: inside.column, style: theme.muted)
        }
        frame.grid.put("-10m", row: graph.endRow, column: graph.column, style: theme.muted, limit: inside.endColumn)
        frame.grid.put(
            "-5m", row: graph.endRow, column: graph.column + graph.width / 2, style: theme.muted,
            limit: inside.endColumn)
        frame.grid.put("now", row: graph.endRow, endingAt: graph.endColumn, from: graph.column, style: theme.muted)
    }

    /// The history as a table without titles, so that the cursor can move through it.
    static func history(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<(Int, AlertEvent)> {
        let columns: [Column<(Int, AlertEvent)>] = [
            Column("TIME", width: 8, gap: 0, .left) { it, _ in CellText(state.settings.zone.clock(it.1.at), theme.muted)
            }.exactly { state.settings.zone.exact($0.1.at) },
            Column("EVENT", width: 8, gap: 2, .left) { it, _ in
                CellText(it.1.kind.rawValue, it.1.kind == .fired ? theme.crit : theme.ok)
            },
            Column("WHAT", width: 60, gap: 2, .left, growth: 1) { it, _ in
                CellText("\(it.1.rule) \(it.1.subject) \(it.1.detail)")
            },
        ]
        return Table(
            Array(state.snapshot.alerts.history.enumerated()).map { ($0.offset, $0.element) }, columns: columns,
            id: { "\($0.1.at) \($0.1.rule) \($0.1.subject) \($0.1.kind.rawValue)" }, state: list, sort: nil,
            search: { "\($0.1.rule) \($0.1.subject) \($0.1.detail)" })
    }

    private static func drawHistory(_ frame: inout Frame, in rect: Rect) {
        let theme = frame.theme
        let list = frame.state.listState(ListID(.alerts, 1))
        let table = history(frame.state, list, theme)
        let isFocused = frame.isFocused(1)
        let inside = Box("history", footer: table.countNote, isFocused: isFocused).draw(on: &frame, in: rect)
        guard inside.height > 0 else { return }
        guard table.count > 0 else {
            frame.line([("nothing fired yet", theme.muted)], row: inside.row, in: inside, from: 1)
            return
        }
        let cursor = isFocused ? table.cursor(list) ?? 0 : 0
        let top = max(0, min(cursor - inside.height / 2, table.count - inside.height))
        for index in top..<min(table.count, top + inside.height) {
            let event = table.items[index].1
            let row = inside.row + index - top
            frame.remember(index, of: list, row: row, in: inside)
            let kind = event.kind == .fired ? "fired     " : "resolved  "
            frame.line(
                [
                    (state(frame).clock(event.at) + "  ", theme.muted),
                    (kind, event.kind == .fired ? theme.crit : theme.ok),
                    ("\(event.rule) \(event.subject) \(event.detail)", theme.text),
                ], row: row, in: inside, from: 1)
            if isFocused, index == cursor {
                frame.grid.restyle(row: row, columns: inside.column..<inside.endColumn) { _ in theme.selection }
                frame.grid.set("▶", row: row, column: inside.column, style: theme.selection)
            }
        }
    }

    private static func state(_ frame: Frame) -> TimeZoneChoice { frame.state.settings.zone }
}
