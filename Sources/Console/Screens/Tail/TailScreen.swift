import Cluster
import Monitor
import RecordFormats

/// Records as they arrive, and the selected one in full.
enum TailScreen {
    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        guard let tail = frame.state.tail else { return }
        let lists = listArea(in: rect, frame.state)
        if frame.state.page == .search {
            SearchScreen.drawStatus(&frame, in: rect.split(top: rect.height - lists.height).0)
        }
        if Screens.isSingle(frame.state.size) {
            _ = Screens.strip(&frame, in: lists, names: ["records", "record"])
        }
        let (records, record) = areas(in: rect, frame.state)
        if let records { drawRecords(&frame, tail, in: records) }
        if let record { RecordInspector.draw(&frame, tail, in: record) }
    }

    /// Where the records and the inspector stand; nil for the one that is not shown where there is little room.
    static func areas(in whole: Rect, _ state: ConsoleState) -> (records: Rect?, record: Rect?) {
        let rect = listArea(in: whole, state)
        if Screens.isSingle(state.size) {
            let (_, rest) = rect.split(top: 1)
            return state.box == 1 ? (nil, rest) : (rest, nil)
        }
        if Screens.isWide(state.size) {
            let (left, right) = rect.split(left: max(72, rect.width * 58 / 100))
            return (left, right)
        }
        let (upper, lower) = rect.split(top: rect.height - max(6, rect.height * 10 / 27))
        return (upper, lower)
    }

    /// What lies below the state of a search; all of the page on a tail.
    private static func listArea(in rect: Rect, _ state: ConsoleState) -> Rect {
        state.page == .search ? rect.split(top: SearchScreen.statusHeight(state.size)).1 : rect
    }

    /// The records the filter lets pass as a table in their order.
    static func table(_ tail: TailState, _ state: ConsoleState, _ theme: Theme) -> Table<TailRecord> {
        let zone = state.settings.zone
        let decodings = state.decodings(of: tail.source)
        func reading(_ it: TailRecord) -> TopicDecoding {
            decodings[it.place.topic] ?? TopicDecoding(topic: it.place.topic)
        }
        var columns: [Column<TailRecord>] = [
            Column("TIME", width: 12, gap: 0, .left, priority: 2) { it, _ in
                CellText(it.record.timestamp < 0 ? "–" : zone.clockWithMilliseconds(it.record.timestamp), theme.muted)
            },
            Column("PART", width: 4, gap: 2, priority: 3) { it, _ in "\(it.partition)" },
            Column("OFFSET", width: 11, priority: 1) { it, _ in "\(it.record.offset)" },
            Column("KEY", width: 15, gap: 2, .left) { it, width in
                guard let key = it.record.key else { return CellText("–", theme.muted) }
                return CellText(reading(it).keyPreview(key, limit: width))
            },
            Column("SIZE", width: 6, priority: 4) { it, _ in CellText(size(it.record.valueSize), theme.muted) },
            Column("VALUE", width: 24, gap: 2, .left, growth: 1) { it, width in
                CellText(
                    reading(it).valuePreview(it.record.value, key: it.record.key, limit: width),
                    it.record.value == nil ? theme.muted : nil)
            },
        ]
        if tail.source.topic == nil {
            columns.insert(
                Column("TOPIC", width: 14, gap: 2, .left, priority: 2) { it, width in
                    CellText(ShortNames.name(it.place.topic, width: width))
                }, at: 1)
        }
        let list = listState(tail, state)
        return Table(
            tail.visible, columns: columns, id: { $0.id }, state: list, sort: nil,
            search: { _ in "" })
    }

    /// The tail as a list: its cursor, and the columns chosen for it.
    private static func listState(_ tail: TailState, _ state: ConsoleState) -> ListState {
        var list = state.listState(ListID(state.page, 0))
        list.selected = nil
        list.filter = TextFilter()
        list.cursor = tail.cursor
        list.match = tail.match
        return list
    }

    private static func drawRecords(_ frame: inout Frame, _ tail: TailState, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        let table = table(tail, state, theme)
        let isSearch = state.page == .search
        let title = isSearch ? "results" : "tail \(tail.source.title)"
        let isFocused = frame.isFocused(0)
        let box = Box(
            title, note: isSearch ? SearchScreen.note(tail, state) : note(tail, state),
            footer: isSearch ? "enter: read on from there" : account(tail, state, width: rect.width - 6),
            isFocused: isFocused)
        let inside =
            box
            .draw(on: &frame, in: rect)
        var list = listState(tail, state)
        let rows = max(1, inside.height - 1)
        // The newest stand at the lower edge while following, as in `tail -f`.
        list.cursor = max(0, min(tail.cursor, table.count - 1))
        let empty =
            tail.problem.map { "▲ \($0)" }
            ?? (tail.filter.isEmpty
                ? isSearch ? SearchScreen.nothing(state) : nothing(tail, state)
                : "nothing matches /\(tail.filter.source)")
        table.draw(on: &frame, in: inside, state: list, isFocused: isFocused, empty: empty)
        if let problem = tail.problem, table.count > 0, table.count < rows {
            frame.line([("▲ \(problem)", theme.warn)], row: inside.endRow - 1, in: inside, from: 3)
        }
    }

    /// A size in bytes to the last one, as long as that fits.
    private static func size(_ bytes: Int) -> String { bytes < 1_000_000 ? "\(bytes)" : Figures.bytes(Int64(bytes)) }

    /// What stands in a list without records: that there are none, or why there cannot be any.
    private static func nothing(_ tail: TailState, _ state: ConsoleState) -> String {
        let there = state.snapshot.topics.first { $0.description.name == tail.source.topic }?.description.partitions
        let missing = (tail.source.partitions ?? []).filter { number in
            there.map { !$0.contains { $0.partition == number } } ?? false
        }
        guard let first = missing.first, let there, let last = there.map(\.partition).max() else {
            return "no records yet"
        }
        let known = last == 0 ? "its only one is 0" : "its last one is \(last)"
        return "▲ \(tail.source.topic ?? tail.source.title) has no partition \(first): \(known)"
    }

    /// `● following · all partitions · 4.2k/s (showing 1 in 40)`.
    private static func note(_ tail: TailState, _ state: ConsoleState) -> String {
        var parts: [String] = []
        switch tail.mode {
        case .following: parts.append("● following")
        case .paused: parts.append(tail.waiting > 0 ? "‖ paused, \(Figures.grouped(tail.waiting)) new" : "‖ paused")
        case .paging:
            parts.append(tail.waiting > 0 ? "reading, \(Figures.grouped(tail.waiting)) to come" : "reading, at the end")
        case .results: break
        }
        let isOne = tail.source.topic != nil && tail.source.partition != nil
        parts.append(tail.source.partitionWords + (isOne ? "" : " by \(tail.order.rawValue)"))
        let decoder = tail.source.topic.map { state.decoder(of: $0) } ?? .automatic
        if decoder != .automatic { parts.append(decoder.rawValue) }
        var speed = Figures.rate(rate(tail.source, state)) + "/s"
        if tail.mode == .following, tail.skippedLive > 0, tail.shownLive > 0 {
            let every = (Double(tail.skippedLive &+ tail.shownLive) / Double(tail.shownLive)).rounded()
            if every >= 2 { speed += " (showing 1 in \(Figures.short(every)))" }
        }
        parts.append(speed)
        return parts.joined(separator: " · ")
    }

    /// Records a second that come in now; nil where it is not known of every part.
    private static func rate(_ source: TailSource, _ state: ConsoleState) -> Double? {
        var sum = 0.0
        for name in source.topics {
            let topic = state.topic(name)
            let rates =
                source.partitions.map { numbers in
                    numbers.map { number in
                        topic?.partitions.first { $0.description.partition == number }?.recordsInPerSecond
                    }
                } ?? [topic?.recordsInPerSecond]
            for rate in rates {
                guard let rate else { return nil }
                sum += rate
            }
        }
        return sum
    }

    /// `/us-   shown 17 + skipped 0 + filtered 665 = 682 seen`, in fewer words or figures where there is less room.
    private static func account(_ tail: TailState, _ state: ConsoleState, width: Int) -> String {
        let isCompacted = tail.source.topics.contains { state.topic($0)?.description.retention.isCompacted == true }
        let bound = tail.skipped > 0 && isCompacted ? "≤ " : ""
        let filter = tail.filter.isEmpty ? "" : "/\(tail.filter.source)   "
        let (shown, skipped, filtered, seen) = (
            Figures.grouped(tail.shown), bound + Figures.grouped(tail.skipped), Figures.grouped(tail.filtered),
            bound + Figures.grouped(tail.seen)
        )
        let trials = [
            "\(filter)shown \(shown) + skipped \(skipped) + filtered \(filtered) = \(seen) seen",
            "shown \(shown) + skipped \(skipped) + filtered \(filtered) = \(seen) seen",
            "\(shown) + skipped \(skipped) + filtered \(filtered) = \(seen)",
            "\(shown) + \(skipped) + \(filtered) = \(seen)",
        ]
        return trials.first { CellWidth.of($0) <= width }
            ?? "\(Figures.short(tail.shown)) + \(Figures.short(tail.skipped)) + \(Figures.short(tail.filtered)) = \(Figures.short(tail.seen))"
    }
}
