import LiveQueries

/// Live queries: which run and how they get on, the selected one in words, and the streams and tables there are.
enum QueriesScreen {
    static let boxes = ["queries", "streams and tables"]

    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        guard let board = frame.state.queries.board else {
            return Screens.drawMissing(
                &frame, in: rect, title: "queries", frame.state.queriesProblem ?? "Nothing is known yet.")
        }
        if Screens.isSingle(frame.state.size) {
            let rest = Screens.strip(&frame, in: rect, names: boxes)
            if frame.state.box == 1 { drawSources(&frame, in: rest) } else { drawQueries(&frame, board, in: rest) }
            return
        }
        if Screens.isWide(frame.state.size) {
            let (upper, lower) = rect.split(top: rect.height * 6 / 10)
            let (left, right) = lower.split(left: lower.width * 55 / 100)
            drawQueries(&frame, board, in: upper)
            drawSelected(&frame, in: left)
            drawSources(&frame, in: right)
            return
        }
        let facts = rect.height >= 24 ? 9 : 0
        let (top, rest) = rect.split(top: rect.height - facts - (rect.height >= 24 ? 8 : 7))
        let (middle, bottom) = rest.split(top: facts)
        drawQueries(&frame, board, in: top)
        if facts > 0 { drawSelected(&frame, in: middle) }
        drawSources(&frame, in: bottom)
    }

    private static func drawQueries(_ frame: inout Frame, _ board: QueryBoard, in rect: Rect) {
        let list = frame.state.listState(ListID(.queries, 0))
        let table = QueryTables.queries(frame.state, list, frame.theme)
        let isFocused = frame.isFocused(0)
        let stopped = board.queries.count { if case .stopped = $0.state { true } else { false } }
        let running = board.queries.count { !$0.state.isHeld }
        var note = "\(running) running" + (stopped > 0 ? " · ▲ \(stopped) stopped" : "")
        if board.problem != nil { note = "▲ queries do not run" }
        let inside = Box(
            "queries", note: note, footer: "\(table.countNote) · \(table.sortNote)".trimmingDots,
            isFocused: isFocused, noteStyle: stopped > 0 || board.problem != nil ? frame.theme.crit : nil
        ).draw(on: &frame, in: rect)
        // Why nothing runs is worth the first lines.
        let lines = board.problem.map { Screens.wrapped("▲ \($0)", width: inside.width - 2) } ?? []
        for (index, line) in lines.prefix(inside.height).enumerated() {
            frame.line([(line, frame.theme.warn)], row: inside.row + index, in: inside, from: 1)
        }
        let (_, rows) = inside.split(top: lines.count)
        table.draw(
            on: &frame, in: rows, state: list, isFocused: isFocused,
            empty: frame.state.mayWrite ? "no query runs yet; N: write one" : "no query runs")
    }

    private static func drawSources(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(.queries, 1))
        let table = QueryTables.sources(frame.state, list, frame.theme)
        let isFocused = frame.isFocused(1)
        let inside = Box("streams and tables", note: table.sortNote, footer: table.countNote, isFocused: isFocused)
            .draw(on: &frame, in: rect)
        table.draw(
            on: &frame, in: inside, state: list, isFocused: isFocused,
            empty: "none yet; CREATE STREAM names a topic's columns")
    }

    /// The query under the cursor.
    private static func drawSelected(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(.queries, 0))
        let table = QueryTables.queries(frame.state, list, frame.theme)
        guard let query = table.cursor(list).map({ table.items[$0] }) else {
            Box("selected").draw(on: &frame, in: rect)
            return
        }
        QueryFacts.draw(&frame, query, in: rect)
    }
}

extension String {
    /// Without a separator at its end.
    fileprivate var trimmingDots: String { hasSuffix(" · ") ? String(dropLast(3)) : self }
}
