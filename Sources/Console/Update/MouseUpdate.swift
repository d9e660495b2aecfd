/// A row of a list as it was drawn, for the mouse.
struct DrawnRow: Equatable {
    /// The list.
    var list: ListID
    /// The row's place in it.
    var index: Int
    /// The line of the screen.
    var row: Int
    /// The cells it takes.
    var columns: Range<Int>
}

extension ConsoleState {
    /// How many rows a notch of the wheel moves.
    private static let notch = 3

    /// Selects the row that was clicked; the wheel moves in the list under the pointer.
    mutating func pointed(_ mouse: Mouse) -> [Effect] {
        guard settings.hasMouse, prompt == nil else { return [] }
        switch mouse {
        case .press(let row, let column):
            guard dialog == nil, let hit = drawnRow(row, column), let rows = shape(hit.list) else { return [] }
            focus[page] = hit.list.box
            place(hit.index, in: rows)
            return segmentsNeeded(again: false)
        case .wheel(let direction, let row, let column):
            if dialog != nil { return pressed(direction < 0 ? .up : .down) }
            if let hit = drawnRow(row, column) { focus[page] = hit.list.box }
            return move(by: direction * Self.notch) + segmentsNeeded(again: false)
        }
    }

    /// The row of a list that is drawn at a place. The screen is drawn for it, as only drawing knows what is where.
    private func drawnRow(_ row: Int, _ column: Int) -> DrawnRow? {
        var frame = Frame(state: self, theme: .plain, glyphs: .ascii, grid: Grid(size: size, style: Theme.plain.text))
        Screens.draw(&frame)
        return frame.drawn.first { $0.row == row && $0.columns.contains(column) }
    }
}
