/// The state of a consumer group, Kafka's `GroupState`.
package enum GroupState: String, Sendable, CaseIterable {
    case unknown = "Unknown"
    case preparingRebalance = "PreparingRebalance"
    case completingRebalance = "CompletingRebalance"
    case stable = "Stable"
    case dead = "Dead"
    case empty = "Empty"
    case assigning = "Assigning"
    case reconciling = "Reconciling"
}

/// Which protocol a group speaks, Kafka's `GroupType`.
package enum GroupType: String, Sendable, CaseIterable {
    /// JoinGroup and SyncGroup: the members compute the assignment.
    case classic = "Classic"
    /// KIP-848: the coordinator computes the assignment.
    case consumer = "Consumer"
    /// Where the peer does not tell (before Kafka 3.8).
    case unknown = "Unknown"
}

/// A consumer group with its members and committed offsets at one moment.
package struct GroupDescription: Sendable, Equatable {
    /// The group id.
    package var groupID: String
    /// The group's state.
    package var state: GroupState
    /// Which protocol it speaks.
    package var type: GroupType
    /// The broker that coordinates it; nil when unknown.
    package var coordinator: BrokerDescription?
    /// `consumer` for consumer groups, empty for groups that only commit.
    package var protocolType: String
    /// The assignor in use, for example `range`; empty while none is chosen.
    package var protocolName: String
    /// The generation, raised by each rebalance; of a group of KIP-848 its epoch, raised by each change of members or
    /// subscriptions. -1 where unknown.
    package var generation: Int32
    /// The members, ascending by member id.
    package var members: [GroupMember]
    /// The committed offsets, ascending by topic and partition.
    package var commits: [CommittedOffset]
    /// Why figures are missing, in words; nil when all is well.
    package var problem: String?

    /// Describes a group.
    package init(
        groupID: String,
        state: GroupState,
        type: GroupType = .classic,
        coordinator: BrokerDescription? = nil,
        protocolType: String = "consumer",
        protocolName: String = "",
        generation: Int32 = -1,
        members: [GroupMember] = [],
        commits: [CommittedOffset] = [],
        problem: String? = nil
    ) {
        self.groupID = groupID
        self.state = state
        self.type = type
        self.coordinator = coordinator
        self.protocolType = protocolType
        self.protocolName = protocolName
        self.generation = generation
        self.members = members
        self.commits = commits
        self.problem = problem
    }
}

/// One live member of a group.
package struct GroupMember: Sendable, Equatable {
    /// The member id the coordinator gave.
    package var memberID: String
    /// `group.instance.id` of a static member (KIP-345).
    package var groupInstanceID: String?
    /// The client id of the member's requests.
    package var clientID: String
    /// The host it connects from, as Kafka prints it (`/127.0.0.1`).
    package var clientHost: String
    /// The epoch that the member has caught up with (KIP-848): below the group's generation it has not seen the last
    /// change yet; -2 for a static member that is away. Nil in a classic group, where members share the generation.
    package var memberEpoch: Int32?
    /// What it is assigned, ascending; empty while unassigned or where the protocol is not a consumer's.
    package var assignment: [TopicPartition]

    /// Describes a member.
    package init(
        memberID: String,
        groupInstanceID: String? = nil,
        clientID: String,
        clientHost: String,
        memberEpoch: Int32? = nil,
        assignment: [TopicPartition] = []
    ) {
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
        self.clientID = clientID
        self.clientHost = clientHost
        self.memberEpoch = memberEpoch
        self.assignment = assignment
    }
}

/// The offset a group has committed for one partition: the next record it will read.
package struct CommittedOffset: Sendable, Equatable {
    /// The partition.
    package var topicPartition: TopicPartition
    /// The next offset to read, from 0.
    package var offset: Int64
    /// When the commit was made, wall milliseconds; nil where the peer does not tell (Kafka's OffsetFetch has none).
    package var committedAt: Int64?
    /// The metadata text the consumer committed with it.
    package var metadata: String

    /// States a commit.
    package init(topicPartition: TopicPartition, offset: Int64, committedAt: Int64? = nil, metadata: String = "") {
        self.topicPartition = topicPartition
        self.offset = offset
        self.committedAt = committedAt
        self.metadata = metadata
    }
}
