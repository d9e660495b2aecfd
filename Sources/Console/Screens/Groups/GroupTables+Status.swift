import Cluster
import Monitor

/// The columns of status and loss, the same for groups and for their partitions.
extension GroupTables {
    static func status(_ theme: Theme) -> Column<GroupFigures> {
        Column(
            "STATUS", width: 11, .left, priority: 1, sort: "status", by: { .number(Double($0.status.status.rawValue)) }
        ) {
            group, _ in StatusText.cell(group.status, theme)
        }
    }

    static func loss(_ theme: Theme) -> Column<GroupFigures> {
        Column(
            "LOSS-IN", width: 14, .left, priority: 2, sort: "loss",
            by: { LossText.key($0.loss.verdict, $0.loss.horizon, lost: $0.loss.lost) }
        ) { group, width in
            LossText.cell(group.loss.verdict, group.loss.horizon, lost: group.loss.lost, width: width, theme)
        }.exactly { LossText.exact($0.loss.verdict, $0.loss.horizon, lost: $0.loss.lost) }
    }

    static func partitionStatus(_ theme: Theme) -> Column<GroupPartitionFigures> {
        Column(
            "STATUS", width: 11, .left, priority: 1, sort: "status", by: { .number(Double($0.status.status.rawValue)) }
        ) {
            it, _ in StatusText.cell(it.status, theme)
        }
    }

    static func partitionLoss(_ theme: Theme) -> Column<GroupPartitionFigures> {
        Column(
            "LOSS-IN", width: 14, .left, priority: 2, sort: "loss",
            by: { LossText.key($0.loss.verdict, $0.loss.horizon, lost: $0.loss.lost?.records ?? 0) }
        ) { it, width in
            LossText.cell(it.loss.verdict, it.loss.horizon, lost: it.loss.lost?.records ?? 0, width: width, theme)
        }.exactly { LossText.exact($0.loss.verdict, $0.loss.horizon, lost: $0.loss.lost?.records ?? 0) }
    }

    /// How long ago the last commit was made, where the cluster tells.
    static func commitAge(_ state: ConsoleState, _ theme: Theme) -> Column<GroupPartitionFigures> {
        Column(
            "LAST COMMIT", width: 11, priority: 6, sort: "commit", by: { .number($0.commit?.committedAt.map { -$0 }) }
        ) {
            it, _ in
            guard let commit = it.commit else { return CellText("—", theme.muted) }
            guard let at = commit.committedAt else { return CellText("?", theme.muted) }
            return CellText(Durations.long(milliseconds: state.age(of: at)))
        }
    }
}
