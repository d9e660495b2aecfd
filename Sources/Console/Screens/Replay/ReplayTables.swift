import Cluster
import Monitor
import Operations

/// One partition as the replay page shows it: what the monitor knows, and what was looked at.
struct ReplayRow {
    var number: Int32
    var figures: GroupPartitionFigures?
    var preview: ReplayPreview.Row?
    var bounds: PartitionOffsets?
    var isExcluded: Bool
    var result: ReplayResult?

    var committed: Int64? { figures?.commit?.offset ?? preview?.committed }
}

/// The lists of the replay page: positions, targets, what will happen.
enum ReplayTables {
    /// A list of the page.
    static func shape(
        _ state: ConsoleState, _ list: ListState, _ theme: Theme, group: String, topic: String, box: Int
    ) -> any ListShape {
        switch box {
        case 0: positions(state, list, theme, group: group, topic: topic)
        case 1: targets(state, list, theme)
        default: consequences(state, list, theme)
        }
    }

    /// The topic's partitions.
    static func rows(_ state: ConsoleState, group: String, topic: String) -> [ReplayRow] {
        let figures = state.group(group)?.partitions.filter { $0.topicPartition.topic == topic } ?? []
        let known = Dictionary(figures.map { ($0.topicPartition.partition, $0) }) { first, _ in first }
        let replay = state.replay.flatMap { $0.group == group && $0.topic == topic ? $0 : nil }
        let looked = Dictionary((replay?.look.value?.rows ?? []).map { ($0.topicPartition, $0) }) { first, _ in first }
        let described = state.topic(topic)?.description.partitions ?? []
        let numbers = Set(described.map(\.partition)).union(known.keys)
        let offsets = Dictionary(described.map { ($0.partition, $0.offsets) }) { first, _ in first }
        return numbers.sorted().map { number in
            let place = TopicPartition(topic: topic, partition: number)
            return ReplayRow(
                number: number, figures: known[number], preview: looked[place].map { replay?.shown($0) ?? $0 },
                bounds: known[number]?.offsets ?? offsets[number] ?? nil,
                isExcluded: replay?.excluded.contains(number) ?? false, result: replay?.results[place])
        }
    }

    /// The partitions with where they stand and where they would go.
    static func positions(
        _ state: ConsoleState, _ list: ListState, _ theme: Theme, group: String, topic: String
    ) -> Table<ReplayRow> {
        let replay = state.replay
        let axis = replay?.isTimeAxis == true ? ReplayBar.axis(replay?.look.value) : nil
        let hasTarget = replay?.choice != nil
        var columns: [Column<ReplayRow>] = [
            Column("PART", width: 4, gap: 0, sort: "#", by: { .number(Double($0.number)) }, descending: false) {
                it, _ in CellText("\(it.number)", it.isExcluded ? theme.muted : nil)
            },
            Column(
                "log start ▕  committed ◆  target ◇  end ▏", width: max(12, min(60, state.size.columns - 36)), gap: 2,
                .left, growth: 1
            ) { it, width in
                bar(it, width, axis, theme, isTime: replay?.isTimeAxis ?? false)
            }.named("positions"),
        ]
        columns += hasTarget ? moves(state, theme) : standing(theme)
        columns += [
            Column("COMMITTED", width: 14, gap: 2, priority: 3) { it, _ in
                CellText(it.committed.map(Figures.grouped) ?? "—", it.committed == nil ? theme.muted : nil)
            }.exactly { Figures.exact($0.committed) }
        ]
        return Table(
            rows(state, group: group, topic: topic), columns: columns, id: { "\($0.number)" }, state: list,
            sort: hasTarget ? "back by" : "unread", isFaultsOnly: state.isFaultsOnly,
            search: { "\($0.number) \($0.figures?.clientID ?? "")" }, isFault: isFault)
    }

    private static func isFault(_ it: ReplayRow) -> Bool {
        guard it.result?.isFailure != true else { return true }
        return it.figures.map(GroupTables.isFault) ?? false
    }

    /// Columns before a target is chosen.
    private static func standing(_ theme: Theme) -> [Column<ReplayRow>] {
        [
            Column("UNREAD", width: 12, gap: 2, sort: "unread", by: { .number($0.figures?.lag.records) }) { it, _ in
                guard let figures = it.figures else { return CellText("—", theme.muted) }
                return figures.isAheadOfEnd
                    ? CellText("ahead of end", theme.warn) : TopicTables.lag(figures.lag, theme, exact: true)
            }.exactly { Figures.exact($0.figures?.lag) },
            Column(
                "AGE AT ◆", width: 9, gap: 2, priority: 2, sort: "age", by: { .number($0.figures?.age.milliseconds) }
            ) { it, _ in
                it.figures.map { GroupTables.age($0.age, theme) } ?? CellText("—", theme.muted)
            },
        ]
    }

    /// Columns once a target is chosen: how far each commit goes, and how old the record is that it goes to.
    private static func moves(_ state: ConsoleState, _ theme: Theme) -> [Column<ReplayRow>] {
        [
            Column("BACK BY", width: 12, gap: 2, sort: "back by", by: { .number(distance($0)) }) { it, _ in
                move(it, theme)
            }.exactly { Figures.exact(distance($0)) },
            Column("AGE AT ◇", width: 9, gap: 2, priority: 2, sort: "age", by: { .number(it(state, $0)) }) { row, _ in
                guard row.preview?.target != nil else { return CellText("–", theme.muted) }
                if row.preview?.targetPoint == .end { return CellText("end", theme.muted) }
                return CellText(it(state, row).map { Durations.long(milliseconds: $0) } ?? "?")
            },
            Column("TARGET", width: 14, gap: 2, priority: 4) { it, _ in
                CellText(it.preview?.target.map(Figures.grouped) ?? "—", it.preview?.target == nil ? theme.muted : nil)
            }.exactly { Figures.exact($0.preview?.target) },
        ]
    }

    /// The age of the record at the target.
    private static func it(_ state: ConsoleState, _ row: ReplayRow) -> Int64? {
        row.preview?.targetPoint?.timestamp.map { state.age(of: $0) }
    }

    /// Offsets back, or ahead where negative; nil where the partition does not move.
    private static func distance(_ it: ReplayRow) -> Int64? {
        guard let row = it.preview, let old = row.committed, let new = row.target else { return nil }
        let (distance, overflowed) = old.subtractingReportingOverflow(new)
        return overflowed ? nil : distance
    }

    private static func move(_ it: ReplayRow, _ theme: Theme) -> CellText {
        if let result = it.result { return CellText(result.text, result.isFailure ? theme.crit : theme.ok) }
        if it.isExcluded { return CellText("left alone", theme.muted) }
        guard let row = it.preview else { return CellText("?", theme.muted) }
        if row.losesCommit { return CellText("no commit", theme.warn) }
        guard row.target != nil else { return CellText("left alone", theme.muted) }
        guard let distance = distance(it) else { return CellText("first commit") }
        if distance == 0 { return CellText("–", theme.muted) }
        return distance > 0
            ? CellText(Figures.grouped(distance)) : CellText("+" + Figures.grouped(0 - distance), theme.warn)
    }

    private static func bar(
        _ it: ReplayRow, _ width: Int, _ axis: ClosedRange<Int64>?, _ theme: Theme, isTime: Bool
    ) -> CellText {
        if isTime {
            guard let axis, let row = it.preview else { return CellText("?", theme.muted) }
            return ReplayBar(row: row, axis: axis).cells(width, theme)
        }
        guard let bounds = it.bounds else { return CellText("?", theme.muted) }
        let target = it.isExcluded ? nil : it.preview?.target
        return ReplayBar(offsets: bounds, committed: it.committed, target: target).cells(width, theme)
    }
}
