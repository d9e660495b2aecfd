package import Cluster

/// Where the committed offsets of groups would go: what `kafka-consumer-groups.sh --reset-offsets` computes, as a value.
///
/// A plan is a pure function of a request and of what was read of the cluster; it says old and new offset of each partition, what was
/// clamped and why, and how many records are read again or skipped. Executing it is `ResetJob`'s.
package struct ResetPlan: Sendable, Equatable {
    /// One partition of one group.
    package struct Row: Sendable, Equatable {
        /// The group's id.
        package var group: String
        /// The partition.
        package var topicPartition: TopicPartition
        /// The committed offset now; nil for none.
        package var oldOffset: Int64?
        /// The offset to be committed.
        package var newOffset: Int64
        /// Why it is another offset than the one asked for; nil when it is that one.
        package var note: Note?
        /// What the move means for the group; nil without a commit, because then nobody knows where the group would have begun.
        package var movement: Movement?
    }

    /// A commit that is to be taken away, as an undo does where there was none before.
    package struct Removal: Sendable, Equatable {
        /// The group's id.
        package var group: String
        /// The partition.
        package var topicPartition: TopicPartition
        /// The committed offset now.
        package var oldOffset: Int64
    }

    /// Why a row's offset is another one than was asked for.
    package enum Note: Sendable, Equatable {
        /// The offset asked for lies past the log's end.
        case aboveEnd(asked: Int64)
        /// The offset asked for lies before the log's start.
        case belowStart(asked: Int64)
        /// No record is as late as the time asked for.
        case nothingSoLate
        /// There was no commit to keep.
        case noCommit
    }

    /// What moving a commit means for its group, counted within the log as it stands.
    package struct Movement: Sendable, Equatable {
        /// Offsets that would be read a second time; an upper bound of records, as offsets have gaps.
        package var reread: Int64
        /// Offsets that would never be read; an upper bound of records.
        package var skipped: Int64
    }

    /// A group that is left alone, with why.
    package struct Refusal: Sendable, Equatable {
        /// The group's id.
        package var group: String
        /// Why.
        package var reason: Reason

        /// Why a group is left alone.
        package enum Reason: Sendable, Equatable {
            /// Members are in it, or its state could not be learnt.
            case active(GroupState)
            /// It is another kind of group, for example `connect`.
            case notConsumers(String)
            /// Its state or commits could not be read.
            case unreadable(String)
        }
    }

    /// What happens to each partition, ascending by group, topic and partition.
    package var rows: [Row]
    /// The groups that are left alone, ascending.
    package var refusals: [Refusal]
    /// The commits that are taken away, ascending by group, topic and partition.
    package var removals: [Removal]

    /// A plan whose rows are known, or one that moves nothing.
    package init(rows: [Row] = [], refusals: [Refusal] = [], removals: [Removal] = []) {
        self.rows = rows
        self.refusals = refusals
        self.removals = removals
    }

    /// The plan as a file that a later reset takes (`--export`).
    package var file: ResetFile {
        var offsets: [String: [TopicPartition: Int64]] = [:]
        for row in rows { offsets[row.group, default: [:]][row.topicPartition] = row.newOffset }
        return ResetFile(offsets)
    }
}

extension ResetPlan.Row {
    /// What Kafka's tool says of the row when the offset is another one than was asked for, without a level or time in front.
    package var warning: String? {
        switch note {
        case .aboveEnd(let asked):
            "New offset (\(asked)) is higher than latest offset for topic partition \(topicPartition). "
                + "Value will be set to \(newOffset)"
        case .belowStart(let asked):
            "New offset (\(asked)) is lower than earliest offset for topic partition \(topicPartition). "
                + "Value will be set to \(newOffset)"
        case .nothingSoLate:
            "Partition \(topicPartition.partition) from topic \(topicPartition.topic) is empty. "
                + "Falling back to latest known offset."
        case .noCommit, nil: nil
        }
    }
}

extension ResetPlan.Refusal: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .active(let state):
            "Assignments can only be reset if the group '\(group)' is inactive, "
                + "but the current state is \(state.rawValue)."
        case .notConsumers(let type): "GroupId \(group) is not a consumer group (\(type))."
        case .unreadable(let problem): "Group '\(group)' could not be read: \(problem)"
        }
    }
}
