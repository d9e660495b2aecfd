import Monitor

/// What changed, as a table, a page and a strip below graphs.
enum ChangeTables {
    /// The changes, newest first.
    static func table(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<Change> {
        let columns: [Column<Change>] = [
            Column("TIME", width: 8, gap: 0, .left) { it, _ in CellText(state.settings.zone.clock(it.at), theme.muted)
            },
            Column("AGO", width: 4, priority: 2) { it, _ in
                CellText(Durations.short(milliseconds: state.age(of: it.at)), theme.muted)
            },
            Column("", width: 1, gap: 2, .left) { it, _ in CellText(String(it.kind.letter), style(it.kind, theme)) }
                .named("MARK"),
            Column(
                "WHAT", width: 16, .left, priority: 1, sort: "what", by: { .text($0.kind.rawValue) }, descending: false
            ) { it, _ in CellText(it.kind.rawValue, style(it.kind, theme)) },
            Column(
                "SUBJECT", width: 16, gap: 2, .left, growth: 1, sort: "subject", by: { .text($0.subject) },
                descending: false
            ) { it, width in CellText(ShortNames.name(it.subject, width: width)) }.exactly { $0.subject },
            Column("DETAIL", width: 28, gap: 2, .left, priority: 3, growth: 3) { it, _ in
                CellText(it.origin.isEmpty ? it.text : "\(it.origin): \(it.text)", theme.muted)
            },
        ]
        return Table(
            state.snapshot.changes, columns: columns,
            id: { "\($0.at) \($0.kind.rawValue) \($0.subject) \($0.detail)" }, state: list, sort: nil,
            isFaultsOnly: state.isFaultsOnly, search: { "\($0.kind.rawValue) \($0.subject) \($0.text) \($0.origin)" },
            isFault: { $0.kind == .alertFired || $0.kind == .brokerLost || $0.kind == .commitsRewound })
    }

    /// How a kind is coloured; the letter tells it apart without.
    static func style(_ kind: Change.Kind, _ theme: Theme) -> Style {
        switch kind {
        case .alertFired, .brokerLost: theme.crit
        case .restarted, .offsetsReset, .commitsRewound, .topicDeleted, .groupDeleted, .recordsDeleted: theme.warn
        case .alertResolved, .brokerBack: theme.ok
        case .topicCreated, .partitionsAdded, .settings, .act: theme.key
        case .rebalanced, .compacted: theme.text
        }
    }
}

extension Change {
    /// Whether it concerns a group: happened to it, to a topic it reads, or to all.
    func concerns(group id: String, topics: Set<String>) -> Bool {
        switch kind {
        case .restarted, .brokerLost, .brokerBack: true
        case .rebalanced, .offsetsReset, .commitsRewound, .groupDeleted: group == id
        default: group == id || topic.map(topics.contains) ?? false
        }
    }
}

extension AlertTables {
    /// What an empty list of alerts says: quiet ones of the past are not kept.
    static func none(_ state: ConsoleState) -> String {
        state.snapshot.past == nil ? "no rules" : "none pending or firing"
    }
}

/// The page of what changed.
enum ChangesScreen {
    /// Draws it.
    static func draw(_ frame: inout Frame, in rect: Rect) {
        let list = frame.state.listState(ListID(.changes, 0))
        let table = ChangeTables.table(frame.state, list, frame.theme)
        let isFocused = frame.isFocused(0)
        let note = table.sortNote.isEmpty ? "newest first" : table.sortNote
        let inside = Box("what changed", note: note, footer: table.countNote, isFocused: isFocused)
            .draw(on: &frame, in: rect)
        table.draw(
            on: &frame, in: inside, state: list, isFocused: isFocused,
            empty: "nothing changed since this was first watched, or in the last six hours")
    }
}

/// A line of letters below a graph, on its time axis: what changed when.
enum ChangeStrip {
    /// Draws the changes of a window that ends now; nothing where there were none.
    ///
    /// - Parameters:
    ///   - columns: The graph's columns.
    ///   - isWanted: Which changes concern what is shown.
    /// - Returns: True when there was something to draw.
    @discardableResult
    static func draw(
        _ frame: inout Frame, window: Int64, row: Int, columns: Range<Int>, label: Int? = nil,
        where isWanted: (Change) -> Bool = { _ in true }
    ) -> Bool {
        let (state, theme) = (frame.state, frame.theme)
        guard window > 0, !columns.isEmpty, !frame.isWordsOnly else { return false }
        var cells: [Int: Change] = [:]
        for change in state.snapshot.changes where isWanted(change) {
            let age = change.at.distance(upTo: state.now)
            // Newest first: what follows is older still.
            guard age < window else { break }
            let column = columns.upperBound - 1 - Int(age * Int64(columns.count) / window)
            if let there = cells[column], there.kind.weight >= change.kind.weight { continue }
            cells[column] = change
        }
        guard !cells.isEmpty else { return false }
        for column in columns { frame.grid.set("·", row: row, column: column, style: theme.muted) }
        for (column, change) in cells {
            let letter = change.kind.letter.unicodeScalars.first ?? "?"
            frame.grid.set(letter, row: row, column: column, style: ChangeTables.style(change.kind, theme))
        }
        if let label {
            let word = columns.lowerBound - label > 8 ? "changes" : "chg"
            frame.grid.put(word, row: row, endingAt: columns.lowerBound - 1, from: label, style: theme.muted)
        }
        return true
    }
}
