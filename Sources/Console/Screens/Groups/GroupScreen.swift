import Cluster
import Monitor

/// One group: its lag over time, its assignments, and what the figures mean.
enum GroupScreen {
    /// Draws it for the room there is.
    static func draw(_ frame: inout Frame, in rect: Rect, id: String) {
        guard let group = frame.state.groupInWindow(id) else {
            Screens.drawMissing(&frame, in: rect, title: id, "There is no group \(id) now.")
            return
        }
        if Screens.isSingle(frame.state.size) {
            drawAssignments(&frame, group, in: rect)
            return
        }
        let graphRows = rect.height >= 24 ? max(9, rect.height * 9 / 27) : rect.height >= 18 ? 7 : 0
        let (top, rest) = rect.split(top: graphRows)
        if Screens.isWide(frame.state.size) {
            let (left, right) = top.split(left: top.width * 62 / 100)
            drawGraph(&frame, group, in: left)
            drawReading(&frame, group, in: right)
            drawAssignments(&frame, group, in: rest)
        } else {
            let (middle, bottom) = rest.split(top: rest.height - readingRows(frame, group, of: rest))
            if graphRows > 0 { drawGraph(&frame, group, in: top) }
            drawAssignments(&frame, group, in: middle)
            drawReading(&frame, group, in: bottom)
        }
    }

    private static func drawGraph(_ frame: inout Frame, _ group: GroupFigures, in rect: Rect) {
        let (state, theme) = (frame.state, frame.theme)
        let it = group.description
        var parts = [it.state.rawValue, it.members.count == 1 ? "1 member" : "\(it.members.count) members"]
        if it.type != .unknown { parts.insert(it.type.rawValue.lowercased(), at: 1) }
        if !it.protocolName.isEmpty { parts.append(it.protocolName) }
        if it.generation >= 0 { parts.append(generation(it)) }
        let worst = group.partitions.filter { $0.catchUp == .never }.max { (change($0) ?? 0) < (change($1) ?? 0) }
        var footer = "lag \(lagText(group.lag))"
        if let change = group.lagChangePerSecond { footer += ", \(Figures.change(change))/s overall" }
        if group.lag == .noCommit {
            // Nothing is behind or catching up before the first commit.
        } else if let worst, let speed = change(worst) {
            footer += " ▲ \(worst.topicPartition) \(Figures.change(speed))/s: catch-up never"
        } else {
            footer += ": catch-up \(GroupTables.catchUp(group.catchUp).replacing("–", with: "done"))"
        }
        let inside = Box(
            it.groupID, note: parts.joined(separator: " · "), footer: footer,
            footerStyle: theme.style(for: GroupTables.level(group) == .ok ? .ok : GroupTables.level(group))
        ).draw(on: &frame, in: rect)
        let rows = inside.height - (inside.height >= 7 ? 2 : 1)
        guard rows >= 2, !frame.isWordsOnly else { return }
        let window: Int64 = 300_000
        let graph = Rect(row: inside.row, column: inside.column + 8, height: rows, width: max(0, inside.width - 13))
        let values = group.lagHistory.averaged(window: window, count: graph.width * Graph.samplesPerCell(frame.glyphs))
        let peak = values.filter(\.isFinite).max() ?? 0
        Graph(heights: values.map { peak > 0 ? $0 / peak : 0 }, gradient: theme.graphLag, glyphs: frame.glyphs)
            .draw(on: &frame.grid, in: graph)
        Axes.labels(&frame, peak: peak, in: graph, column: inside.column, width: 7)
        Axes.time(&frame, window: window, steps: 5, row: graph.endRow, in: graph)
        if group.staleSince == nil, inside.height > rows + 1 {
            let topics = Set(group.partitions.map(\.topicPartition.topic))
            ChangeStrip.draw(
                &frame, window: window, row: graph.endRow + 1, columns: graph.column..<graph.endColumn,
                label: inside.column
            ) { $0.concerns(group: it.groupID, topics: topics) }
        }
        if let stale = group.staleSince, inside.height > rows + 1 {
            let text = "▲ these figures are \(Durations.long(milliseconds: state.age(of: stale))) old"
            frame.line([(text, theme.warn)], row: graph.endRow + 1, in: inside, from: 1)
        }
    }

    /// `gen 41`; of a group of KIP-848 `epoch 41`, with how many members have not caught up with it.
    private static func generation(_ it: GroupDescription) -> String {
        let epochs = it.members.compactMap(\.memberEpoch)
        guard it.type == .consumer else { return "gen \(it.generation)" }
        let behind = epochs.count { $0 < it.generation }
        let note = behind == 0 ? "" : behind == 1 ? ", 1 member behind" : ", \(behind) members behind"
        return "epoch \(it.generation)\(note)"
    }

    private static func change(_ it: GroupPartitionFigures) -> Double? { GroupTables.change(it) }

    private static func lagText(_ lag: Lag) -> String {
        switch lag {
        case .noCommit: "— (no commit)"
        case .unknown(let reason): "? (\(reason))"
        case .records(let count, let quality): quality.mark + Figures.short(count)
        }
    }

    private static func drawAssignments(_ frame: inout Frame, _ group: GroupFigures, in rect: Rect) {
        let list = frame.state.listState(ListID(.group(group.description.groupID), 0))
        let table = GroupTables.assignments(group, frame.state, list, frame.theme)
        let isFocused = frame.isFocused(0)
        let id = group.description.groupID
        let window = frame.state.rateWindowNote(id, isShort: rect.width < 60)
        let note = "\(frame.state.partitionsNote)\(window) · \(table.sortNote)"
        let inside = Box("assignments", note: note, footer: table.countNote, isFocused: isFocused)
            .draw(on: &frame, in: rect)
        table.draw(on: &frame, in: inside, state: list, isFocused: isFocused, empty: "no commits and no assignments") {
            rest in
            rest.allSatisfy { $0.lag.records == 0 } ? "… \(rest.count) more with lag 0" : "… \(rest.count) more"
        }
    }

    private static func drawReading(_ frame: inout Frame, _ group: GroupFigures, in rect: Rect) {
        let inside = Box("reading this").draw(on: &frame, in: rect)
        for (index, line) in readingLines(frame, group, width: inside.width - 2).prefix(inside.height).enumerated() {
            frame.line([(line, frame.theme.text)], row: inside.row + index, in: inside, from: 1)
        }
    }

    private static func readingLines(_ frame: Frame, _ group: GroupFigures, width: Int) -> [String] {
        GroupReading.sentences(
            group, span: frame.state.rateSpan(group.description.groupID), zone: frame.state.settings.zone
        ).flatMap { Screens.wrapped($0, width: width) }
    }

    /// The rows that the sentences' box takes, borders with it: two lines at least, more where the assignments leave room for them.
    private static func readingRows(_ frame: Frame, _ group: GroupFigures, of rect: Rect) -> Int {
        let wanted = max(2, readingLines(frame, group, width: rect.width - 4).count)
        // Borders and titles stand around the assignments, of which six stay in view.
        let room = rect.height - 2 - 3 - min(6, group.partitions.count)
        return 2 + min(wanted, max(2, room))
    }
}

/// Labels beside and below graphs.
enum Axes {
    /// The peak at the top, half of it in the middle, 0 at the bottom.
    static func labels(_ frame: inout Frame, peak: Double, in graph: Rect, column: Int, width: Int) {
        let style = frame.theme.muted
        func put(_ text: String, _ row: Int) {
            frame.grid.put(text, row: row, endingAt: column + width, from: column, style: style)
        }
        if peak > 0 { put(Figures.short(peak), graph.row) }
        if graph.height >= 5, peak >= 2 { put(Figures.axis(peak / 2), graph.row + graph.height / 2) }
        put("0", graph.endRow - 1)
    }

    /// Times from the window's beginning to now.
    static func time(_ frame: inout Frame, window: Int64, steps: Int, row: Int, in graph: Rect) {
        guard steps > 0, graph.width > steps * 6 else { return }
        for step in 0..<steps {
            let text = "-\(Durations.setting(milliseconds: window * Int64(steps - step) / Int64(steps)))"
            frame.grid.put(
                text, row: row, column: graph.column + graph.width * step / steps, style: frame.theme.muted,
                limit: graph.endColumn)
        }
        frame.grid.put("now", row: row, endingAt: graph.endColumn, from: graph.column, style: frame.theme.muted)
    }
}

extension Screens {
    /// A text broken at blanks into lines of at most `width` cells.
    static func wrapped(_ text: String, width: Int) -> [String] {
        guard width > 0 else { return [] }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            let longer = line.isEmpty ? String(word) : line + " " + word
            if CellWidth.of(longer) > width, !line.isEmpty {
                lines.append(line)
                line = String(word)
            } else {
                line = longer
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }
}
