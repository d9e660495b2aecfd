import Cluster

/// One line of a group's offsets: a partition with its commit and whoever reads it, or a member that reads nothing.
struct GroupOffsetRow: Equatable {
    /// The partition; nil for a member without any.
    var partition: TopicPartition?
    /// The committed offset; nil for none.
    var committed: Int64?
    /// The log's end; nil when it could not be read.
    var end: Int64?
    /// The member it is assigned to; nil for none.
    var member: GroupMember?

    /// End less commit, as Kafka prints it: negative for a commit past the end; nil where one of them is missing.
    var lag: Int64? {
        guard let end, let committed else { return nil }
        let (lag, overflowed) = end.subtractingReportingOverflow(committed)
        return overflowed ? nil : lag
    }
}

extension GroupDescription {
    /// The members, those with most partitions first, then by id.
    var membersByLoad: [GroupMember] {
        members.sorted { ($1.assignment.count, $0.memberID) < ($0.assignment.count, $1.memberID) }
    }

    /// The lines of the group's offsets: members first, then what is committed and not assigned, each ascending by topic and partition.
    ///
    /// - Parameter ends: Where the logs end.
    func offsetRows(_ ends: [TopicPartition: Int64]) -> [GroupOffsetRow] {
        let committed = Dictionary(commits.map { ($0.topicPartition, $0.offset) }, uniquingKeysWith: { $1 })
        var rows: [GroupOffsetRow] = []
        var assigned: Set<TopicPartition> = []
        for member in membersByLoad {
            for partition in member.assignment.sorted() {
                assigned.insert(partition)
                rows.append(
                    GroupOffsetRow(
                        partition: partition, committed: committed[partition], end: ends[partition], member: member))
            }
            if member.assignment.isEmpty { rows.append(GroupOffsetRow(member: member)) }
        }
        for partition in committed.keys.sorted() where !assigned.contains(partition) {
            rows.append(GroupOffsetRow(partition: partition, committed: committed[partition], end: ends[partition]))
        }
        return rows
    }

    /// What Kafka's tool says on stderr before it describes the group; nil for a group in order.
    var remark: String? {
        switch state {
        case .empty: "Consumer group '\(groupID)' has no active members."
        case .preparingRebalance, .completingRebalance, .assigning, .reconciling:
            "Warning: Consumer group '\(groupID)' is rebalancing."
        case .unknown: "Warning: Consumer group '\(groupID)' is in an unknown state."
        case .stable, .dead: nil
        }
    }
}
