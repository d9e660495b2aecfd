import Cluster

/// A topic's settings with where each comes from.
enum ConfigurationScreen {
    /// The settings as a table; what was set on the topic comes first.
    static func table(_ state: ConsoleState, _ list: ListState, _ theme: Theme, topic: String) -> Table<ConfigEntry> {
        let entries = state.configurations[topic]?.value ?? []
        let columns: [Column<ConfigEntry>] = [
            Column("NAME", width: 38, gap: 0, .left, growth: 1, sort: "name", by: { .text($0.name) }, descending: false)
            { it, _ in
                CellText(it.name)
            },
            Column("VALUE", width: 24, .left, growth: 1) { it, _ in
                it.isSensitive ? CellText("(hidden)", theme.muted) : CellText(it.value ?? "—")
            },
            Column("FROM", width: 24, .left, priority: 1, sort: "source", by: { .number(Double(rank($0.source))) }) {
                it, _ in
                CellText(word(it.source), it.source == .topic ? theme.key : theme.muted)
            },
        ]
        return Table(
            entries, columns: columns, id: \.name, state: list, sort: "source",
            isFaultsOnly: state.isFaultsOnly,
            search: { "\($0.name) \($0.isSensitive ? "" : $0.value ?? "") \(word($0.source))" },
            isFault: { $0.source == .topic })
    }

    /// Draws it.
    static func draw(_ frame: inout Frame, in rect: Rect, topic: String) {
        let (state, theme) = (frame.state, frame.theme)
        let list = state.listState(ListID(.configuration(topic), 0))
        let table = table(state, list, theme, topic: topic)
        let selected = table.cursor(list).map { table.items[$0] }
        let (top, bottom) = rect.split(top: rect.height >= 16 && selected != nil ? rect.height - 7 : rect.height)
        let inside = Box(
            "configuration of \(topic)", note: state.isFaultsOnly ? "only what is set" : table.sortNote,
            footer: table.countNote, isFocused: frame.isFocused(0)
        ).draw(on: &frame, in: top)
        switch state.configurations[topic] {
        case .failed(let reason): frame.line([("▲ \(reason)", theme.warn)], row: inside.row, in: inside, from: 1)
        case nil, .loading(nil): frame.line([("reading…", theme.muted)], row: inside.row, in: inside, from: 1)
        default: table.draw(on: &frame, in: inside, state: list, isFocused: frame.isFocused(0))
        }
        if let selected, bottom.height > 0 { BrokerConfigurationScreen.drawEntry(&frame, selected, in: bottom) }
    }

    /// How near to the resource a value was set: the nearest the largest.
    static func rank(_ source: ConfigEntry.Source) -> Int {
        switch source {
        case .topic: 5
        case .dynamicBroker, .dynamicBrokerLogger: 4
        case .dynamicDefaultBroker: 3
        case .staticBroker: 2
        case .defaultValue: 1
        case .unknown: 0
        }
    }

    /// Where a setting comes from, in words.
    static func word(_ source: ConfigEntry.Source) -> String {
        switch source {
        case .topic: "set on the topic"
        case .dynamicBroker: "set on the broker"
        case .dynamicDefaultBroker: "set on all brokers"
        case .dynamicBrokerLogger: "a logger of the broker"
        case .staticBroker: "the broker's start"
        case .defaultValue: "default"
        case .unknown: "unknown"
        }
    }
}
