import LiveQueries

/// What can be done with live queries.
extension ActionTable {
    /// The list of queries and sources.
    static let queriesActions: [Action] =
        [
            Action(
                "open", [.enter], "open", in: .screen, footer: 5, hint: "result", visible: { $0.target != nil }
            ) { $0.openTarget() },
            newStatement,
        ] + queryActs + [tailOfQuery]

    /// One query.
    static let queryActions: [Action] = queryActs + [newStatement, tailOfQuery]

    private static let queryActs: [Action] = [
        Action(
            "explain", ["d"], "explain, describe", in: .screen, footer: 7, hint: "explain",
            visible: { $0.selectedQuery != nil || $0.selectedSource != nil }
        ) { $0.openExplanation() },
        pin,
        Action(
            "pause-query", ["K"], "pause the query, go on", in: .cluster, footer: 11, hint: "stop, go on",
            visible: { $0.canActOnQuery }, offered: { $0.selectedQuery?.isTransient == false }
        ) { $0.togglePauseOfQuery() },
        Action(
            "terminate", ["D"], "terminate…", in: .cluster, footer: 12, visible: { $0.canActOnQuery }
        ) { $0.beginTermination() },
    ]

    private static let pin = Action(
        "pin", ["p"], "pin to dashboard, or not", in: .screen, footer: 8, hint: "pin",
        visible: { $0.selectedQuery != nil }
    ) { $0.togglePin() }

    /// On the dashboard it takes the panel away.
    static let unpin = Action(
        "pin", ["p"], "take the result away", in: .screen, footer: 14, hint: "unpin",
        visible: { $0.pinned($0.box) != nil }
    ) { $0.togglePinned() }

    private static let tailOfQuery = Action(
        "tail", ["t"], "tail of its topic", in: .screen, footer: 41, hint: "tail",
        visible: { $0.selectedTopic != nil }
    ) { $0.openTail() }

    /// Opens the prompt where what is typed may change something.
    private static let newStatement = Action(
        "new-statement", ["N"], "write a statement", in: .cluster, footer: 6, hint: "sql",
        visible: { $0.mayWrite && $0.queries.board != nil }
    ) { $0.openStatement() }

    /// The prompt while no letters are typed.
    static let statementActions: [Action] = [
        Action("type", [.enter], "type", in: .screen, footer: 5, visible: { $0.box == 0 }) { $0.beginTyping() },
        Action(
            "new-statement", ["N"], "type a statement", in: .cluster, footer: 6, hint: "type",
            visible: { $0.mayWrite && $0.queries.board != nil }
        ) { $0.beginTyping() },
    ]

    /// The prompt, also where nothing may be changed: there it takes what only looks.
    static let sql = Action(
        "sql", [], "SQL prompt", in: .views, visible: { $0.queries.board != nil }
    ) { $0.goTo([.dashboard, .queries, .statement]) }
}
