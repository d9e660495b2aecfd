import Monitor

/// What a screen draws with: the state it shows, the colours and glyphs, and the grid it draws on.
struct Frame {
    let state: ConsoleState
    let theme: Theme
    let glyphs: GlyphSet
    var grid: Grid
    /// True where only words are wanted: graphs and other pictures are left out.
    var isWordsOnly = false
    /// The rows of lists as they were drawn, for the mouse.
    var drawn: [DrawnRow] = []
    /// The boxes as they were drawn, and the places in them that are lists.
    var boxes: [DrawnBox] = []
    var lists: [Rect] = []

    /// Remembers where a row of a list was drawn.
    mutating func remember(_ index: Int, of list: ListState, row: Int, in rect: Rect) {
        guard let id = list.id else { return }
        drawn.append(DrawnRow(list: id, index: index, row: row, columns: rect.column..<rect.endColumn))
    }

    /// Marks a row as the selected one: `▶`, and the selection's colours where keys go.
    mutating func select(row: Int, in rect: Rect, isFocused: Bool) {
        if isFocused {
            grid.restyle(row: row, columns: rect.column..<rect.endColumn) { _ in theme.selection }
            grid.set("▶", row: row, column: rect.column + 1, style: theme.selection)
        } else {
            grid.set("▶", row: row, column: rect.column + 1, style: theme.muted)
        }
    }

    /// Draws pieces one after the other, cut at the end of the rectangle.
    @discardableResult
    mutating func line(_ pieces: [(String, Style)], row: Int, in rect: Rect, from column: Int = 0) -> Int {
        var x = rect.column + column
        guard row < rect.endRow else { return x }
        for (text, style) in pieces { x = grid.put(text, row: row, column: x, style: style, limit: rect.endColumn) }
        return x
    }

    /// True when a box of the page on top has the keys.
    func isFocused(_ box: Int) -> Bool { state.box == box && state.dialog == nil }

    /// The style of a lag trend or a ratio that should stay low.
    func style(ratio: Double, warn: Double, crit: Double) -> Style {
        ratio >= crit ? theme.crit : ratio >= warn ? theme.warn : theme.text
    }
}

/// A box as it was drawn.
struct DrawnBox {
    /// Its border.
    var box: Box
    /// What lies inside.
    var inside: Rect
}

extension Box {
    /// Draws the border and answers what lies inside; the frame remembers both.
    @discardableResult
    func draw(on frame: inout Frame, in rect: Rect) -> Rect {
        let inside = draw(on: &frame.grid, in: rect, theme: frame.theme)
        frame.boxes.append(DrawnBox(box: self, inside: inside))
        return inside
    }
}

/// Draws the whole screen: a pure function of what is known and how large and coloured the terminal is.
package func render(_ state: ConsoleState, theme: Theme, glyphs: GlyphSet = .braille) -> Grid {
    let theme = state.isRewound ? theme.past : theme
    var frame = Frame(state: state, theme: theme, glyphs: glyphs, grid: Grid(size: state.size, style: theme.text))
    Screens.draw(&frame)
    if glyphs == .ascii { frame.grid.mapScalars(GlyphSet.asciiTwin(of:)) }
    return frame.grid
}
