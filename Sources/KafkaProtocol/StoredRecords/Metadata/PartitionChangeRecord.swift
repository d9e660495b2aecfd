/// PartitionChangeRecord (metadata log, type 5): a partition changes.
package struct PartitionChangeRecord: MetadataRecordBody {
    /// Type 5.
    package static let type: UInt32 = 5
    /// Versions 0 to 2.
    package static let versions: ClosedRange<Int16> = 0...2
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The partition's number.
    package var partitionID: Int32 = -1
    /// The topic's id (KIP-516).
    package var topicID: KafkaUUID = .zero
    /// The new in-sync replicas; null for no change.
    package var isr: [Int32]?
    /// The new leader: -1 for none, -2 for no change.
    package var leader: Int32 = -2
    /// The new replicas; null for no change.
    package var replicas: [Int32]?
    /// The new list; null for no change.
    package var removingReplicas: [Int32]?
    /// The new list; null for no change.
    package var addingReplicas: [Int32]?
    /// 0 recovered, 1 recovering, -1 for no change.
    package var leaderRecoveryState: Int8 = -1
    /// The new list (KIP-966); null for no change.
    package var eligibleLeaderReplicas: [Int32]?
    /// The new list (KIP-966); null for no change.
    package var lastKnownElr: [Int32]?
    /// The new log directories; null for no change.
    package var directories: [KafkaUUID]?
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        partitionID: Int32 = -1,
        topicID: KafkaUUID = .zero,
        isr: [Int32]? = nil,
        leader: Int32 = -2,
        replicas: [Int32]? = nil,
        removingReplicas: [Int32]? = nil,
        addingReplicas: [Int32]? = nil,
        leaderRecoveryState: Int8 = -1,
        eligibleLeaderReplicas: [Int32]? = nil,
        lastKnownElr: [Int32]? = nil,
        directories: [KafkaUUID]? = nil
    ) {
        self.partitionID = partitionID
        self.topicID = topicID
        self.isr = isr
        self.leader = leader
        self.replicas = replicas
        self.removingReplicas = removingReplicas
        self.addingReplicas = addingReplicas
        self.leaderRecoveryState = leaderRecoveryState
        self.eligibleLeaderReplicas = eligibleLeaderReplicas
        self.lastKnownElr = lastKnownElr
        self.directories = directories
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&partitionID)
        try wire.uuid(&topicID)
        try wire.beginTags(&tags)
        try wire.tag(0, &tags, isPresent: isr != nil) { (wire: inout Wire) throws(WireError) in
            try wire.array(&isr, version)
        }
        try wire.tag(1, &tags, isPresent: leader != -2) { (wire: inout Wire) throws(WireError) in
            try wire.int32(&leader)
        }
        try wire.tag(2, &tags, isPresent: replicas != nil) { (wire: inout Wire) throws(WireError) in
            try wire.array(&replicas, version)
        }
        try wire.tag(3, &tags, isPresent: removingReplicas != nil) { (wire: inout Wire) throws(WireError) in
            try wire.array(&removingReplicas, version)
        }
        try wire.tag(4, &tags, isPresent: addingReplicas != nil) { (wire: inout Wire) throws(WireError) in
            try wire.array(&addingReplicas, version)
        }
        try wire.tag(5, &tags, isPresent: leaderRecoveryState != -1) { (wire: inout Wire) throws(WireError) in
            try wire.int8(&leaderRecoveryState)
        }
        if version >= 2 {
            try wire.tag(6, &tags, isPresent: eligibleLeaderReplicas != nil) { (wire: inout Wire) throws(WireError) in
                try wire.array(&eligibleLeaderReplicas, version)
            }
        }
        if version >= 2 {
            try wire.tag(7, &tags, isPresent: lastKnownElr != nil) { (wire: inout Wire) throws(WireError) in
                try wire.array(&lastKnownElr, version)
            }
        }
        if version >= 1 {
            try wire.tag(8, &tags, isPresent: directories != nil) { (wire: inout Wire) throws(WireError) in
                try wire.array(&directories, version)
            }
        }
        try wire.endTags(&tags)
    }
}
