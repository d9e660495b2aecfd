import LiveQueries

/// A query's result as a table: the window, the columns of the SELECT, and how the first figure went.
enum ResultTable {
    typealias Row = QueryResult.Row

    /// The rows as they came: those changed last first.
    static func rows(_ query: QueryFigures, _ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<Row> {
        let result = query.result
        let keys = result.columns.indices.filter { result.columns[$0].isKey }
        let isWindowed = query.openWindows > 0 || result.rows.first.map { $0.window != nil } ?? false
        let figure = figure(of: result)
        let columns =
            (isWindowed ? [window(query, state, theme)] : [time(state, theme)])
            + result.columns.indices.map { value($0, of: result, isFigure: $0 == figure, theme) }
            + (figure == nil ? [] : [course(theme)])
        return Table(
            result.rows, columns: columns, id: { id($0, keys) }, state: list, sort: nil,
            keeping: state.keeping(result.rows),
            search: { "\($0.values.map { $0 ?? "null" }.joined(separator: " "))" })
    }

    /// The first column of figures that is no key; nil where there is none.
    static func figure(of result: QueryResult) -> Int? {
        result.columns.indices.first { !result.columns[$0].isKey && isNumeric(result.columns[$0].type) }
    }

    /// What tells a row from others while it changes: the key and the window; where there is no key all of it.
    private static func id(_ row: QueryResult.Row, _ keys: [Int]) -> String {
        let window = row.window.map { "\($0.lowerBound)-\($0.upperBound)" } ?? ""
        let places = keys.isEmpty ? Array(row.values.indices) : keys
        let values = places.map { $0 < row.values.count ? row.values[$0] ?? "\u{0}" : "" }.joined(separator: "\u{1}")
        return keys.isEmpty ? "\(window)\u{1}\(row.timestamp)\u{1}\(values)" : "\(window)\u{1}\(values)"
    }

    static func isNumeric(_ type: String) -> Bool {
        ["INT", "INTEGER", "BIGINT", "DOUBLE"].contains(type) || type.hasPrefix("DECIMAL")
    }

    // MARK: Columns

    /// The window's bounds; of one that is still open in the colour of what is well.
    private static func window(_ query: QueryFigures, _ state: ConsoleState, _ theme: Theme) -> Column<Row> {
        let zone = state.settings.zone
        // Where cells are few a window's beginning tells it.
        let isShort = state.size.columns < (state.page == .dashboard ? 110 : 60)
        return Column(
            "WINDOW", width: isShort ? 8 : 17, gap: 0, .left, priority: 1, sort: "window",
            by: { .number($0.window.map { Double($0.lowerBound) }) },
            cell: { it, _ in
                guard let window = it.window else { return CellText("—", theme.muted) }
                let isOpen = query.streamTime.map { $0 < window.upperBound } ?? true
                let end = isShort ? "" : "–\(zone.clock(window.upperBound))"
                return CellText(zone.clock(window.lowerBound) + end, isOpen ? theme.ok : theme.muted)
            }
        ).exactly { it in it.window.map { "\(zone.exact($0.lowerBound))/\(zone.exact($0.upperBound))" } ?? "" }
    }

    private static func time(_ state: ConsoleState, _ theme: Theme) -> Column<Row> {
        let zone = state.settings.zone
        return Column(
            "TIME", width: 8, gap: 0, .left, priority: 1, sort: "time", by: { .number(Double($0.timestamp)) },
            cell: { it, _ in CellText(zone.clock(it.timestamp), theme.muted) }
        ).exactly { zone.exact($0.timestamp) }
    }

    private static func value(_ index: Int, of result: QueryResult, isFigure: Bool, _ theme: Theme) -> Column<Row> {
        let column = result.columns[index]
        let isNumeric = isNumeric(column.type)
        func text(_ it: Row) -> String? { index < it.values.count ? it.values[index] : nil }
        // The rows on the screen tell how wide; all of them would cost more than a frame may.
        let widest =
            result.rows.lazy.prefix(100).map { row in
                index < row.values.count ? CellWidth.of(row.values[index] ?? "null") : 0
            }.max() ?? 0
        let whole = max(4, CellWidth.of(column.name), min(widest, 60))
        return Column(
            column.name, width: min(whole, isNumeric ? 14 : 12), whole: whole, gap: 2, isNumeric ? .right : .left,
            priority: column.isKey ? 0 : isFigure ? 1 : min(index + 3, 30), growth: isNumeric ? 0 : 1,
            sort: column.name.lowercased(),
            by: { it in
                isNumeric ? .number(text(it).flatMap { Double($0) }) : .text((text(it) ?? "").lowercased())
            },
            descending: isNumeric,
            cell: { it, _ in
                guard let text = text(it) else { return CellText("null", theme.muted) }
                return CellText(text, column.isKey ? theme.title : nil)
            }
        ).exactly { text($0) ?? "" }
    }

    /// How the first figure went, one cell an update.
    private static func course(_ theme: Theme) -> Column<Row> {
        Column("UPDATES", width: 8, whole: 16, gap: 2, .left, priority: 2) { it, width in
            CellText(Sparkline.trend(Array(it.recent.suffix(width))), theme.graphIn.last)
        }
    }
}
