import Monitor
import StreamQuery

/// The keys of the page, from its action table.
enum HelpDialog {
    /// The lines of the help: a heading, or keys with what they do.
    static func lines(_ page: Page, _ state: ConsoleState) -> [(keys: String, text: String)] {
        var lines: [(keys: String, text: String)] = []
        let actions = ActionTable.actions(for: page, state.settings.keys)
        for section in [Action.Section.screen, .cluster, .moving, .views, .console] {
            let own = actions.filter { $0.section == section && !($0.section == .cluster && !state.mayWrite) }
            guard !own.isEmpty else { continue }
            if !lines.isEmpty { lines.append(("", "")) }
            lines.append(("", section.rawValue))
            for action in own {
                let keys = action.keys.isEmpty ? ":\(action.id)" : action.keys.map(\.label).joined(separator: " ")
                lines.append((keys, action.title))
            }
        }
        if page == .statement { lines += [("", ""), ("", "While typing")] + StatementScreen.keys }
        if [.queries, .statement].contains(page) {
            lines += [("", ""), ("", "Unlike ksqlDB and Kafka Streams")]
            lines += Difference.all.map { ($0.subject, $0.brief) }
        }
        if state.isTail { lines += [("", ""), ("", "Filters")] + FilterHelp.lines }
        return lines
    }

    /// Columns, lines in each, and how many of them fit.
    private static func layout(_ count: Int, in rect: Rect) -> (columns: Int, perColumn: Int, rows: Int) {
        let columns = rect.width >= 90 ? 2 : 1
        let perColumn = (count + columns - 1) / columns
        return (columns, perColumn, max(1, min(perColumn, rect.height - 2)))
    }

    /// The furthest that the page's help can be scrolled.
    static func lastScroll(_ state: ConsoleState) -> Int {
        let layout = layout(lines(state.page, state).count, in: Screens.body(state.size))
        return max(0, layout.perColumn - layout.rows)
    }

    /// Where to scroll to so that a line is seen: where it is now, if that will do.
    static func scroll(_ scroll: Int, showing line: Int, _ state: ConsoleState) -> Int {
        let layout = layout(lines(state.page, state).count, in: Screens.body(state.size))
        let row = line % max(1, layout.perColumn)
        if (scroll..<scroll + layout.rows).contains(row) { return scroll }
        return max(0, min(row - layout.rows / 2, layout.perColumn - layout.rows))
    }

    /// Draws it, in two columns where there is room.
    static func draw(_ frame: inout Frame, _ view: HelpView, in rect: Rect) {
        let lines = lines(frame.state.page, frame.state)
        let (columns, perColumn, _) = layout(lines.count, in: rect)
        let version = frame.state.settings.version
        let inside = Dialogs.window(
            &frame, Box("help: \(frame.state.page.crumb)", footer: version.isEmpty ? "" : "Weir \(version)"),
            height: perColumn + 2, width: columns * 44 + 2, in: rect)
        let first = max(0, min(view.scroll, perColumn - inside.height))
        for column in 0..<columns {
            for row in 0..<inside.height {
                let index = column * perColumn + first + row
                guard first + row < perColumn, lines.indices.contains(index) else { continue }
                let x = inside.column + 1 + column * 44
                let end = min(inside.endColumn, x + 43)
                drawLine(&frame, lines[index], isCurrent: index == view.line, row: inside.row + row, columns: x..<end)
                frame.markMatches(of: view.match, row: inside.row + row, columns: x..<end)
            }
        }
    }

    private static func drawLine(
        _ frame: inout Frame, _ line: (keys: String, text: String), isCurrent: Bool, row: Int, columns: Range<Int>
    ) {
        let theme = frame.theme
        let x = columns.lowerBound
        let isHeading = line.keys.isEmpty
        if isCurrent { frame.grid.fill(row: row, columns: columns, style: theme.selection) }
        if !isHeading {
            frame.grid.put(
                line.keys, row: row, column: x, style: isCurrent ? theme.selection : theme.key,
                limit: min(columns.upperBound, x + 15))
        }
        frame.grid.put(
            line.text, row: row, column: isHeading ? x : x + 16,
            style: isCurrent ? theme.selection : isHeading ? theme.title : theme.text, limit: columns.upperBound)
    }
}
