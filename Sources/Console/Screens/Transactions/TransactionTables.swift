import Cluster
import Monitor

/// Transactions, what one of them writes to, and the producers of a partition as tables.
enum TransactionTables {
    /// The transactions: what needs a look first.
    static func transactions(
        _ state: ConsoleState, _ list: ListState, _ theme: Theme
    ) -> Table<TransactionFigures> {
        let columns: [Column<TransactionFigures>] = [
            Column(
                "TRANSACTION", width: 17, gap: 0, .left, growth: 2, sort: "name", by: { .text($0.id) },
                descending: false
            ) { it, width in
                CellText(ShortNames.name(it.id, width: width), it.isOpen ? nil : theme.muted)
            }.exactly(\.id),
            Column(
                "STATE", width: 16, .left, sort: "state", by: { .text(word($0.standing)) }, descending: false
            ) { it, _ in CellText(sign(it) + word(it.standing), style(it, theme)) },
            Column("AGE", width: 7, sort: "age", by: { .number($0.ageMilliseconds) }) { it, _ in
                age(it, theme)
            }.exactly { Figures.exact($0.ageMilliseconds.map { Double($0) / 1000 }) },
            Column("TIMEOUT", width: 7, priority: 2, sort: "timeout", by: { .number($0.timeoutMilliseconds) }) {
                it, _ in
                CellText(it.timeoutMilliseconds.map { Durations.setting(milliseconds: $0) } ?? "—", theme.muted)
            }.exactly { Figures.exact($0.timeoutMilliseconds.map { Double($0) / 1000 }) },
            Column(
                "HOLDS BACK", width: 12, gap: 2, .left, priority: 1, growth: 1, sort: "held",
                by: { .number($0.worstHeld?.heldBack) }
            ) { it, width in
                guard let held = it.worstHeld else { return CellText("–", theme.muted) }
                return CellText(ShortNames.partition(held.topicPartition, width: width))
            }.exactly { $0.worstHeld.map { "\($0.topicPartition)" } ?? "" },
            Column("RECORDS", width: 7, priority: 1) { it, _ in
                CellText(it.worstHeld?.heldBack.map { Figures.short($0) } ?? "–")
            }.exactly { Figures.exact($0.worstHeld?.heldBack) },
            Column(
                "PARTS", width: 5, priority: 3, sort: "parts", by: { .number($0.partitions.map { Double($0.count) }) }
            ) {
                it, _ in
                CellText(it.isOpen ? it.partitions.map { "\($0.count)" } ?? "—" : "–", it.isOpen ? nil : theme.muted)
            },
            Column("PRODUCER", width: 8, priority: 4, sort: "producer", by: { .number(Double($0.producerID)) }) {
                it, _ in "\(it.producerID)"
            },
            Column("EPOCH", width: 5, priority: 4) { it, _ in
                CellText(it.producerEpoch.map { "\($0)" } ?? "—", theme.muted)
            },
            Column("COORD", width: 5, priority: 5) { it, _ in
                CellText(it.coordinator.map { "\($0)" } ?? "—", theme.muted)
            },
            Column("SINCE", width: 19, gap: 2, .left, priority: 6) { it, _ in
                CellText(it.startedAt.map { state.settings.zone.dateAndClock($0) } ?? "–", theme.muted)
            }.exactly { $0.startedAt.map { state.settings.zone.exact($0) } ?? "" },
        ]
        return Table(
            state.snapshot.transactions?.rows ?? [], columns: columns, id: \.id, state: list, sort: nil,
            isFaultsOnly: state.isFaultsOnly,
            search: { it in
                let places = it.partitions?.map { "\($0.topicPartition)" }.joined(separator: " ") ?? ""
                return "\(it.id) \(word(it.standing)) \(it.producerID) \(places)"
            }, isFault: { level($0) != .ok })
    }

    /// What a transaction writes to, with where it holds readers back.
    static func partitions(
        _ transaction: TransactionFigures, _ state: ConsoleState, _ list: ListState, _ theme: Theme
    ) -> Table<TransactionFigures.Partition> {
        let columns: [Column<TransactionFigures.Partition>] = [
            Column(
                "PARTITION", width: 18, gap: 0, .left, growth: 1, sort: "name",
                by: { .text(GroupTables.padded($0.topicPartition)) }, descending: false
            ) { it, width in CellText(ShortNames.partition(it.topicPartition, width: width)) }
            .exactly { "\($0.topicPartition)" },
            Column("FIRST OFFSET", width: 14, sort: "first", by: { .number($0.firstOffset) }) { it, _ in
                CellText(it.firstOffset.map(Figures.grouped) ?? "—", it.firstOffset == nil ? theme.muted : nil)
            }.exactly { Figures.exact($0.firstOffset) },
            Column("HOLDS BACK", width: 12, sort: "held", by: { .number($0.heldBack) }) { it, _ in
                CellText(it.heldBack.map(Figures.grouped) ?? "–", it.heldBack == nil ? theme.muted : nil)
            }.exactly { Figures.exact($0.heldBack) },
            Column(
                "LAST WRITE", width: 19, gap: 2, .left, priority: 1, sort: "write", by: { .number($0.lastTimestamp) }
            ) { it, _ in
                CellText(it.lastTimestamp.map { state.settings.zone.dateAndClock($0) } ?? "—", theme.muted)
            }.exactly { $0.lastTimestamp.map { state.settings.zone.exact($0) } ?? "" },
        ]
        return Table(
            transaction.partitions ?? [], columns: columns, id: { "\($0.topicPartition)" }, state: list, sort: "held",
            isFaultsOnly: state.isFaultsOnly, search: { "\($0.topicPartition)" }, isFault: { $0.heldBack ?? 0 > 0 })
    }

    /// The producers that a partition remembers, those with an open transaction marked.
    static func producers(
        of place: TopicPartition, _ state: ConsoleState, _ list: ListState, _ theme: Theme
    ) -> Table<ProducerDescription> {
        let columns: [Column<ProducerDescription>] = [
            Column(
                "PRODUCER", width: 9, gap: 0, sort: "producer", by: { .number(Double($0.producerID)) },
                descending: false
            ) { it, _ in "\(it.producerID)" },
            Column("EPOCH", width: 6, sort: "epoch", by: { .number(Double($0.producerEpoch)) }) { it, _ in
                "\(it.producerEpoch)"
            },
            Column("LAST SEQ", width: 11, sort: "sequence", by: { .number($0.lastSequence.map { Double($0) }) }) {
                it, _ in
                CellText(
                    it.lastSequence.map { Figures.grouped(Int64($0)) } ?? "—",
                    it.lastSequence == nil ? theme.muted : nil)
            }.exactly { Figures.exact($0.lastSequence.map(Int64.init)) },
            Column(
                "LAST WRITE", width: 19, gap: 2, .left, priority: 1, sort: "write", by: { .number($0.lastTimestamp) }
            ) { it, _ in
                CellText(it.lastTimestamp.map { state.settings.zone.dateAndClock($0) } ?? "—", theme.muted)
            }.exactly { $0.lastTimestamp.map { state.settings.zone.exact($0) } ?? "" },
            Column("OPEN FROM", width: 13, sort: "open", by: { .number($0.transactionStart) }) { it, _ in
                CellText(
                    it.transactionStart.map(Figures.grouped) ?? "–", it.transactionStart == nil ? theme.muted : nil)
            }.exactly { Figures.exact($0.transactionStart) },
            Column("TRANSACTION", width: 16, gap: 2, .left, priority: 2, growth: 1) { it, width in
                let id = state.transactionalID(of: it)
                return CellText(
                    id.map { ShortNames.name($0, width: width) } ?? "–", id == nil ? theme.muted : nil)
            },
            Column("C-EPOCH", width: 7, priority: 3) { it, _ in
                CellText(it.coordinatorEpoch.map { "\($0)" } ?? "–", theme.muted)
            },
        ]
        return Table(
            state.producers[place]?.value ?? [], columns: columns, id: { "\($0.producerID)" }, state: list,
            sort: "open", isFaultsOnly: state.isFaultsOnly,
            search: { "\($0.producerID) \(state.transactionalID(of: $0) ?? "")" },
            isFault: { $0.transactionStart != nil })
    }

    // MARK: Words

    /// A standing in at most thirteen cells.
    static func word(_ standing: TransactionFigures.Standing) -> String {
        switch standing {
        case .known(.prepareEpochFence): "PrepareFence"
        case .known(let phase): phase.rawValue
        case .unclaimed: "unclaimed"
        case .hanging: "hanging"
        }
    }

    /// How bad it is.
    static func level(_ it: TransactionFigures) -> Theme.Level {
        switch it.standing {
        case .hanging: .crit
        case .unclaimed: .warn
        case .known: it.isOverdue ? .warn : .ok
        }
    }

    private static func sign(_ it: TransactionFigures) -> String {
        level(it) != .ok ? "▲ " : it.isOpen ? "● " : "· "
    }

    private static func style(_ it: TransactionFigures, _ theme: Theme) -> Style {
        let level = level(it)
        return level != .ok ? theme.style(for: level) : it.isOpen ? theme.ok : theme.muted
    }

    private static func age(_ it: TransactionFigures, _ theme: Theme) -> CellText {
        guard it.isOpen else { return CellText("–", theme.muted) }
        guard let age = it.ageMilliseconds else { return CellText("—", theme.muted) }
        let mark = it.transactionalID == nil ? Quality.lowerBound.mark : ""
        return CellText(mark + Durations.long(milliseconds: age), it.isOverdue ? theme.warn : nil)
    }
}

extension ConsoleState {
    /// A transaction by its id; nil where it is not known now.
    func transaction(_ id: String) -> TransactionFigures? { snapshot.transactions?.rows.first { $0.id == id } }

    /// The transactional id that has a producer id, as far as it is known.
    func transactionalID(of producer: ProducerDescription) -> String? {
        snapshot.transactions?.rows.first { $0.producerID == producer.producerID }?.transactionalID
    }
}
