/// A topic with the state of each of its partitions at one moment.
package struct TopicDescription: Sendable, Equatable {
    /// The topic's name.
    package var name: String
    /// The topic id as Kafka prints it (22 characters of URL-safe base64), or nil where the peer does not tell (before Kafka 2.8).
    package var topicID: String?
    /// True for topics that the brokers keep for themselves: `__consumer_offsets`, `__transaction_state`, `__weir_audit`.
    package var isInternal: Bool
    /// Copies of each partition that the topic asks for.
    package var replicationFactor: Int
    /// The settings that decide what is kept.
    package var retention: TopicRetention
    /// The partitions, ascending by number.
    package var partitions: [PartitionDescription]
    /// Why `retention` is Kafka's defaults instead of the topic's own settings, in words; nil when all is well.
    package var problem: String?

    /// Describes a topic.
    package init(
        name: String,
        topicID: String? = nil,
        isInternal: Bool = false,
        replicationFactor: Int = 1,
        retention: TopicRetention = TopicRetention(),
        partitions: [PartitionDescription] = [],
        problem: String? = nil
    ) {
        self.name = name
        self.topicID = topicID
        self.isInternal = isInternal
        self.replicationFactor = replicationFactor
        self.retention = retention
        self.partitions = partitions
        self.problem = problem
    }
}

/// The effective topic settings that decide what is kept and what the cleaner may do, defaults filled in.
package struct TopicRetention: Sendable, Equatable {
    /// `cleanup.policy` contains `compact`.
    package var isCompacted = false
    /// `cleanup.policy` contains `delete`.
    package var isDeleted = true
    /// `retention.ms`; -1 keeps for ever.
    package var retentionMilliseconds: Int64 = 604_800_000
    /// `retention.bytes` of one partition; -1 is no limit.
    package var retentionBytes: Int64 = -1
    /// `segment.bytes`.
    package var segmentBytes: Int64 = 1_073_741_824
    /// `segment.ms`.
    package var segmentMilliseconds: Int64 = 604_800_000
    /// `min.cleanable.dirty.ratio`, 0 to 1.
    package var minCleanableDirtyRatio = 0.5
    /// `min.compaction.lag.ms`.
    package var minCompactionLagMilliseconds: Int64 = 0
    /// `max.compaction.lag.ms`.
    package var maxCompactionLagMilliseconds = Int64.max
    /// `delete.retention.ms`: how long a tombstone stays after its first cleaning.
    package var deleteRetentionMilliseconds: Int64 = 86_400_000

    /// Kafka's defaults.
    package init() {}

    /// `cleanup.policy` as Kafka writes it: `delete`, `compact` or `compact,delete`.
    package var cleanupPolicy: String {
        switch (isCompacted, isDeleted) {
        case (true, true): "compact,delete"
        case (true, false): "compact"
        case (false, true): "delete"
        case (false, false): "none"
        }
    }
}

/// One partition: where its log begins and ends, how large it is, what the cleaner has left to do.
///
/// Figures the peer cannot tell are nil; a screen shows them as `—` or `?`, never as 0.
package struct PartitionDescription: Sendable, Equatable {
    /// The partition's number.
    package var partition: Int32
    /// The leader's node id, or -1 where there is none.
    package var leader: Int32
    /// Node ids of all replicas.
    package var replicas: [Int32]
    /// Node ids of the in-sync replicas.
    package var inSyncReplicas: [Int32]
    /// The log's bounds, or nil when they could not be read.
    package var offsets: PartitionOffsets?
    /// Bytes of all segments, or nil when unknown.
    package var sizeBytes: Int64?
    /// The number of segments, or nil when unknown.
    package var segmentCount: Int?
    /// What the cleaner sees; nil for a topic without compaction, or where the peer cannot tell.
    package var cleaning: CleaningState?
    /// What clients wrote since the broker started; nil where the peer cannot tell.
    package var traffic: PartitionTraffic?
    /// Why figures are missing, in words; nil when all is well.
    package var problem: String?

    /// Describes a partition.
    package init(
        partition: Int32,
        leader: Int32 = 1,
        replicas: [Int32] = [1],
        inSyncReplicas: [Int32] = [1],
        offsets: PartitionOffsets? = nil,
        sizeBytes: Int64? = nil,
        segmentCount: Int? = nil,
        cleaning: CleaningState? = nil,
        problem: String? = nil
    ) {
        self.partition = partition
        self.leader = leader
        self.replicas = replicas
        self.inSyncReplicas = inSyncReplicas
        self.offsets = offsets
        self.sizeBytes = sizeBytes
        self.segmentCount = segmentCount
        self.cleaning = cleaning
        self.problem = problem
    }
}

/// What clients wrote to a partition since the broker started; it only grows.
package struct PartitionTraffic: Sendable, Equatable {
    /// Records, by the offsets they took.
    package var recordsIn: Int64
    /// Bytes of their batches as written.
    package var bytesIn: Int64

    /// What was written.
    package init(recordsIn: Int64, bytesIn: Int64) {
        self.recordsIn = recordsIn
        self.bytesIn = bytesIn
    }
}

/// The bounds of a partition's log. Offsets count records and gaps alike, so differences are upper bounds of record counts.
package struct PartitionOffsets: Sendable, Equatable {
    /// The first offset that can be read.
    package var logStart: Int64
    /// One past the last offset that a read_uncommitted consumer gets.
    package var highWatermark: Int64
    /// One past the last offset that a read_committed consumer gets; below the high watermark while a transaction is open.
    package var lastStable: Int64

    /// Bounds of a log; `lastStable` defaults to the high watermark.
    package init(logStart: Int64, highWatermark: Int64, lastStable: Int64? = nil) {
        self.logStart = logStart
        self.highWatermark = highWatermark
        self.lastStable = lastStable ?? highWatermark
    }
}

/// What the log cleaner knows of one compacted partition (Kafka's `LogToClean`).
package struct CleaningState: Sendable, Equatable {
    /// The first offset that has not been cleaned yet.
    package var firstDirtyOffset: Int64
    /// The first offset that must not be cleaned now: active segment, open transaction, or `min.compaction.lag.ms`.
    package var firstUncleanableOffset: Int64
    /// Bytes of the segments that were cleaned.
    package var cleanBytes: Int64
    /// Bytes that a run would read for new keys.
    package var cleanableBytes: Int64
    /// Bytes past `firstUncleanableOffset`.
    package var uncleanableBytes: Int64
    /// True when the background cleaner would take the partition: ratio above `min.cleanable.dirty.ratio`, or `max.compaction.lag.ms` exceeded.
    package var isEligible: Bool
    /// When the last run over this partition ended, wall milliseconds; nil for none since the broker started.
    package var lastCleanedAt: Int64?

    /// States what the cleaner sees.
    package init(
        firstDirtyOffset: Int64,
        firstUncleanableOffset: Int64,
        cleanBytes: Int64,
        cleanableBytes: Int64,
        uncleanableBytes: Int64,
        isEligible: Bool,
        lastCleanedAt: Int64? = nil
    ) {
        self.firstDirtyOffset = firstDirtyOffset
        self.firstUncleanableOffset = firstUncleanableOffset
        self.cleanBytes = cleanBytes
        self.cleanableBytes = cleanableBytes
        self.uncleanableBytes = uncleanableBytes
        self.isEligible = isEligible
        self.lastCleanedAt = lastCleanedAt
    }

    /// The cleaner's own ratio, 0 to 1: cleanable ÷ (clean + cleanable). 0 for an empty log.
    package var dirtyRatio: Double {
        let total = Double(cleanBytes) + Double(cleanableBytes)
        return total > 0 ? Double(cleanableBytes) / total : 0
    }
}

/// One segment of a partition's log, as screens draw it.
package struct SegmentDescription: Sendable, Equatable {
    /// The segment's first offset, its file name.
    package var baseOffset: Int64
    /// One past the last offset in it.
    package var nextOffset: Int64
    /// Bytes of the `.log` file.
    package var sizeBytes: Int64
    /// The largest record timestamp in it, wall milliseconds; nil for an empty segment.
    package var largestTimestamp: Int64?
    /// True for the one segment that is written to; it is never cleaned.
    package var isActive: Bool

    /// Describes a segment.
    package init(baseOffset: Int64, nextOffset: Int64, sizeBytes: Int64, largestTimestamp: Int64?, isActive: Bool) {
        self.baseOffset = baseOffset
        self.nextOffset = nextOffset
        self.sizeBytes = sizeBytes
        self.largestTimestamp = largestTimestamp
        self.isActive = isActive
    }
}
