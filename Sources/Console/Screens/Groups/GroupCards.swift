import Cluster
import Monitor

/// Groups as the dashboard shows them: two lines each, with a bar of how their lags compare.
enum GroupCards {
    /// Draws the titles and as many cards as there is room for, the cursor's in view.
    static func draw(
        _ frame: inout Frame, _ table: Table<GroupFigures>, in rect: Rect, state: ListState, isFocused: Bool
    ) {
        let theme = frame.theme
        guard rect.height > 0, rect.width > 12 else { return }
        frame.lists.append(rect)
        // From the right: a blank, the trend, the catch-up time, the lag; the name has the rest.
        let hasTrend = rect.width >= 30
        let spark = hasTrend ? max(5, min(30, (rect.width - 34) / 2 + 5)) : 0
        let sparkStart = rect.endColumn - 1 - spark
        let etaEnd = hasTrend ? sparkStart - 1 : rect.endColumn - 1
        let lagEnd = etaEnd - 7
        let row = rect.row
        frame.grid.put("GROUP", row: row, column: rect.column + 1, style: theme.muted, limit: rect.endColumn)
        frame.grid.put("LAG", row: row, endingAt: lagEnd, from: rect.column + 7, style: theme.muted)
        frame.grid.put("ETA", row: row, endingAt: etaEnd, from: rect.column + 7, style: theme.muted)
        if hasTrend { frame.grid.put("trend", row: row, column: sparkStart, style: theme.muted, limit: rect.endColumn) }
        guard table.count > 0, let cursor = table.cursor(state) else {
            let text = table.isFiltered ? table.nothingLeft : "no groups yet"
            frame.grid.put(text, row: row + 1, column: rect.column + 1, style: theme.muted, limit: rect.endColumn)
            return
        }
        let most = Double(frame.state.groupsSummary.largestLag)
        let cards = max(1, (rect.height - 1) / 2)
        let top = max(0, min(cursor - cards / 2, table.count - cards))
        for index in top..<min(table.count, top + cards) {
            let y = row + 1 + (index - top) * 2
            let group = table.items[index]
            guard y < rect.endRow else { break }
            frame.remember(index, of: state, row: y, in: rect)
            if y + 1 < rect.endRow { frame.remember(index, of: state, row: y + 1, in: rect) }
            let lag = TopicTables.lag(group.lag, theme)
            let name = group.description.groupID
            frame.grid.put(name, row: y, column: rect.column + 1, style: theme.text, limit: lagEnd - 6)
            let lagText = lag.pieces.first
            frame.grid.put(
                lagText?.text ?? "", row: y, endingAt: lagEnd, from: lagEnd - 6, style: lagText?.style ?? theme.text)
            let eta = group.lag == .noCommit ? "—" : GroupTables.shortCatchUp(group.catchUp)
            let etaStyle = group.catchUp == .never ? theme.crit : theme.text
            frame.grid.put(eta, row: y, endingAt: etaEnd, from: lagEnd + 1, style: etaStyle)
            if hasTrend {
                let values = group.lagHistory.averaged(window: 60_000, count: spark)
                frame.grid.put(
                    Sparkline.trend(values), row: y, column: sparkStart, style: theme.graphLag.first ?? theme.text,
                    limit: rect.endColumn)
            }
            if index == cursor, isFocused {
                frame.grid.restyle(row: y, columns: rect.column..<rect.endColumn) { _ in theme.selection }
                frame.grid.set("▶", row: y, column: rect.column, style: theme.selection)
            }
            guard y + 1 < rect.endRow else { break }
            drawBar(&frame, group, most: most, row: y + 1, in: rect)
        }
    }

    private static func drawBar(_ frame: inout Frame, _ group: GroupFigures, most: Double, row: Int, in rect: Rect) {
        let theme = frame.theme
        let loss = lossWord(group)
        let isBad = loss != nil || group.status.status >= .warn
        let word =
            loss
            ?? (isBad
                ? group.status.status.word.replacing("NO PROGRESS", with: "NO PROG.")
                : GroupTables.stateWord(group.description.state))
        let since: String =
            if loss != nil {
                ""
            } else if isBad {
                group.stoppedMilliseconds.map { " " + Durations.short(milliseconds: $0) } ?? ""
            } else {
                group.stateSince.map { " " + Durations.short(milliseconds: frame.state.age(of: $0)) } ?? ""
            }
        let isShort = word.count + since.count > 9
        let label = isShort ? word : word + since
        let room = rect.width - 3 - 2 - 10
        if room >= 4 {
            let fraction = most > 0 ? Double(group.lag.records ?? 0) / most : 0
            let (bar, track) = Bar.eighths(fraction, width: room)
            let gradient = theme.graphLag
            let level = GroupTables.level(group)
            let style =
                level == .crit ? gradient.last : fraction > 0.5 && gradient.count > 2 ? gradient[1] : gradient.first
            frame.line([(bar, style ?? theme.text), (track, theme.muted)], row: row, in: rect, from: 3)
        }
        let level = GroupTables.level(group)
        frame.grid.put(
            label, row: row, column: rect.endColumn - 10, style: level == .ok ? theme.muted : theme.style(for: level),
            limit: rect.endColumn - 1)
    }

    /// What is worse than the status: `LOST 12k`; and where that is well, `TIGHT` or `WILL LOSE`. Nil for nothing of it.
    private static func lossWord(_ group: GroupFigures) -> String? {
        switch group.loss.verdict {
        case .lost: "LOST \(Figures.axis(Double(group.loss.lost)))"
        case .willLose where group.status.status < .warn, .tight where group.status.status < .warn:
            group.loss.verdict.word
        default: nil
        }
    }
}
