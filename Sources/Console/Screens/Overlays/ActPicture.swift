/// What an act would do, and what one did.
enum ActPicture {
    /// Draws a preview: its lines, its table as far as there is room, and whether anything is changed yet.
    static func draw(_ frame: inout Frame, _ it: ActPreview, in rect: Rect) {
        let theme = frame.theme
        let rows = max(0, it.table.count - 1)
        let width = min(rect.width, 82)
        let lines = it.lines.flatMap { line in
            // A line that fits keeps its blanks, which stand in columns.
            (CellWidth.of(line.text) <= width - 4
                ? [line.text] : BrokerConfigurationScreen.wrapped(line.text, width: width - 4)).map { ($0, line.level) }
        }
        let needed = 2 + lines.count + (rows > 0 ? rows + 2 : 0) + (it.isLoading ? 2 : 0)
        let note = it.isLoading ? "reading…" : "nothing is changed yet"
        let shown = max(1, min(rows, rect.height - 4 - lines.count))
        let inside = Dialogs.window(
            &frame, Box(it.title, note: note, footer: rows > shown ? "\(rows) rows  j/k" : ""), height: needed,
            width: width,
            in: rect)
        var row = inside.row
        for (text, level) in lines where row < inside.endRow {
            frame.line([(text, level == .ok ? theme.text : theme.style(for: level))], row: row, in: inside, from: 1)
            row += 1
        }
        guard rows > 0, row + 2 < inside.endRow else { return }
        row += 1
        let widths = Self.widths(it.table, in: inside.width - 2)
        draw(&frame, it.table[0], widths, row: row, in: inside, theme.muted)
        let room = inside.endRow - row - 1
        let top = max(0, min(it.scroll, rows - room))
        for index in top..<min(rows, top + room) {
            let isSum = index == rows - 1
            draw(
                &frame, it.table[index + 1], widths, row: row + 1 + index - top, in: inside,
                isSum ? theme.title : theme.text)
        }
    }

    private static func widths(_ table: [[String]], in room: Int) -> [Int] {
        let count = table.map(\.count).max() ?? 0
        var widths = (0..<count).map { column in
            table.reduce(0) { max($0, $1.indices.contains(column) ? CellWidth.of($1[column]) : 0) }
        }
        // What room is left stands between the columns.
        let spare = max(0, room - widths.reduce(0, +))
        let gap = min(4, count > 1 ? spare / (count - 1) : 0)
        for column in widths.indices.dropFirst() { widths[column] += gap }
        return widths
    }

    private static func draw(
        _ frame: inout Frame, _ cells: [String], _ widths: [Int], row: Int, in rect: Rect, _ style: Style
    ) {
        var x = rect.column + 1
        for (column, (text, width)) in zip(cells, widths).enumerated() {
            let end = min(rect.endColumn, x + width)
            if column == 0 {
                frame.grid.put(text, row: row, column: x, style: style, limit: end)
            } else {
                frame.grid.put(text, row: row, endingAt: end, from: x, style: style)
            }
            x = end
        }
    }

    /// Draws what was done, with the line of Kafka's own tools.
    static func draw(_ frame: inout Frame, _ it: ActReport, in rect: Rect) {
        let theme = frame.theme
        let width = min(rect.width, 92)
        let tool = it.toolLine.map { broken($0, width: width - 4) } ?? []
        let problems = it.problems.prefix(6)
        let rows = 1 + problems.count + (tool.isEmpty ? 0 : tool.count + 2)
        let inside = Dialogs.window(&frame, Box("done"), height: rows + 2, width: width, in: rect)
        var row = inside.row
        frame.line([("● ", theme.ok), (it.text, theme.text)], row: row, in: inside, from: 1)
        row += 1
        for problem in problems {
            frame.line([("▲ \(problem)", theme.warn)], row: row, in: inside, from: 1)
            row += 1
        }
        guard !tool.isEmpty else { return }
        row += 1
        frame.line([("the same with Kafka's tools", theme.muted)], row: row, in: inside, from: 1)
        for line in tool {
            row += 1
            frame.line([(line, theme.text)], row: row, in: inside, from: 1)
        }
    }

    /// A long line in pieces of a width, so that all of it is seen.
    private static func broken(_ text: String, width: Int) -> [String] {
        var lines = [""]
        var used = 0
        for scalar in text.unicodeScalars {
            let cells = CellWidth.of(scalar)
            if used + cells > max(1, width) {
                lines.append("")
                used = 0
            }
            lines[lines.count - 1].unicodeScalars.append(scalar)
            used += cells
        }
        return lines
    }

    /// The footer's keys while a preview is open.
    static func hints(_ it: ActPreview) -> [(keys: String, title: String)] {
        (it.deed == nil ? [] : [("enter", it.verb)]) + (it.table.count > 2 ? [("j/k", "scroll")] : []) + [
            ("esc", "leave")
        ]
    }

    /// The footer's keys while it is told what was done.
    static func hints(_ it: ActReport) -> [(keys: String, title: String)] {
        (it.toolLine == nil ? [] : [("y", "copy the line")]) + [("esc", "close")]
    }
}
