/// A piece of the screen in cells.
package struct Rect: Equatable, Sendable {
    /// The first row and column.
    package var row: Int, column: Int
    /// How many rows and columns; never negative.
    package var height: Int, width: Int

    /// A piece of the screen; negative sizes become 0.
    package init(row: Int, column: Int, height: Int, width: Int) {
        self.row = row
        self.column = column
        self.height = max(0, height)
        self.width = max(0, width)
    }

    /// One past the last row.
    package var endRow: Int { row + height }
    /// One past the last column.
    package var endColumn: Int { column + width }

    /// What lies inside a border of one cell.
    package var inside: Rect { Rect(row: row + 1, column: column + 1, height: height - 2, width: width - 2) }

    /// The first `count` rows, and the rest.
    package func split(top count: Int) -> (top: Rect, rest: Rect) {
        let taken = max(0, min(count, height))
        return (
            Rect(row: row, column: column, height: taken, width: width),
            Rect(row: row + taken, column: column, height: height - taken, width: width)
        )
    }

    /// The first `count` columns, and the rest.
    package func split(left count: Int) -> (left: Rect, rest: Rect) {
        let taken = max(0, min(count, width))
        return (
            Rect(row: row, column: column, height: height, width: taken),
            Rect(row: row, column: column + taken, height: height, width: width - taken)
        )
    }
}

/// The terminal's size in cells.
package struct Size: Equatable, Sendable {
    /// Rows, at least 1.
    package var rows: Int
    /// Columns, at least 1.
    package var columns: Int

    /// A size; both at least 1 and at most 1000.
    package init(rows: Int, columns: Int) {
        self.rows = min(1000, max(1, rows))
        self.columns = min(1000, max(1, columns))
    }
}
