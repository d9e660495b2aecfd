import Monitor

/// The last two lines: where one is (or what is being typed, or a message), and the keys.
enum Footer {
    /// Draws crumbs with a message at the right, or the prompt.
    static func drawCrumbs(_ frame: inout Frame, row: Int) {
        let (state, theme) = (frame.state, frame.theme)
        let width = state.size.columns
        if let prompt = state.prompt {
            drawPrompt(&frame, prompt, row: row)
            return
        }
        let right = note(state)
        let room = right.map { width - CellWidth.of($0.text) - 2 } ?? width
        var names = state.pages.map(\.crumb)
        if state.pages.first != .dashboard { names.insert("dashboard", at: 0) }
        // The nearest crumbs stay where not all fit.
        func needed() -> Int { names.reduce(0) { $0 + CellWidth.of($1) + 3 } }
        while needed() > room, names.count > 1 { names.removeFirst() }
        var x = 0
        for (index, name) in names.enumerated() {
            let isLast = index == names.count - 1
            x = frame.grid.put(
                " ‹\(name)›", row: row, column: x, style: isLast ? theme.title : theme.muted, limit: max(4, room))
        }
        if let right {
            let start = max(x + 1, width - CellWidth.of(right.text) - 1)
            frame.grid.put(right.text, row: row, column: start, style: right.style(theme), limit: width)
        }
    }

    /// Draws the keys of the page on top from its action table; the least important give way, help stays.
    static func drawKeys(_ frame: inout Frame, row: Int) {
        let state = frame.state
        let width = state.size.columns
        var kept = hints(state)
        func needed() -> Int { kept.reduce(1) { $0 + CellWidth.of($1.keys) + 5 + CellWidth.of($1.title) } - 2 }
        while needed() > width, let index = kept.lastIndex(where: { $0.title != "help" && $0.keys != "esc" }) {
            kept.remove(at: index)
        }
        while needed() > width, kept.count > 1 { kept.removeFirst() }
        var x = 1
        for (keys, title) in kept {
            x = frame.grid.put("<\(keys)>", row: row, column: x, style: frame.theme.key)
            x = frame.grid.put(" \(title)", row: row, column: x, style: frame.theme.muted) + 2
        }
    }

    /// Keys and titles in the order the footer shows them, help last.
    static func hints(_ state: ConsoleState) -> [(keys: String, title: String)] {
        if state.prompt != nil { return [("enter", "go"), ("esc", "leave"), ("ctrl-u", "clear")] }
        if let dialog = state.dialog { return Dialogs.hints(dialog, state) }
        if state.isTypingStatement {
            return [
                ("enter", state.queries.editor.isComplete ? "run" : "line"), ("tab", "complete"), ("↑ ↓", "history"),
                ("ctrl-u", "clear"), ("pgdn", "answer"), ("esc", "leave"),
            ]
        }
        let state = state.withFocusedList()
        var hints: [(keys: String, title: String)] = ActionTable.actions(for: state.page, state.settings.keys)
            .filter { $0.footer != nil && $0.isVisible(state) && $0.isOffered(state) }
            .filter { !(state.isRewound && $0.isChanging) }
            .sorted { ($0.footer ?? 0) < ($1.footer ?? 0) }
            .compactMap { action in action.keys.first.map { (action.label ?? $0.label, action.hint(state)) } }
        if state.settings.hasMouse { hints.insert(("shift", "selects text"), at: min(2, hints.count)) }
        return hints
    }

    private static func note(_ state: ConsoleState) -> (text: String, style: (Theme) -> Style)? {
        if let message = state.message {
            return (message.text, { message.level == .ok ? $0.text : $0.style(for: message.level) })
        }
        var notes: [String] = []
        if let scan = state.scanNote { notes.append(scan) }
        if state.isPaused { notes.append("‖ paused at \(state.settings.zone.clock(state.now))") }
        if let scan = state.travelNote { notes.append(scan) }
        if state.isFaultsOnly { notes.append("▲ faults only") }
        if let words = state.searchNote { notes.append(words) }
        let filter = state.listState(state.list).filter
        if !filter.isEmpty { notes.append("/\(filter.typed)") }
        // While nothing answers, the header says so.
        if state.snapshot.poll.outage == nil, let problem = state.snapshot.poll.problems.first {
            notes.append("▲ \(problem)")
        }
        return notes.isEmpty ? nil : (notes.joined(separator: "   "), { $0.warn })
    }

    private static func confirmLead(_ deed: Deed, _ state: ConsoleState) -> String {
        guard case .typed(let name) = state.confirmation(of: deed) else { return " " }
        return " \(state.settings.isProduction ? "production: " : "")type \(name) to \(deed.words): "
    }

    private static func drawPrompt(_ frame: inout Frame, _ prompt: Prompt, row: Int) {
        let theme = frame.theme
        let lead =
            switch prompt.kind {
            case .filter, .search: " /"
            case .export: " export to  "
            case .palette: " :"
            case .offset: " offset, or partition:offset  "
            case .reason: " reason: "
            case .replay(let choice): choice.question
            case .travel(let question): question.lead
            case .confirm(let deed): confirmLead(deed, frame.state)
            case .time: " time: "
            }
        // What is typed must have room, however long the question is.
        let end = max(20, frame.state.size.columns - 26)
        var x = frame.grid.put(lead, row: row, column: 0, style: theme.key, limit: end)
        // The end of a long line stays in view.
        let room = max(1, frame.state.size.columns - x - 2)
        var shown = prompt.text
        while CellWidth.of(shown) > room { shown.unicodeScalars.removeFirst() }
        x = frame.grid.put(shown, row: row, column: x, style: theme.text)
        frame.grid.set("▏", row: row, column: x, style: theme.key)
        if let note = prompt.kind.timeNote(prompt.text, in: frame.state) {
            frame.grid.put(note.text, row: row, column: x + 2, style: note.isGood ? theme.muted : theme.warn)
        }
        guard let word = frame.state.filterWord else { return }
        let start = max(x + 3, frame.state.size.columns - CellWidth.of(word.text) - 1)
        frame.grid.put(word.text, row: row, column: start, style: word.isWrong ? theme.warn : theme.muted)
    }
}
