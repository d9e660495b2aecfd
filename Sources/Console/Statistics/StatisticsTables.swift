import Cluster
import Monitor
import Operations
import RecordFormats

/// The partitions and the most frequent keys of a scan as tables.
enum StatisticsTables {
    /// The partitions.
    static func partitions(
        _ report: StatisticsReport?, _ state: ConsoleState, _ list: ListState, _ theme: Theme
    ) -> Table<TopicStatistics.Partition> {
        let all = max(1, report?.records ?? 0)
        let most = max(1, report?.partitions.map(\.records).max() ?? 1)
        let columns: [Column<TopicStatistics.Partition>] = [
            Column(
                "#", width: 4, gap: 0, sort: "#", by: { .number(Double($0.topicPartition.partition)) },
                descending: false
            ) { it, _ in "\(it.topicPartition.partition)" },
            Column("RECORDS", width: 12, sort: "records", by: { .number($0.records) }) { it, _ in
                CellText(Figures.grouped(it.records))
            }.exactly { "\($0.records)" },
            Column("SHARE", width: 6, priority: 2) { it, _ in
                CellText(Figures.percent(Double(it.records) / Double(all), exact: true))
            }.exactly { "\(Double($0.records) / Double(all))" },
            Column("BYTES", width: 6, priority: 1, sort: "bytes", by: { .number($0.bytes) }) { it, _ in
                CellText(Figures.bytes(it.bytes))
            }.exactly { "\($0.bytes)" },
            Column("NULLS", width: 9, priority: 3, sort: "nulls", by: { .number($0.tombstones) }) { it, _ in
                CellText(Figures.grouped(it.tombstones))
            }.exactly { "\($0.tombstones)" },
            Column("", width: 10, gap: 2, .left, priority: 4, growth: 1) { it, width in
                let cells = Bar.cells(Double(it.records) / Double(most), width: width)
                return CellText(String(repeating: "█", count: cells), theme.graphIn.last)
            }.named("BAR"),
        ]
        return Table(
            report?.partitions ?? [], columns: columns, id: { "\($0.topicPartition.partition)" }, state: list,
            sort: "#",
            isFaultsOnly: false, search: { "\($0.topicPartition)" })
    }

    /// The most frequent keys.
    static func keys(
        _ report: StatisticsReport?, _ state: ConsoleState, _ list: ListState, _ theme: Theme
    ) -> Table<StatisticsReport.Key> {
        let all = max(1, report?.records ?? 0)
        let columns: [Column<StatisticsReport.Key>] = [
            Column("KEY", width: 16, gap: 0, .left, growth: 1) { it, width in
                let text = ReadableValue.preview(it.key.prefix, limit: max(1, width - 1)) + (it.key.isCut ? "…" : "")
                return CellText(ShortNames.name(text, width: width))
            },
            Column("RECORDS", width: 11, sort: "records", by: { .number($0.count) }) { it, _ in
                CellText((it.error > 0 ? "≤" : "") + Figures.grouped(it.count))
            }.exactly { "\($0.count)" },
            Column("SHARE", width: 6, priority: 1) { it, _ in
                CellText((it.error > 0 ? "≤" : "") + Figures.percent(Double(it.count) / Double(all), exact: true))
            }.exactly { "\(Double($0.count) / Double(all))" },
            Column("AT LEAST", width: 11, priority: 2) { it, _ in
                CellText(it.error > 0 ? Figures.grouped(it.count - it.error) : "", theme.muted)
            }.exactly { "\($0.count - $0.error)" },
        ]
        return Table(
            report?.topKeys ?? [], columns: columns, id: { "\($0.key.hash)" }, state: list, sort: "records",
            isFaultsOnly: false, search: { .text(ReadableValue.preview($0.key.prefix, limit: 64)) })
    }
}
