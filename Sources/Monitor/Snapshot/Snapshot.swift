package import AlertRules
package import Cluster

/// What the monitor knows after one poll: immutable, newest wins. Screens, /metrics and alert rules read the same one.
package struct Snapshot: Sendable {
    /// Counts up by one with each poll; 0 before the first.
    package var sequence: UInt64
    /// When the poll ended, wall milliseconds.
    package var takenAt: Int64
    /// The cluster's status, or nil before it could first be read.
    package var status: ClusterStatus?
    /// What the peer can do.
    package var capabilities: Capabilities
    /// Topics ascending by name; what could not be read this time keeps its last figures, marked by `staleSince`.
    package var topics: [TopicFigures]
    /// Groups ascending by id, likewise.
    package var groups: [GroupFigures]
    /// Alert rules with their instances and history.
    package var alerts: AlertBoard
    /// Bytes per second written by producers, all topics.
    package var bytesIn: Series
    /// Bytes per second sent to consumers; empty where the peer cannot tell.
    package var bytesOut: Series
    /// Records per second written, all topics; nil before two polls.
    package var recordsInPerSecond: Double?
    /// Records per second consumed (commits moving), all groups; nil before two polls.
    package var recordsOutPerSecond: Double?
    /// How the poll itself went.
    package var poll: PollFacts
    /// Since when `status` is old, wall milliseconds; nil while it is fresh.
    package var statusStaleSince: Int64?
    /// How `bytesIn` was got: exact from the broker's counter, estimated from the growth of the logs.
    package var bytesInQuality: Quality
    /// Compaction runs seen since watching began: active ones first, then ended ones, newest first.
    package var compactions: [CompactionRecord] = []
    /// Transactions of the cluster; nil before they were first asked for, and in the past.
    package var transactions: TransactionBoard?
    /// How clients are served; nil where the peer does not tell, and in the past.
    package var service: ServiceFigures?
    /// Brokers that do not answer, with since when and why, by node id; what they lead is stale.
    package var silentBrokers: [Int32: SilentBroker]
    /// What changed in the cluster up to this moment, newest first, as far as it is kept.
    package var changes: [Change] = []
    /// Why the history is not kept over a restart, or began anew, in words; nil while all is well.
    package var historyProblem: String?
    /// What a snapshot of the past says of itself; nil for the present.
    package var past: PastMoment?

    /// The snapshot before the first poll.
    package static let empty = Snapshot(
        sequence: 0,
        takenAt: 0,
        status: nil,
        capabilities: [],
        topics: [],
        groups: [],
        alerts: .empty,
        bytesIn: Series(),
        bytesOut: Series(),
        recordsInPerSecond: nil,
        recordsOutPerSecond: nil,
        poll: PollFacts()
    )

    /// A snapshot of everything.
    package init(
        sequence: UInt64,
        takenAt: Int64,
        status: ClusterStatus?,
        capabilities: Capabilities,
        topics: [TopicFigures],
        groups: [GroupFigures],
        alerts: AlertBoard,
        bytesIn: Series,
        bytesOut: Series,
        recordsInPerSecond: Double?,
        recordsOutPerSecond: Double?,
        poll: PollFacts,
        statusStaleSince: Int64? = nil,
        bytesInQuality: Quality = .exact,
        silentBrokers: [Int32: SilentBroker] = [:]
    ) {
        self.sequence = sequence
        self.takenAt = takenAt
        self.status = status
        self.capabilities = capabilities
        self.topics = topics
        self.groups = groups
        self.alerts = alerts
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
        self.recordsInPerSecond = recordsInPerSecond
        self.recordsOutPerSecond = recordsOutPerSecond
        self.poll = poll
        self.statusStaleSince = statusStaleSince
        self.bytesInQuality = bytesInQuality
        self.silentBrokers = silentBrokers
    }
}

/// A topic with what the monitor derived for it.
package struct TopicFigures: Sendable, Equatable {
    /// The topic as last read.
    package var description: TopicDescription
    /// Records per second written; nil before two polls.
    package var recordsInPerSecond: Double?
    /// Bytes of all partitions; nil when none is known.
    package var sizeBytes: Int64?
    /// The dirtiest partition's ratio, 0 to 1; nil without compaction or where unknown.
    package var dirtyRatio: Double?
    /// Records per second written, over time.
    package var rateHistory: Series
    /// The partitions' own figures, in the order of `description.partitions`.
    package var partitions: [PartitionFigures]
    /// Ids of groups that commit to or are assigned to this topic, ascending.
    package var groupIDs: [String]
    /// Since when the oldest of the figures are old, wall milliseconds; nil while all are fresh.
    package var staleSince: Int64?
    /// When it was last seen to grow; nil for a topic that was never written to, as far as can be seen.
    package var lastWrite: LastWrite?
    /// The group furthest behind in this topic, all its partitions together; nil where no group with a known lag reads it.
    package var worstLag: PartitionFigures.WorstLag?
    /// How many partitions' figures are old; the others are live.
    package var stalePartitions: Int { partitions.count { $0.staleSince != nil } }

    /// A topic's figures.
    package init(
        description: TopicDescription,
        recordsInPerSecond: Double? = nil,
        sizeBytes: Int64? = nil,
        dirtyRatio: Double? = nil,
        rateHistory: Series = Series(),
        partitions: [PartitionFigures] = [],
        groupIDs: [String] = [],
        staleSince: Int64? = nil,
        lastWrite: LastWrite? = nil,
        worstLag: PartitionFigures.WorstLag? = nil
    ) {
        self.description = description
        self.recordsInPerSecond = recordsInPerSecond
        self.sizeBytes = sizeBytes
        self.lastWrite = lastWrite
        self.worstLag = worstLag
        self.dirtyRatio = dirtyRatio
        self.rateHistory = rateHistory
        self.partitions = partitions
        self.groupIDs = groupIDs
        self.staleSince = staleSince
    }
}

/// A partition with what the monitor derived for it.
package struct PartitionFigures: Sendable, Equatable {
    /// The partition as last read.
    package var description: PartitionDescription
    /// Records per second written; nil before two polls.
    package var recordsInPerSecond: Double?
    /// Bytes per second by which the log grows; nil when unknown.
    package var bytesInPerSecond: Double?
    /// The worst lag of any group here, with the group's id; nil when no group reads it.
    package var worstLag: WorstLag?
    /// Since when figures are old, wall milliseconds; nil while they are fresh.
    package var staleSince: Int64?
    /// How long the log has been eligible for compaction without a run, milliseconds; nil while it is not, or where unknown.
    package var compactionWaitingMilliseconds: Int64?

    /// The worst lag of any group on a partition.
    package struct WorstLag: Sendable, Equatable {
        /// The group.
        package var groupID: String
        /// Its lag.
        package var lag: Lag

        /// A group's lag.
        package init(groupID: String, lag: Lag) {
            self.groupID = groupID
            self.lag = lag
        }
    }

    /// A partition's figures.
    package init(
        description: PartitionDescription,
        recordsInPerSecond: Double? = nil,
        bytesInPerSecond: Double? = nil,
        worstLag: WorstLag? = nil,
        staleSince: Int64? = nil,
        compactionWaitingMilliseconds: Int64? = nil
    ) {
        self.description = description
        self.recordsInPerSecond = recordsInPerSecond
        self.bytesInPerSecond = bytesInPerSecond
        self.worstLag = worstLag
        self.staleSince = staleSince
        self.compactionWaitingMilliseconds = compactionWaitingMilliseconds
    }
}

/// A group with what the monitor derived for it.
package struct GroupFigures: Sendable, Equatable {
    /// The group as last read.
    package var description: GroupDescription
    /// The sum over partitions; `.noCommit` when none has a commit; a lower bound when some are unknown, estimated when some are old.
    package var lag: Lag
    /// The oldest unread record of any partition.
    package var age: LagAge
    /// The slowest partition's catch-up time.
    package var catchUp: CatchUp
    /// Records per second by which the lag grows (+) or shrinks (−) over the rate window; nil before two polls.
    package var lagChangePerSecond: Double?
    /// Records per second committed; nil before two polls.
    package var recordsOutPerSecond: Double?
    /// Lag in records over time.
    package var lagHistory: Series
    /// One row a partition the group commits to or is assigned, ascending by topic and partition.
    package var partitions: [GroupPartitionFigures]
    /// Since when the group is in its state, wall milliseconds; nil when it was so at the first poll.
    package var stateSince: Int64?
    /// Since when the oldest of the figures are old, wall milliseconds; nil while all are fresh.
    package var staleSince: Int64?
    /// True when figures of some partitions are old and those of others live.
    package var isPartlyStale: Bool {
        staleSince != nil && partitions.contains { $0.staleSince == nil }
    }
    /// How long a group that was seen at work has committed nothing new though something is unread, milliseconds, by its slowest partition; nil while no
    /// partition's status is STOP, STALL or NO PROGRESS.
    package var stoppedMilliseconds: Int64?
    /// The worst status of any partition.
    package var status = StatusFigure.noCommit
    /// The partition that has it; nil for a group without partitions.
    package var statusPartition: TopicPartition?
    /// Whether it loses what it has not read, and when.
    package var loss = GroupLoss()
    /// What was seen of its rebalances.
    package var churn = ChurnFigures()

    /// A group's figures.
    package init(
        description: GroupDescription,
        lag: Lag,
        age: LagAge,
        catchUp: CatchUp,
        lagChangePerSecond: Double? = nil,
        recordsOutPerSecond: Double? = nil,
        lagHistory: Series = Series(),
        partitions: [GroupPartitionFigures] = [],
        stateSince: Int64? = nil,
        staleSince: Int64? = nil,
        stoppedMilliseconds: Int64? = nil
    ) {
        self.description = description
        self.lag = lag
        self.age = age
        self.catchUp = catchUp
        self.lagChangePerSecond = lagChangePerSecond
        self.recordsOutPerSecond = recordsOutPerSecond
        self.lagHistory = lagHistory
        self.partitions = partitions
        self.stateSince = stateSince
        self.staleSince = staleSince
        self.stoppedMilliseconds = stoppedMilliseconds
    }
}

/// One partition as one group reads it.
package struct GroupPartitionFigures: Sendable, Equatable {
    /// The partition.
    package var topicPartition: TopicPartition
    /// The member it is assigned to: its member id; nil when unassigned.
    package var memberID: String?
    /// The member's client id; nil when unassigned.
    package var clientID: String?
    /// The commit; nil for none.
    package var commit: CommittedOffset?
    /// The log's bounds; nil when they could not be read.
    package var offsets: PartitionOffsets?
    /// How far behind in records (only what can still be read).
    package var lag: Lag
    /// Records below the log start that were never read: gone, not lag. 0 for none.
    package var unreadable: Int64
    /// True when the commit lies past the end, as after the topic was made anew.
    package var isAheadOfEnd: Bool
    /// How far behind in time.
    package var age: LagAge
    /// Records per second arriving; nil before two polls.
    package var recordsInPerSecond: Double?
    /// Records per second committed; nil before two polls.
    package var recordsOutPerSecond: Double?
    /// When it will have caught up.
    package var catchUp: CatchUp
    /// Lag in records over time.
    package var lagHistory: Series
    /// Since when figures are old, wall milliseconds; nil while they are fresh.
    package var staleSince: Int64?
    /// How its consumer fares, with the reason.
    package var status = StatusFigure.noCommit
    /// Whether the group loses what it has not read here, and when.
    package var loss = LossFigures()

    /// A partition's figures for a group.
    package init(
        topicPartition: TopicPartition,
        memberID: String? = nil,
        clientID: String? = nil,
        commit: CommittedOffset? = nil,
        offsets: PartitionOffsets? = nil,
        lag: Lag,
        unreadable: Int64 = 0,
        isAheadOfEnd: Bool = false,
        age: LagAge,
        recordsInPerSecond: Double? = nil,
        recordsOutPerSecond: Double? = nil,
        catchUp: CatchUp = .unknown,
        lagHistory: Series = Series(),
        staleSince: Int64? = nil
    ) {
        self.topicPartition = topicPartition
        self.memberID = memberID
        self.clientID = clientID
        self.commit = commit
        self.offsets = offsets
        self.lag = lag
        self.unreadable = unreadable
        self.isAheadOfEnd = isAheadOfEnd
        self.age = age
        self.recordsInPerSecond = recordsInPerSecond
        self.recordsOutPerSecond = recordsOutPerSecond
        self.catchUp = catchUp
        self.lagHistory = lagHistory
        self.staleSince = staleSince
    }
}
