import Cluster
import Monitor

/// A broker's settings with where each comes from, and what the selected one means.
enum BrokerConfigurationScreen {
    /// The settings as a table; what was set nearest to the broker comes first.
    static func table(
        _ state: ConsoleState, _ list: ListState, _ theme: Theme, broker: Int32
    ) -> Table<ConfigEntry> {
        let columns: [Column<ConfigEntry>] = [
            Column(
                "NAME", width: 34, gap: 0, .left, growth: 1, sort: "name", by: { .text($0.name) }, descending: false
            ) { it, width in CellText(ShortNames.name(it.name, width: width)) },
            Column("VALUE", width: 18, .left, growth: 1) { it, _ in
                it.isSensitive
                    ? CellText("(hidden)", theme.muted)
                    : CellText(it.value.map { $0.isEmpty ? "(empty)" : $0 } ?? "—", it.value == nil ? theme.muted : nil)
            },
            Column(
                "FROM", width: 18, .left, priority: 1, sort: "source",
                by: { .number(Double(ConfigurationScreen.rank($0.source))) }
            ) { it, _ in
                CellText(ConfigurationScreen.word(it.source), isDefault(it) ? theme.muted : theme.key)
            },
        ]
        return Table(
            state.brokerConfigurations[broker]?.value ?? [], columns: columns, id: \.name, state: list, sort: "source",
            isFaultsOnly: state.isFaultsOnly,
            search: { "\($0.name) \($0.isSensitive ? "" : $0.value ?? "") \(ConfigurationScreen.word($0.source))" },
            isFault: { !isDefault($0) })
    }

    private static func isDefault(_ entry: ConfigEntry) -> Bool { entry.source == .defaultValue }

    /// Draws it: the table, and below it the selected setting where there is room.
    static func draw(_ frame: inout Frame, in rect: Rect, broker: Int32) {
        let (state, theme) = (frame.state, frame.theme)
        let list = state.listState(ListID(.brokerConfiguration(broker), 0))
        let table = table(state, list, theme, broker: broker)
        let selected = table.cursor(list).map { table.items[$0] }
        let (top, bottom) = rect.split(top: rect.height >= 16 && selected != nil ? rect.height - 7 : rect.height)
        let inside = Box(
            "configuration of broker \(broker)", note: state.isFaultsOnly ? "only what is set" : table.sortNote,
            footer: table.countNote, isFocused: frame.isFocused(0)
        ).draw(on: &frame, in: top)
        switch state.brokerConfigurations[broker] {
        case .failed(let reason): frame.line([("▲ \(reason)", theme.warn)], row: inside.row, in: inside, from: 1)
        case nil, .loading(nil): frame.line([("reading…", theme.muted)], row: inside.row, in: inside, from: 1)
        default: table.draw(on: &frame, in: inside, state: list, isFocused: frame.isFocused(0))
        }
        if let selected, bottom.height > 0 { drawEntry(&frame, selected, in: bottom) }
    }

    /// One setting in full: where its value comes from, what else would decide, what it means.
    static func drawEntry(_ frame: inout Frame, _ entry: ConfigEntry, in rect: Rect) {
        let theme = frame.theme
        let inside = Box(entry.name, note: entry.isReadOnly ? "needs a restart" : "changes at once")
            .draw(on: &frame, in: rect)
        let value = entry.isSensitive ? "(hidden)" : entry.value.map { ConfigText.readable($0, of: entry.name) } ?? "—"
        var lines: [[(String, Style)]] = [
            [(value, theme.text), ("  \(ConfigurationScreen.word(entry.source))", theme.muted)]
        ]
        let others = entry.synonyms.map { synonym in
            let shown = entry.isSensitive ? "(hidden)" : synonym.value ?? "—"
            return "\(synonym.name) = \(shown), \(ConfigurationScreen.word(synonym.source))"
        }
        if !others.isEmpty { lines.append([(others.joined(separator: "; "), theme.muted)]) }
        let told = entry.documentation.flatMap { $0.isEmpty ? nil : $0 }
        let text = told ?? "The broker does not tell what it means."
        let room = inside.height - lines.count
        lines += wrapped(text, width: inside.width - 2).prefix(room).map { [($0, theme.text)] }
        for (index, line) in lines.enumerated() { frame.line(line, row: inside.row + index, in: inside, from: 1) }
    }

    /// A text in lines of at most so many cells, broken between words.
    static func wrapped(_ text: String, width: Int) -> [String] {
        guard width > 0 else { return [] }
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
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
