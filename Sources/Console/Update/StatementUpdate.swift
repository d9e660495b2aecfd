import LiveQueries
import StreamQuery

/// Typing statements and running them.
extension ConsoleState {
    /// Opens the prompt.
    mutating func openStatement() -> [Effect] { open(.statement) }

    /// Lets keys be letters, if statements can be run.
    mutating func beginTyping() -> [Effect] {
        if let problem = queriesProblem {
            say(problem, .warn)
            return []
        }
        queries.isTyping = true
        focus[.statement] = 0
        return []
    }

    /// A key while a statement is typed.
    mutating func statementKey(_ key: Key) -> [Effect] {
        if key != .tab, key != .backTab { queries.completing = nil }
        switch key {
        case .escape, .control("c"):
            queries.isTyping = false
            return []
        case .enter:
            if queries.editor.isComplete { return runStatements() }
            queries.editor.breakLine()
            textChanged()
        case .tab: complete(1)
        case .backTab: complete(-1)
        case .up where queries.editor.row == 0: recall(1)
        case .down where queries.editor.row == queries.editor.lines.count - 1: recall(-1)
        case .pageUp: moveInAnswer(by: -max(1, size.rows / 3))
        case .pageDown: moveInAnswer(by: max(1, size.rows / 3))
        default: if queries.editor.take(key) { textChanged() }
        }
        return []
    }

    /// Pasted text while a statement is typed.
    mutating func pasteStatement(_ text: String) {
        queries.completing = nil
        if queries.editor.take(pasted: text) { textChanged() }
    }

    private mutating func textChanged() {
        queries.failure = nil
        queries.recalled = nil
    }

    // MARK: Completion

    /// What the word before the caret may become.
    var completion: StatementCompletion {
        StatementCompletion(before: queries.editor.textBeforeCaret, text: queries.editor.text, in: self)
    }

    /// Puts the next candidate in the place of the word before the caret.
    private mutating func complete(_ step: Int) {
        if let it = queries.completing {
            let next = (it.index + step + it.candidates.count) % it.candidates.count
            queries.editor.replace(it.candidates[it.index].unicodeScalars.count, with: it.candidates[next])
            queries.completing?.index = next
            return
        }
        let found = completion
        guard let first = found.candidates.first else {
            if found.length == 0 { pasteStatement("  ") }
            return
        }
        let index = step > 0 ? 0 : found.candidates.count - 1
        queries.editor.replace(found.length, with: step > 0 ? first : found.candidates[index])
        textChanged()
        if found.candidates.count > 1 { queries.completing = .init(candidates: found.candidates, index: index) }
    }

    // MARK: History

    /// Goes to an older statement (1) or a newer one (-1); behind the newest stands what was typed.
    private mutating func recall(_ step: Int) {
        let place = (queries.recalled ?? -1) + step
        guard place >= -1, place < kept.statements.count else { return }
        if queries.recalled == nil {
            guard place >= 0 else { return }
            queries.draft = queries.editor.text
        }
        queries.editor = StatementEditor(place < 0 ? queries.draft : kept.statements[place])
        queries.recalled = place < 0 ? nil : place
        queries.failure = nil
    }

    /// Moves the cursor of the answer, so that all of it can be seen while the next statement is typed.
    private mutating func moveInAnswer(by step: Int) {
        let id = ListID(.statement, 1)
        guard let rows = shape(id), let cursor = rows.cursor(listState(id)) else { return }
        var list = listState(id)
        list.cursor = max(0, min(rows.count - 1, cursor + step))
        list.selected = rows.id(at: list.cursor)
        lists[id] = list
    }

    // MARK: Running

    /// Hands the statements over.
    mutating func runStatements() -> [Effect] {
        let text = queries.editor.text.trimmingSpace
        guard !text.isEmpty else { return [] }
        guard queries.running == nil else {
            say("the statements before are still being run", .warn)
            return []
        }
        if let problem = queriesProblem {
            say(problem, .warn)
            return []
        }
        let weight = StatementWeight(of: text)
        let before = kept
        kept.remember(statement: text)
        let keeping: [Effect] = kept == before ? [] : [.keep(kept)]
        queries.recalled = nil
        let ticket = nextTicket()
        let reach: StatementReach = weight == .reads ? .reads : .changes
        let effect = Effect.query(.run(text, reach, ticket: ticket))
        if weight == .reads { return keeping + [effect] }
        let deed = Deed(
            "statement", words: weight == .deletes ? "run what deletes a topic" : "run it",
            weight == .deletes ? .previewed : .reversible, effects: [effect])
        return keeping + confirm(deed)
    }

    /// Notes what is handed over now: confirmed or not, it is an effect by then.
    mutating func noteRunning(_ effects: [Effect]) {
        for case .query(.run(let text, _, let ticket)) in effects {
            queries.running = .init(ticket: ticket, statements: text)
        }
    }

    /// Takes the answers to the statements run last.
    mutating func statementsAnswered(ticket: Int, _ answers: [StatementAnswer]) -> [Effect] {
        guard let running = queries.running, running.ticket == ticket else { return [] }
        queries.running = nil
        let answers = StatementAnswers(answers, of: running.statements)
        queries.answers = answers
        queries.opened.formUnion(answers.started)
        let isUntouched = queries.editor.text.trimmingSpace == running.statements
        if let failure = answers.failure {
            guard isUntouched else {
                say(failure.reason, .crit)
                return []
            }
            // Blanks before the text were not handed over.
            queries.editor = StatementEditor(running.statements)
            queries.failure = failure
            if let place = failure.place { queries.editor.place(row: place.line - 1, column: place.column - 1) }
            return []
        }
        if isUntouched { queries.editor = StatementEditor() }
        lists[ListID(.statement, 1)] = nil
        guard page == .statement, let id = answers.started.last else { return [] }
        return open(.query(id))
    }
}

extension String {
    /// Without blanks and line ends at its ends.
    fileprivate var trimmingSpace: String {
        let tail = drop { $0.isWhitespace }
        return String(tail.reversed().drop { $0.isWhitespace }.reversed())
    }
}
