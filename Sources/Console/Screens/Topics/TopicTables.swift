import AlertRules
import Cluster
import Monitor

/// Topics and partitions as tables.
enum TopicTables {
    /// The dirty ratio with a mark where the cleaner should have come.
    static func dirty(
        _ ratio: Double?, isCompacted: Bool, limit: Double, isTold: Bool = true, theme: Theme
    ) -> CellText {
        guard isCompacted else { return CellText("–  ", theme.muted) }
        guard ratio != nil || isTold else { return CellText("—  ", theme.muted) }
        guard let ratio else { return CellText("?  ", theme.muted) }
        let text = Figures.percent(ratio)
        guard ratio > limit else { return CellText("\(text)  ") }
        // `100%▲` has the width of `71% ▲`.
        return CellText(text.count > 3 ? "\(text)▲" : "\(text) ▲", theme.warn)
    }

    /// True when something is wrong with a topic: unread, under-replicated, without a leader, or stale.
    static func isFault(_ topic: TopicFigures) -> Bool {
        topic.staleSince != nil || topic.partitions.contains(where: isFault)
            || (topic.dirtyRatio ?? 0) > topic.description.retention.minCleanableDirtyRatio
    }

    /// Likewise of a partition.
    static func isFault(_ partition: PartitionFigures) -> Bool { severity(partition) > 0 }

    /// How bad a partition is: 4 unreadable, 3 without a leader, 2 under-replicated, 1 stale or due for cleaning, 0 well.
    static func severity(_ partition: PartitionFigures) -> Int {
        let it = partition.description
        if it.problem != nil { return 4 }
        if it.leader < 0 { return 3 }
        if it.inSyncReplicas.count < it.replicas.count { return 2 }
        return partition.staleSince != nil || it.cleaning?.isEligible == true ? 1 : 0
    }

    /// A topic's name, marked when its figures are old. Where it is cut, its end stays, which tells it from its neighbours.
    private static func name(_ topic: TopicFigures, width: Int, _ state: ConsoleState, _ theme: Theme) -> CellText {
        guard let stale = topic.staleSince else {
            return CellText(ShortNames.name(topic.description.name, width: width))
        }
        let age = Durations.short(milliseconds: state.age(of: stale))
        let (old, all) = (topic.stalePartitions, topic.partitions.count)
        guard old < all, old > 0 else {
            return CellText(pieces: [(topic.description.name, theme.muted), (" ▲stale \(age)", theme.warn)])
        }
        return CellText(pieces: [(topic.description.name, nil), (" ▲\(old)/\(all) stale \(age)", theme.warn)])
    }

    private static func spark(_ topic: TopicFigures, _ width: Int, window: Int64, _ theme: Theme) -> CellText {
        CellText(Sparkline.text(topic.rateHistory.averaged(window: window, count: width)), theme.graphIn.last)
    }

    /// The dashboard's table of topics.
    static func dashboard(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<TopicFigures> {
        let columns: [Column<TopicFigures>] = [
            Column(
                "NAME", width: 18, gap: 0, .left, growth: 2, sort: "name", by: { .text($0.description.name) },
                descending: false
            ) {
                topic, width in name(topic, width: width, state, theme)
            }.exactly { $0.description.name },
            Column(
                "PARTS", width: 5, gap: 0, priority: 3, sort: "parts",
                by: { .number(Double($0.description.partitions.count)) }
            ) {
                topic, _ in "\(topic.description.partitions.count)"
            },
            Column("RATE/s", width: 6, gap: 4, priority: 1, sort: "rate", by: { .number($0.recordsInPerSecond) }) {
                topic, _ in
                CellText(Figures.rate(topic.recordsInPerSecond))
            }.exactly { Figures.exact($0.recordsInPerSecond) },
            Column("SIZE", width: 5, gap: 3, priority: 4, sort: "size", by: { .number($0.sizeBytes) }) { topic, _ in
                CellText(topic.sizeBytes.map { Figures.bytes($0) } ?? "?")
            }.exactly { Figures.exact($0.sizeBytes) },
            Column("DIRTY", width: 5, gap: 2, priority: 2, sort: "dirty", by: { .number($0.dirtyRatio) }) { topic, _ in
                let retention = topic.description.retention
                return dirty(
                    topic.dirtyRatio, isCompacted: retention.isCompacted, limit: retention.minCleanableDirtyRatio,
                    isTold: state.tellsCleaning, theme: theme)
            }.exactly { Figures.exact($0.dirtyRatio) },
            Column("in, 20s", width: 10, .left, priority: 5, growth: 1) { topic, width in
                spark(topic, width, window: 20_000, theme)
            },
        ]
        return Table(
            state.snapshot.topics, columns: columns, id: { $0.description.name }, state: list, sort: "rate",
            isFaultsOnly: state.isFaultsOnly, keeping: state.keeping(state.snapshot.topics),
            search: { .text($0.description.name) }, isFault: isFault)
    }

    /// The topics screen's table.
    static func topics(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<TopicFigures> {
        let columns: [Column<TopicFigures>] = [
            Column(
                "NAME", width: 19, gap: 0, .left, growth: 2, sort: "name", by: { .text($0.description.name) },
                descending: false
            ) {
                topic, width in name(topic, width: width, state, theme)
            }.exactly { $0.description.name },
            Column(
                "PARTS", width: 5, priority: 3, sort: "parts", by: { .number(Double($0.description.partitions.count)) }
            ) {
                topic, _ in "\(topic.description.partitions.count)"
            },
            Column("RECORDS", width: 8, priority: 4, sort: "records", by: { .number(records($0)) }) { topic, _ in
                guard let records = records(topic) else { return "?" }
                return CellText((topic.description.retention.isCompacted ? "≤" : "") + Figures.short(records))
            }.exactly { Figures.exact(records($0)) },
            Column("RATE/s", width: 6, priority: 1, sort: "rate", by: { .number($0.recordsInPerSecond) }) { topic, _ in
                CellText(Figures.rate(topic.recordsInPerSecond))
            }.exactly { Figures.exact($0.recordsInPerSecond) },
            Column("SIZE", width: 6, priority: 2, sort: "size", by: { .number($0.sizeBytes) }) { topic, _ in
                CellText(topic.sizeBytes.map { Figures.bytes($0) } ?? "?")
            }.exactly { Figures.exact($0.sizeBytes) },
            Column("DIRTY", width: 6, priority: 2, sort: "dirty", by: { .number($0.dirtyRatio) }) { topic, _ in
                let retention = topic.description.retention
                return dirty(
                    topic.dirtyRatio, isCompacted: retention.isCompacted, limit: retention.minCleanableDirtyRatio,
                    isTold: state.tellsCleaning, theme: theme)
            }.exactly { Figures.exact($0.dirtyRatio) },
            Column("RF", width: 2, priority: 9, sort: "rf", by: { .number(Double($0.description.replicationFactor)) }) {
                topic, _ in "\(topic.description.replicationFactor)"
            },
            Column("ISR", width: 5, priority: 8, sort: "isr", by: { .number(TopicColumns.missingReplicas($0)) }) {
                topic, _ in TopicColumns.inSync(topic, theme)
            },
            Column("POLICY", width: 9, .left, priority: 7) { topic, _ in
                CellText(
                    topic.description.retention.cleanupPolicy.replacing("compact,delete", with: "comp,del"), theme.muted
                )
            },
            Column(
                "RETENTION", width: 9, priority: 8, sort: "retention", by: { .number(TopicColumns.retention($0)) }
            ) { topic, _ in TopicColumns.retention(topic, theme) },
            Column("LAST WRITE", width: 10, priority: 6, sort: "write", by: { .number($0.lastWrite?.at) }) { topic, _ in
                TopicColumns.lastWrite(topic, state, theme)
            }.exactly { topic in
                topic.lastWrite.map { ($0.isEarlier ? "<" : "") + state.settings.zone.exact($0.at) } ?? ""
            },
            Column("GROUPS", width: 6, priority: 6, sort: "groups", by: { .number(Double($0.groupIDs.count)) }) {
                topic, _ in
                "\(topic.groupIDs.count)"
            },
            Column("MAX LAG", width: 7, priority: 5, sort: "lag", by: { .number($0.worstLag?.lag.records) }) {
                topic, _ in
                lag(topic.worstLag?.lag, theme)
            }.exactly { Figures.exact($0.worstLag?.lag) },
            Column("SKEW", width: 5, priority: 9, sort: "skew", by: { .number(TopicColumns.skew($0)) }) { topic, _ in
                TopicColumns.skew(TopicColumns.skew(topic), theme)
            }.exactly { Figures.exact(TopicColumns.skew($0)) },
            Column("in, 60s", width: 12, .left, priority: 4, growth: 1) { topic, width in
                spark(topic, width, window: 60_000, theme)
            },
        ]
        return Table(
            state.snapshot.topics, columns: columns, id: { $0.description.name }, state: list, sort: "rate",
            isFaultsOnly: state.isFaultsOnly, keeping: state.keeping(state.snapshot.topics),
            search: { .text($0.description.name) }, isFault: isFault)
    }

    /// Records between log start and end, all partitions; nil while a partition is unknown.
    static func records(_ topic: TopicFigures) -> Int64? {
        var sum: Int64 = 0
        for partition in topic.description.partitions {
            guard let offsets = partition.offsets else { return nil }
            sum &+= offsets.highWatermark &- offsets.logStart
        }
        return sum
    }

    /// Where a partition stands among all topics' partitions, for tables across topics: there may be a hundred thousand of them.
    struct Place: Sendable {
        /// The topic's place in the snapshot.
        var topic: Int
        /// The partition's place in the topic.
        var partition: Int
        /// The partition's name.
        var name: TopicPartition
        /// Its place among all, in the order of names and numbers.
        var ordinal: Int

        /// The partitions of topics in their order.
        static func all(of topics: [TopicFigures]) -> [Place] {
            var places: [Place] = []
            places.reserveCapacity(topics.indices.reduce(0) { $0 + topics[$1].partitions.count })
            for topic in topics.indices {
                let name = topics[topic].description.name
                for partition in topics[topic].partitions.indices {
                    let number = topics[topic].partitions[partition].description.partition
                    places.append(
                        Place(
                            topic: topic, partition: partition, name: TopicPartition(topic: name, partition: number),
                            ordinal: places.count))
                }
            }
            return places
        }
    }

    /// Partitions of all topics, worst first.
    static func partitions(_ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<Place> {
        let topics = state.snapshot.topics
        let places = state.kept(.partitions, of: TableBasis().and(topics)) { Place.all(of: topics) }
        func figures(_ it: Place) -> PartitionFigures { topics[it.topic].partitions[it.partition] }
        let columns: [Column<Place>] = [
            Column(
                "TOPIC-PART", width: 20, gap: 0, .left, growth: 1, sort: "name", by: { .number(Double($0.ordinal)) },
                descending: false
            ) {
                place, width in CellText(ShortNames.partition(place.name, width: width))
            },
            Column(
                "STATE", width: 16, .left, priority: 1, growth: 1, sort: "state",
                by: { .number(worst(topics[$0.topic].partitions[$0.partition])) }
            ) {
                place, _ in
                condition(figures(place), state, theme)
            },
            Column("LEADER", width: 6, priority: 6) { place, _ in
                let leader = figures(place).description.leader
                return leader < 0 ? CellText("none", theme.crit) : "\(leader)"
            },
            Column("ISR", width: 4, priority: 5) { place, _ in
                let it = figures(place).description
                let isShort = it.inSyncReplicas.count < it.replicas.count
                return CellText("\(it.inSyncReplicas.count)/\(it.replicas.count)", isShort ? theme.warn : nil)
            },
            Column(
                "LAG", width: 7, priority: 1, sort: "lag",
                by: { .number(topics[$0.topic].partitions[$0.partition].worstLag?.lag.records) }
            ) {
                place, _ in
                lag(figures(place).worstLag?.lag, theme)
            }.exactly { Figures.exact(figures($0).worstLag?.lag) },
            Column("WORST GROUP", width: 13, .left, priority: 4, growth: 1) { place, _ in
                CellText(figures(place).worstLag?.groupID ?? "", theme.muted)
            },
            Column(
                "RATE/s", width: 6, priority: 3, sort: "rate",
                by: { .number(topics[$0.topic].partitions[$0.partition].recordsInPerSecond) }
            ) {
                place, _ in
                CellText(Figures.rate(figures(place).recordsInPerSecond))
            }.exactly { Figures.exact(figures($0).recordsInPerSecond) },
            Column(
                "SIZE", width: 6, priority: 3, sort: "size",
                by: { .number(topics[$0.topic].partitions[$0.partition].description.sizeBytes) }
            ) {
                place, _ in
                CellText(figures(place).description.sizeBytes.map { Figures.bytes($0) } ?? "?")
            }.exactly { Figures.exact(figures($0).description.sizeBytes) },
            Column(
                "DIRTY", width: 6, priority: 2, sort: "dirty",
                by: { .number(topics[$0.topic].partitions[$0.partition].description.cleaning?.dirtyRatio) }
            ) {
                place, _ in
                let retention = topics[place.topic].description.retention
                return dirty(
                    figures(place).description.cleaning?.dirtyRatio, isCompacted: retention.isCompacted,
                    limit: retention.minCleanableDirtyRatio, isTold: state.tellsCleaning, theme: theme)
            }.exactly { Figures.exact(figures($0).description.cleaning?.dirtyRatio) },
        ]
        return Table(
            places, columns: columns, id: { "\($0.name)" }, state: list, sort: "state",
            isFaultsOnly: state.isFaultsOnly, keeping: state.keeping(topics), search: { .partition($0.name) },
            isFault: { isFault(topics[$0.topic].partitions[$0.partition]) })
    }

    /// Faults first, then lag, then dirt.
    private static func worst(_ partition: PartitionFigures) -> Double {
        let lag = Double(partition.worstLag?.lag.records ?? 0)
        return Double(severity(partition)) * 1e15 + min(lag, 1e14) * 10
            + (partition.description.cleaning?.dirtyRatio ?? 0)
    }

    private static func condition(_ partition: PartitionFigures, _ state: ConsoleState, _ theme: Theme) -> CellText {
        if let problem = partition.description.problem { return CellText("▲ \(problem)", theme.crit) }
        switch severity(partition) {
        case 3: return CellText("▲ no leader", theme.crit)
        case 2: return CellText("▲ under-replicated", theme.warn)
        case 1:
            guard let stale = partition.staleSince else { return CellText("▲ to be cleaned", theme.warn) }
            return CellText("▲ stale \(Durations.short(milliseconds: state.age(of: stale)))", theme.warn)
        default: return CellText("● ok", theme.ok)
        }
    }

    /// A lag: `—` without a commit, `?` when unknown, else the figure with its mark.
    static func lag(_ lag: Lag?, _ theme: Theme, exact: Bool = false) -> CellText {
        switch lag {
        case nil: CellText("", theme.muted)
        case .noCommit: CellText("—", theme.muted)
        case .unknown: CellText("?", theme.warn)
        case .records(let count, let quality):
            CellText(quality.mark + (exact ? Figures.grouped(count) : Figures.short(count)))
        }
    }

    /// One topic's partitions.
    static func partitions(of topic: TopicFigures, _ state: ConsoleState, _ list: ListState, _ theme: Theme) -> Table<
        PartitionFigures
    > {
        let retention = topic.description.retention
        let bound = retention.isCompacted ? "≤" : ""
        let mean = TopicColumns.mean(topic)
        var columns: [Column<PartitionFigures>] = [
            Column(
                "#", width: 2, gap: 0, sort: "#", by: { .number(Double($0.description.partition)) }, descending: false
            ) {
                it, _ in "\(it.description.partition)"
            },
            Column("LEADER", width: 6, priority: 8, sort: "leader", by: { .number(Double($0.description.leader)) }) {
                it, _ in
                it.description.leader < 0 ? CellText("none", theme.crit) : "\(it.description.leader)"
            },
            Column("REPLICAS", width: 8, gap: 2, .left, priority: 10) { it, _ in
                CellText(it.description.replicas.map(String.init).joined(separator: ","), theme.muted)
            },
            Column("ISR", width: 5, .left, priority: 9) { it, _ in
                let isShort = it.description.inSyncReplicas.count < it.description.replicas.count
                let text = it.description.inSyncReplicas.map(String.init).joined(separator: ",")
                return CellText(text.isEmpty ? "none" : text, isShort ? theme.warn : nil)
            },
            Column("LOG START", width: 11, priority: 4) { it, _ in offset(it.description.offsets?.logStart) }.exactly {
                Figures.exact($0.description.offsets?.logStart)
            },
            Column(
                "HIGH WATER", width: 13, priority: 2, sort: "end",
                by: { .number($0.description.offsets?.highWatermark) }
            ) {
                it, _ in offset(it.description.offsets?.highWatermark)
            }.exactly { Figures.exact($0.description.offsets?.highWatermark) },
            Column("RECORDS", width: 12, priority: 3, sort: "records", by: { .number(records($0)) }) { it, _ in
                CellText(bound + (records(it).map { Figures.grouped($0) } ?? "?"))
            }.exactly { Figures.exact(records($0)) },
            Column("SKEW", width: 5, priority: 7, sort: "skew", by: { .number(TopicColumns.share($0, ofMean: mean)) }) {
                it, _ in
                TopicColumns.skew(TopicColumns.share(it, ofMean: mean), theme)
            }.exactly { Figures.exact(TopicColumns.share($0, ofMean: mean)) },
            Column("RATE/s", width: 8, priority: 1, sort: "rate", by: { .number($0.recordsInPerSecond) }) { it, _ in
                CellText(Figures.rate(it.recordsInPerSecond))
            }.exactly { Figures.exact($0.recordsInPerSecond) },
            Column("SIZE", width: 6, priority: 2, sort: "size", by: { .number($0.description.sizeBytes) }) { it, _ in
                CellText(it.description.sizeBytes.map { Figures.bytes($0) } ?? "?")
            }.exactly { Figures.exact($0.description.sizeBytes) },
            Column("SEGS", width: 5, priority: 5) { it, _ in
                CellText(
                    it.description.segmentCount.map { "\($0)" }
                        ?? (state.snapshot.capabilities.contains(.segments) ? "?" : "—"))
            },
        ]
        if retention.isCompacted {
            columns.append(
                Column("CLEAN→DIRTY", width: 20, gap: 2, .left, priority: 6, growth: 1) { it, width in
                    guard let ratio = it.description.cleaning?.dirtyRatio else { return "" }
                    let clean = Bar.cells(1 - ratio, width: width)
                    return CellText(pieces: [
                        (String(repeating: "█", count: clean), theme.muted),
                        (String(repeating: "░", count: width - clean), theme.warn),
                    ])
                })
            columns.append(
                Column(
                    "DIRTY", width: 5, gap: 4, priority: 1, sort: "dirty",
                    by: { .number($0.description.cleaning?.dirtyRatio) }
                ) {
                    it, _ in
                    dirty(
                        it.description.cleaning?.dirtyRatio, isCompacted: true, limit: retention.minCleanableDirtyRatio,
                        isTold: state.tellsCleaning, theme: theme)
                }.exactly { Figures.exact($0.description.cleaning?.dirtyRatio) })
        } else {
            columns.append(
                Column("WORST GROUP", width: 20, gap: 2, .left, priority: 6, growth: 1) { it, _ in
                    CellText(it.worstLag?.groupID ?? "", theme.muted)
                })
            columns.append(
                Column("LAG", width: 8, priority: 1, sort: "lag", by: { .number($0.worstLag?.lag.records) }) { it, _ in
                    lag(it.worstLag?.lag, theme)
                }.exactly { Figures.exact($0.worstLag?.lag) })
        }
        return Table(
            topic.partitions, columns: columns, id: { "\($0.description.partition)" }, state: list,
            sort: retention.isCompacted ? "dirty" : "#", isFaultsOnly: state.isFaultsOnly,
            keeping: state.keeping(topic.partitions),
            search: { "\($0.description.partition) \($0.worstLag?.groupID ?? "")" }, isFault: isFault)
    }

    private static func records(_ it: PartitionFigures) -> Int64? {
        it.description.offsets.map { $0.highWatermark &- $0.logStart }
    }

    private static func offset(_ value: Int64?) -> CellText { CellText(value.map { Figures.grouped($0) } ?? "?") }
}
