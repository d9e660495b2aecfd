import Cluster
import Monitor

/// Brokers and compaction runs as tables.
enum BrokerTables {
    /// A broker with what the partitions say of it.
    struct Row {
        var broker: BrokerDescription
        /// Partitions it leads.
        var leads = 0
        /// Bytes of the partitions it holds; nil when no size is known.
        var sizeBytes: Int64?
        /// True when part of the size is that of another broker's copy.
        var isEstimated = false
        /// Since when and why it does not answer; nil while it does.
        var silent: SilentBroker?

        /// Adds a partition it holds.
        mutating func hold(_ bytes: Int64, isEstimated: Bool) {
            sizeBytes = (sizeBytes ?? 0) &+ bytes
            if isEstimated { self.isEstimated = true }
        }
    }

    /// The brokers of the cluster, ascending by node id; one that only partitions name is listed too.
    static func rows(_ state: ConsoleState) -> [Row] {
        var rows = Dictionary(
            (state.snapshot.status?.brokers ?? []).map { ($0.nodeID, Row(broker: $0)) }, uniquingKeysWith: { $1 })
        for id in state.snapshot.silentBrokers.keys where rows[id] == nil {
            rows[id] = Row(broker: BrokerDescription(nodeID: id, host: "", port: 0, isController: false))
        }
        for topic in state.snapshot.topics {
            for partition in topic.description.partitions {
                rows[partition.leader]?.leads += 1
                guard let size = partition.sizeBytes else { continue }
                for replica in partition.replicas {
                    rows[replica]?.hold(size, isEstimated: replica != partition.leader)
                }
            }
        }
        for (id, silent) in state.snapshot.silentBrokers { rows[id]?.silent = silent }
        return rows.values.sorted { $0.broker.nodeID < $1.broker.nodeID }
    }

    /// The brokers as a table.
    static func brokers(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<Row> {
        let columns: [Column<Row>] = [
            Column(
                "ID", width: 4, gap: 0, sort: "id", by: { .number(Double($0.broker.nodeID)) }, descending: false
            ) { it, _ in "\(it.broker.nodeID)" },
            Column(
                "HOST", width: 20, gap: 2, .left, growth: 1, sort: "host", by: { .text($0.broker.host) },
                descending: false
            ) { it, width in
                let host = it.broker.host.isEmpty ? "?" : "\(it.broker.host):\(it.broker.port)"
                return CellText(ShortNames.name(host, width: width))
            },
            Column("RACK", width: 8, .left, priority: 5) { it, _ in CellText(it.broker.rack ?? "–", theme.muted) },
            Column("ROLE", width: 10, .left, priority: 4) { it, _ in
                CellText(it.broker.isController ? "controller" : "", theme.key)
            },
            Column("LEADS", width: 6, priority: 2, sort: "leads", by: { .number(Double($0.leads)) }) { it, _ in
                "\(it.leads)"
            },
            Column("SIZE", width: 7, priority: 3, sort: "size", by: { .number($0.sizeBytes) }) { it, _ in
                CellText(it.sizeBytes.map { (it.isEstimated ? "≈" : "") + Figures.bytes($0) } ?? "—")
            },
            Column("STATE", width: 12, gap: 2, .left, growth: 2) { it, _ in
                guard let silent = it.silent else { return CellText("● ok", theme.ok) }
                let age = Durations.short(milliseconds: state.age(of: silent.since))
                return CellText("▲ silent \(age): \(silent.reason)", theme.crit)
            },
        ]
        return Table(
            rows(state), columns: columns, id: { "\($0.broker.nodeID)" }, state: list, sort: "id",
            isFaultsOnly: state.isFaultsOnly,
            search: { "\($0.broker.nodeID) \($0.broker.host):\($0.broker.port) \($0.broker.rack ?? "")" },
            isFault: { $0.silent != nil })
    }

    /// The compaction runs as a table.
    static func runs(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<CompactionRun> {
        let columns: [Column<CompactionRun>] = [
            Column(
                "PARTITION", width: 22, gap: 0, .left, growth: 1, sort: "name", by: { .text("\($0.topicPartition)") },
                descending: false
            ) {
                it, width in CellText(ShortNames.partition(it.topicPartition, width: width))
            },
            Column("STATE", width: 20, .left, growth: 1) { it, _ in phase(it, theme) },
            Column("BY", width: 7, .left, priority: 4) { it, _ in
                CellText(it.isOnDemand ? "hand" : "cleaner", theme.muted)
            },
            Column("RECORDS GONE", width: 12, priority: 1) { it, _ in CellText(Figures.grouped(it.recordsRemoved)) },
            Column("FREED", width: 7, priority: 2) { it, _ in CellText(Figures.bytes(it.bytesRemoved)) },
            Column("STARTED", width: 8, gap: 2, priority: 3, sort: "start", by: { .number($0.startedAt) }) { it, _ in
                CellText(state.settings.zone.clock(it.startedAt), theme.muted)
            }.exactly { state.settings.zone.exact($0.startedAt) },
            Column("TOOK", width: 8, priority: 5) { it, _ in
                let took = it.startedAt.distance(upTo: it.endedAt ?? state.now)
                return CellText(
                    took > 0 && took < 1000 ? "\(took)ms" : Durations.long(milliseconds: took), theme.muted)
            },
        ]
        return Table(
            state.runs, columns: columns, id: { "\($0.topicPartition) \($0.startedAt)" }, state: list, sort: nil,
            isFaultsOnly: state.isFaultsOnly, search: { "\($0.topicPartition)" },
            isFault: { if case .failed = $0.phase { true } else { false } })
    }

    static func phase(_ run: CompactionRun, _ theme: Theme) -> CellText {
        switch run.phase {
        case .queued: CellText("◔ queued", theme.muted)
        case .indexing, .copying:
            CellText(
                "▸ \(Figures.percent(run.bytesTotal > 0 ? Double(run.bytesDone) / Double(run.bytesTotal) : 0))",
                theme.key)
        case .asked: CellText("◔ asked", theme.key)
        case .restoring: CellText("◔ restoring", theme.key)
        case .restored: CellText("■ restored", theme.muted)
        case .finished: CellText("● done", theme.ok)
        case .stopped: CellText("■ stopped", theme.warn)
        case .failed(let reason): CellText("▲ \(reason)", theme.crit)
        }
    }
}
