package import KafkaProtocol

/// A member of a KIP-848 group (Kafka's `ConsumerGroupMember`).
package struct ConsumerMember: Sendable, Equatable {
    /// How far the member is with what it shall own (Kafka's `MemberState`; the numbers are stored).
    package enum State: Int8, Sendable {
        /// It owns what it shall own in its epoch.
        case stable = 0
        /// It has been asked to give partitions up and has not said that it did.
        case unrevokedPartitions = 1
        /// It waits for partitions that others have not given up.
        case unreleasedPartitions = 2
    }

    /// The epoch of a static member that is away for a while.
    package static let awayEpoch: Int32 = -2

    /// The member's id.
    package let memberID: String
    /// Who it is and what it subscribes to, as it is stored.
    package internal(set) var metadata: ConsumerGroupMemberMetadataValue
    /// The group epoch that it has caught up with; ``awayEpoch`` while a static member is away.
    package internal(set) var epoch: Int32 = 0
    /// The epoch before, which it may still send when an answer was lost.
    package internal(set) var previousEpoch: Int32 = 0
    /// How far it is.
    package internal(set) var state = State.stable
    /// What it owns.
    package internal(set) var assigned = PartitionAssignment()
    /// What it has been asked to give up, and may still own.
    package internal(set) var pendingRevocation = PartitionAssignment()

    /// When it is dropped unless it is heard of, monotonic milliseconds.
    var deadline = Int64.max
    /// When it is dropped unless it has given up what it was asked for, monotonic milliseconds.
    var revocationDeadline: Int64?

    /// A member that just came.
    init(memberID: String) {
        self.memberID = memberID
        // Kafka writes an empty text where there is no pattern.
        metadata = ConsumerGroupMemberMetadataValue(subscribedTopicRegex: "")
    }

    /// A static member's successor: everything but the id.
    init(memberID: String, succeeding old: ConsumerMember) {
        self = ConsumerMember(memberID: memberID)
        metadata = old.metadata
        epoch = old.epoch
        previousEpoch = old.previousEpoch
        state = old.state
        assigned = old.assigned
        pendingRevocation = old.pendingRevocation
    }

    /// A member as the log has it. An unknown state, from a later broker, counts as waiting: the next heartbeat reconciles it.
    init(
        memberID: String, metadata: ConsumerGroupMemberMetadataValue,
        current: ConsumerGroupCurrentMemberAssignmentValue
    ) {
        self.memberID = memberID
        self.metadata = metadata
        epoch = current.memberEpoch
        previousEpoch = current.previousMemberEpoch
        state = State(rawValue: current.state) ?? .unreleasedPartitions
        assigned = PartitionAssignment(current.assignedPartitions)
        pendingRevocation = PartitionAssignment(current.partitionsPendingRevocation)
    }

    /// `group.instance.id` of a static member.
    package var instanceID: String? { metadata.instanceID }
    /// The pattern it subscribes to; nil for none.
    package var pattern: String? {
        metadata.subscribedTopicRegex.flatMap { $0.isEmpty ? nil : $0 }
    }
    /// Whether it is a static member that is away.
    package var isAway: Bool { epoch == Self.awayEpoch }
    /// What nobody else may have: what it owns and what it may still own.
    var held: PartitionAssignment { pendingRevocation.isEmpty ? assigned : assigned.union(pendingRevocation) }

    /// What is stored of its assignment.
    var current: ConsumerGroupCurrentMemberAssignmentValue {
        ConsumerGroupCurrentMemberAssignmentValue(
            memberEpoch: epoch, previousMemberEpoch: previousEpoch, state: state.rawValue,
            assignedPartitions: assigned.wireForm, partitionsPendingRevocation: pendingRevocation.wireForm)
    }

    /// Whether it owns what the assignment of that epoch gives it.
    func isReconciled(to assignmentEpoch: Int32) -> Bool { state == .stable && epoch == assignmentEpoch }

    /// Enters an epoch and remembers the one before.
    mutating func enter(epoch next: Int32) {
        previousEpoch = epoch
        epoch = next
    }
}
