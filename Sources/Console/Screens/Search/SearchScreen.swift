import Cluster
import Monitor
import Operations
import RecordFormats

/// What a search looks for, how far it is and how fast it goes; its results stand below as on a tail.
enum SearchScreen {
    /// The rows above the results: a box of three lines, or where there is little room one line.
    static func statusHeight(_ size: Size) -> Int { Screens.isSingle(size) ? 1 : 5 }

    /// Draws them.
    static func drawStatus(_ frame: inout Frame, in rect: Rect) {
        guard let search = frame.state.search else { return }
        let theme = frame.theme
        let filter = search.request.filter.expression.map { "\($0)" } ?? "every record"
        guard rect.height >= 5 else {
            frame.line(
                [(" " + phase(search).text + " ", phase(search).style(theme)), (progressWords(search), theme.text)],
                row: rect.row, in: rect, from: 0)
            return
        }
        let inside = Box(
            "search \(search.request.source.title)", note: phase(search).text,
            footer: search.isEnded ? "l: another" : "space: pause  z: end",
            noteStyle: phase(search).style(theme)
        ).draw(on: &frame, in: rect)
        frame.line([("for      ", theme.muted), (filter, theme.text)], row: inside.row, in: inside, from: 1)
        let places = search.request.places.count
        let range = "\(places == 1 ? "1 partition" : "\(places) partitions"), \(search.range)"
        frame.line([("in       ", theme.muted), (range, theme.text)], row: inside.row + 1, in: inside, from: 1)
        drawProgress(&frame, search, row: inside.row + 2, in: inside)
    }

    private static func drawProgress(_ frame: inout Frame, _ search: SearchState, row: Int, in rect: Rect) {
        let theme = frame.theme
        let width = max(8, min(24, rect.width - 92))
        let share = search.progress?.share ?? 0
        let filled = Bar.cells(share, width: width)
        let x = frame.line(
            [
                ("read     ", theme.muted), (String(repeating: "█", count: filled), theme.graphIn.last ?? theme.text),
                (String(repeating: "·", count: max(0, width - filled)), theme.muted),
            ], row: row, in: rect, from: 1)
        let end = frame.line([(progressWords(search), theme.text)], row: row, in: rect, from: x - rect.column + 2)
        let reached = search.progress?.timeReached.map { "to \(frame.state.settings.zone.dateAndClock($0))" } ?? ""
        frame.grid.put(
            reached, row: row, endingAt: rect.endColumn - 1, from: end + 2, style: theme.muted)
    }

    /// `45%  1,204,113 records  210k/s  12 found`.
    private static func progressWords(_ search: SearchState) -> String {
        guard let progress = search.progress else { return "looking where to begin…" }
        var parts = [Figures.percent(progress.share), "\(Figures.grouped(progress.records)) records"]
        if let rate = progress.recordsPerSecond { parts.append("\(Figures.rate(rate))/s") }
        parts.append("\(Figures.grouped(search.matches)) found")
        return parts.joined(separator: "  ")
    }

    static func phase(_ search: SearchState) -> (text: String, style: (Theme) -> Style) {
        switch search.progress?.phase {
        case nil: ("● beginning", { $0.ok })
        case .running: ("● searching" + left(search), { $0.ok })
        case .paused: ("‖ paused", { $0.warn })
        case .finished: ("● done", { $0.ok })
        case .stopped: ("■ ended before its end", { $0.warn })
        }
    }

    private static func left(_ search: SearchState) -> String {
        search.progress?.remainingMilliseconds.map { ", \(Durations.short(milliseconds: $0)) left" } ?? ""
    }

    /// Draws the list of all searches.
    static func drawAll(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(.searches, 0))
        let table = SearchTables.searches(frame.state, list, frame.theme)
        let isFocused = frame.isFocused(0)
        let inside = Box("searches", note: table.sortNote, footer: table.countNote, isFocused: isFocused)
            .draw(on: &frame, in: rect)
        table.draw(on: &frame, in: inside, state: list, isFocused: isFocused, empty: "nothing was searched yet")
    }

    /// What stands in place of results.
    static func nothing(_ state: ConsoleState) -> String {
        state.search?.isEnded == true ? "nothing was found" : "nothing found yet"
    }

    /// What the list of results says of itself: how many, in which order, and whether it has all.
    static func note(_ results: TailState, _ state: ConsoleState) -> String {
        let found = state.search?.matches ?? 0
        let held = Int64(results.records.count)
        let count =
            held < found
            ? "the first \(Figures.grouped(held)) of \(Figures.grouped(found))" : "\(Figures.grouped(found)) found"
        return "\(count) by \(results.order.rawValue)"
    }
}
