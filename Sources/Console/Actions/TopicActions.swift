/// Acts on topics and groups, and the scan of a topic.
extension ActionTable {
    static let newTopic = Action(
        "new-topic", ["N"], "new topic…", in: .cluster, footer: 62, hint: "new", visible: { $0.mayWrite }
    ) { $0.beginNewTopic() }

    static let deleteTopic = Action(
        "delete", ["D"], "delete…", in: .cluster, footer: 64, visible: { $0.canDelete }
    ) { $0.beginDelete() }

    static let purge = Action(
        "purge", ["X"], "delete records…", in: .cluster, footer: 63, hint: "purge…",
        visible: { $0.mayWrite && $0.selectedTopic != nil }
    ) { $0.beginPurge() }

    static let edit = Action(
        "edit", ["E"], "edit the setting…", in: .cluster, footer: 5, hint: "edit…",
        visible: { $0.mayWrite && $0.selectedEntry != nil }
    ) { $0.beginEditing() }

    static let topicStatistics = Action(
        "statistics", ["n"], "statistics by full scan", in: .screen, footer: 60, hint: "statistics",
        visible: { $0.selectedTopic != nil }
    ) { $0.openStatistics() }

    static let compactionPanel = Action(
        "compaction", ["p"], "compaction panel", in: .screen, footer: 65, hint: "compaction"
    ) { $0.open(.compaction) }

    static let producers = Action(
        "producers", ["u"], "producers of a partition", in: .screen, footer: 66, hint: "producers",
        visible: { $0.selectedPartition != nil }
    ) { $0.openProducers() }

    static let openTransactions = Action(
        "transactions", ["x"], "transactions", in: .screen, footer: 12
    ) { $0.open(.transactions) }

    static let openConnections = Action(
        "connections", ["n"], "connections, listeners", in: .screen, footer: 13, hint: "connections"
    ) { $0.open(.connections) }

    static let compactDue = Action(
        "compact-due", [], "compact all that is due…", in: .screen, visible: { !$0.duePartitions.isEmpty }
    ) { $0.openDueCompaction() }

    static let lastDone = Action(
        "last-done", [], "what was done last", in: .console, visible: { $0.lastReport != nil }
    ) { $0.showLastReport() }

    static let topicActs = [topicStatistics, compactionPanel, newTopic, purge, deleteTopic]

    /// Where rows can be marked, `space` pauses only beside them; the palette pauses everywhere.
    static let marks = [
        Action(
            "mark", [" "], "mark; pause elsewhere", in: .screen, footer: 42, hint: "mark", offered: { $0.canMark }
        ) { $0.canMark ? $0.toggleMark() : $0.isRewound ? [] : $0.togglePause() },
        Action("pause", [], "pause", in: .console, visible: { !$0.isRewound }) { $0.togglePause() },
    ]

    static let scanActions: [Action] = [
        Action("scan", [.enter], "read the topic", in: .screen, footer: 5, hint: "read", visible: { $0.canScan }) {
            $0.beginScan()
        },
        Action(
            "pause-scan", [" "], "pause, or go on", in: .screen, footer: 6, hint: "pause",
            visible: { $0.shownStatistics?.isRunning == true }
        ) { $0.toggleScan() },
        Action(
            "stop-scan", ["x"], "stop reading", in: .screen, footer: 7, hint: "stop",
            visible: { $0.shownStatistics?.isRunning == true }
        ) { $0.stopScan() },
    ]
}
