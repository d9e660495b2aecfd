import LiveQueries

/// One query: how it gets on, what it finds while it runs, and what it could not read.
enum QueryScreen {
    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect, id: String) {
        guard let query = frame.state.query(id) else {
            let isStarting = frame.state.queries.opened.contains(id)
            let words = isStarting ? "\(id) is starting…" : "No query is called \(id) now."
            return Screens.drawMissing(&frame, in: rect, title: id, frame.state.queriesProblem ?? words)
        }
        if Screens.isSingle(frame.state.size) {
            let names = ["result"] + (frame.state.boxes > 1 ? ["failures"] : [])
            let rest = Screens.strip(&frame, in: rect, names: names)
            let (top, body) = rest.split(top: rest.height >= 5 ? 1 : 0)
            if top.height > 0 { frame.line(QueryFacts.line(query, frame.theme), row: top.row, in: top, from: 1) }
            if frame.state.box == 1 {
                drawFailures(&frame, query, in: body)
            } else {
                drawResult(&frame, query, in: body)
            }
            return
        }
        let facts = QueryFacts.lines(query, frame.state, frame.theme, width: rect.width - 4).count
        let statement = rect.height >= 24 ? 2 : 1
        let failures = query.failureSamples.isEmpty ? 0 : min(query.failureSamples.count + 3, rect.height >= 24 ? 7 : 5)
        let (top, rest) = rect.split(top: min(facts + statement + 2, rect.height / 2))
        let (middle, bottom) = rest.split(top: rest.height - failures)
        QueryFacts.draw(&frame, query, in: top)
        drawResult(&frame, query, in: middle)
        if failures > 0 { drawFailures(&frame, query, in: bottom) }
    }

    private static func drawResult(_ frame: inout Frame, _ query: QueryFigures, in rect: Rect) {
        let list = frame.state.listState(ListID(.query(query.id), 0))
        draw(&frame, query, title: "result", list: list, box: 0, in: rect)
    }

    /// Draws a query's result in a box of the page on top.
    static func draw(
        _ frame: inout Frame, _ query: QueryFigures, title: String, list: ListState, box: Int, in rect: Rect
    ) {
        let table = ResultTable.rows(query, frame.state, list, frame.theme)
        let isFocused = frame.isFocused(box)
        let inside = Box(
            title, note: list.sortColumn == nil ? "changed last first" : table.sortNote,
            footer: count(table, of: query.result), isFocused: isFocused
        ).draw(on: &frame, in: rect)
        table.drawWithSelected(on: &frame, in: inside, state: list, isFocused: isFocused, empty: nothing(query))
    }

    /// `12 rows`, `3 of 12 rows`, `the last 1,000 of 12,345 rows`.
    private static func count(_ table: Table<ResultTable.Row>, of result: QueryResult) -> String {
        if table.isFiltered { return "\(table.countNote) rows" }
        guard result.count > result.rows.count else {
            return table.total == 1 ? "1 row" : "\(Figures.grouped(Int64(table.total))) rows"
        }
        let (held, all) = (Figures.grouped(Int64(result.rows.count)), Figures.grouped(Int64(result.count)))
        return "the last \(held) of \(all) rows"
    }

    /// What an empty result says.
    private static func nothing(_ query: QueryFigures) -> String {
        switch query.state {
        case .running where query.openWindows > 0 && (query.recordsInPerSecond ?? 0) == 0:
            "\(Figures.grouped(Int64(query.openWindows))) windows are open, waiting for data"
        case .running where query.openWindows > 0:
            "\(Figures.grouped(Int64(query.openWindows))) windows are open; rows come with a commit"
        case .running where query.recordsIn > 0: "nothing of what was read is in the result yet"
        case .running: "waiting for the first record of \(query.sourceTopic)"
        case .restoring: "what was found before is being restored"
        case .paused, .stopped: "nothing was found before it stopped"
        }
    }

    private static func drawFailures(_ frame: inout Frame, _ query: QueryFigures, in rect: Rect) {
        let list = frame.state.listState(ListID(.query(query.id), 1))
        let table = QueryTables.failures(query, frame.state, list, frame.theme)
        let isFocused = frame.isFocused(1)
        let all = query.failures == 1 ? "1 in all" : "\(Figures.grouped(query.failures)) in all"
        let inside = Box(
            "processing log", note: "▲ \(all)", footer: "\(table.countNote) kept", isFocused: isFocused,
            noteStyle: frame.theme.warn
        ).draw(on: &frame, in: rect)
        table.drawWithSelected(on: &frame, in: inside, state: list, isFocused: isFocused)
    }
}
