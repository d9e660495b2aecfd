import AlertRules
import Cluster

/// The actions of every screen: its own, and those of the console.
///
/// One table feeds dispatch, footer, help and the palette, so that none of them can say what another does not do. The keys are
/// those of the design's key table; every key that changes the cluster is a capital and vanishes in read-only mode.
package enum ActionTable {
    /// A page's actions in the order help lists them.
    ///
    /// Where a screen gives a key a meaning of its own, the console's general one is not on that screen.
    ///
    /// - Parameter overrides: The user's own keys.
    package static func actions(for page: Page, _ overrides: KeyOverrides = .none) -> [Action] {
        let parts = parts(of: page)
        let own = overrides.applied(to: parts.own)
        let (keys, ids) = (Set(own.flatMap(\.keys)), Set(own.map(\.id)))
        return own
            + overrides.applied(to: parts.general).filter { keys.isDisjoint(with: $0.keys) && !ids.contains($0.id) }
    }

    /// A page's own actions, and the general ones.
    static func parts(of page: Page) -> (own: [Action], general: [Action]) {
        (own(page) + records(page), moving + views + console)
    }

    /// The action a key runs now, or nil.
    package static func action(for key: Key, in state: ConsoleState) -> Action? {
        actions(for: state.page, state.settings.keys).first { $0.keys.contains(key) && $0.isVisible(state) }
    }

    static let views: [Action] = [
        Action("dashboard", ["1"], "dashboard", in: .views, footer: 40, label: "1-6", hint: "view") {
            $0.goTo([.dashboard])
        },
        Action("topics", ["2"], "topics", in: .views) { $0.goTo([.dashboard, .topics]) },
        Action("groups", ["3"], "groups", in: .views) { $0.goTo([.dashboard, .groups]) },
        Action("alerts", ["4"], "alerts", in: .views) { $0.goTo([.dashboard, .alerts]) },
        Action("queries", ["5"], "live queries", in: .views) { $0.goTo([.dashboard, .queries]) },
        Action("broker", ["6"], "broker", in: .views) { $0.goTo([.dashboard, .broker]) },
        Action("partitions", [], "partitions, worst first", in: .views) { $0.goTo([.dashboard, .partitions]) },
        Action("transactions", [], "transactions", in: .views) { $0.goTo([.dashboard, .broker, .transactions]) },
        Action("connections", [], "connections, listeners", in: .views) {
            $0.goTo([.dashboard, .broker, .connections])
        },
        Action("changes", [], "what changed", in: .views) { $0.goTo([.dashboard, .changes]) },
        Action("audit", [], "audit log", in: .views) { $0.goTo([.dashboard, .audit]) },
        sql,
    ]

    static let moving: [Action] = [
        Action("down", ["j", .down], "down", in: .moving) { $0.move(by: 1) },
        Action("up", ["k", .up], "up", in: .moving) { $0.move(by: -1) },
        Action("first", ["g", .home], "first", in: .moving) { $0.moveToFirst() },
        Action("last", ["G", .end], "last", in: .moving) { $0.moveToLast() },
        Action("page-down", [.pageDown, .control("f")], "a page down", in: .moving) {
            $0.move(by: max(1, $0.size.rows / 2))
        },
        Action("page-up", [.pageUp, .control("b")], "a page up", in: .moving) {
            $0.move(by: -max(1, $0.size.rows / 2))
        },
        Action(
            "next-box", [.tab, .right], "next box", in: .moving, footer: 43, hint: "box", visible: { $0.boxes > 1 }
        ) {
            $0.moveFocus(by: 1)
        },
        Action("previous-box", [.backTab, .left], "previous box", in: .moving, visible: { $0.boxes > 1 }) {
            $0.moveFocus(by: -1)
        },
        Action("back", [.escape], "back", in: .moving, footer: 80, visible: { $0.canGoBack }) { $0.goBack() },
    ]

    static let console: [Action] = [
        Action("filter", ["/"], "filter", in: .console, footer: 20, visible: { $0.canFilter }) { $0.beginFilter() },
        Action("sort", ["s"], "sort", in: .console, footer: 25, visible: { $0.canSort }) { $0.sortNext() },
        Action("reverse", ["S"], "reverse the order", in: .console, visible: { $0.canSort }) { $0.sortReversed() },
        Action(
            "next-match", ["]"], "next match", in: .console, footer: 21, label: "[ ]", hint: "match",
            visible: { !$0.activeMatch.isEmpty }
        ) { $0.goToMatch(1) },
        Action("previous-match", ["["], "previous match", in: .console, visible: { !$0.activeMatch.isEmpty }) {
            $0.goToMatch(-1)
        },
        Action(
            "columns", [","], "columns", in: .console, footer: 61, visible: { $0.canChooseColumns }
        ) { $0.openColumns() },
        Action(
            "export", ["e"], "export to a file", in: .console, footer: 60, hint: "export", visible: { $0.canExport }
        ) { $0.beginExport() },
        Action("palette", [":"], "command", in: .console, footer: 30) {
            $0.prompt = Prompt(.palette)
            return []
        },
        Action("faults", ["!"], "faults only", in: .console) {
            $0.isFaultsOnly.toggle()
            return []
        },
        Action("refresh", ["."], "refresh now", in: .console) { _ in [.refresh] },
        Action("pause", [" "], "pause", in: .console, footer: 42, visible: { !$0.isTail && !$0.isRewound }) {
            $0.togglePause()
        },
        Action("live", ["0"], "back to the present", in: .console, footer: 1, hint: "live", visible: { $0.isRewound }) {
            $0.goLive()
        },
        Action(
            "rewind", ["<"], "look back", in: .console, footer: 2, label: "< >", hint: "step",
            visible: { $0.page.isKept || $0.isRewound }, offered: { $0.isRewound }
        ) { $0.stepBack() },
        Action(
            "forward", [">"], "look forth again", in: .console, visible: { $0.page.isKept || $0.isRewound }
        ) { $0.stepForth() },
        Action("copy", ["y"], "copy", in: .console, footer: 56, visible: { $0.copyText != nil }) { $0.copySelection() },
        compactDue, lastDone,
        Action("help", ["?"], "help", in: .console, footer: 99) {
            $0.dialog = .help(HelpView())
            return []
        },
        Action("quit", ["q"], "back; quit at the root", in: .console) {
            $0.pages.count > 1 ? $0.goBack() : [.askToQuit]
        },
        Action("exit", [.control("c")], "quit", in: .console) { _ in [.askToQuit] },
        Action("redraw", [.control("l")], "draw anew", in: .console) { _ in [.redraw] },
    ]

    private static func own(_ page: Page) -> [Action] {
        switch page {
        case .dashboard:
            [
                enter("open", 10), tail, replay, compact, stop, describeTopic, alertHistory, acknowledge,
                mute, unpin,
            ]
        case .topics, .partitions:
            [enter("open", 10), tail, replay, compact, stop, describeTopic, addPartitions, travel, producers]
                + topicActs
                + (page == .topics ? marks : [])
        case .topic:
            [
                compactFirst, stop, tailFirst, replayFirst, enter("partition", 9), describeTopic, addPartitions, travel,
                producers,
            ] + topicActs
        case .configuration: [edit, tail, compact, view]
        case .compaction: [compactFirst, stop, enter("open", 10), tail, describeTopic]
        case .statistics: scanActions + [tail, describeTopic]
        case .groups: [enter("open", 10), replayFirst, describeGroup, acknowledge, deleteTopic]
        case .group:
            [
                enter("partition", 5), replayFirst, describeGroup, acknowledge, byMember, rateWindow, tail,
                deleteTopic,
            ]
        case .members: [stopped, replayFirst, acknowledge, byMember, tail, deleteTopic]
        case .replay: replayActions
        case .travel: travelActions
        case .keyHistory: keyHistoryActions
        case .tail: tailActions
        case .search: searchActions
        case .searches: searchesActions
        case .alerts: [enter("go to subject", 10, hint: "subject"), acknowledge, mute, alertHistory]
        case .alert: [enter("go to subject", 10), acknowledge, mute]
        case .queries: queriesActions
        case .query: queryActions
        case .statement: statementActions
        case .explanation: []
        case .broker: [enter("open", 10), openTransactions, openConnections, describeBroker, stop, compactionPanel]
        case .connections: []
        case .transactions: [enter("its partitions", 5, hint: "partitions")]
        case .transaction: [enter("producers of it", 5, hint: "producers"), tail, describeTopic]
        case .producers: [tail, describeTopic]
        case .brokerConfiguration: [edit]
        case .changes: [enter("go to subject", 10, hint: "subject")]
        case .audit: [enter("before and after", 10, hint: "changes")]
        case .act: []
        }
    }

    /// What can be done with records from pages about topics.
    private static func records(_ page: Page) -> [Action] {
        switch page {
        case .dashboard, .topics, .partitions, .topic: [search(footer: 62), produce(footer: 63), results]
        case .tail, .search, .searches: []
        default: [results]
        }
    }

    private static func enter(_ title: String, _ footer: Int, hint: String? = nil) -> Action {
        Action("open", [.enter], title, in: .screen, footer: footer, hint: hint, visible: { $0.target != nil }) {
            $0.openTarget()
        }
    }

    private static let tail = Action(
        "tail", ["t"], "tail", in: .screen, footer: 41, visible: { $0.selectedTopic != nil }
    ) {
        $0.openTail()
    }

    private static let tailFirst = Action(
        "tail", ["t"], "tail", in: .screen, footer: 7, visible: { $0.selectedTopic != nil }
    ) {
        $0.openTail()
    }

    private static let replay = Action("replay", ["r"], "replay", in: .screen, footer: 59, visible: { $0.canReplay }) {
        $0.openReplay()
    }

    private static let replayFirst = Action(
        "replay", ["r"], "replay", in: .screen, footer: 8, visible: { $0.canReplay }
    ) {
        $0.openReplay()
    }

    private static let compact = Action(
        "compact", ["c"], "compact…", in: .screen, footer: 57, visible: { $0.selectedTopic != nil },
        offered: { $0.canCompact }
    ) {
        $0.openCompaction()
    }

    private static let compactFirst = Action(
        "compact", ["c"], "compact…", in: .screen, footer: 5, offered: { $0.canCompact }
    ) {
        $0.openCompaction()
    }

    private static let stop = Action(
        "stop-compaction", ["K"], "stop", in: .cluster, footer: 6, visible: { $0.mayWrite && !$0.stoppable.isEmpty }
    ) { $0.stopCompaction() }

    private static let addPartitions = Action(
        "add-partitions", [], "add partitions…", in: .cluster, visible: { $0.mayWrite && $0.selectedTopic != nil }
    ) { $0.beginAddingPartitions() }

    private static let describeTopic = Action(
        "configuration", ["d"], "configuration", in: .screen, footer: 58, visible: { $0.selectedTopic != nil }
    ) { $0.openConfiguration() }

    private static let describeGroup = Action(
        "autopsy", ["d"], "autopsy: members, stops", in: .screen, footer: 12, hint: "autopsy",
        visible: { $0.selectedGroup != nil }
    ) { $0.openMembers() }

    private static let stopped = Action(
        "stopped", [.enter], "the record it stopped at", in: .screen, footer: 5, hint: "record",
        visible: { $0.selectedPartition != nil }
    ) { $0.openStop() }

    private static let describeBroker = Action(
        "configuration", ["d"], "configuration", in: .screen, footer: 11, visible: { $0.selectedBroker != nil }
    ) { $0.openBrokerConfiguration() }

    private static let alertHistory = Action(
        "alert-history", ["h"], "history of the alert", in: .screen, footer: 13, hint: "history",
        visible: { $0.selectedAlert != nil }
    ) { $0.openAlertHistory() }

    private static let acknowledge = Action(
        "acknowledge", ["a"], "acknowledge, or not", in: .screen, footer: 11, hint: "acknowledge",
        visible: { $0.selectedAlert?.isFiring == true || $0.selectedLoss != nil }
    ) { $0.selectedLoss != nil ? $0.acknowledgeLoss() : $0.toggleAcknowledgement() }

    // A capital, though it changes nothing in the cluster: nobody shall silence an alert by a slip. So read-only mode keeps it.
    private static let mute = Action(
        "mute", ["M"], "mute… or unmute", in: .screen, footer: 12, hint: "mute",
        visible: { $0.selectedAlert != nil }
    ) { $0.toggleMute() }

    private static let byMember = Action("by-member", ["m"], "by member", in: .screen, footer: 11) {
        $0.sortBy("member")
    }

    private static let rateWindow = Action(
        "window", ["w"], "rates over 15s, 60s, 5m", in: .screen, footer: 13, hint: "window"
    ) { $0.nextRateWindow() }

    static let view = Action(
        "editor", ["v"], "open in the editor", in: .screen, footer: 31, hint: "editor", visible: { $0.canView }
    ) { $0.viewInEditor() }

    private static let tailActions: [Action] =
        [
            results,
            Action("filter", ["/"], "filter; find in a record", in: .screen, footer: 20, hint: "filter") {
                $0.beginFilter()
            },
            Action("pause-tail", [" "], "pause", in: .screen, footer: 10) { $0.toggleTail() },
            Action("follow", ["f"], "follow", in: .screen, footer: 30) { $0.followTail() },
            Action("first-record", ["g", .home], "first/last", in: .screen, footer: 22, label: "g/G") {
                $0.tailFirst()
            },
            Action("last-record", ["G", .end], "last, and follow", in: .screen) { $0.tailLast() },
            Action("offset", ["o"], "offset", in: .screen, footer: 25) {
                $0.prompt = Prompt(.offset)
                return []
            },
            Action("time", ["@"], "time", in: .screen, footer: 24) {
                $0.prompt = Prompt(.time)
                return []
            },
            Action(
                "order", ["s"], "order by time or offset", in: .screen, footer: 45, hint: "order",
                visible: { $0.box == 0 && $0.tail?.source.partition == nil }
            ) { $0.nextOrder() },
        ] + recordActions + [
            Action("configuration", ["d"], "configuration", in: .screen) { $0.openConfiguration() }
        ]
}
