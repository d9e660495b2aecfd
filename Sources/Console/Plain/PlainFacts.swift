/// The words of a page's boxes that are no lists, read off the screen as it is drawn where there is room for everything.
enum PlainFacts {
    /// The page drawn without pictures.
    static func frame(_ state: ConsoleState) -> Frame {
        var roomy = state
        roomy.size = Size(rows: 120, columns: 240)
        roomy.prompt = nil
        roomy.dialog = nil
        let theme = Theme.plain
        var frame = Frame(
            state: roomy, theme: theme, glyphs: .braille, grid: Grid(size: roomy.size, style: theme.text),
            isWordsOnly: true)
        Screens.draw(&frame)
        return frame
    }

    /// The boxes, of lists only what stands beside their rows. A box without a word is left out.
    static func facts(in frame: Frame) -> [PlainReport.Facts] {
        frame.boxes.compactMap { drawn in
            let lists = frame.lists.filter { drawn.inside.holds($0) }
            let lines = (drawn.inside.row..<max(drawn.inside.row, drawn.inside.endRow))
                .filter { row in !lists.contains { ($0.row..<$0.endRow).contains(row) } }
                .compactMap { line(frame.grid, row: $0, columns: drawn.inside.column..<drawn.inside.endColumn) }
            let notes = lists.isEmpty ? [drawn.box.note, drawn.box.footer].filter { !$0.isEmpty } : []
            guard !lines.isEmpty || !notes.isEmpty else { return nil }
            return PlainReport.Facts(
                name: PlainReport.oneLine(drawn.box.title),
                note: notes.map(PlainReport.oneLine).joined(separator: " · "), lines: lines)
        }
    }

    /// A row's words without bars and sparklines; nil where no word stands.
    private static func line(_ grid: Grid, row: Int, columns: Range<Int>) -> String? {
        var words = String.UnicodeScalarView()
        var hadPicture = false
        for scalar in grid.text(row: row, columns: columns).unicodeScalars {
            let isPicture = (0x2500...0x259f).contains(scalar.value) || (0x2800...0x28ff).contains(scalar.value)
            hadPicture = hadPicture || isPicture
            words.append(isPicture ? " " : scalar)
        }
        let text = PlainReport.oneLine(String(words))
        // What is left of a picture may be its scale.
        guard !text.isEmpty, !hadPicture || text.unicodeScalars.contains(where: \.properties.isAlphabetic) else {
            return nil
        }
        return text
    }
}

extension Rect {
    /// True where another one lies within.
    fileprivate func holds(_ other: Rect) -> Bool {
        other.row >= row && other.endRow <= endRow && other.column >= column && other.endColumn <= endColumn
    }
}
