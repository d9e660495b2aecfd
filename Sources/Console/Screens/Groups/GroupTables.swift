import Cluster
import Monitor

/// Groups, their assignments and members as tables.
enum GroupTables {
    /// When a group will have caught up, in at most eight cells.
    static func catchUp(_ value: CatchUp) -> String {
        switch value {
        case .unknown: "?"
        case .done: "–"
        case .steady: "steady"
        case .never: "never"
        case .after(let seconds):
            seconds.isFinite && seconds < 8e9 ? Durations.long(milliseconds: Int64(max(0, seconds) * 1000)) : "never"
        }
    }

    /// Likewise in one unit.
    static func shortCatchUp(_ value: CatchUp) -> String {
        if case .after(let seconds) = value, seconds.isFinite, seconds < 8e9 {
            return Durations.short(milliseconds: Int64(max(0, seconds) * 1000))
        }
        return catchUp(value)
    }

    /// A figure that only a group with commits has: `—` without one, else the text.
    static func ofCommit(_ lag: Lag, _ text: String, _ theme: Theme, _ style: Style? = nil) -> CellText {
        lag == .noCommit ? CellText("—", theme.muted) : CellText(text, style)
    }

    /// True when a group needs a look: it never catches up, stopped with lag, loses records, is unknown or stale.
    static func isFault(_ group: GroupFigures) -> Bool { level(group) != .ok }

    /// True when a partition does.
    static func isFault(_ it: GroupPartitionFigures) -> Bool {
        it.catchUp == .never || it.isAheadOfEnd || it.unreadable > 0 || it.staleSince != nil
            || it.status.status >= .warn || it.loss.verdict >= .tight
    }

    /// How bad a group fares.
    static func level(_ group: GroupFigures) -> Theme.Level {
        if group.catchUp == .never || group.loss.verdict >= .willLose { return .crit }
        // Of a group that was never seen at work nobody knows whether it is missed.
        if group.stoppedMilliseconds != nil, StatusText.level(group.status.status) == .crit { return .crit }
        if group.description.problem != nil || group.staleSince != nil || group.status.status >= .warn
            || group.loss.verdict == .tight
        {
            return .warn
        }
        if group.description.state == .empty || group.description.state == .dead, (group.lag.records ?? 0) > 0 {
            return .warn
        }
        if case .unknown = group.lag { return .warn }
        return .ok
    }

    /// A group's state in a short word.
    static func stateWord(_ state: GroupState) -> String {
        switch state {
        case .preparingRebalance, .completingRebalance: "Rebalance"
        default: state.rawValue
        }
    }

    private static func sortLag(_ lag: Lag) -> SortKey {
        switch lag {
        case .records(let count, _): .number(Double(count))
        case .noCommit: .number(-1.0)
        case .unknown: .number(-2.0)
        }
    }

    private static func seconds(_ value: CatchUp) -> SortKey {
        switch value {
        case .unknown: .number(-2.0)
        case .done: .number(-1.0)
        case .steady: .number(0.0)
        case .after(let seconds): .number(seconds)
        case .never: .number(Double.infinity)
        }
    }

    static func age(_ age: LagAge, _ theme: Theme) -> CellText {
        switch age {
        case .noCommit: CellText("—", theme.muted)
        case .unknown: CellText("?", theme.warn)
        case .caughtUp: CellText("–", theme.muted)
        case .milliseconds(let value, let quality): CellText(quality.mark + Durations.long(milliseconds: value))
        }
    }

    /// The dashboard's groups; drawn as cards, so columns serve sorting only.
    static func dashboard(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<GroupFigures> {
        table(state, list, theme)
    }

    /// The groups screen's table.
    static func table(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<GroupFigures> {
        let groups = state.snapshot.groups
        let columns: [Column<GroupFigures>] = [
            Column(
                "GROUP", width: 18, whole: 20, gap: 0, .left, growth: 2, sort: "name",
                by: { .text($0.description.groupID) },
                descending: false
            ) {
                group, width in
                guard let stale = group.staleSince else {
                    return CellText(ShortNames.name(group.description.groupID, width: width))
                }
                return CellText(pieces: [
                    (group.description.groupID, theme.muted),
                    (" ▲stale \(Durations.short(milliseconds: state.age(of: stale)))", theme.warn),
                ])
            }.exactly { $0.description.groupID },
            status(state.groupsSummary, theme),
            Column(
                "STATE", width: 11, .left, priority: 3, sort: "state", by: { .text($0.description.state.rawValue) },
                descending: false
            ) {
                group, _ in
                let level = level(group)
                return CellText(
                    (level == .ok ? "● " : "▲ ") + stateWord(group.description.state),
                    level == .ok ? theme.ok : theme.style(for: level))
            },
            Column(
                "MEMBERS", width: 7, priority: 5, sort: "members", by: { .number(Double($0.description.members.count)) }
            ) {
                group, _ in "\(group.description.members.count)"
            },
            Column("LAG", width: 8, sort: "lag", by: { sortLag($0.lag) }) { group, _ in
                TopicTables.lag(group.lag, theme)
            }.exactly { Figures.exact($0.lag) },
            Column("AGE", width: 8, priority: 1, sort: "age", by: { .number($0.age.milliseconds) }) { group, _ in
                age(group.age, theme)
            },
            Column("OUT/s", width: 6, priority: 4, sort: "out", by: { .number($0.recordsOutPerSecond) }) { group, _ in
                ofCommit(group.lag, Figures.rate(group.recordsOutPerSecond), theme)
            }.exactly { Figures.exact($0.recordsOutPerSecond) },
            Column("Δ/s", width: 6, priority: 3, sort: "Δ", by: { .number($0.lagChangePerSecond) }) { group, _ in
                ofCommit(group.lag, Figures.change(group.lagChangePerSecond), theme)
            }.exactly { Figures.exact($0.lagChangePerSecond) },
            Column("CATCH-UP", width: 8, .left, priority: 1, sort: "catch-up", by: { seconds($0.catchUp) }) {
                group, _ in
                ofCommit(group.lag, catchUp(group.catchUp), theme, group.catchUp == .never ? theme.crit : nil)
            },
            loss(state.groupsSummary, theme),
            Column(
                "TYPE", width: 8, gap: 2, .left, priority: 7, sort: "type", by: { .text($0.description.type.rawValue) },
                descending: false
            ) { group, _ in
                let type = group.description.type
                return type == .unknown ? CellText("—", theme.muted) : CellText(type.rawValue.lowercased())
            },
            Column(
                "ASSIGNOR", width: 30, .left, priority: 8, sort: "assignor",
                by: { .text($0.description.protocolName.isEmpty ? "~" : $0.description.protocolName) },
                descending: false
            ) { group, width in
                let name = group.description.protocolName
                return name.isEmpty ? CellText("—", theme.muted) : CellText(ShortNames.name(name, width: width))
            }.exactly(\.description.protocolName),
            Column("lag, 5m", width: 7, whole: 12, .left, priority: 6, growth: 1) { group, width in
                CellText(
                    Sparkline.trend(group.lagHistory.averaged(window: 300_000, count: width)), theme.graphLag.first)
            },
        ]
        return Table(
            groups, columns: columns, id: { $0.description.groupID }, state: list, sort: "lag",
            isFaultsOnly: state.isFaultsOnly, keeping: state.keeping(groups),
            search: { "\($0.description.groupID) \($0.description.state.rawValue) \($0.status.status.word)" },
            isFault: isFault)
    }

    /// A group's assignments.
    static func assignments(
        _ group: GroupFigures, _ state: ConsoleState, _ list: ListState, _ theme: Theme
    ) -> Table<GroupPartitionFigures> {
        let window = state.rateWindow
        // A mark on old figures does not take the name's room: other columns give way.
        let nameWidth = group.partitions.contains { $0.staleSince != nil } ? 18 : 11
        let columns: [Column<GroupPartitionFigures>] = [
            Column(
                "TOPIC-PART", width: nameWidth, gap: 0, .left, growth: 2, sort: "name",
                by: { .text(padded($0.topicPartition)) }, descending: false
            ) {
                it, width in
                it.staleSince == nil
                    ? CellText(ShortNames.partition(it.topicPartition, width: width))
                    : CellText(ShortNames.partition(it.topicPartition, width: width - 7) + " ▲stale", theme.warn)
            }.exactly { "\($0.topicPartition)" },
            Column(
                "MEMBER", width: 8, whole: 10, .left, priority: 4, growth: 1, sort: "member",
                by: { .text($0.clientID ?? "~") },
                descending: false
            ) {
                it, width in
                CellText(
                    it.clientID.map { ShortNames.name($0, width: width) } ?? "—",
                    it.clientID == nil ? theme.muted : nil)
            }.exactly { $0.clientID ?? "" },
            partitionStatus(group.partitions, theme),
            Column("COMMITTED", width: 10, priority: 5) { it, _ in
                CellText(it.commit.map { Figures.grouped($0.offset) } ?? "—", it.isAheadOfEnd ? theme.warn : nil)
            }.exactly { Figures.exact($0.commit?.offset) },
            Column("END", width: 10, priority: 6) { it, _ in
                CellText(it.offsets.map { Figures.grouped($0.highWatermark) } ?? "?")
            }.exactly { Figures.exact($0.offsets?.highWatermark) },
            Column("LAG", width: 7, sort: "lag", by: { sortLag($0.lag) }) { it, _ in
                it.isAheadOfEnd ? CellText("ahead", theme.warn) : TopicTables.lag(it.lag, theme, exact: true)
            }.exactly { Figures.exact($0.lag) },
            Column("IN/s", width: 5, priority: 3) { it, _ in CellText(Figures.rate(it.recordsInPerSecond)) }.exactly {
                Figures.exact($0.recordsInPerSecond)
            },
            Column("OUT/s", width: 5, priority: 3) { it, _ in
                ofCommit(it.lag, Figures.rate(it.recordsOutPerSecond), theme)
            }.exactly { Figures.exact($0.recordsOutPerSecond) },
            Column("Δ/s", width: 5, priority: 2, sort: "Δ", by: { .number(change($0)) }) { it, _ in
                ofCommit(it.lag, Figures.change(change(it)), theme)
            }.exactly { Figures.exact(change($0)) },
            Column("CATCH-UP", width: 8, .left, priority: 1, sort: "catch-up", by: { seconds($0.catchUp) }) {
                it, _ in
                ofCommit(it.lag, catchUp(it.catchUp), theme, it.catchUp == .never ? theme.crit : nil)
            },
            partitionLoss(group.partitions, theme),
            commitAge(state, theme),
            Column("lag, \(window.label)", width: 8, whole: 13, .left, priority: 7, growth: 1) { it, width in
                let history = it.lagHistory.averaged(window: window.milliseconds, count: width)
                return CellText(Sparkline.trend(history), theme.graphLag.first)
            }.named("lag, trend"),
        ]
        return Table(
            group.partitions, columns: columns, id: { "\($0.topicPartition)" }, state: list, sort: "lag",
            isFaultsOnly: state.isFaultsOnly, keeping: state.keeping(group.partitions),
            search: { "\($0.topicPartition) \($0.clientID ?? "") \($0.status.status.word)" },
            isFault: isFault)
    }

    /// By how much a partition's lag changes each second.
    static func change(_ it: GroupPartitionFigures) -> Double? {
        guard let arriving = it.recordsInPerSecond, let handled = it.recordsOutPerSecond else { return nil }
        return arriving - handled
    }

    static func padded(_ it: TopicPartition) -> String {
        let digits = String(it.partition)
        return it.topic + "-" + String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    }
}
