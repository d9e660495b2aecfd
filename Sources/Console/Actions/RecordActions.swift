import Cluster

/// What can be done where records are looked at: on the tail, and on what a search found.
extension ActionTable {
    /// What concerns the record under the cursor.
    static let recordActions: [Action] = [
        Action("copy", ["y"], "copy the value", in: .screen, footer: 26, hint: "copy", visible: { $0.copyText != nil })
        {
            $0.copySelection()
        },
        Action("decoder", ["i"], "decoder of key, value", in: .screen, footer: 27, hint: "decoder") {
            $0.openDecoders()
        },
        Action("hex", ["x"], "hex", in: .screen, footer: 28) { $0.toggleHex() },
        Action("wrap", ["w"], "wrap", in: .screen, footer: 29) {
            $0.tail?.isWrapped.toggle()
            $0.tail?.matchLine = nil
            return []
        },
        view,
        Action(
            "compare", ["b"], "diff with the one before", in: .screen, footer: 32, hint: "before",
            visible: { $0.tail?.selected?.record.key != nil }
        ) { $0.toggleComparison() },
        search(footer: 33),
        produce(footer: 46),
    ]

    /// Opens the form of a search; on a page about a topic it is filled in.
    static func search(footer: Int) -> Action {
        Action(
            "search", ["l"], "look for records", in: .screen, footer: footer, hint: "look for",
            visible: { $0.selectedTopic != nil || $0.search != nil }
        ) { $0.openSearchForm() }
    }

    /// Writes a record; from the inspector, the one shown again.
    static func produce(footer: Int) -> Action {
        Action(
            "produce", ["P"], "produce; resend a record", in: .cluster, footer: footer, hint: "produce",
            visible: { $0.mayWrite && $0.selectedTopic != nil }
        ) { $0.openProduceForm() }
    }

    /// Leads back to the search that is there, or to the list of those there are.
    static let results = Action(
        "results", [], "results of searches", in: .screen, visible: { $0.search != nil }
    ) { $0.openResults() }

    /// The list of searches.
    static let searchesActions: [Action] = [
        Action(
            "open", [.enter], "what it found", in: .screen, footer: 9, hint: "results",
            visible: { $0.selectedSearch != nil }
        ) { $0.openSelectedSearch() },
        Action(
            "pause-search", [" "], "pause, go on", in: .screen, footer: 10, hint: "pause",
            visible: { $0.selectedSearch?.isEnded == false }
        ) { $0.toggleSearch() },
        Action(
            "stop-search", ["z"], "end the search", in: .screen, footer: 11, hint: "end",
            visible: { $0.selectedSearch?.isEnded == false }
        ) { $0.stopSearch() },
        search(footer: 12),
    ]

    /// The page of a search.
    static let searchActions: [Action] =
        [
            Action(
                "open", [.enter], "read on from there", in: .screen, footer: 9, hint: "open",
                visible: { $0.tail?.selected != nil }
            ) { $0.openFound() },
            Action("pause-search", [" "], "pause, go on", in: .screen, footer: 10, hint: "pause") { $0.toggleSearch() },
            Action(
                "stop-search", ["z"], "end the search", in: .screen, footer: 11, hint: "end",
                visible: { $0.search?.isEnded == false }
            ) { $0.stopSearch() },
            Action("filter", ["/"], "filter; find in a record", in: .screen, footer: 20, hint: "filter") {
                $0.beginFilter()
            },
            Action("order", ["s"], "order by time or offset", in: .screen, footer: 45, hint: "order") {
                $0.nextOrder()
            },
            Action(
                "results", [], "results of searches", in: .screen, visible: { !$0.otherSearches.isEmpty }
            ) { $0.openResults() },
        ] + recordActions
}
