/// The palette above the line being typed.
enum PalettePicture {
    /// Draws the best entries.
    static func draw(_ frame: inout Frame, _ prompt: Prompt, above row: Int) {
        let theme = frame.theme
        let entries = Palette.entries(frame.state, prompt.text)
        let shown = min(entries.count, max(1, min(10, row - 4)))
        let width = min(frame.state.size.columns, 64)
        let rect = Rect(row: row - shown - 2, column: 0, height: shown + 2, width: width)
        frame.grid.clear(rect, style: theme.text)
        let inside = Box("command", footer: entries.isEmpty ? "nothing" : "\(entries.count)", isFocused: true)
            .draw(on: &frame, in: rect)
        let top = max(0, min(prompt.choice - shown / 2, entries.count - shown))
        let noteStart = inside.width >= 56 ? 37 : 20
        for index in top..<min(entries.count, top + shown) {
            let entry = entries[index]
            let y = inside.row + index - top
            frame.grid.put(
                entry.text, row: y, column: inside.column + 3, style: theme.text, limit: inside.column + noteStart - 1)
            frame.grid.put(
                entry.note, row: y, column: inside.column + noteStart, style: theme.muted, limit: inside.endColumn)
            if index == prompt.choice { frame.select(row: y, in: inside, isFocused: true) }
        }
    }
}
