package import LiveQueries

/// What the console knows of live queries: the board, the statement being typed, and what came of those before.
package struct QueriesState: Sendable, Equatable {
    /// The queries and sources as they are shown; nil where no queries can be run from here.
    package var board: QueryBoard?
    /// The newest board while the screen stands still.
    package var waiting: QueryBoard?
    /// The statement being typed.
    package var editor = StatementEditor()
    /// True while keys are letters of the statement.
    package var isTyping = false
    /// The candidates that `tab` goes through, once it was pressed.
    package var completing: Completing?
    /// What is wrong with the statement as it stands; nil once it was changed.
    package var failure: StatementFailure?
    /// What came of the statements run last.
    package var answers: StatementAnswers?
    /// The statements that are being run, and the request's number.
    package var running: Running?
    /// The statement of the history that stands in the editor, 0 for the newest; nil for what was typed.
    package var recalled: Int?
    /// What was typed before the history was looked at.
    package var draft = ""
    /// Push queries that were started here and end with their page.
    package var opened: Set<String> = []
    /// Explanations by the statement that asked for them.
    package var described: [String: Loaded<StatementAnswers>] = [:]
    /// True once pinned push queries of an earlier run were started again.
    package var hasRestartedPins = false

    /// Before anything is known.
    package init() {}

    /// Statements that were handed over and not answered yet.
    package struct Running: Sendable, Equatable {
        package var ticket: Int
        package var statements: String
    }

    /// Going through candidates: the word they stand for, and which of them is in its place.
    package struct Completing: Sendable, Equatable {
        package var candidates: [String]
        package var index: Int
    }
}

/// What is asked of whoever runs queries.
package enum QueryWish: Equatable, Sendable {
    /// Run statements typed at the prompt, which do so much.
    case run(String, StatementReach, ticket: Int)
    /// Pause, resume or end a query, by a statement.
    case act(String)
    /// Read an explanation, by a statement that changes nothing.
    case describe(String)
    /// Start a pinned push query again that ended with an earlier run.
    case restart(PinnedQuery)
    /// End a push query of this console.
    case close(String)
}

/// Whether statements change anything.
package enum StatementReach: Equatable, Sendable {
    case reads
    case changes
}

/// What a wish brought.
package enum QueryNews: Sendable {
    case ran(ticket: Int, [StatementAnswer])
    case acted([StatementAnswer])
    case described(String, [StatementAnswer])
    case restarted(PinnedQuery, [StatementAnswer])
}

/// A query whose result stands on the dashboard.
package struct PinnedQuery: Sendable, Equatable {
    /// Its id.
    package var id: String
    /// The statement of a push query, which is started again with the console; nil for a persistent one.
    package var statement: String?

    /// A pin.
    package init(id: String, statement: String? = nil) {
        self.id = id
        self.statement = statement
    }
}

extension ConsoleState {
    /// A query by its id.
    package func query(_ id: String) -> QueryFigures? { queries.board?.queries.first { $0.id == id } }

    /// The query that keys are about: the page's, the selected one, or the pinned one whose panel is focused.
    package var selectedQuery: QueryFigures? {
        switch page {
        case .queries where box == 0: selectedID.flatMap(query)
        case .query(let id): query(id)
        case .dashboard: pinned(box).flatMap { query($0.id) }
        default: nil
        }
    }

    /// The stream or table under the cursor.
    package var selectedSource: QuerySource? {
        guard page == .queries, box == 1, let id = selectedID else { return nil }
        return queries.board?.sources.first { $0.name == id }
    }

    /// The pinned query of a box of the dashboard.
    package func pinned(_ box: Int) -> PinnedQuery? {
        let place = box - DashboardScreen.boxes.count
        return kept.pins.indices.contains(place) ? kept.pins[place] : nil
    }

    /// True while a query is pinned.
    package func isPinned(_ id: String) -> Bool { kept.pins.contains { $0.id == id } }

    /// True where the page on top shows something of the board, so that a new one must be drawn.
    package var showsQueries: Bool {
        switch page {
        case .queries, .query: true
        case .dashboard: !kept.pins.isEmpty
        default: false
        }
    }

    /// True while keys are letters of a statement.
    package var isTypingStatement: Bool {
        page == .statement && queries.isTyping && !isRewound && queries.board != nil
    }

    /// Why no queries can be run from here; nil where they can.
    package var queriesProblem: String? {
        guard let board = queries.board else { return "No queries can be run from this console." }
        return board.problem
    }
}
