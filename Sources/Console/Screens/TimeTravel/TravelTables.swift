import Cluster
import Operations
import RecordFormats

/// Keys as of a moment, what changed between two, and the records of one key, as tables.
enum TravelTables {
    /// A row's stable name: its partition and its key.
    static func id(_ row: KeyRow) -> String {
        "\(row.topicPartition.partition) " + row.key.map { String($0, radix: 16) }.joined(separator: ".")
    }

    /// The keys of the topic looked at; between two moments those that changed.
    static func keys(_ state: ConsoleState, _ list: ListState, _ theme: Theme, topic: String) -> Table<KeyRow> {
        let report = state.travel.flatMap { $0.request.topic == topic ? $0.report?.value : nil }
        let isDifference = report?.request.later != nil
        let decoder = state.decoder(of: topic)
        func value(_ version: KeyVersion?, _ row: KeyRow, _ width: Int) -> CellText {
            guard let version else { return CellText("—", theme.muted) }
            let text = decoder.valuePreview(version.value, key: row.key, topic: topic, limit: width)
            return CellText(text, version.value == nil ? theme.muted : nil)
        }
        var columns: [Column<KeyRow>] = [
            Column("KEY", width: 18, gap: 0, .left, growth: 1) { it, width in
                CellText(decoder.keyPreview(it.key, topic: topic, limit: width))
            },
            Column("PART", width: 4, priority: 3) { it, _ in "\(it.topicPartition.partition)" },
        ]
        columns += isDifference ? changes(value, theme) : versions(state, value, theme)
        return Table(
            report?.rows ?? [], columns: columns, id: id, state: list, sort: nil,
            search: { row in
                .text(
                    [row.key, row.version?.value ?? [], row.later?.value ?? []]
                        .map { String(decoding: $0, as: UTF8.self) }.joined(separator: " "))
            })
    }

    private static func versions(
        _ state: ConsoleState, _ value: @escaping (KeyVersion?, KeyRow, Int) -> CellText, _ theme: Theme
    ) -> [Column<KeyRow>] {
        let zone = state.settings.zone
        return [
            Column("OFFSET", width: 11, priority: 2) { it, _ in CellText(it.version.map { "\($0.offset)" } ?? "—") },
            Column("WRITTEN", width: 19, gap: 2, .left, priority: 1) { it, _ in
                CellText(it.version.map { time($0.timestamp, zone) } ?? "—", theme.muted)
            },
            Column("SIZE", width: 6, priority: 4) { it, _ in CellText("\(it.version?.size ?? 0)", theme.muted) },
            Column("VALUE", width: 24, gap: 2, .left, growth: 3) { it, width in value(it.version, it, width) },
        ]
    }

    private static func changes(
        _ value: @escaping (KeyVersion?, KeyRow, Int) -> CellText, _ theme: Theme
    ) -> [Column<KeyRow>] {
        [
            Column("CHANGE", width: 7, gap: 2, .left) { it, _ in word(it.change, theme) },
            Column("WAS", width: 20, gap: 2, .left, growth: 2) { it, width in value(it.version, it, width) },
            Column("IS", width: 20, gap: 2, .left, growth: 2) { it, width in value(it.later, it, width) },
            Column("OFFSET", width: 11, priority: 2) { it, _ in
                CellText((it.later ?? it.version).map { "\($0.offset)" } ?? "—", theme.muted)
            },
        ]
    }

    private static func word(_ change: KeyRow.Change, _ theme: Theme) -> CellText {
        switch change {
        case .added: CellText("new", theme.ok)
        case .removed: CellText("deleted", theme.warn)
        case .changed: CellText("changed")
        case .rewritten: CellText("again", theme.muted)
        case .same: CellText("same", theme.muted)
        }
    }

    /// The records of one key, the newest first.
    static func history(
        _ state: ConsoleState, _ list: ListState, _ theme: Theme, place: TopicPartition, key: [UInt8]
    ) -> Table<FetchedRecord> {
        let found = state.keyHistory.flatMap { $0.place == place && $0.key == key ? $0.found.value : nil }
        let (zone, decoder) = (state.settings.zone, state.decoder(of: place.topic))
        let columns: [Column<FetchedRecord>] = [
            Column("OFFSET", width: 11, gap: 0) { it, _ in "\(it.offset)" },
            Column("WRITTEN", width: 23, gap: 2, .left) { it, _ in
                CellText(time(it.timestamp, zone, isExact: true), theme.muted)
            },
            Column("SIZE", width: 6, priority: 1) { it, _ in CellText("\(it.valueSize)", theme.muted) },
            Column("VALUE", width: 24, gap: 2, .left, growth: 1) { it, width in
                CellText(
                    decoder.valuePreview(it.value, key: it.key, topic: place.topic, limit: width),
                    it.value == nil ? theme.muted : nil)
            },
        ]
        return Table(
            (found?.versions ?? []).reversed(), columns: columns, id: { "\($0.offset)" }, state: list, sort: nil,
            search: { .text(String(decoding: $0.value ?? [], as: UTF8.self)) })
    }

    private static func time(_ timestamp: Int64, _ zone: TimeZoneChoice, isExact: Bool = false) -> String {
        guard timestamp >= 0 else { return "–" }
        return isExact
            ? "\(zone.date(timestamp)) \(zone.clockWithMilliseconds(timestamp))" : zone.dateAndClock(timestamp)
    }
}
