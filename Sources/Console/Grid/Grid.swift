/// One styled cell: a scalar, perhaps a combining mark over it, its style, and its width.
package struct Cell: Equatable, Sendable {
    /// The scalar shown.
    package var scalar: Unicode.Scalar = " "
    /// A combining mark's value, or 0.
    package var mark: UInt32 = 0
    /// How it looks.
    package var style = Style()
    /// 1, 2, or 0 for the tail of a wide glyph.
    package var width: UInt8 = 1

    /// A blank in the terminal's own style.
    package init() {}
}

/// A value-typed picture of the screen: what screens draw on, what tests read, what the terminal is told.
///
/// Nothing that could harm a terminal gets in: every text passes `SafeScalar`, and what lies outside is cut.
package struct Grid: Equatable, Sendable {
    /// The size in cells.
    package let size: Size
    /// Row by row.
    package private(set) var cells: [Cell]

    /// A blank grid in one style.
    package init(size: Size, style: Style = Style()) {
        self.size = size
        var blank = Cell()
        blank.style = style
        cells = Array(repeating: blank, count: size.rows * size.columns)
    }

    /// The cells of a row, or nothing outside.
    package func row(_ row: Int) -> ArraySlice<Cell> {
        guard row >= 0, row < size.rows else { return [] }
        return cells[row * size.columns..<(row + 1) * size.columns]
    }

    /// Draws a text and tells the column after it.
    ///
    /// - Parameters:
    ///   - text: Made safe on the way in.
    ///   - row: The row; outside the grid nothing is drawn.
    ///   - column: The first column; may lie left of the grid.
    ///   - style: How it looks.
    ///   - limit: One past the last column that may be touched. A text that does not fit ends with `…`.
    @discardableResult
    package mutating func put(_ text: String, row: Int, column: Int, style: Style, limit: Int = .max) -> Int {
        let end = min(limit, size.columns)
        guard row >= 0, row < size.rows, column < end else { return column }
        var x = column
        var last = -1
        let base = row * size.columns
        for raw in text.unicodeScalars {
            let value = raw.value
            let scalar: Unicode.Scalar
            let width: Int
            if value >= 0x20 && value < 0x7f {
                scalar = raw
                width = 1
            } else {
                guard let safe = SafeScalar.shown(raw) else { continue }
                scalar = safe
                width = CellWidth.of(safe)
            }
            if width == 0 {
                if last >= 0, cells[base + last].mark == 0 { cells[base + last].mark = scalar.value }
                continue
            }
            if x + width > end {
                if x > column, last >= 0 { ellipsis(base: base, at: end - 1, first: max(column, 0), style: style) }
                return end
            }
            if x >= 0 {
                set(base + x, scalar, style, UInt8(width))
                if width == 2 { set(base + x + 1, " ", style, 0) }
                last = x
            }
            x += width
        }
        return x
    }

    /// Draws a text so that it ends before a column. Numbers keep their right edge; what does not fit is cut with `…`.
    package mutating func put(_ text: String, row: Int, endingAt end: Int, from start: Int, style: Style) {
        let width = CellWidth.of(text)
        put(text, row: row, column: max(start, end - width), style: style, limit: end)
    }

    /// Fills a piece of a row with one scalar of width 1.
    package mutating func fill(_ scalar: Unicode.Scalar = " ", row: Int, columns: Range<Int>, style: Style) {
        guard row >= 0, row < size.rows else { return }
        let range = columns.clamped(to: 0..<size.columns)
        for x in range { set(row * size.columns + x, scalar, style, 1) }
    }

    /// Draws one scalar of width 1; outside the grid nothing happens.
    package mutating func set(_ scalar: Unicode.Scalar, row: Int, column: Int, style: Style) {
        guard row >= 0, row < size.rows, column >= 0, column < size.columns else { return }
        set(row * size.columns + column, scalar, style, 1)
    }

    /// Gives the cells of a piece of a row another style, keeping their text.
    package mutating func restyle(row: Int, columns: Range<Int>, _ change: (Style) -> Style) {
        guard row >= 0, row < size.rows else { return }
        for x in columns.clamped(to: 0..<size.columns) {
            cells[row * size.columns + x].style = change(cells[row * size.columns + x].style)
        }
    }

    /// Blanks a piece of the screen.
    package mutating func clear(_ rect: Rect, style: Style) {
        for row in rect.row..<rect.endRow { fill(row: row, columns: rect.column..<rect.endColumn, style: style) }
    }

    /// Replaces scalars cell by cell; the replacement must have width 1. Wide glyphs become two of them.
    package mutating func mapScalars(_ map: (Unicode.Scalar) -> Unicode.Scalar) {
        for index in cells.indices {
            if cells[index].width == 1 && cells[index].mark == 0 && cells[index].scalar.isASCII { continue }
            cells[index].scalar = cells[index].width == 0 ? "?" : map(cells[index].scalar)
            cells[index].mark = 0
            cells[index].width = 1
        }
    }

    /// The text of a row without trailing blanks.
    ///
    /// - Parameter columns: The cells looked at; all when nil.
    package func text(row: Int, columns: Range<Int>? = nil) -> String {
        var text = String.UnicodeScalarView()
        let cells = self.row(row)
        let first = cells.startIndex
        let wanted = columns.map { cells[(first + $0.lowerBound)..<(first + $0.upperBound)] } ?? cells
        for cell in wanted where cell.width > 0 {
            text.append(cell.scalar)
            if cell.mark != 0, let mark = Unicode.Scalar(cell.mark) { text.append(mark) }
        }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// All rows without trailing blanks.
    package var text: String { (0..<size.rows).map { text(row: $0) }.joined(separator: "\n") }

    private mutating func ellipsis(base: Int, at column: Int, first: Int, style: Style) {
        guard column >= first else { return }
        set(base + column, "…", style, 1)
    }

    /// Sets a cell, and blanks the other half of a wide glyph that is overwritten.
    private mutating func set(_ index: Int, _ scalar: Unicode.Scalar, _ style: Style, _ width: UInt8) {
        if cells[index].width == 0, width != 0, index % size.columns > 0 {
            cells[index - 1].scalar = " "
            cells[index - 1].mark = 0
            cells[index - 1].width = 1
        }
        let next = index + 1
        if cells[index].width == 2, width != 2, next % size.columns != 0, cells[next].width == 0 {
            cells[next].scalar = " "
            cells[next].width = 1
        }
        if width == 2, next % size.columns != 0, cells[next].width == 2, (next + 1) % size.columns != 0 {
            cells[next + 1].scalar = " "
            cells[next + 1].width = 1
        }
        cells[index].scalar = scalar
        cells[index].mark = 0
        cells[index].style = style
        cells[index].width = width
    }
}
