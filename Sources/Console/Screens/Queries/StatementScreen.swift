import LiveQueries

/// Typing statements, with what came of those run last below.
enum StatementScreen {
    static let boxes = ["sql", "answer"]

    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        if frame.state.queries.board == nil {
            return Screens.drawMissing(&frame, in: rect, title: "sql", frame.state.queriesProblem ?? "")
        }
        if Screens.isSingle(frame.state.size) {
            let rest = Screens.strip(&frame, in: rect, names: boxes)
            if frame.state.box == 1 { drawAnswer(&frame, in: rest) } else { EditorPicture.draw(&frame, in: rest) }
            return
        }
        // As tall as the text, within bounds; the answer has the rest.
        let lines = EditorPicture.lines(frame.state, width: rect.width - 6).count
        let (top, bottom) = rect.split(top: min(max(lines + 3, 7), rect.height * 6 / 10))
        EditorPicture.draw(&frame, in: top)
        drawAnswer(&frame, in: bottom)
    }

    private static func drawAnswer(_ frame: inout Frame, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        let isFocused = frame.isFocused(1)
        let list = state.listState(ListID(.statement, 1))
        let answers = state.queries.answers
        let table = answers.map { QueryTables.answer($0, list, theme) }
        let hasTable = answers?.titles.isEmpty == false
        let inside = Box(
            "answer", note: state.queries.running == nil ? "" : "running…",
            footer: hasTable ? table?.countNote ?? "" : "", isFocused: isFocused
        ).draw(on: &frame, in: rect)
        guard let answers, let table else {
            for (index, line) in help.prefix(inside.height).enumerated() {
                frame.line(
                    [(line.0, theme.title), (line.1, theme.muted)], row: inside.row + index, in: inside, from: 1)
            }
            return
        }
        var lines: [(String, Style)] = answers.sentences.flatMap { sentence in
            Screens.wrapped("● \(sentence)", width: inside.width - 2).map { ($0, theme.ok) }
        }
        // What stands beside the text, where that is shown, is not said again.
        let isShown = state.queries.failure != nil && !(Screens.isSingle(state.size) && answers.failure?.place == nil)
        if let failure = answers.failure, !isShown {
            lines += Screens.wrapped("▲ \(failure.reason)", width: inside.width - 2).map { ($0, theme.warn) }
        }
        if hasTable, lines.count > inside.height / 2 { lines = Array(lines.suffix(max(0, inside.height / 2))) }
        for (index, line) in lines.prefix(inside.height).enumerated() {
            frame.line([line], row: inside.row + index, in: inside, from: 1)
        }
        guard hasTable else { return }
        let (_, rest) = inside.split(top: lines.count)
        table.drawWithSelected(on: &frame, in: rest, state: list, isFocused: isFocused, empty: "no rows")
    }

    /// What stands where nothing was run yet.
    private static let help: [(String, String)] = [
        ("SHOW TOPICS;", "  what there is: TOPICS, STREAMS, TABLES, QUERIES, FUNCTIONS"),
        ("CREATE STREAM …", "  names a topic's columns"),
        ("SELECT … EMIT CHANGES;", "  shows a result while it runs, until its page is left"),
        ("CREATE TABLE … AS SELECT …;", "  keeps a query running; its result goes to a topic"),
        ("EXPLAIN … ;  DESCRIBE … ;", "  say how it would run, and what columns there are"),
    ]

    /// The keys while a statement is typed, for help.
    static let keys: [(keys: String, text: String)] = [
        ("enter", "behind ; run, else a new line"), ("tab shift-tab", "complete the word"),
        ("↑ ↓", "statements run before"), ("pgup pgdn", "move in the answer"), ("ctrl-w", "take a word away"),
        ("ctrl-u", "clear"), ("esc", "leave the letters"),
    ]

    /// Draws what a statement explains.
    static func drawExplanation(_ frame: inout Frame, in rect: Rect, of statement: String) {
        let (state, theme) = (frame.state, frame.theme)
        let list = state.listState(ListID(.explanation(statement), 0))
        let answers = state.queries.described[statement]
        let table = answers?.value.map { QueryTables.answer($0, list, theme) }
        let title = statement.replacing("\n", with: " ")
        let inside = Box(
            title.count > rect.width - 24 ? String(title.prefix(max(8, rect.width - 25))) + "…" : title,
            footer: table?.countNote ?? "", isFocused: frame.isFocused(0)
        ).draw(on: &frame, in: rect)
        switch answers {
        case .failed(let reason):
            for (index, line) in Screens.wrapped("▲ \(reason)", width: inside.width - 2).enumerated() {
                frame.line([(line, theme.warn)], row: inside.row + index, in: inside, from: 1)
            }
        case nil, .loading(nil): frame.line([("reading…", theme.muted)], row: inside.row, in: inside, from: 1)
        default:
            guard let table, !table.columns.isEmpty else {
                let words = answers?.value?.sentences.joined(separator: " ") ?? ""
                frame.line([(words, theme.text)], row: inside.row, in: inside, from: 1)
                return
            }
            table.drawWithSelected(
                on: &frame, in: inside, state: list, isFocused: frame.isFocused(0), empty: "nothing to tell")
        }
    }
}
