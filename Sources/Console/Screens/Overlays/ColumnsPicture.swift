/// The list of a table's columns with marks, over the table that changes with it.
enum ColumnsPicture {
    /// Draws it at the right, so that the table's first columns stay in view.
    static func draw(_ frame: inout Frame, _ it: ColumnsDialog, in rect: Rect) {
        let theme = frame.theme
        let choice = frame.state.kept.columns[it.table] ?? ColumnChoice()
        let names = choice.arranged(it.natural)
        let shown = names.count { !choice.hidden.contains($0) }
        let box = Box(
            "columns", note: choice.isDefault ? "default" : "chosen", footer: "\(shown) of \(names.count)")
        let inside = Dialogs.window(&frame, box, height: names.count + 4, width: 40, in: rect, isAtRight: true)
        // The last two lines say what the list does, where there is room for them.
        let rows = inside.height >= 6 ? inside.height - 2 : inside.height
        let cursor = max(0, min(it.cursor, names.count - 1))
        let top = max(0, min(cursor - rows / 2, names.count - rows))
        for index in top..<max(top, min(names.count, top + rows)) {
            let row = inside.row + index - top
            let isShown = !choice.hidden.contains(names[index])
            frame.line(
                [(isShown ? "[x] " : "[ ] ", theme.key), (names[index], isShown ? theme.text : theme.muted)], row: row,
                in: inside, from: 3)
            if index == cursor { frame.select(row: row, in: inside, isFocused: true) }
        }
        guard rows < inside.height else { return }
        frame.line([("0", theme.key), ("  reset to default", theme.text)], row: inside.endRow - 1, in: inside, from: 3)
    }
}
