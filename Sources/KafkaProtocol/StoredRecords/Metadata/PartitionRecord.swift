/// PartitionRecord (metadata log, type 3): a partition is created.
package struct PartitionRecord: MetadataRecordBody {
    /// Type 3.
    package static let type: UInt32 = 3
    /// Versions 0 to 2.
    package static let versions: ClosedRange<Int16> = 0...2
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The partition's number.
    package var partitionID: Int32 = -1
    /// The topic's id (KIP-516).
    package var topicID: KafkaUUID = .zero
    /// Node ids of the replicas, the preferred leader first.
    package var replicas: [Int32] = []
    /// Node ids of the replicas in sync.
    package var isr: [Int32] = []
    /// Node ids of replicas on their way out.
    package var removingReplicas: [Int32] = []
    /// Node ids of replicas on their way in.
    package var addingReplicas: [Int32] = []
    /// The node id of the leader; -1 for none.
    package var leader: Int32 = -1
    /// 0 the leader was in sync, 1 it is recovering from an unclean election.
    package var leaderRecoveryState: Int8 = 0
    /// How often the leader changed.
    package var leaderEpoch: Int32 = -1
    /// How often the partition's record changed.
    package var partitionEpoch: Int32 = -1
    /// The ids of the log directories that hold the replicas, in their order.
    package var directories: [KafkaUUID] = []
    /// Node ids that may become leader although not in sync (KIP-966); null for not tracked.
    package var eligibleLeaderReplicas: [Int32]?
    /// Node ids that were in sync last (KIP-966); null for not tracked.
    package var lastKnownElr: [Int32]?
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        partitionID: Int32 = -1,
        topicID: KafkaUUID = .zero,
        replicas: [Int32] = [],
        isr: [Int32] = [],
        removingReplicas: [Int32] = [],
        addingReplicas: [Int32] = [],
        leader: Int32 = -1,
        leaderRecoveryState: Int8 = 0,
        leaderEpoch: Int32 = -1,
        partitionEpoch: Int32 = -1,
        directories: [KafkaUUID] = [],
        eligibleLeaderReplicas: [Int32]? = nil,
        lastKnownElr: [Int32]? = nil
    ) {
        self.partitionID = partitionID
        self.topicID = topicID
        self.replicas = replicas
        self.isr = isr
        self.removingReplicas = removingReplicas
        self.addingReplicas = addingReplicas
        self.leader = leader
        self.leaderRecoveryState = leaderRecoveryState
        self.leaderEpoch = leaderEpoch
        self.partitionEpoch = partitionEpoch
        self.directories = directories
        self.eligibleLeaderReplicas = eligibleLeaderReplicas
        self.lastKnownElr = lastKnownElr
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&partitionID)
        try wire.uuid(&topicID)
        try wire.array(&replicas, version)
        try wire.array(&isr, version)
        try wire.array(&removingReplicas, version)
        try wire.array(&addingReplicas, version)
        try wire.int32(&leader)
        try wire.int32(&leaderEpoch)
        try wire.int32(&partitionEpoch)
        if version >= 1 { try wire.array(&directories, version) }
        try wire.beginTags(&tags)
        try wire.tag(0, &tags, isPresent: leaderRecoveryState != 0) { (wire: inout Wire) throws(WireError) in
            try wire.int8(&leaderRecoveryState)
        }
        if version >= 2 {
            try wire.tag(1, &tags, isPresent: eligibleLeaderReplicas != nil) { (wire: inout Wire) throws(WireError) in
                try wire.array(&eligibleLeaderReplicas, version)
            }
        }
        if version >= 2 {
            try wire.tag(2, &tags, isPresent: lastKnownElr != nil) { (wire: inout Wire) throws(WireError) in
                try wire.array(&lastKnownElr, version)
            }
        }
        try wire.endTags(&tags)
    }
}
