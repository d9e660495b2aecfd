import Cluster
import Monitor

/// Compacted partitions and compaction runs as tables.
enum CompactionTables {
    /// A partition of a compacted topic with what the cleaner sees and does.
    final class Row: Sendable {
        let topic: TopicFigures
        let figures: PartitionFigures
        /// The run that goes on or waits; nil for none.
        let run: CompactionRun?
        /// The last run that ended; nil for none that is known.
        let last: CompactionRecord?

        init(_ topic: TopicFigures, _ figures: PartitionFigures, run: CompactionRun?, last: CompactionRecord?) {
            self.topic = topic
            self.figures = figures
            self.run = run
            self.last = last
        }

        var place: TopicPartition {
            TopicPartition(topic: topic.description.name, partition: figures.description.partition)
        }
        var cleaning: CleaningState? { figures.description.cleaning }
        var isDue: Bool { cleaning?.isEligible == true }
        /// What runs first, then what is due, then by dirt.
        var urgency: Double {
            if let run { return run.phase == .queued ? 3e6 : 4e6 }
            return (isDue ? 1e6 : 0) + (cleaning?.dirtyRatio ?? -1)
        }
    }

    /// The partitions of compacted topics.
    static func rows(_ state: ConsoleState) -> [Row] {
        var runs: [TopicPartition: CompactionRun] = [:]
        for run in state.runs where run.isActive && runs[run.topicPartition]?.phase ?? .queued == .queued {
            runs[run.topicPartition] = run
        }
        let ended = Dictionary(
            state.snapshot.compactions.lazy.filter { !$0.run.isActive }.map { ($0.run.topicPartition, $0) }
        ) { first, _ in first }
        return state.snapshot.topics.filter(\.description.retention.isCompacted).flatMap { topic in
            topic.partitions.map { partition in
                let place = TopicPartition(topic: topic.description.name, partition: partition.description.partition)
                return Row(topic, partition, run: runs[place], last: ended[place])
            }
        }
    }

    /// The partitions as a table, the most urgent first.
    static func partitions(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<Row> {
        let columns: [Column<Row>] = [
            Column(
                "TOPIC-PART", width: 18, gap: 0, .left, growth: 2, sort: "name",
                by: { .text(GroupTables.padded($0.place)) },
                descending: false
            ) { it, width in CellText(ShortNames.partition(it.place, width: width)) }.exactly { "\($0.place)" },
            Column("STATE", width: 11, .left, growth: 1, sort: "state", by: { .number($0.urgency) }) { it, _ in
                condition(it, state, theme)
            },
            Column("CLEAN→DIRTY", width: 16, .left, priority: 3, growth: 2) { it, width in map(it, width, theme) },
            Column("DIRTY", width: 5, priority: 1, sort: "dirty", by: { .number($0.cleaning?.dirtyRatio) }) { it, _ in
                TopicTables.dirty(
                    it.cleaning?.dirtyRatio, isCompacted: true,
                    limit: it.topic.description.retention.minCleanableDirtyRatio, isTold: state.tellsCleaning,
                    theme: theme)
            }.exactly { Figures.exact($0.cleaning?.dirtyRatio) },
            Column("LIMIT", width: 5, priority: 6) { it, _ in
                CellText(Figures.percent(it.topic.description.retention.minCleanableDirtyRatio), theme.muted)
            },
            Column("CLEANABLE", width: 9, priority: 2, sort: "cleanable", by: { .number($0.cleaning?.cleanableBytes) })
            {
                it, _ in CellText(it.cleaning.map { Figures.bytes($0.cleanableBytes) } ?? "?")
            }.exactly { Figures.exact($0.cleaning?.cleanableBytes) },
            Column("HELD", width: 6, priority: 4, sort: "held", by: { .number($0.cleaning?.uncleanableBytes) }) {
                it, _ in
                CellText(it.cleaning.map { Figures.bytes($0.uncleanableBytes) } ?? "?", theme.muted)
            }.exactly { Figures.exact($0.cleaning?.uncleanableBytes) },
            Column("LAST RUN", width: 9, priority: 5, sort: "last", by: { .number(lastRun($0)) }) { it, _ in
                guard let ended = lastRun(it) else { return CellText("–", theme.muted) }
                return CellText(Durations.short(milliseconds: state.age(of: ended)) + " ago", theme.muted)
            }.exactly { Figures.exact(lastRun($0)) },
        ]
        let basis = TableBasis().and(state.snapshot.topics).and(state.runs).and(state.snapshot.compactions)
        return Table(
            state.kept(.compaction, of: basis) { rows(state) }, columns: columns, id: { "\($0.place)" },
            state: list, sort: "state", isFaultsOnly: state.isFaultsOnly, keeping: state.keeping(basis: basis),
            search: { .partition($0.place) }, isFault: { $0.isDue || $0.run != nil })
    }

    private static func lastRun(_ it: Row) -> Int64? { it.last?.run.endedAt ?? it.cleaning?.lastCleanedAt }

    private static func condition(_ it: Row, _ state: ConsoleState, _ theme: Theme) -> CellText {
        if let run = it.run { return BrokerTables.phase(run, theme) }
        guard let cleaning = it.cleaning else { return CellText(state.tellsCleaning ? "?" : "—", theme.muted) }
        guard cleaning.isEligible else {
            if cleaning.cleanableBytes > 0 { return CellText("○ not due", theme.muted) }
            let isAllHeld = cleaning.cleanBytes == 0 && cleaning.uncleanableBytes > 0
            return isAllHeld ? CellText("○ held back", theme.muted) : CellText("● clean", theme.ok)
        }
        let waiting = it.figures.compactionWaitingMilliseconds.map { " " + Durations.short(milliseconds: $0) } ?? ""
        return CellText("▲ due\(waiting)", theme.warn)
    }

    /// Clean, cleanable and held bytes side by side.
    private static func map(_ it: Row, _ width: Int, _ theme: Theme) -> CellText {
        guard let cleaning = it.cleaning else { return "" }
        let parts = [cleaning.cleanBytes, cleaning.cleanableBytes, cleaning.uncleanableBytes].map { Double(max(0, $0)) }
        let all = parts.reduce(0, +)
        guard all > 0 else { return "" }
        let clean = Bar.cells(parts[0] / all, width: width)
        let dirty = min(width - clean, Bar.cells(parts[1] / all, width: width))
        let held = width - clean - dirty
        return CellText(pieces: [
            (String(repeating: "█", count: clean), theme.muted), (String(repeating: "░", count: dirty), theme.warn),
            (String(repeating: "▓", count: held), theme.ok),
        ])
    }

    /// The runs seen since the console began, with their partitions before and after.
    static func history(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<CompactionRecord> {
        func bytes(_ it: CompactionRecord.State?) -> String { it?.bytes.map { Figures.bytes($0) } ?? "?" }
        func dirt(_ it: CompactionRecord.State?) -> String { it?.dirtyRatio.map { Figures.percent($0) } ?? "?" }
        let columns: [Column<CompactionRecord>] = [
            Column(
                "PARTITION", width: 18, gap: 0, .left, growth: 2, sort: "name",
                by: { .text("\($0.run.topicPartition)") },
                descending: false
            ) { it, width in CellText(ShortNames.partition(it.run.topicPartition, width: width)) }
            .exactly { "\($0.run.topicPartition)" },
            Column("STATE", width: 10, .left, growth: 1) { it, _ in BrokerTables.phase(it.run, theme) },
            Column("BY", width: 7, .left, priority: 6) { it, _ in
                CellText(it.run.isOnDemand ? "hand" : "cleaner", theme.muted)
            },
            Column("SIZE", width: 13, priority: 3) { it, _ in
                it.before == nil && it.after == nil
                    ? CellText("–", theme.muted) : "\(bytes(it.before)) → \(bytes(it.after))"
            },
            Column("DIRTY", width: 10, priority: 4) { it, _ in
                it.before == nil && it.after == nil
                    ? CellText("–", theme.muted) : "\(dirt(it.before)) → \(dirt(it.after))"
            },
            Column("GONE", width: 9, priority: 2, sort: "gone", by: { .number($0.run.recordsRemoved) }) { it, _ in
                CellText(Figures.grouped(it.run.recordsRemoved))
            }.exactly { "\($0.run.recordsRemoved)" },
            Column("FREED", width: 6, priority: 1, sort: "freed", by: { .number($0.run.bytesRemoved) }) { it, _ in
                CellText(Figures.bytes(it.run.bytesRemoved))
            }.exactly { "\($0.run.bytesRemoved)" },
            Column("STARTED", width: 8, priority: 5, sort: "start", by: { .number($0.run.startedAt) }) { it, _ in
                CellText(state.settings.zone.clock(it.run.startedAt), theme.muted)
            },
            Column("TOOK", width: 7, priority: 7) { it, _ in
                let took = it.run.startedAt.distance(upTo: it.run.endedAt ?? state.now)
                return CellText(took < 1000 ? "\(took)ms" : Durations.long(milliseconds: took), theme.muted)
            },
        ]
        return Table(
            state.snapshot.compactions, columns: columns, id: { "\($0.run.topicPartition) \($0.run.startedAt)" },
            state: list, sort: nil, isFaultsOnly: state.isFaultsOnly, search: { "\($0.run.topicPartition)" },
            isFault: { if case .failed = $0.run.phase { true } else { false } })
    }
}
