extension ActionTable {
    /// Opens a topic's past.
    static let travel = Action(
        "time-travel", ["h"], "the topic as of a moment", in: .screen, footer: 61, hint: "history",
        visible: { $0.selectedTopic != nil }
    ) { $0.openTravel() }

    /// A topic's past.
    static let travelActions: [Action] =
        [
            Action("open", [.enter], "read; a key's history", in: .screen, footer: 5, hint: "read or open") {
                $0.enterTravel()
            },
            Action("moment-time", ["@"], "as of a time", in: .screen, footer: 8, hint: "time") { $0.askTravel(.time) },
            Action("moment-offset", ["o"], "as of an offset", in: .screen, footer: 9, hint: "offset") {
                $0.askTravel(.offset)
            },
            Action("compare", ["="], "compare with a moment", in: .screen, footer: 10, hint: "compare") {
                $0.askTravel(.later)
            },
            Action("key-history", [], "history of a typed key", in: .screen) { $0.askTravel(.key) },
            Action("refresh", ["."], "read again", in: .screen, footer: 42, hint: "again") { $0.lookBack() },
            Action("tail", ["t"], "tail at the record", in: .screen, footer: 41, hint: "tail") { $0.tailAtKey() },
        ] + travelScan

    /// The history of a key.
    static let keyHistoryActions: [Action] =
        [
            Action("open", [.enter], "tail at the record", in: .screen, footer: 5, hint: "record") {
                $0.tailAtVersion()
            }
        ] + travelScan

    private static let travelScan: [Action] = [
        Action(
            "pause-scan", [" "], "pause, or go on", in: .screen, footer: 6, hint: "pause",
            visible: { $0.runningTravel != nil }
        ) { $0.toggleTravel() },
        Action(
            "stop-scan", ["x"], "stop reading", in: .screen, footer: 7, hint: "stop",
            visible: { $0.runningTravel != nil }
        ) { $0.endTravel() },
    ]
}
