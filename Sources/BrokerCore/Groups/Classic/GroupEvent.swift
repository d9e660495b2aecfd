package import KafkaProtocol
package import NIOCore

/// What can happen to a classic group.
package enum GroupEvent: Sendable {
    /// A JoinGroup request.
    case join(JoinEvent, WaitingRequest)
    /// A SyncGroup request.
    case sync(SyncEvent, WaitingRequest)
    /// A Heartbeat request.
    case heartbeat(MemberClaim, WaitingRequest)
    /// A LeaveGroup request: one member, or several from version 3 on.
    case leave([LeavingMember], WaitingRequest)
    /// A member committed offsets, which is as good as a heartbeat.
    case committed(memberID: String)
    /// What ``GroupEffect/store(_:_:)`` asked for is in the log, or failed.
    case stored(StorePurpose, ErrorCode)
    /// Time has passed: what is due happens.
    case tick
    /// The group is deleted, or expired.
    case delete
}

/// A JoinGroup request in the coordinator's words.
package struct JoinEvent: Sendable {
    /// The member's id; empty if it has none yet.
    package var memberID: String
    /// `group.instance.id` of a static member.
    package var groupInstanceID: String?
    /// The end of a fresh member id, should one be needed: unique forever.
    package var freshID: String
    /// The client id of the request.
    package var clientID: String
    /// The client's host.
    package var clientHost: String
    /// Milliseconds.
    package var sessionTimeout: Int32
    /// Milliseconds.
    package var rebalanceTimeout: Int32
    /// `consumer` for consumers.
    package var protocolType: String
    /// The protocols offered, the dearest first.
    package var protocols: [MemberProtocol]
    /// Whether a dynamic member without an id is sent back with one (JoinGroup version 4, KIP-394).
    package var requiresKnownMemberID: Bool
    /// Whether the client understands `SkipAssignment` (JoinGroup version 9, KIP-814).
    package var canSkipAssignment: Bool

    /// States a request.
    package init(
        memberID: String,
        groupInstanceID: String? = nil,
        freshID: String,
        clientID: String,
        clientHost: String,
        sessionTimeout: Int32,
        rebalanceTimeout: Int32,
        protocolType: String,
        protocols: [MemberProtocol],
        requiresKnownMemberID: Bool,
        canSkipAssignment: Bool
    ) {
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
        self.freshID = freshID
        self.clientID = clientID
        self.clientHost = clientHost
        self.sessionTimeout = sessionTimeout
        self.rebalanceTimeout = rebalanceTimeout
        self.protocolType = protocolType
        self.protocols = protocols
        self.requiresKnownMemberID = requiresKnownMemberID
        self.canSkipAssignment = canSkipAssignment
    }
}

/// Who a request says it comes from, and in which generation.
package struct MemberClaim: Sendable {
    /// The member's id.
    package var memberID: String
    /// `group.instance.id`, if it is static.
    package var groupInstanceID: String?
    /// The generation it believes in.
    package var generation: Int32

    /// States a claim.
    package init(memberID: String, groupInstanceID: String? = nil, generation: Int32) {
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
        self.generation = generation
    }
}

/// A SyncGroup request in the coordinator's words.
package struct SyncEvent: Sendable {
    /// Who asks.
    package var claim: MemberClaim
    /// The protocol type the member believes in (version 5).
    package var protocolType: String?
    /// The protocol name the member believes in (version 5).
    package var protocolName: String?
    /// The leader's assignments by member id; empty from followers.
    package var assignments: [String: ByteBuffer]

    /// States a request.
    package init(
        claim: MemberClaim,
        protocolType: String? = nil,
        protocolName: String? = nil,
        assignments: [String: ByteBuffer] = [:]
    ) {
        self.claim = claim
        self.protocolType = protocolType
        self.protocolName = protocolName
        self.assignments = assignments
    }
}

/// A member that a LeaveGroup request names.
package struct LeavingMember: Sendable {
    /// The member's id; empty when a tool removes a static member by its instance id.
    package var memberID: String
    /// `group.instance.id`.
    package var groupInstanceID: String?

    /// Names a member.
    package init(memberID: String, groupInstanceID: String? = nil) {
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
    }
}
