package import Cluster

/// A log with every record it holds.
package struct Log: Sendable {
    /// Changes when the topic is made anew.
    package var topicID = "first"
    /// The log start offset.
    package var start: Int64 = 0
    /// The high watermark.
    package var end: Int64 = 0
    /// Offset and timestamp of each record, ascending; gaps are where compaction or a marker left none.
    package var records: [(offset: Int64, timestamp: Int64)] = []
    /// Whether the cleaner may leave gaps in it.
    package var isCompacted = false
    /// Below this offset the cleaner has been.
    package var firstDirty: Int64 = 0
    /// Whether it is due for compaction.
    package var isEligible = false
    /// When the cleaner ran last, wall milliseconds.
    package var lastCleanedAt: Int64?
    /// Why its bounds cannot be read; nil when they can.
    package var problem: String?
    /// The broker that leads it; -1 for none.
    package var leader: Int32 = 1
    /// The brokers that have a copy beside the leader.
    package var followers: [Int32] = []
    /// Those of them that lag behind, out of sync.
    package var laggards: Set<Int32> = []

    /// An empty log.
    package init(topicID: String = "first", isCompacted: Bool = false) {
        self.topicID = topicID
        self.isCompacted = isCompacted
    }

    /// Appends records, all of one moment.
    package mutating func append(_ count: Int64, at wall: Int64) {
        for _ in 0..<count {
            records.append((end, wall))
            end += 1
        }
    }

    /// Moves the log start up, as DeleteRecords does.
    package mutating func deleteRecords(below offset: Int64) {
        start = max(start, offset)
        records.removeAll { $0.offset < start }
    }

    /// The first record at or after an offset.
    package func first(from offset: Int64) -> (offset: Int64, timestamp: Int64)? {
        var low = 0
        var high = records.count
        while low < high {
            let middle = (low + high) / 2
            if records[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low < records.count ? records[low] : nil
    }
}

/// A group as a coordinator knows it.
package struct WorldGroup: Sendable {
    /// What its one member holds; empty: it has no member.
    package var assignment: [TopicPartition] = []
    /// What it committed.
    package var commits: [TopicPartition: Int64] = [:]
    /// When each commit was made, wall milliseconds; none where the cluster does not tell.
    package var committedAt: [TopicPartition: Int64] = [:]
    /// `consumer`, as consumers say.
    package var protocolType = "consumer"
    /// The broker that coordinates it.
    package var coordinator: Int32 = 1

    /// A group of one member, or of none.
    package init(assignment: [TopicPartition] = [], commits: [TopicPartition: Int64] = [:]) {
        self.assignment = assignment
        self.commits = commits
    }

    /// Commits an offset, the time of it told.
    package mutating func commit(_ offset: Int64?, of partition: TopicPartition, at wall: Int64) {
        commits[partition] = offset
        committedAt[partition] = wall
    }
}

/// A cluster whose every record is known, with failures on demand.
package struct World: Sendable {
    /// Every partition.
    package var logs: [TopicPartition: Log] = [:]
    /// Every group by its id.
    package var groups: [String: WorldGroup] = [:]
    /// What is kept of a topic, where it is not Kafka's defaults.
    package var retentions: [String: TopicRetention] = [:]
    /// The segments of a partition, where the cluster tells of them.
    package var segments: [TopicPartition: [SegmentDescription]]?
    /// Whether topics cannot be read.
    package var topicsFail = false
    /// Whether groups cannot be read.
    package var groupsFail = false
    /// Whether the status cannot be read.
    package var statusFails = false
    /// Whether the log directory is offline.
    package var isOffline = false
    /// Transactions that are open on partitions and known to no coordinator.
    package var strayTransactions: [OpenTransaction] = []
    /// Free bytes of the data directory's file system, of 1000.
    package var diskFree: Int64 = 500
    /// Damaged segments that were set aside.
    package var quarantined = 0
    /// Records that were refused to producers.
    package var recordErrors: Int64 = 0
    /// How many fetches were asked for.
    package var fetches = 0
    /// Whether fetches fail.
    package var fetchesFail = false
    /// The broker that does not answer; nil when all do.
    package var deadBroker: Int32?
    /// Whether groups of a dead coordinator are left out of the list instead of being listed with a problem.
    package var hidesLostGroups = false
    /// What asking has cost so far; nil where it costs nothing.
    package var cost: RequestCost?
    /// What one poll costs.
    package var costOfPoll = RequestCost()
    /// Whether the brokers are others' and tell nothing beyond the protocol.
    package var isAttached = false

    /// A cluster without topics and groups.
    package init() {}

    /// What is kept of a topic.
    package func retention(of topic: String) -> TopicRetention {
        var retention = retentions[topic] ?? TopicRetention()
        retention.isCompacted = logs.contains { $0.key.topic == topic && $0.value.isCompacted }
        return retention
    }

    /// Why a partition's bounds cannot be read; nil when they can.
    package func problem(of log: Log) -> String? {
        if let problem = log.problem { return problem }
        if log.leader < 0 { return "no leader" }
        return log.leader == deadBroker ? "broker \(log.leader) does not answer" : nil
    }

    /// Whether a group's coordinator does not answer.
    package func hasLostCoordinator(_ group: WorldGroup) -> Bool { group.coordinator == deadBroker }

    /// The topics, ascending.
    package var topicNames: [String] { Set(logs.keys.map(\.topic)).sorted() }
}
