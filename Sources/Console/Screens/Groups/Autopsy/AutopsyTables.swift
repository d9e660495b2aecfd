import Cluster
import Monitor
import RecordFormats

/// A group's partitions with who holds them and where they stopped, and its members with what they hold.
enum AutopsyTables {
    /// The partitions, worst first.
    static func partitions(
        _ group: GroupFigures, _ state: ConsoleState, _ list: ListState, _ theme: Theme
    ) -> Table<GroupPartitionFigures> {
        let hosts = Dictionary(group.description.members.map { ($0.memberID, $0.clientHost) }) { first, _ in first }
        let columns: [Column<GroupPartitionFigures>] = [
            Column(
                "TOPIC-PART", width: 11, gap: 0, .left, growth: 2, sort: "name",
                by: { .text(GroupTables.padded($0.topicPartition)) }, descending: false
            ) { it, width in
                CellText(
                    ShortNames.partition(it.topicPartition, width: width), it.staleSince == nil ? nil : theme.muted)
            }.exactly { "\($0.topicPartition)" },
            GroupTables.partitionStatus(group.partitions, theme),
            Column("LAG", width: 8, sort: "lag", by: { .number($0.lag.records) }) { it, _ in
                it.isAheadOfEnd ? CellText("ahead", theme.warn) : TopicTables.lag(it.lag, theme, exact: true)
            }.exactly { Figures.exact($0.lag) },
            Column("AGE", width: 8, priority: 4, sort: "age", by: { .number($0.age.milliseconds) }) { it, _ in
                GroupTables.age(it.age, theme)
            },
            GroupTables.commitAge(state, theme),
            Column(
                "MEMBER", width: 10, gap: 2, .left, priority: 3, growth: 1, sort: "member",
                by: { .text($0.clientID ?? "~") }, descending: false
            ) { it, width in
                CellText(
                    it.clientID.map { ShortNames.name($0, width: width) } ?? "—", it.clientID == nil ? theme.muted : nil
                )
            }.exactly { $0.clientID ?? "" },
            Column("HOST", width: 12, .left, priority: 7) { it, _ in
                CellText(it.memberID.flatMap { hosts[$0] } ?? "—", theme.muted)
            },
            GroupTables.partitionLoss(group.partitions, theme),
            Column("STOPPED AT", width: 22, gap: 2, .left, priority: 5, growth: 2) { it, width in
                stop(it, state, width, theme)
            },
        ]
        return Table(
            group.partitions, columns: columns, id: { "\($0.topicPartition)" }, state: list, sort: "status",
            isFaultsOnly: state.isFaultsOnly, keeping: state.keeping(group.partitions),
            search: { "\($0.topicPartition) \($0.clientID ?? "") \($0.status.status.word)" },
            isFault: GroupTables.isFault)
    }

    /// `14:02:31 us-88129`: the time and the key of the record that is read next.
    private static func stop(
        _ it: GroupPartitionFigures, _ state: ConsoleState, _ width: Int, _ theme: Theme
    ) -> CellText {
        guard it.lag.records ?? 0 > 0 else { return CellText("–", theme.muted) }
        guard state.snapshot.past == nil else { return CellText("") }
        guard let stop = state.stops?.stops[it.topicPartition] else { return CellText("…", theme.muted) }
        if let problem = stop.problem { return CellText("▲ \(problem)", theme.warn) }
        guard let record = stop.record else { return CellText("–", theme.muted) }
        let time = record.timestamp < 0 ? "–" : state.settings.zone.clock(record.timestamp)
        guard let key = record.key else { return CellText(pieces: [(time, theme.muted), (" no key", theme.muted)]) }
        let topic = it.topicPartition.topic
        let text = state.decoding(of: topic).keyPreview(key, limit: max(1, width - time.count - 1))
        return CellText(pieces: [(time, theme.muted), (" \(text)", nil)])
    }

    /// A member with what its partitions come to.
    struct MemberRow {
        var member: GroupMember
        var lag: Int64?
        var isLowerBound: Bool
        var out: Double?
        var status: StatusFigure
        var verdict: LossVerdict
    }

    /// The epoch a member of KIP-848 has caught up with; all members of a classic group have its generation.
    private static func epoch(_ group: GroupDescription, _ theme: Theme) -> Column<MemberRow> {
        func number(_ it: MemberRow) -> Int32? {
            it.member.memberEpoch ?? (group.generation >= 0 ? group.generation : nil)
        }
        return Column("EPOCH", width: 6, priority: 5, sort: "epoch", by: { .number(number($0).map { Double($0) }) }) {
            it, _ in
            guard let number = number(it) else { return CellText("—", theme.muted) }
            // A static member that left and may come back (KIP-345).
            if number == -2 { return CellText("away", theme.warn) }
            return CellText("\(number)", number < group.generation ? theme.warn : nil)
        }
    }

    /// The members, worst first.
    static func members(
        _ group: GroupFigures, _ state: ConsoleState, _ list: ListState, _ theme: Theme
    ) -> Table<MemberRow> {
        let held = Dictionary(grouping: group.partitions) { $0.memberID ?? "" }
        let rows = group.description.members.map { roll(up: $0, held[$0.memberID] ?? []) }
        let columns: [Column<MemberRow>] = [
            Column(
                "CLIENT", width: 16, gap: 0, .left, growth: 1, sort: "client", by: { .text($0.member.clientID) },
                descending: false
            ) { it, _ in CellText(it.member.clientID) },
            Column(
                "HOST", width: 14, .left, priority: 4, sort: "host", by: { .text($0.member.clientHost) },
                descending: false
            ) { it, _ in CellText(it.member.clientHost, theme.muted) },
            Column("PARTS", width: 5, priority: 1, sort: "parts", by: { .number(Double($0.member.assignment.count)) }) {
                it, _ in "\(it.member.assignment.count)"
            },
            Column("LAG", width: 8, sort: "lag", by: { .number($0.lag) }) { it, _ in
                CellText(it.lag.map { (it.isLowerBound ? "≥" : "") + Figures.short($0) } ?? "—")
            }.exactly { Figures.exact($0.lag) },
            Column("OUT/s", width: 6, priority: 2, sort: "out", by: { .number($0.out) }) { it, _ in
                CellText(Figures.rate(it.out))
            }.exactly { Figures.exact($0.out) },
            Column(
                "STATUS", width: 11, gap: 2, .left, sort: "status", by: { .number(Double($0.status.status.rawValue)) }
            ) { it, _ in StatusText.cell(it.status, theme) },
            epoch(group.description, theme),
            Column("INSTANCE", width: 12, .left, priority: 6) { it, _ in
                CellText(it.member.groupInstanceID ?? "—", it.member.groupInstanceID == nil ? theme.muted : nil)
            },
            Column("HOLDS", width: 24, gap: 2, .left, priority: 3, growth: 3) { it, _ in
                CellText(it.member.assignment.map(\.description).joined(separator: " "), theme.muted)
            },
        ]
        return Table(
            rows, columns: columns, id: \.member.memberID, state: list, sort: "lag",
            isFaultsOnly: state.isFaultsOnly,
            search: { "\($0.member.clientID) \($0.member.memberID) \($0.member.clientHost)" },
            isFault: { $0.status.status >= .warn || $0.verdict >= .tight })
    }

    /// The sum of a member's partitions, and their worst.
    static func roll(up member: GroupMember, _ rows: [GroupPartitionFigures]) -> MemberRow {
        let lags = rows.compactMap(\.lag.records)
        let out = rows.compactMap(\.recordsOutPerSecond)
        let isBlind = rows.contains { if case .unknown = $0.lag { true } else { false } }
        return MemberRow(
            member: member,
            lag: lags.isEmpty ? nil : lags.reduce(0) { $0.addingReportingOverflow($1).overflow ? Int64.max : $0 + $1 },
            isLowerBound: isBlind,
            out: out.isEmpty ? nil : out.reduce(0, +),
            status: rows.map(\.status).max { $0.status < $1.status } ?? .noCommit,
            verdict: rows.map(\.loss.verdict).max() ?? .none
        )
    }
}
