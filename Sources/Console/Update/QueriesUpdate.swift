import LiveQueries

/// Live queries: taking boards in, acting on queries, pinning results.
extension ConsoleState {
    /// Takes a board; while the screen stands still it waits.
    mutating func accept(_ board: QueryBoard) -> [Effect] {
        queries.waiting = board
        showWaitingBoard()
        return restartPins(on: board)
    }

    /// Shows the board that waits, unless the screen stands still.
    mutating func showWaitingBoard() {
        guard !standsStill, let waiting = queries.waiting else { return }
        queries.board = waiting
        queries.waiting = nil
    }

    /// Takes what a wish brought.
    mutating func queriesTook(_ news: QueryNews) -> [Effect] {
        switch news {
        case .ran(let ticket, let answers): return statementsAnswered(ticket: ticket, answers)
        case .acted(let answers): sayOutcome(StatementAnswers(answers, of: ""))
        case .described(let statement, let answers):
            let answers = StatementAnswers(answers, of: statement)
            queries.described[statement] = answers.failure.map { .failed($0.reason) } ?? .ready(answers)
        case .restarted(let pin, let answers): return restarted(pin, StatementAnswers(answers, of: pin.statement ?? ""))
        }
        return []
    }

    private mutating func sayOutcome(_ answers: StatementAnswers) {
        if let failure = answers.failure {
            say(failure.reason, .crit)
        } else if let sentence = answers.sentences.last {
            say(sentence)
        }
    }

    // MARK: Acts on a query

    /// True where `K` and `D` have a query that may be acted on.
    var canActOnQuery: Bool { selectedQuery.map { mayWrite || $0.isTransient } ?? false }

    /// Pauses the query, or lets it go on.
    mutating func togglePauseOfQuery() -> [Effect] {
        guard let it = selectedQuery else { return [] }
        guard !it.isTransient else {
            say("a push query runs as long as it is looked at; space holds the picture", .warn)
            return []
        }
        let verb = it.state.isHeld ? "RESUME" : "PAUSE"
        return confirm(
            Deed(
                it.id, words: verb == "PAUSE" ? "pause the query" : "let the query go on", .reversible,
                effects: [.query(.act("\(verb) \(it.id);"))]))
    }

    /// Ends a push query; a persistent one after its name was typed.
    mutating func beginTermination() -> [Effect] {
        guard let it = selectedQuery else { return [] }
        if it.isTransient {
            unpin(it.id)
            queries.opened.remove(it.id)
            say("\(it.id) is ended")
            return [.query(.close(it.id)), .keep(kept)]
        }
        var lines = [
            ActPreview.Line("reads   \(it.source), topic \(it.sourceTopic)"),
            ActPreview.Line("writes  \(it.sink.map { "\($0), topic \(it.sinkTopic ?? "?")" } ?? "nothing")"),
            ActPreview.Line("state   \(Figures.bytes(Int64(it.stateBytes))), \(it.openWindows) open windows"),
        ]
        if it.openWindows > 0 { lines.append(ActPreview.Line("▲ what open windows hold is not told any more", .warn)) }
        lines.append(ActPreview.Line("Its state is forgotten; what it wrote stays in the topic.", .crit))
        dialog = .act(
            ActPreview(
                title: "terminate \(it.id)", verb: "terminate…", lines: lines,
                deed: Deed(
                    it.id, words: "terminate the query", .destructive, effects: [.query(.act("TERMINATE \(it.id);"))])))
        return []
    }

    /// Opens the explanation of the query, or the description of the source, under the cursor.
    mutating func openExplanation() -> [Effect] {
        if let it = selectedQuery {
            // A push query has no name that EXPLAIN knows, but its statement says it all.
            return open(.explanation(it.isTransient ? "EXPLAIN \(it.statement)" : "EXPLAIN \(it.id);"))
        }
        guard let source = selectedSource else { return [] }
        return open(.explanation("DESCRIBE \(source.name) EXTENDED;"))
    }

    // MARK: Pins

    /// Puts the query's result on the dashboard, or takes it off.
    mutating func togglePin() -> [Effect] {
        guard let it = selectedQuery else { return [] }
        if isPinned(it.id) {
            unpin(it.id)
            say("\(it.id) is no longer on the dashboard")
        } else if kept.pins.count >= KeptSettings.mostPins {
            say("the dashboard has room for \(KeptSettings.mostPins) results; take one off first", .warn)
            return []
        } else {
            kept.pins.append(PinnedQuery(id: it.id, statement: it.isTransient ? it.statement : nil))
            say("\(it.id) stands on the dashboard")
        }
        return [.keep(kept)]
    }

    /// Takes the focused panel off the dashboard, whether its query runs or not.
    mutating func togglePinned() -> [Effect] {
        guard page == .dashboard, let pin = pinned(box) else { return [] }
        unpin(pin.id)
        say("\(pin.id) is no longer on the dashboard")
        return [.keep(kept)]
    }

    private mutating func unpin(_ id: String) {
        kept.pins.removeAll { $0.id == id }
        // What is focused may have gone.
        focus[.dashboard] = min(focus[.dashboard] ?? 0, DashboardScreen.boxes.count + max(0, kept.pins.count - 1))
    }

    /// Starts pinned push queries again that ended with an earlier run; once.
    private mutating func restartPins(on board: QueryBoard) -> [Effect] {
        guard !queries.hasRestartedPins, board.problem == nil else { return [] }
        queries.hasRestartedPins = true
        return kept.pins.filter { pin in
            pin.statement != nil && !board.queries.contains { $0.id == pin.id && $0.statement == pin.statement }
        }.map { .query(.restart($0)) }
    }

    private mutating func restarted(_ pin: PinnedQuery, _ answers: StatementAnswers) -> [Effect] {
        guard let id = answers.started.first else {
            if let failure = answers.failure { say("the pinned \(pin.id) cannot run: \(failure.reason)", .warn) }
            return []
        }
        queries.opened.insert(id)
        guard let place = kept.pins.firstIndex(of: pin) else { return [] }
        kept.pins[place].id = id
        return [.keep(kept)]
    }

    // MARK: Push queries end with their page

    /// Ends the push queries that were started here and that nobody looks at any more.
    ///
    /// - Parameter isLeaving: The console ends; all of them go.
    mutating func closeUnused(isLeaving: Bool) -> [Effect] {
        guard !queries.opened.isEmpty else { return [] }
        let seen = isLeaving ? [] : Set(kept.pins.map(\.id) + pages.compactMap(\.queryID))
        let gone = queries.opened.subtracting(seen).sorted()
        queries.opened.subtract(gone)
        return gone.map { .query(.close($0)) }
    }
}

extension Page {
    /// The query that it shows.
    var queryID: String? { if case .query(let id) = self { id } else { nil } }
}

extension QueryFigures.State {
    /// True where it could go on.
    var isHeld: Bool {
        switch self {
        case .paused, .stopped: true
        case .running, .restoring: false
        }
    }
}
