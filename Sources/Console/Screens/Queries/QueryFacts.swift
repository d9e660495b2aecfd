import LiveQueries

/// A query's figures in words.
enum QueryFacts {
    /// Draws them in a box; the statement takes what lines are left.
    static func draw(_ frame: inout Frame, _ query: QueryFigures, in rect: Rect) {
        let theme = frame.theme
        let standing = QueryTables.standing(query, theme).pieces.first
        let inside = Box(
            query.id, note: standing?.text ?? "",
            footer: frame.state.isPinned(query.id) ? "pinned to the dashboard" : "", noteStyle: standing?.style
        ).draw(on: &frame, in: rect)
        let facts = lines(query, frame.state, theme, width: inside.width - 2)
        let room = max(1, inside.height - facts.count)
        var statement = Screens.wrapped(query.statement.replacing("\n", with: " "), width: inside.width - 2)
        if statement.count > room {
            statement = Array(statement.prefix(room))
            statement[room - 1] += "…"
        }
        var row = inside.row
        for line in statement.map({ [($0, theme.title)] }) + facts where row < inside.endRow {
            frame.line(line, row: row, in: inside, from: 1)
            row += 1
        }
    }

    /// One line for where there is hardly room.
    static func line(_ query: QueryFigures, _ theme: Theme) -> [(String, Style)] {
        let standing = QueryTables.standing(query, theme).pieces.map { ($0.text, $0.style ?? theme.text) }
        let figures = "  in \(Figures.rate(query.recordsInPerSecond))/s  lag \(Figures.short(query.lag))"
        let faults = query.failures > 0 ? [("  ▲ \(Figures.short(query.failures)) errors", theme.warn)] : []
        return standing + [(figures, theme.text)] + faults
    }

    /// What there is to say, the most telling first.
    static func lines(
        _ query: QueryFigures, _ state: ConsoleState, _ theme: Theme, width: Int
    ) -> [[(String, Style)]] {
        var lines: [[(String, Style)]] = []
        if case .stopped(let why) = query.state {
            lines += Screens.wrapped("▲ \(why)", width: width).prefix(2).map { [($0, theme.crit)] }
        }
        lines.append(labelled("way", way(query), theme))
        lines.append(labelled("pace", pace(query), theme))
        lines.append(labelled("clock", clock(query, state), theme))
        if query.openWindows > 0 || !query.idlePartitions.isEmpty {
            lines.append(labelled("windows", windows(query), theme))
        }
        lines.append(memory(query, state, theme, width: width))
        if query.failures > 0 || query.late > 0 || query.valueless > 0 { lines.append(faults(query, theme)) }
        return lines
    }

    private static func labelled(_ label: String, _ text: String, _ theme: Theme) -> [(String, Style)] {
        [(label.padding(to: 9), theme.muted), (text, theme.text)]
    }

    /// `PAGE_VIEWS (topic page-views) → VIEWS (topic VIEWS)`.
    private static func way(_ query: QueryFigures) -> String {
        let to = query.sink.map { "\($0) (topic \(query.sinkTopic ?? "?"))" } ?? "this console"
        return "\(query.source) (topic \(query.sourceTopic)) → \(to)"
    }

    private static func pace(_ query: QueryFigures) -> String {
        let read = "in \(Figures.rate(query.recordsInPerSecond))/s, \(Figures.grouped(query.recordsIn)) read"
        let told = "out \(Figures.rate(query.rowsOutPerSecond))/s, \(Figures.grouped(query.rowsOut)) told"
        return "\(read) · \(told) · lag \(query.lag.map { Figures.grouped($0) } ?? "?")"
    }

    /// Which time counts, and how far it has come.
    private static func clock(_ query: QueryFigures, _ state: ConsoleState) -> String {
        let source = query.timestampColumn.map { "column \($0) (WITH TIMESTAMP)" } ?? "ROWTIME"
        guard let time = query.streamTime else { return query.recordsIn > 0 ? source : "\(source) · no record yet" }
        let zone = state.settings.zone
        let behind = state.age(of: time)
        let age = behind >= 1000 ? ", \(Durations.long(milliseconds: behind)) ago" : ""
        return "\(source) · at \(zone.dateAndClock(time))\(age)"
    }

    private static func windows(_ query: QueryFigures) -> String {
        let count = query.openWindows == 1 ? "1 open" : "\(Figures.grouped(Int64(query.openWindows))) open"
        let isQuiet = (query.recordsInPerSecond ?? 0) == 0 && query.openWindows > 0
        let idle = query.idlePartitions
        let some = idle.prefix(8).map { "\($0)" }.joined(separator: ", ") + (idle.count > 8 ? ", …" : "")
        let left = idle.isEmpty ? "" : " · idle partition\(idle.count == 1 ? "" : "s") \(some)"
        return count + (isQuiet ? ", waiting for data" : "") + left
    }

    private static func memory(
        _ query: QueryFigures, _ state: ConsoleState, _ theme: Theme, width: Int
    ) -> [(String, Style)] {
        let style = QueryTables.memoryStyle(query, theme)
        let mark = style == nil ? "" : "▲ "
        let figure = "\(mark)\(QueryTables.memory(query).replacing("/", with: " of "))"
        let cells = max(6, min(20, width - 60))
        let (bar, track) = Bar.eighths(QueryTables.fill(query), width: cells)
        let committed = query.committedAt.map { "  committed \(Durations.long(milliseconds: state.age(of: $0))) ago" }
        return [
            ("state".padding(to: 9), theme.muted), (bar, style ?? theme.graphIn.last ?? theme.text),
            (track, theme.muted), ("  \(figure)", style ?? theme.text), (committed ?? "", theme.muted),
        ]
    }

    private static func faults(_ query: QueryFigures, _ theme: Theme) -> [(String, Style)] {
        let late = "\(Figures.grouped(query.late)) late"
        let failed = "\(query.failures > 0 ? "▲ " : "")\(Figures.grouped(query.failures)) not read or computed"
        let valueless = query.valueless > 0 ? " · \(Figures.grouped(query.valueless)) without a value" : ""
        return [
            ("left out".padding(to: 9), theme.muted), (late, query.late > 0 ? theme.warn : theme.text),
            (" · ", theme.muted), (failed, query.failures > 0 ? theme.warn : theme.text), (valueless, theme.text),
        ]
    }
}

extension String {
    /// Filled up with blanks.
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
