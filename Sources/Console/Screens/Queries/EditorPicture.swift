import StreamQuery

/// The statement being typed: its lines with the words of the language set off, the caret, what is wrong where, and what a word may become.
enum EditorPicture {
    /// A line as it is shown.
    enum Line: Equatable {
        /// A line of the text, by its number from 0.
        case text(Int)
        /// A mark under so many cells of the line above, from a column on.
        case mark(column: Int, length: Int)
        /// Why.
        case reason(String)
    }

    /// The lines, with what is wrong under the line that is.
    static func lines(_ state: ConsoleState, width: Int) -> [Line] {
        let failure = state.queries.failure
        var lines: [Line] = []
        for index in state.queries.editor.lines.indices {
            lines.append(.text(index))
            guard let failure, failure.place?.line == index + 1, let place = failure.place else { continue }
            lines.append(.mark(column: place.column - 1, length: max(1, failure.quoted.unicodeScalars.count)))
            lines += reasons(failure, width: width)
        }
        // A place that the text does not have says nothing.
        let isPlaced = failure?.place.map { $0.line <= state.queries.editor.lines.count } ?? false
        if let failure, !isPlaced { lines += reasons(failure, width: width) }
        return lines
    }

    private static func reasons(_ failure: StatementFailure, width: Int) -> [Line] {
        Screens.wrapped("▲ \(failure.reason)", width: max(10, width)).map { .reason($0) }
    }

    /// Draws it.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        let editor = state.queries.editor
        let isTyping = state.isTypingStatement && state.dialog == nil && state.prompt == nil
        let isReady = editor.isComplete ? "enter: run" : "; and enter: run"
        let inside = Box(
            "sql", note: isTyping ? isReady : "", footer: note(state), isFocused: frame.isFocused(0)
        ).draw(on: &frame, in: rect)
        guard inside.height > 0, inside.width > 8 else { return }
        // Where there are few lines the last one says what is wrong, and the others are the text's.
        let isLow = inside.height < 4
        let lines = isLow ? editor.lines.indices.map { .text($0) } : lines(state, width: inside.width - 4)
        let candidates = isTyping ? candidates(state) : (names: [], chosen: nil)
        let problem = isLow ? state.queries.failure : nil
        let hasStrip = inside.height >= 2 && (problem != nil || !candidates.names.isEmpty || (isTyping && !isLow))
        let rows = inside.height - (hasStrip ? 1 : 0)
        // The caret's line stays in view, and what is wrong with it.
        let caret = lines.firstIndex(of: .text(editor.row)) ?? 0
        let wanted = lines[caret...].dropFirst().prefix { if case .text = $0 { false } else { true } }.count + caret
        let top = max(0, min(caret, wanted - rows + 1, lines.count - rows))
        let words = StatementWords(editor.lines)
        for (offset, line) in lines.dropFirst(top).prefix(rows).enumerated() {
            let row = inside.row + offset
            let text = Rect(row: row, column: inside.column + 3, height: 1, width: inside.width - 4)
            switch line {
            case .text(let index):
                if index == 0 { frame.grid.put("›", row: row, column: inside.column + 1, style: theme.key) }
                draw(&frame, index, words, isTyping: isTyping, in: text)
            case .mark(let column, let length):
                // As far to the left as its line is drawn.
                let lineNumber = state.queries.failure?.place.map { $0.line - 1 } ?? 0
                let start = shift(editor, lineNumber, width: text.width)
                let cells = cells(editor.lines[lineNumber].prefix(column)) - start
                let marks = String(repeating: "^", count: max(1, min(length, text.width - max(0, cells))))
                frame.grid.put(
                    marks, row: row, column: text.column + max(0, cells), style: theme.warn, limit: text.endColumn)
            case .reason(let words): frame.line([(words, theme.warn)], row: row, in: text)
            }
        }
        guard hasStrip else { return }
        if let problem {
            frame.line([("▲ \(problem.reason)", theme.warn)], row: inside.endRow - 1, in: inside, from: 1)
        } else {
            drawCandidates(&frame, candidates, row: inside.endRow - 1, in: inside)
        }
    }

    /// What the word before the caret may become, and which of it stands in its place.
    private static func candidates(_ state: ConsoleState) -> (names: [String], chosen: Int?) {
        if let it = state.queries.completing { return (it.candidates, it.index) }
        return (state.completion.candidates, nil)
    }

    private static func note(_ state: ConsoleState) -> String {
        if state.queries.running != nil { return "running…" }
        if let recalled = state.queries.recalled { return "history \(recalled + 1) of \(state.kept.statements.count)" }
        return ""
    }

    private static func cells(_ scalars: some Sequence<Unicode.Scalar>) -> Int {
        scalars.reduce(0) { $0 + (SafeScalar.shown($1).map { CellWidth.of($0) } ?? 0) }
    }

    /// How many cells of a line lie left of what is shown: the caret stays in view.
    private static func shift(_ editor: StatementEditor, _ index: Int, width: Int) -> Int {
        guard index == editor.row else { return 0 }
        return max(0, cells(editor.lines[index].prefix(editor.column)) - width + 1)
    }

    private static func draw(
        _ frame: inout Frame, _ index: Int, _ words: StatementWords, isTyping: Bool, in rect: Rect
    ) {
        let theme = frame.theme
        let editor = frame.state.queries.editor
        let line = editor.lines[index]
        let start = shift(editor, index, width: rect.width)
        var x = rect.column - start
        for (place, scalar) in line.enumerated() {
            let width = SafeScalar.shown(scalar).map { CellWidth.of($0) } ?? 0
            if x >= rect.column, x + width <= rect.endColumn {
                let isCaret = isTyping && index == editor.row && place == editor.column
                let style = isCaret ? theme.selection : words.style(index, place, theme)
                frame.grid.put(String(Character(scalar)), row: rect.row, column: x, style: style)
            }
            x += width
        }
        if isTyping, index == editor.row, editor.column == line.count, x < rect.endColumn {
            frame.grid.set(" ", row: rect.row, column: x, style: theme.selection)
        }
    }

    /// What the word before the caret may become, on one line; the one in its place stands out.
    private static func drawCandidates(
        _ frame: inout Frame, _ offered: (names: [String], chosen: Int?), row: Int, in rect: Rect
    ) {
        let theme = frame.theme
        let (candidates, chosen) = offered
        guard !candidates.isEmpty else { return }
        var x = frame.line([("tab ", theme.key)], row: row, in: rect, from: 1)
        // The chosen one stays in view.
        for index in max(0, (chosen ?? 0) - 2)..<candidates.count {
            guard x + CellWidth.of(candidates[index]) < rect.endColumn else { break }
            let style = index == chosen ? theme.selection : theme.muted
            x = frame.grid.put(candidates[index], row: row, column: x, style: style, limit: rect.endColumn) + 2
        }
    }
}

/// Which scalars of a statement are words of the language, texts or comments.
struct StatementWords {
    private enum Kind {
        case plain, keyword, text, comment
    }

    private var kinds: [[Kind]]

    private static let keywords = Set(Vocabulary.keywords)

    /// Looks at all lines: texts may go over several.
    init(_ lines: [[Unicode.Scalar]]) {
        var isText = false
        kinds = []
        for line in lines { kinds.append(Self.kinds(line, isText: &isText)) }
    }

    private static func kinds(_ line: [Unicode.Scalar], isText: inout Bool) -> [Kind] {
        var kinds = [Kind](repeating: .plain, count: line.count)
        var index = 0
        while index < line.count {
            if line[index] == "'" {
                kinds[index] = .text
                isText.toggle()
            } else if isText {
                kinds[index] = .text
            } else if line[index] == "-", index + 1 < line.count, line[index + 1] == "-" {
                for rest in index..<line.count { kinds[rest] = .comment }
                return kinds
            } else if isWordPart(line[index]) {
                let end = line[index...].firstIndex { !isWordPart($0) } ?? line.count
                var word = String.UnicodeScalarView()
                word.append(contentsOf: line[index..<end])
                if keywords.contains(String(word).uppercased()) {
                    for place in index..<end { kinds[place] = .keyword }
                }
                index = end
                continue
            }
            index += 1
        }
        return kinds
    }

    private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
        StatementCompletion.isWordPart(Character(scalar))
    }

    /// How a scalar is drawn.
    func style(_ line: Int, _ place: Int, _ theme: Theme) -> Style {
        switch kinds[line][place] {
        case .plain: theme.text
        case .keyword: theme.title
        case .text: theme.ok
        case .comment: theme.muted
        }
    }
}
