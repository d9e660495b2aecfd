import Operations
import RecordFormats

/// The searches there are.
enum SearchTables {
    /// The one looked at last first.
    static func searches(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<SearchState> {
        let columns: [Column<SearchState>] = [
            Column(
                "LOOKS FOR", width: 16, gap: 0, .left, growth: 2, sort: "filter", by: { .text(filter($0)) },
                descending: false
            ) { it, _ in CellText(filter(it)) },
            Column(
                "IN", width: 12, .left, priority: 1, growth: 1, sort: "topic",
                by: { .text($0.request.source.title) }, descending: false
            ) { it, width in CellText(ShortNames.name(it.request.source.title, width: width)) },
            Column("RANGE", width: 24, .left, priority: 3, growth: 2) { it, _ in CellText(it.range, theme.muted) },
            Column("STATE", width: 12, .left, priority: 2) { it, _ in
                let phase = SearchScreen.phase(it)
                return CellText(phase.text, phase.style(theme))
            },
            Column("READ", width: 5, sort: "read", by: { .number($0.progress?.share) }) { it, _ in
                CellText(it.progress.map { Figures.percent($0.share) } ?? "–")
            }.exactly { Figures.exact($0.progress?.share) },
            Column("FOUND", width: 9, sort: "found", by: { .number(Double($0.matches)) }) { it, _ in
                CellText(Figures.grouped(it.matches))
            }.exactly { "\($0.matches)" },
        ]
        return Table(
            state.searches, columns: columns, id: \.id, state: list, sort: nil,
            search: { "\(filter($0)) \($0.request.source.title) \($0.range)" })
    }

    private static func filter(_ it: SearchState) -> String {
        it.request.filter.expression.map { "\($0)" } ?? "every record"
    }
}
