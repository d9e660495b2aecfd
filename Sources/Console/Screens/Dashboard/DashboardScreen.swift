import AlertRules
import Cluster
import Monitor

/// The first screen: throughput, alerts, topics and groups at a glance.
enum DashboardScreen {
    /// The boxes that `tab` goes through.
    static let boxes = ["topics", "groups", "alerts"]

    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        let size = frame.state.size
        if Screens.isSingle(size) {
            let rest = Screens.strip(&frame, in: rect, names: boxes + frame.state.kept.pins.map(\.id))
            drawList(&frame, in: rest)
            return
        }
        let top = min(16, max(6, rect.height * 10 / 27))
        let (upper, lower) = rect.split(top: top)
        let pins = PinnedPanels.height(frame.state, of: lower.height)
        let (lists, panels) = lower.split(top: lower.height - pins)
        guard size.columns >= 100 else {
            drawThroughput(&frame, in: upper)
            let names = boxes + (pins > 0 ? [] : frame.state.kept.pins.map(\.id))
            drawList(&frame, in: Screens.strip(&frame, in: lists, names: names), isPinless: pins > 0)
            if pins > 0 { PinnedPanels.draw(&frame, in: panels) }
            return
        }
        let left = size.columns * 64 / 100
        let (throughput, alerts) = upper.split(left: left)
        let (topics, groups) = lists.split(left: left)
        drawThroughput(&frame, in: throughput)
        drawAlerts(&frame, in: alerts)
        // Where a pinned result has no room beside the lists, it takes theirs while it is focused.
        guard pins > 0 || frame.state.box < boxes.count else { return drawList(&frame, in: lists) }
        drawTopics(&frame, in: topics)
        drawGroups(&frame, in: groups)
        if pins > 0 { PinnedPanels.draw(&frame, in: panels) }
    }

    /// Draws the focused list.
    ///
    /// - Parameter isPinless: Pinned results are drawn elsewhere.
    private static func drawList(_ frame: inout Frame, in rect: Rect, isPinless: Bool = false) {
        switch frame.state.box {
        case 1: drawGroups(&frame, in: rect)
        case 2: drawAlerts(&frame, in: rect)
        case 3... where !isPinless: PinnedPanels.draw(&frame, box: frame.state.box, in: rect)
        default: drawTopics(&frame, in: rect)
        }
    }

    private static func drawThroughput(_ frame: inout Frame, in rect: Rect) {
        let (snapshot, theme) = (frame.state.snapshot, frame.theme)
        let dots = (rect.width - 8) * Graph.samplesPerCell(frame.glyphs)
        let window: Int64 = dots >= 200 ? 120_000 : 60_000
        let peakIn = snapshot.bytesIn.peak(window: window) ?? 0
        let peakOut = snapshot.bytesOut.peak(window: window)
        let mark = snapshot.bytesInQuality.mark
        let footer = "peak in \(mark)\(Figures.bytes(peakIn))" + (peakOut.map { " · out \(Figures.bytes($0))" } ?? "")
        let inside = Box("throughput", note: "bytes/s  ⟨\(window == 60_000 ? "60s" : "2m")⟩", footer: footer).draw(
            on: &frame, in: rect)
        guard inside.height > 0, !frame.isWordsOnly else { return }
        let hasLabels = frame.state.size.columns >= 100
        let left = hasLabels ? 5 : 1
        let columns = (inside.column + left)..<(inside.endColumn - 1)
        let hasStrip =
            inside.height >= 6
            && ChangeStrip.draw(
                &frame, window: window, row: inside.endRow - 1, columns: columns,
                label: hasLabels ? inside.column : nil)
        let graph = Rect(
            row: inside.row, column: inside.column + left, height: inside.height - (hasStrip ? 1 : 0),
            width: inside.width - left - 1)
        let samples = graph.width * Graph.samplesPerCell(frame.glyphs)
        func heights(_ series: Series, _ peak: Double) -> [Double] {
            series.resampled(window: window, count: samples).map { peak > 0 ? $0 / peak : 0 }
        }
        func label(_ text: String, _ row: Int, _ style: Style) {
            guard hasLabels else { return }
            frame.grid.put(text, row: row, endingAt: inside.column + 4, from: inside.column, style: style)
        }
        guard let peakOut else {
            Graph(heights: heights(snapshot.bytesIn, peakIn), gradient: theme.graphIn, glyphs: frame.glyphs)
                .draw(on: &frame.grid, in: graph)
            label(Figures.bytes(peakIn), inside.row, theme.muted)
            label("in", graph.endRow - 1, theme.text)
            return
        }
        let (upper, lower) = graph.split(top: (graph.height + 1) / 2)
        Graph(heights: heights(snapshot.bytesIn, peakIn), gradient: theme.graphIn, glyphs: frame.glyphs)
            .draw(on: &frame.grid, in: upper)
        Graph(heights: heights(snapshot.bytesOut, peakOut), hangs: true, gradient: theme.graphOut, glyphs: frame.glyphs)
            .draw(on: &frame.grid, in: lower)
        label(Figures.bytes(peakIn), upper.row, theme.muted)
        if upper.height > 1 { label("in", upper.endRow - 1, theme.text) }
        if lower.height > 1 { label("out", lower.row, theme.text) }
        if lower.height > 0 { label(Figures.bytes(peakOut), lower.endRow - 1, theme.muted) }
    }

    private static func drawTopics(_ frame: inout Frame, in rect: Rect) {
        let list = ListID(.dashboard, 0)
        let state = frame.state.listState(list)
        let table = TopicTables.dashboard(frame.state, state, frame.theme)
        let footer = table.isFiltered ? table.countNote : "\(table.count) of \(table.total)"
        let inside = Box("topics", digit: 2, note: table.sortNote, footer: footer, isFocused: frame.isFocused(0))
            .draw(on: &frame, in: rect)
        table.draw(on: &frame, in: inside, state: state, isFocused: frame.isFocused(0), empty: "no topics yet")
    }

    private static func drawGroups(_ frame: inout Frame, in rect: Rect) {
        let list = ListID(.dashboard, 1)
        let state = frame.state.listState(list)
        let table = GroupTables.dashboard(frame.state, state, frame.theme)
        let isFocused = frame.isFocused(1)
        let note = table.sortNote.replacing("sort: ", with: "by ")
        let inside = Box("consumer groups", digit: 3, note: note, footer: table.countNote, isFocused: isFocused)
            .draw(on: &frame, in: rect)
        GroupCards.draw(&frame, table, in: inside, state: state, isFocused: isFocused)
    }

    private static func drawAlerts(_ frame: inout Frame, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        let list = ListID(.dashboard, 2)
        let listState = state.listState(list)
        let table = AlertTables.instances(state, listState, theme)
        let counts = state.alertCounts
        let firing = counts.firing
        let isFocused = frame.isFocused(2)
        let apart = counts.muted > 0 ? "\(counts.muted) muted · 4: all" : "4: all"
        let inside = Box(
            "alerts", digit: 4, note: firing > 0 ? "\(firing) firing" : "none firing", footer: apart,
            isFocused: isFocused,
            noteStyle: firing > 0 ? theme.crit : theme.ok
        ).draw(on: &frame, in: rect)
        guard table.count > 0 else {
            frame.grid.put(
                table.isFiltered ? table.nothingLeft : AlertTables.none(state), row: inside.row,
                column: inside.column + 1,
                style: theme.muted, limit: inside.endColumn)
            return
        }
        frame.lists.append(inside)
        let rules = AlertTables.rules(state)
        let cards = max(1, inside.height / 2)
        let cursor = table.cursor(listState) ?? 0
        let top = max(0, min(cursor - cards / 2, table.count - cards))
        for index in top..<min(table.count, top + cards) {
            let row = inside.row + (index - top) * 2
            for line in row...row + 1 { frame.remember(index, of: listState, row: line, in: inside) }
            let instance = table.items[index]
            let rule = rules[instance]
            let (mark, style) = AlertTables.mark(instance, rule, state, theme)
            frame.grid.put(mark, row: row, column: inside.column + 1, style: style, limit: inside.endColumn)
            let since = instance.changedAt.map { Durations.short(milliseconds: state.age(of: $0)) } ?? "–"
            frame.grid.put(
                since, row: row, endingAt: inside.endColumn - 1, from: inside.column + 8, style: theme.muted)
            if row + 1 < inside.endRow {
                let text = AlertTables.sentence(instance, rule, width: inside.width - 4)
                let start = max(inside.column + 3, min(inside.column + 8, inside.endColumn - 1 - CellWidth.of(text)))
                frame.grid.put(text, row: row + 1, column: start, style: theme.text, limit: inside.endColumn)
            }
            if index == cursor, isFocused {
                frame.grid.restyle(row: row, columns: inside.column..<inside.endColumn) { _ in theme.selection }
                frame.grid.set("▶", row: row, column: inside.column, style: theme.selection)
            }
        }
    }
}
