package import KafkaProtocol
import NIOCore
package import OrderedCollections

/// The classic group protocol as a pure state machine: `(state, event, now) -> (state, effects)`.
///
/// It follows Kafka 3.8's coordinator of classic groups rule for rule (`GroupCoordinator` and `GroupMetadata`, later
/// `GroupMetadataManager` and `ClassicGroup`). Nothing happens by itself: deadlines are data, ``nextDeadline`` says when
/// the next ``GroupEvent/tick`` is worth sending, and what has to be written comes out as an effect whose outcome goes
/// back in as an event. Every waiting request is answered exactly once; where Kafka drops a JoinGroup or SyncGroup that
/// the same member sent twice, the older one is answered with REBALANCE_IN_PROGRESS here.
package struct ClassicGroup: Sendable {
    /// The group's id.
    package let groupID: String
    /// The settings it obeys.
    package let settings: GroupSettings
    /// Where it stands.
    package private(set) var state: ClassicGroupState
    /// When it came to its state, wall milliseconds; nil for groups read from records that do not say.
    package internal(set) var stateTimestamp: Int64?
    /// `consumer` for consumer groups; nil while nobody has ever joined.
    package internal(set) var protocolType: String?
    /// The protocol of the present generation.
    package internal(set) var protocolName: String?
    /// Raised by each rebalance; 0 before the first.
    package internal(set) var generation: Int32
    /// The member id of the leader.
    package internal(set) var leaderID: String?
    /// The members by id, in the order in which they joined.
    package internal(set) var members: OrderedDictionary<String, ClassicMember> = [:]
    /// The topics that the consumers subscribe to; nil where they cannot be told.
    package internal(set) var subscribedTopics: Set<String>?

    /// Member ids by `group.instance.id`.
    var staticMembers: [String: String] = [:]
    /// Ids given with MEMBER_ID_REQUIRED and not used yet, each with the time when it lapses.
    var pendingMembers: OrderedDictionary<String, Int64> = [:]
    /// Members of the generation that have not sent SyncGroup yet.
    var pendingSync: Set<String> = []
    /// When members that did not sync are dropped.
    var syncDeadline: Int64?
    /// When the joining ends; only while the group prepares a rebalance.
    var joinWait: JoinWait?
    /// Whether a member joined since the initial delay began.
    var memberAddedDuringDelay = false
    /// A lower bound of the deadlines, kept so that a heartbeat need not search them.
    var earliestDeadline = Int64.max
    /// What the present event has brought about so far.
    var effects: [GroupEffect] = []

    /// How long a rebalance waits for members to join.
    struct JoinWait: Equatable, Sendable {
        /// When it ends.
        var until: Int64
        /// For the first join of an empty group: how much longer it may be drawn out, milliseconds. Nil otherwise.
        var initialRemaining: Int32?
    }

    /// A group that nobody has joined yet.
    package init(groupID: String, settings: GroupSettings, now: GroupInstant) {
        self.groupID = groupID
        self.settings = settings
        state = .empty
        stateTimestamp = now.wall
        generation = 0
    }

    /// A group read from its log: stable with its members, each with a whole session to report in, or empty.
    package init(groupID: String, stored: StoredGroup?, settings: GroupSettings, now: GroupInstant) {
        self.groupID = groupID
        self.settings = settings
        guard let stored else {
            state = .empty
            stateTimestamp = now.wall
            generation = 0
            return
        }
        state = stored.members.isEmpty ? .empty : .stable
        stateTimestamp = stored.stateTimestamp
        generation = stored.generation
        protocolType = stored.protocolType.isEmpty ? nil : stored.protocolType
        protocolName = stored.protocolName
        for member in stored.members where members[member.memberID] == nil {
            var restored = ClassicMember(
                memberID: member.memberID,
                groupInstanceID: member.groupInstanceID,
                clientID: member.clientID,
                clientHost: member.clientHost,
                rebalanceTimeout: member.rebalanceTimeout,
                sessionTimeout: member.sessionTimeout,
                protocols: stored.protocolName.map { [MemberProtocol(name: $0, metadata: member.subscription)] } ?? [],
                assignment: member.assignment
            )
            restored.deadline = now.after(milliseconds: member.sessionTimeout)
            noteDeadline(restored.deadline)
            if let instanceID = member.groupInstanceID { staticMembers[instanceID] = member.memberID }
            members[member.memberID] = restored
        }
        leaderID = stored.leaderID.flatMap { members[$0] == nil ? nil : $0 } ?? members.keys.first
        subscribedTopics = subscriptions()
        if state == .stable, members.count > Int(settings.maxSize) { prepareRebalance(now) }
        effects = []
    }

    /// Takes an event in and says what is to be done about it.
    package mutating func handle(_ event: GroupEvent, now: GroupInstant) -> [GroupEffect] {
        effects = []
        switch event {
        case .join(let join, let request): self.join(join, request, now)
        case .sync(let sync, let request): self.sync(sync, request, now)
        case .heartbeat(let claim, let request): heartbeat(claim, request, now)
        case .leave(let leaving, let request): leave(leaving, request, now)
        case .committed(let memberID): scheduleHeartbeat(of: memberID, now)
        case .stored(let purpose, let error): stored(purpose, error, now)
        case .tick: tick(now)
        case .delete: delete(now)
        }
        defer { effects = [] }
        return effects
    }

    /// When the next tick is worth sending, monotonic milliseconds; nil if nothing is due ever. May be too early,
    /// never too late.
    package var nextDeadline: Int64? { earliestDeadline == .max ? nil : earliestDeadline }

    /// Whether a member id belongs to the leader.
    func isLeader(_ memberID: String) -> Bool { leaderID == memberID }

    /// The longest rebalance timeout among the members, milliseconds.
    var rebalanceTimeout: Int32 { members.values.reduce(0) { max($0, $1.rebalanceTimeout) } }

    /// How many members wait for the rebalance.
    var awaitingJoinCount: Int { members.values.reduce(0) { $0 + ($1.awaitingJoin == nil ? 0 : 1) } }

    /// Enters a state.
    mutating func transition(to next: ClassicGroupState, _ now: GroupInstant) {
        state = next
        stateTimestamp = now.wall
        if next != .preparingRebalance { joinWait = nil }
    }

    /// Remembers that something is due then.
    mutating func noteDeadline(_ deadline: Int64) {
        earliestDeadline = min(earliestDeadline, deadline)
    }

    /// Finds the earliest deadline anew.
    mutating func refreshDeadline() {
        var earliest = Int64.max
        for member in members.values where !member.isExcusedFromHeartbeats { earliest = min(earliest, member.deadline) }
        for deadline in pendingMembers.values { earliest = min(earliest, deadline) }
        if let joinWait { earliest = min(earliest, joinWait.until) }
        if let syncDeadline { earliest = min(earliest, syncDeadline) }
        earliestDeadline = earliest
    }

    /// Whether a request's member is in the group under that id (Kafka's `validateCurrentMember`).
    package func validate(memberID: String, groupInstanceID: String?) -> ErrorCode {
        if let groupInstanceID {
            guard let current = staticMembers[groupInstanceID] else { return .unknownMemberID }
            if current != memberID { return .fencedInstanceID }
        }
        return members[memberID] == nil ? .unknownMemberID : .none
    }

    /// Whether a commit may be stored now (Kafka's `validateOffsetCommit`).
    ///
    /// Members commit in their generation, also while a rebalance is being prepared, but not between their JoinGroup
    /// answer and their assignment. Consumers without a group commit with generation -1 as long as the group has no
    /// members, whatever they call themselves.
    package func validateCommit(_ claim: MemberClaim) -> ErrorCode {
        if state == .dead { return .coordinatorNotAvailable }
        if claim.generation < 0, state == .empty { return .none }
        let error = validate(memberID: claim.memberID, groupInstanceID: claim.groupInstanceID)
        if error != .none { return error }
        if claim.generation != generation { return .illegalGeneration }
        return state == .completingRebalance ? .rebalanceInProgress : .none
    }

    /// What a commit as part of a transaction is answered with. Who names neither member nor generation is let in, as producers
    /// before KIP-447 name none; a rebalance under way is no obstacle, since the generation fences.
    package func validateTransactionalCommit(_ claim: MemberClaim) -> ErrorCode {
        if state == .dead { return .coordinatorNotAvailable }
        if claim.generation < 0, state == .empty { return .none }
        guard claim.generation >= 0 || !claim.memberID.isEmpty || claim.groupInstanceID != nil else { return .none }
        let error = validate(memberID: claim.memberID, groupInstanceID: claim.groupInstanceID)
        if error != .none { return error }
        return claim.generation == generation ? .none : .illegalGeneration
    }

    /// Whether the members are consumers of a topic, as far as can be told: true when their subscriptions are unknown.
    package func isSubscribed(to topic: String) -> Bool {
        subscribedTopics?.contains(topic) ?? true
    }

    /// The metadata as it is to be stored, with the members' assignments or the ones given.
    func storedForm(assignments: [String: ByteBuffer]? = nil) -> StoredGroup {
        StoredGroup(
            protocolType: protocolType ?? "",
            generation: generation,
            protocolName: protocolName,
            leaderID: leaderID,
            stateTimestamp: stateTimestamp,
            members: members.values.map { member in
                StoredGroup.StoredMember(
                    memberID: member.memberID,
                    groupInstanceID: member.groupInstanceID,
                    clientID: member.clientID,
                    clientHost: member.clientHost,
                    rebalanceTimeout: member.rebalanceTimeout,
                    sessionTimeout: member.sessionTimeout,
                    subscription: protocolName.flatMap { member.metadata(for: $0) } ?? ByteBuffer(),
                    assignment: assignments.map { $0[member.memberID] ?? ByteBuffer() } ?? member.assignment
                )
            }
        )
    }

    /// Checks what must hold after each event; for tests.
    ///
    /// - Returns: What is broken, in words; empty if all is well.
    func brokenInvariants() -> [String] {
        var broken: [String] = []
        if (joinWait != nil) != (state == .preparingRebalance) { broken.append("join wait in \(state.rawValue)") }
        if state == .empty, !members.isEmpty { broken.append("members in an empty group") }
        if state == .completingRebalance || state == .stable {
            if leaderID.flatMap({ members[$0] }) == nil { broken.append("no leader in \(state.rawValue)") }
            if protocolName == nil { broken.append("no protocol in \(state.rawValue)") }
        }
        for (id, member) in members where id != member.memberID { broken.append("\(id) is \(member.memberID)") }
        for (instanceID, memberID) in staticMembers where members[memberID]?.groupInstanceID != instanceID {
            broken.append("instance \(instanceID) points at \(memberID)")
        }
        if state != .completingRebalance, members.values.contains(where: { $0.awaitingSync != nil }) {
            broken.append("sync waits in \(state.rawValue)")
        }
        return broken
    }
}
