/// A border with its title and notes cut into it: `╭─┐¹topics┌────┐sort: rate ↓┌─╮`.
package struct Box {
    /// The view's digit where a digit opens it; drawn as a superscript.
    package var digit: Int?
    /// The title, cut into the upper border at the left.
    package var title: String
    /// A note in the upper border at the right.
    package var note: String
    /// A note in the lower border at the right.
    package var footer: String
    /// True when keys go to this box.
    package var isFocused: Bool
    /// The style of the note; the muted one when nil.
    package var noteStyle: Style?
    /// The style of the footer; the muted one when nil.
    package var footerStyle: Style?

    /// A border.
    package init(
        _ title: String,
        digit: Int? = nil,
        note: String = "",
        footer: String = "",
        isFocused: Bool = false,
        noteStyle: Style? = nil,
        footerStyle: Style? = nil
    ) {
        self.digit = digit
        self.title = title
        self.note = note
        self.footer = footer
        self.isFocused = isFocused
        self.noteStyle = noteStyle
        self.footerStyle = footerStyle
    }

    private static let superscripts: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]

    /// Draws the border and answers what lies inside. The title goes before the notes when there is no room for both.
    @discardableResult
    package func draw(on grid: inout Grid, in rect: Rect, theme: Theme) -> Rect {
        guard rect.height >= 2, rect.width >= 4 else {
            return Rect(row: rect.row, column: rect.column, height: 0, width: 0)
        }
        let border = isFocused ? theme.focusedBorder : theme.border
        let right = rect.endColumn - 1
        let bottom = rect.endRow - 1
        for row in [rect.row, bottom] { grid.fill("─", row: row, columns: rect.column..<rect.endColumn, style: border) }
        grid.set("╭", row: rect.row, column: rect.column, style: border)
        grid.set("╮", row: rect.row, column: right, style: border)
        grid.set("╰", row: bottom, column: rect.column, style: border)
        grid.set("╯", row: bottom, column: right, style: border)
        for row in (rect.row + 1)..<max(rect.row + 1, bottom) {
            grid.set("│", row: row, column: rect.column, style: border)
            grid.set("│", row: row, column: right, style: border)
        }
        let room = rect.width - 6
        var after = rect.column + 2
        if !title.isEmpty, room > 0 {
            grid.set("┐", row: rect.row, column: after, style: border)
            after += 1
            let end = min(rect.column + 3 + room, right - 2)
            if let digit, Self.superscripts.indices.contains(digit) {
                after = grid.put(
                    String(Self.superscripts[digit]), row: rect.row, column: after, style: theme.key, limit: end)
            }
            after = grid.put(title, row: rect.row, column: after, style: theme.title, limit: end)
            grid.set("┌", row: rect.row, column: after, style: border)
            after += 1
        }
        cut(
            note, style: noteStyle ?? theme.muted, row: rect.row, glyphs: ("┐", "┌"), after: after, right: right,
            on: &grid, border)
        cut(
            footer, style: footerStyle ?? theme.muted, row: bottom, glyphs: ("┘", "└"), after: rect.column + 1,
            right: right,
            on: &grid, border)
        return rect.inside
    }

    private func cut(
        _ text: String,
        style: Style,
        row: Int,
        glyphs: (Unicode.Scalar, Unicode.Scalar),
        after: Int,
        right: Int,
        on grid: inout Grid,
        _ border: Style
    ) {
        let room = right - 3 - after
        guard !text.isEmpty, room >= 3 else { return }
        let width = min(CellWidth.of(text), room)
        let start = right - 2 - width
        grid.set(glyphs.0, row: row, column: start - 1, style: border)
        grid.put(text, row: row, column: start, style: style, limit: right - 2)
        grid.set(glyphs.1, row: row, column: right - 2, style: border)
    }
}
