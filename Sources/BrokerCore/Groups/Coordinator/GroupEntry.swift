import Cluster
import ClusterRequests
import OrderedCollections

/// One group in the coordinator's books: its state machine, its offsets, and who waits for what.
///
/// Its membership is either a classic one or one of KIP-848. They stand side by side so that each can be changed in place.
struct GroupEntry {
    /// The group's id.
    let groupID: String
    /// The membership of a classic group.
    private(set) var classic: ClassicGroup?
    /// The membership of a KIP-848 group, as it is once its records are written.
    private(set) var consumer: ConsumerGroup?
    /// The records of the KIP-848 group that are on their way to the log; nil while there are none.
    var write: ConsumerGroupWrite?
    /// What is committed and acknowledged by the log.
    var offsets = CommittedOffsets()
    /// Commits that the log has not acknowledged yet.
    var pending: [TopicPartition: PendingCommits] = [:]
    /// Offsets that open transactions will commit, by producer id (KIP-98), oldest first: the log may still refuse the later ones,
    /// or have the transaction's end before them.
    var transactional: [Int64: [TopicPartition: [PartitionCommit]]] = [:]
    /// JoinGroup requests that wait.
    var joins: [WaitingRequest: @Sendable (JoinAnswer) -> Void] = [:]
    /// SyncGroup requests that wait.
    var syncs: [WaitingRequest: @Sendable (SyncAnswer) -> Void] = [:]
    /// Tells this group from an earlier one of the same name, so that late acknowledgements do not touch it.
    let incarnation: UInt64
    /// Raised whenever something that a screen shows changes.
    var version: UInt64
    /// When the coordinator's clock will look at it, monotonic milliseconds.
    var wakeup = Int64.max

    /// A group of one kind or the other.
    init(_ membership: Membership, offsets: CommittedOffsets, incarnation: UInt64, version: UInt64) {
        groupID = membership.groupID
        self.offsets = offsets
        self.incarnation = incarnation
        self.version = version
        self.membership = membership
    }

    /// The membership, of whatever kind.
    var membership: Membership {
        get { consumer.map { .consumer($0) } ?? classic.map { .classic($0) } ?? .none(groupID) }
        set {
            switch newValue {
            case .classic(let group): (classic, consumer) = (group, nil)
            case .consumer(let group): (classic, consumer) = (nil, group)
            case .none: (classic, consumer) = (nil, nil)
            }
        }
    }

    /// Passes an event to a classic group, in place; other groups want nothing.
    mutating func handle(_ event: GroupEvent, now: GroupInstant) -> [GroupEffect] {
        classic?.handle(event, now: now) ?? []
    }

    /// Passes a heartbeat that changes nothing to a KIP-848 group, in place; nil where there is more to do.
    mutating func keepAlive(
        _ beat: ConsumerHeartbeat, catalogVersion: Int64, now: GroupInstant
    ) -> ConsumerHeartbeatAnswer? {
        consumer?.keepAlive(beat, catalogVersion: catalogVersion, now: now)
    }

    /// Commits of one partition on their way to the log.
    struct PendingCommits {
        /// How many.
        var count = 0
        /// The order of the last deletion among them: commits before it stay deleted.
        var deletedBefore: UInt64 = 0
    }

    /// Whether the group keeps, or is about to keep, offsets.
    var hasOffsets: Bool { !offsets.isEmpty || !pending.isEmpty || !transactional.isEmpty }

    /// Whether a commit of a partition is on its way, plain or transactional.
    func isUnstable(_ partition: TopicPartition) -> Bool {
        pending[partition] != nil || transactional.values.contains { $0[partition] != nil }
    }

    /// A commit of a transaction was handed to the log; it waits for the transaction's end.
    mutating func began(_ partition: TopicPartition, commit: PartitionCommit, in producerID: Int64) {
        transactional[producerID, default: [:]][partition, default: []].append(commit)
    }

    /// The log refused a commit of a transaction.
    mutating func refused(_ partition: TopicPartition, commit: PartitionCommit, in producerID: Int64) {
        keep(partition, of: producerID) { $0.order != commit.order }
    }

    /// A transaction ended: its commits count, or are forgotten. Those handed to the log behind the marker belong to the next one.
    mutating func endTransaction(of producerID: Int64, isCommit: Bool, before order: UInt64) {
        for (partition, commits) in transactional[producerID] ?? [:] {
            if isCommit, let last = commits.last(where: { $0.order < order }) {
                offsets.store(last, topic: partition.topic)
            }
            keep(partition, of: producerID) { $0.order >= order }
        }
    }

    /// Keeps of a transaction's commits those that satisfy a condition.
    private mutating func keep(
        _ partition: TopicPartition, of producerID: Int64, where condition: (PartitionCommit) -> Bool
    ) {
        transactional[producerID]?[partition]?.removeAll { !condition($0) }
        if transactional[producerID]?[partition]?.isEmpty == true { transactional[producerID]?[partition] = nil }
        if transactional[producerID]?.isEmpty == true { transactional[producerID] = nil }
    }

    /// A commit was handed to the log.
    mutating func began(_ partition: TopicPartition) {
        pending[partition, default: PendingCommits()].count += 1
    }

    /// A commit of a partition came back from the log; it counts unless something later overtook it.
    mutating func ended(_ partition: TopicPartition, commit: PartitionCommit, isStored: Bool) {
        guard var waiting = pending[partition] else { return }
        if isStored, commit.order > waiting.deletedBefore { offsets.store(commit, topic: partition.topic) }
        waiting.count -= 1
        pending[partition] = waiting.count > 0 ? waiting : nil
    }

    /// Takes offsets away; the coordinator writes the tombstones.
    ///
    /// - Returns: The partitions whose offsets the log has, or is about to have.
    mutating func removeOffsets(_ partitions: [TopicPartition], order: UInt64) -> [TopicPartition] {
        var removed: [TopicPartition] = []
        for partition in partitions {
            var isKnown = offsets.remove(partition) != nil
            if pending[partition] != nil {
                pending[partition]?.deletedBefore = order
                isKnown = true
            }
            for producerID in Array(transactional.keys) {
                if transactional[producerID]?.removeValue(forKey: partition) != nil { isKnown = true }
                if transactional[producerID]?.isEmpty == true { transactional[producerID] = nil }
            }
            if isKnown { removed.append(partition) }
        }
        return removed
    }

    /// The offsets that have outlived `offsets.retention.minutes` (KIP-211, Kafka's `GroupMetadata.expiredOffsets`).
    ///
    /// Without members they live from the moment the group became empty; in a stable group of consumers, and in any of KIP-848,
    /// those of topics that nobody subscribes to live from their commit; so do those of consumers without a group.
    func expiredOffsets(at wall: Int64, retention: Int64) -> [TopicPartition] {
        let base: (PartitionCommit) -> Int64
        var subscribed: Set<String> = []
        switch (classic?.protocolType, classic?.state) {
        case (.some, .empty):
            let since = classic?.stateTimestamp
            base = { since ?? $0.committedAt }
        case (ConsumerSubscription.protocolType, .stable):
            guard let topics = classic?.subscribedTopics else { return [] }
            subscribed = topics
            base = { $0.committedAt }
        case (nil, _):
            base = { $0.committedAt }
        default:
            return []
        }
        return offsets.partitions { topic, commit in
            guard !subscribed.contains(topic), consumer?.isSubscribed(to: topic) != true,
                !isUnstable(TopicPartition(topic: topic, partition: commit.partition))
            else { return false }
            if let expiresAt = commit.expiresAt { return wall >= expiresAt }
            return wall.subtractingReportingOverflow(base(commit)).partialValue >= retention
        }
    }
}
