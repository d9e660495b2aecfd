extension Table {
    /// What the selected row says beyond its cells: columns whose text is cut or that have no room, with their titles.
    ///
    /// - Parameter width: The cells there are for the row.
    func beyond(_ state: ListState, width: Int) -> [(title: String, text: String)] {
        guard let cursor = cursor(state) else { return [] }
        let item = items[cursor]
        let places = layout(width: width)
        return columns.compactMap { column in
            let text = column.cell(item, 4096).pieces.map(\.text).joined()
            let room = places.first { $0.column.id == column.id }?.width ?? 0
            guard CellWidth.of(text) > room, !Self.isPicture([text]) else { return nil }
            return (column.title, text)
        }
    }

    /// Draws titles and rows, and below them what the selected row says beyond its cells, where there is room for it.
    func drawWithSelected(
        on frame: inout Frame, in rect: Rect, state: ListState, isFocused: Bool, empty: String = "nothing here"
    ) {
        let beyond = rect.height >= 8 ? beyond(state, width: rect.width) : []
        var lines = beyond.flatMap { title, text in
            Screens.wrapped(columns.count == 1 ? text : "\(title): \(text)", width: rect.width - 4)
        }
        let most = max(2, rect.height / 3)
        if lines.count > most {
            lines = Array(lines.prefix(most))
            lines[most - 1] += " …"
        }
        let (rows, rest) = rect.split(top: rect.height - (lines.isEmpty ? 0 : lines.count + 1))
        draw(on: &frame, in: rows, state: state, isFocused: isFocused, empty: empty)
        guard !lines.isEmpty else { return }
        frame.grid.fill(
            "┄", row: rest.row, columns: rest.column + 1..<max(rest.column + 1, rest.endColumn - 1),
            style: frame.theme.border)
        for (index, line) in lines.enumerated() {
            frame.line([(line, frame.theme.text)], row: rest.row + 1 + index, in: rest, from: 3)
        }
    }
}
