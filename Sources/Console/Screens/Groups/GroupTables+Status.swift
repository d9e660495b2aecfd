import Cluster
import Monitor

/// The columns of status and loss, the same for groups and for their partitions.
///
/// On narrow screens they take no more room than they have to say: a status is as wide as the longest one shown, and the time until
/// loss gives way to all other columns as long as nothing is at risk.
extension GroupTables {
    static func status(_ groups: GroupsSummary, _ theme: Theme) -> Column<GroupFigures> {
        Column(
            "STATUS", width: statusWidth(hasNoProgress: groups.hasNoProgress), whole: 11, .left, priority: 1,
            sort: "status", by: { .number(Double($0.status.status.rawValue)) }
        ) {
            group, _ in StatusText.cell(group.status, theme)
        }
    }

    static func loss(_ groups: GroupsSummary, _ theme: Theme) -> Column<GroupFigures> {
        Column(
            "LOSS-IN", width: 10, whole: 14, .left, priority: lossPriority(isAtRisk: groups.isAtRisk),
            sort: "loss", by: { LossText.key($0.loss.verdict, $0.loss.horizon, lost: $0.loss.lost) }
        ) { group, width in
            LossText.cell(group.loss.verdict, group.loss.horizon, lost: group.loss.lost, width: width, theme)
        }.exactly { LossText.exact($0.loss.verdict, $0.loss.horizon, lost: $0.loss.lost) }
    }

    static func partitionStatus(
        _ partitions: [GroupPartitionFigures], _ theme: Theme
    ) -> Column<GroupPartitionFigures> {
        let hasNoProgress = partitions.indices.contains { partitions[$0].status.status == .noProgress }
        return Column(
            "STATUS", width: statusWidth(hasNoProgress: hasNoProgress), whole: 11, .left, priority: 1,
            sort: "status", by: { .number(Double($0.status.status.rawValue)) }
        ) {
            it, _ in StatusText.cell(it.status, theme)
        }
    }

    static func partitionLoss(
        _ partitions: [GroupPartitionFigures], _ theme: Theme
    ) -> Column<GroupPartitionFigures> {
        let isAtRisk = partitions.indices.contains { partitions[$0].loss.verdict >= .tight }
        return Column(
            "LOSS-IN", width: 10, whole: 14, .left, priority: lossPriority(isAtRisk: isAtRisk),
            sort: "loss", by: { LossText.key($0.loss.verdict, $0.loss.horizon, lost: $0.loss.lost?.records ?? 0) }
        ) { it, width in
            LossText.cell(it.loss.verdict, it.loss.horizon, lost: it.loss.lost?.records ?? 0, width: width, theme)
        }.exactly { LossText.exact($0.loss.verdict, $0.loss.horizon, lost: $0.loss.lost?.records ?? 0) }
    }

    /// The cells that the longest word takes, and the title.
    private static func statusWidth(hasNoProgress: Bool) -> Int {
        hasNoProgress ? CellWidth.of(ConsumerStatus.noProgress.word) : 6
    }

    private static func lossPriority(isAtRisk: Bool) -> Int { isAtRisk ? 2 : 8 }

    /// How long ago the last commit was made, where the cluster tells.
    static func commitAge(_ state: ConsoleState, _ theme: Theme) -> Column<GroupPartitionFigures> {
        Column(
            "LAST COMMIT", width: 11, priority: 9, sort: "commit", by: { .number($0.commit?.committedAt.map { -$0 }) }
        ) {
            it, _ in
            guard let commit = it.commit else { return CellText("—", theme.muted) }
            guard let at = commit.committedAt else { return CellText("?", theme.muted) }
            return CellText(Durations.long(milliseconds: state.age(of: at)))
        }
    }
}

/// What the drawing of any group depends on of all groups.
struct GroupsSummary: Sendable, Equatable {
    /// The largest lag of any; 0 where none is known.
    var largestLag: Int64 = 0
    /// Whether the longest status is among theirs.
    var hasNoProgress = false
    /// Whether any may lose records.
    var isAtRisk = false

    init(_ groups: [GroupFigures]) {
        // By index: iterating would copy each group.
        for index in groups.indices {
            largestLag = max(largestLag, groups[index].lag.records ?? 0)
            if groups[index].status.status == .noProgress { hasNoProgress = true }
            if groups[index].loss.verdict >= .tight { isAtRisk = true }
        }
    }
}
