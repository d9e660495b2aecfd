import LiveQueries

/// The lists of the queries page, and of what statements answer.
enum QueryTables {
    /// The queries.
    static func queries(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<QueryFigures> {
        let columns: [Column<QueryFigures>] = [
            Column(
                "QUERY", width: 22, gap: 0, .left, growth: 2, sort: "query", by: { .text($0.id) }, descending: false
            ) { it, width in
                let isPinned = state.isPinned(it.id)
                let name = ShortNames.name(it.id, width: width - (isPinned ? 2 : 0))
                return CellText(pieces: [(name, nil)] + (isPinned ? [(" ◆", theme.key)] : []))
            }.exactly(\.id),
            Column("STATE", width: 11, .left, sort: "state", by: { .number(rank($0)) }) { it, _ in
                standing(it, theme)
            },
            Column("IN/s", width: 6, sort: "in", by: { .number($0.recordsInPerSecond) }) { it, _ in
                CellText(Figures.rate(it.recordsInPerSecond))
            }.exactly { $0.recordsInPerSecond.map { "\($0)" } ?? "" },
            Column("OUT/s", width: 6, priority: 1, sort: "out", by: { .number($0.rowsOutPerSecond) }) { it, _ in
                CellText(Figures.rate(it.rowsOutPerSecond))
            }.exactly { $0.rowsOutPerSecond.map { "\($0)" } ?? "" },
            Column("LAG", width: 6, priority: 2, sort: "lag", by: { .number($0.lag) }) { it, _ in
                CellText(Figures.short(it.lag))
            }.exactly { $0.lag.map { "\($0)" } ?? "" },
            Column("LATE", width: 6, priority: 3, sort: "late", by: { .number($0.late) }) { it, _ in
                CellText(Figures.short(it.late), it.late > 0 ? theme.warn : theme.muted)
            }.exactly { "\($0.late)" },
            Column("ERRORS", width: 6, priority: 2, sort: "errors", by: { .number($0.failures) }) { it, _ in
                CellText(Figures.short(it.failures), it.failures > 0 ? theme.warn : theme.muted)
            }.exactly { "\($0.failures)" },
            Column("MEMORY", width: 11, priority: 4, sort: "memory", by: { .number(Int64($0.stateBytes)) }) { it, _ in
                CellText(memory(it), memoryStyle(it, theme))
            }.exactly { "\($0.stateBytes)" },
            Column("SINK", width: 14, .left, priority: 5, growth: 1, sort: "sink", by: { .text($0.sinkTopic ?? "") }) {
                it, width in
                it.sinkTopic.map { CellText(ShortNames.name($0, width: width)) } ?? CellText("—", theme.muted)
            }.exactly { $0.sinkTopic ?? "" },
        ]
        return Table(
            state.queries.board?.queries ?? [], columns: columns, id: \.id, state: list, sort: nil,
            isFaultsOnly: state.isFaultsOnly,
            search: { "\($0.id) \($0.source) \($0.sourceTopic) \($0.sinkTopic ?? "") \(word($0))" }, isFault: isFault)
    }

    /// The streams and tables that statements can name.
    static func sources(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<QuerySource> {
        let columns: [Column<QuerySource>] = [
            Column(
                "NAME", width: 20, gap: 0, .left, growth: 1, sort: "name", by: { .text($0.name) }, descending: false
            ) { it, width in CellText(ShortNames.name(it.name, width: width)) }.exactly(\.name),
            Column("KIND", width: 6, .left, sort: "kind", by: { .text($0.kind) }, descending: false) { it, _ in
                CellText(it.kind.lowercased(), theme.muted)
            },
            Column(
                "TOPIC", width: 18, .left, priority: 1, growth: 1, sort: "topic", by: { .text($0.topic) },
                descending: false
            ) { it, width in CellText(ShortNames.name(it.topic, width: width)) }.exactly(\.topic),
            Column("COLUMNS", width: 24, .left, priority: 2, growth: 3) { it, _ in CellText(columnWords(it)) },
        ]
        return Table(
            state.queries.board?.sources ?? [], columns: columns, id: \.name, state: list, sort: nil,
            search: { "\($0.name) \($0.kind) \($0.topic) \(columnWords($0))" })
    }

    /// A failure, with its place among the samples.
    struct Failure {
        var place: Int
        var text: String
    }

    /// What a query could not read or compute, the newest first.
    static func failures(
        _ query: QueryFigures, _ state: ConsoleState, _ list: ListState, _ theme: Theme
    ) -> Table<Failure> {
        let columns: [Column<Failure>] = [
            Column("NEWEST FIRST", width: 40, gap: 0, .left, growth: 1) { it, _ in CellText(it.text) }
        ]
        return Table(
            query.failureSamples.enumerated().map { Failure(place: $0.offset, text: $0.element) }, columns: columns,
            id: { "\($0.place)" }, state: list, sort: nil, search: { "\($0.text)" })
    }

    /// A row of an answer, with its place.
    struct AnswerRow {
        var place: Int
        var values: [String]
    }

    /// What statements answered.
    static func answer(_ answers: StatementAnswers, _ list: ListState, _ theme: Theme) -> Table<AnswerRow> {
        let last = answers.titles.count - 1
        let columns = answers.titles.enumerated().map { index, title in
            let widest = answers.rows.lazy.prefix(500).map { CellWidth.of($0[index]) }.max() ?? 0
            let width = max(4, CellWidth.of(title), min(widest, last == 0 ? 200 : 40))
            return Column<AnswerRow>(
                title, width: min(width, 24), whole: width, gap: index == 0 ? 0 : 2, .left,
                priority: index == 0 ? 0 : index, growth: index == last ? 1 : 0,
                sort: last == 0 ? nil : title.lowercased(),
                by: { row in
                    Double(row.values[index]).map { SortKey.number($0) } ?? .text(row.values[index].lowercased())
                },
                descending: false
            ) { row, _ in CellText(row.values[index]) }.exactly { $0.values[index] }
        }
        return Table(
            answers.rows.enumerated().map { AnswerRow(place: $0.offset, values: $0.element) }, columns: columns,
            id: { "\($0.place)" }, state: list, sort: nil, search: { "\($0.values.joined(separator: " "))" })
    }

    // MARK: Words

    /// `page VARCHAR KEY, views BIGINT`.
    static func columnWords(_ source: QuerySource) -> String {
        source.columns.map { "\($0.name) \($0.type)" + ($0.isKey ? " KEY" : "") }.joined(separator: ", ")
    }

    /// `12M/256M`: the state's memory, and the most it may have.
    static func memory(_ it: QueryFigures) -> String {
        let used = Figures.bytes(Int64(it.stateBytes))
        return it.budgetBytes > 0 ? "\(used)/\(Figures.bytes(Int64(it.budgetBytes)))" : used
    }

    /// How full a query's budget is, 0...1; 0 without one.
    static func fill(_ it: QueryFigures) -> Double {
        it.budgetBytes > 0 ? Double(it.stateBytes) / Double(it.budgetBytes) : 0
    }

    static func memoryStyle(_ it: QueryFigures, _ theme: Theme) -> Style? {
        let fill = fill(it)
        return fill >= 0.95 ? theme.crit : fill >= 0.8 ? theme.warn : nil
    }

    /// Where a query stands, in a word.
    static func word(_ it: QueryFigures) -> String {
        switch it.state {
        case .running: it.isTransient ? "push" : "running"
        case .restoring(let share): "restore \(Figures.percent(share))"
        case .paused: "paused"
        case .stopped: "stopped"
        }
    }

    /// The same with its mark.
    static func standing(_ it: QueryFigures, _ theme: Theme) -> CellText {
        switch it.state {
        case .running: CellText("● \(word(it))", theme.ok)
        case .restoring: CellText(word(it), theme.warn)
        case .paused: CellText("‖ \(word(it))", theme.warn)
        case .stopped: CellText("▲ \(word(it))", theme.crit)
        }
    }

    private static func rank(_ it: QueryFigures) -> Double {
        switch it.state {
        case .stopped: 3
        case .paused: 2
        case .restoring: 1
        case .running: 0
        }
    }

    /// What needs a look: it stopped by itself, or cannot read what it gets.
    static func isFault(_ it: QueryFigures) -> Bool {
        if case .stopped = it.state { return true }
        return it.failures > 0
    }
}
