/// What a KIP-848 member owns in `__consumer_offsets`; a null value takes the member out.
package struct ConsumerGroupCurrentMemberAssignmentValue: StoredRecord {
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// Compact lengths and tagged fields from the first version on.
    package static let flexibleFrom: Int16? = 0

    /// The epoch that the member has caught up with; -2 for a static member that is away.
    package var memberEpoch: Int32 = 0
    /// The epoch before it, which a member may still send when an answer was lost.
    package var previousMemberEpoch: Int32 = 0
    /// 0 stable, 1 it has to give partitions up, 2 it waits for partitions of others.
    package var state: Int8 = 0
    /// The partitions it owns.
    package var assignedPartitions: [ConsumerGroupTopicPartitions] = []
    /// The partitions it has been asked to give up.
    package var partitionsPendingRevocation: [ConsumerGroupTopicPartitions] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        memberEpoch: Int32 = 0,
        previousMemberEpoch: Int32 = 0,
        state: Int8 = 0,
        assignedPartitions: [ConsumerGroupTopicPartitions] = [],
        partitionsPendingRevocation: [ConsumerGroupTopicPartitions] = []
    ) {
        self.memberEpoch = memberEpoch
        self.previousMemberEpoch = previousMemberEpoch
        self.state = state
        self.assignedPartitions = assignedPartitions
        self.partitionsPendingRevocation = partitionsPendingRevocation
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&memberEpoch)
        try wire.int32(&previousMemberEpoch)
        try wire.int8(&state)
        try wire.array(&assignedPartitions, version)
        try wire.array(&partitionsPendingRevocation, version)
        try wire.tags(&tags)
    }
}
