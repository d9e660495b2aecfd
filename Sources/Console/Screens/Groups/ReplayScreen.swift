import Cluster
import Monitor

/// Where a group stands in each partition of a topic, between the log's start and its end.
enum ReplayScreen {
    /// The partitions as a table.
    static func table(
        _ state: ConsoleState, _ list: ListState, _ theme: Theme, group: String, topic: String
    ) -> Table<GroupPartitionFigures> {
        let figures = state.group(group)?.partitions.filter { $0.topicPartition.topic == topic } ?? []
        let columns: [Column<GroupPartitionFigures>] = [
            Column(
                "PART", width: 4, gap: 0, sort: "#", by: { .number(Double($0.topicPartition.partition)) },
                descending: false
            ) {
                it, _ in "\(it.topicPartition.partition)"
            },
            Column("log start ▕  committed ◆  end ▏", width: 60, gap: 2, .left, growth: 1) { it, width in
                bar(it, width, theme)
            },
            Column("UNREAD", width: 12, gap: 2, sort: "unread", by: { .number($0.lag.records) }) { it, _ in
                it.isAheadOfEnd ? CellText("ahead of end", theme.warn) : TopicTables.lag(it.lag, theme, exact: true)
            }.exactly { Figures.exact($0.lag) },
            Column("AGE AT ◆", width: 9, gap: 2, priority: 2, sort: "age", by: { .number($0.age.milliseconds) }) {
                it, _ in
                GroupTables.age(it.age, theme)
            },
            Column("COMMITTED", width: 14, gap: 2, priority: 3) { it, _ in
                CellText(it.commit.map { Figures.grouped($0.offset) } ?? "—", it.commit == nil ? theme.muted : nil)
            }.exactly { Figures.exact($0.commit?.offset) },
        ]
        return Table(
            figures, columns: columns, id: { "\($0.topicPartition.partition)" }, state: list, sort: "unread",
            isFaultsOnly: state.isFaultsOnly, search: { "\($0.topicPartition.partition) \($0.clientID ?? "")" },
            isFault: GroupTables.isFault)
    }

    /// `▕─────◆━━━━━▏`: read up to the diamond, unread from there on. Without a commit no diamond stands.
    private static func bar(_ it: GroupPartitionFigures, _ width: Int, _ theme: Theme) -> CellText {
        let cells = width - 2
        guard cells >= 3, let offsets = it.offsets else { return CellText("?", theme.muted) }
        let edges = theme.border
        guard let commit = it.commit else {
            return CellText(pieces: [("▕", edges), (String(repeating: "┄", count: cells), theme.muted), ("▏", edges)])
        }
        let span = max(1, Double(offsets.highWatermark) - Double(offsets.logStart))
        let place = max(0, min(1, (Double(commit.offset) - Double(offsets.logStart)) / span))
        let at = max(0, min(cells - 1, Int((place * Double(cells - 1)).rounded())))
        let mark = commit.offset < offsets.logStart ? "◂" : commit.offset > offsets.highWatermark ? "▸" : "◆"
        return CellText(pieces: [
            ("▕", edges), (String(repeating: "─", count: at), theme.muted),
            (mark, mark == "◆" ? theme.key : theme.warn),
            (String(repeating: "━", count: cells - 1 - at), it.lag.records == 0 ? theme.muted : theme.warn),
            ("▏", edges),
        ])
    }

    /// Draws it.
    static func draw(_ frame: inout Frame, in rect: Rect, group: String, topic: String) {
        let theme = frame.theme
        guard let figures = frame.state.group(group) else {
            Screens.drawMissing(&frame, in: rect, title: group, "There is no group \(group) now.")
            return
        }
        let list = frame.state.listState(ListID(.replay(group: group, topic: topic), 0))
        let table = table(frame.state, list, theme, group: group, topic: topic)
        let readingRows = rect.height >= 14 ? 5 : 0
        let (upper, lower) = rect.split(top: rect.height - readingRows)
        let inside = Box(
            "replay positions  \(group) on \(topic)", note: "in offsets  start ←──→ end", footer: table.countNote,
            isFocused: frame.isFocused(0)
        ).draw(on: &frame.grid, in: upper, theme: theme)
        table.draw(
            on: &frame, in: inside, state: list, isFocused: frame.isFocused(0), empty: "the group has no commit here")
        guard readingRows > 0 else { return }
        let reading = Box("reading this").draw(on: &frame.grid, in: lower, theme: theme)
        let lines = sentences(figures, topic: topic, now: frame.state.now).flatMap {
            Screens.wrapped($0, width: reading.width - 2)
        }
        for (index, line) in lines.prefix(reading.height).enumerated() {
            frame.line([(line, theme.text)], row: reading.row + index, in: reading, from: 1)
        }
    }

    private static func sentences(_ group: GroupFigures, topic: String, now: Int64) -> [String] {
        let places = group.partitions.filter { $0.topicPartition.topic == topic }
        let unread = places.compactMap(\.lag.records).reduce(Int64(0), &+)
        var lines = ["\(Figures.grouped(unread)) records lie between the commits and the ends."]
        let rate = places.compactMap(\.recordsOutPerSecond).reduce(0, +)
        if unread > 0, rate > 0 {
            let time = Durations.long(milliseconds: Int64(min(1e12, Double(unread) / rate * 1000)))
            lines[0] += " At \(Figures.short(rate))/s reading them takes \(time), if nothing is added."
        }
        if let oldest = places.compactMap(\.age.milliseconds).max(), oldest > 0 {
            lines.append("The oldest unread record is \(Durations.long(milliseconds: oldest)) old.")
        }
        let gone = places.reduce(Int64(0)) { $0 &+ $1.unreadable }
        if gone > 0 {
            lines.append("\(Figures.grouped(gone)) records were deleted before they were read; they are not lag.")
        }
        let silent = places.filter { $0.commit == nil }.count
        if silent > 0 { lines.append("\(silent) partitions have no commit.") }
        return lines
    }
}
