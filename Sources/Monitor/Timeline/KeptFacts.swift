import Cluster
import WindowedMetrics

/// What a timeline keeps of a topic that changes seldom.
struct TopicFacts: Equatable, Sendable {
    /// What it keeps of a partition.
    struct Partition: Equatable, Sendable {
        var number: Int32
        var leader: Int32
        var replicas: [Int32]
        var inSync: [Int32]
    }

    var topicID: String?
    var isInternal: Bool
    var replicationFactor: Int
    var retention: TopicRetention
    var partitions: [Partition]

    init(_ topic: TopicDescription) {
        topicID = topic.topicID
        isInternal = topic.isInternal
        replicationFactor = topic.replicationFactor
        retention = topic.retention
        partitions = topic.partitions.map {
            Partition(number: $0.partition, leader: $0.leader, replicas: $0.replicas, inSync: $0.inSyncReplicas)
        }
    }

    /// Whether these are a topic's facts still; cheaper than making them anew.
    func describes(_ topic: TopicDescription) -> Bool {
        topicID == topic.topicID && isInternal == topic.isInternal && replicationFactor == topic.replicationFactor
            && retention == topic.retention && partitions.count == topic.partitions.count
            && zip(partitions, topic.partitions).allSatisfy { mine, theirs in
                mine.number == theirs.partition && mine.leader == theirs.leader && mine.replicas == theirs.replicas
                    && mine.inSync == theirs.inSyncReplicas
            }
    }

    /// The settings that differ: Kafka's name, before, after.
    func changedSettings(to new: TopicFacts) -> [(name: String, before: String, after: String)] {
        guard retention != new.retention else { return [] }
        return zip(Self.settings(retention), Self.settings(new.retention))
            .filter { $0.value != $1.value }
            .map { ($0.name, $0.value, $1.value) }
    }

    private static func settings(_ it: TopicRetention) -> [(name: String, value: String)] {
        [
            ("cleanup.policy", it.cleanupPolicy), ("retention.ms", "\(it.retentionMilliseconds)"),
            ("retention.bytes", "\(it.retentionBytes)"), ("segment.bytes", "\(it.segmentBytes)"),
            ("segment.ms", "\(it.segmentMilliseconds)"),
            ("min.cleanable.dirty.ratio", "\(it.minCleanableDirtyRatio)"),
            ("min.compaction.lag.ms", "\(it.minCompactionLagMilliseconds)"),
            ("max.compaction.lag.ms", "\(it.maxCompactionLagMilliseconds)"),
            ("delete.retention.ms", "\(it.deleteRetentionMilliseconds)"),
        ]
    }
}

/// What a timeline keeps of a group that changes seldom.
struct GroupFacts: Equatable, Sendable {
    var state: GroupState
    var type: GroupType
    var protocolType: String
    var protocolName: String
    var generation: Int32
    var members: [GroupMember]
    var problem: String?

    init(_ group: GroupDescription) {
        state = group.state
        type = group.type
        protocolType = group.protocolType
        protocolName = group.protocolName
        generation = group.generation
        members = group.members
        problem = group.problem
    }

    /// The group as it was, with commits that are known otherwise.
    func description(_ id: String, commits: [CommittedOffset]) -> GroupDescription {
        GroupDescription(
            groupID: id, state: state, type: type, protocolType: protocolType, protocolName: protocolName,
            generation: generation, members: members, commits: commits, problem: problem)
    }
}

/// A partition in a timeline: its topic's place and its number.
struct PartitionKey: Hashable, Sendable {
    var topic: Int32
    var partition: Int32
}

/// A partition as a group reads it.
struct RowKey: Hashable, Sendable {
    var group: Int32
    var topic: Int32
    var partition: Int32
}

/// An alert instance in a timeline.
struct AlertKey: Hashable, Sendable {
    var rule: String
    var subject: String
    var labels: [String: String]
}
