package import KafkaProtocol
package import NIOCore

/// What a classic group wants done after an event.
package enum GroupEffect: Sendable {
    /// Answer a JoinGroup.
    case answerJoin(WaitingRequest, JoinAnswer)
    /// Answer a SyncGroup.
    case answerSync(WaitingRequest, SyncAnswer)
    /// Answer a Heartbeat.
    case answerHeartbeat(WaitingRequest, ErrorCode)
    /// Answer a LeaveGroup: the request's error, and one for each member it named, in order.
    case answerLeave(WaitingRequest, ErrorCode, [ErrorCode])
    /// Write the group's metadata to the log, then report ``GroupEvent/stored(_:_:)`` with the same purpose.
    case store(StoredGroup, StorePurpose)
}

/// An answer to JoinGroup.
package struct JoinAnswer: Sendable, Equatable {
    /// None, or why not.
    package var error: ErrorCode
    /// The member's id, a new one with MEMBER_ID_REQUIRED.
    package var memberID: String
    /// The generation joined; -1 with an error.
    package var generation: Int32 = -1
    /// The group's protocol type; null with an error.
    package var protocolType: String?
    /// The protocol chosen; null with an error.
    package var protocolName: String?
    /// The leader's member id; empty with an error.
    package var leaderID = ""
    /// Whether the leader shall not compute an assignment (KIP-814).
    package var skipAssignment = false
    /// For the leader: every member with its metadata for the protocol. Empty for followers.
    package var members: [JoinedMember] = []

    /// A member of the generation, as its leader sees it.
    package struct JoinedMember: Sendable, Equatable {
        /// The member's id.
        package var memberID: String
        /// `group.instance.id`.
        package var groupInstanceID: String?
        /// Its metadata for the chosen protocol.
        package var metadata: ByteBuffer
    }

    /// An answer that refuses.
    static func failure(_ error: ErrorCode, memberID: String) -> Self {
        Self(error: error, memberID: memberID)
    }
}

/// An answer to SyncGroup.
package struct SyncAnswer: Sendable, Equatable {
    /// None, or why not.
    package var error: ErrorCode
    /// The group's protocol type; null with an error.
    package var protocolType: String?
    /// The protocol chosen; null with an error.
    package var protocolName: String?
    /// The member's assignment.
    package var assignment = ByteBuffer()

    /// An answer that refuses.
    static func failure(_ error: ErrorCode) -> Self {
        Self(error: error)
    }
}

/// A group's metadata as its log keeps it (`GroupMetadataValue`).
package struct StoredGroup: Sendable, Equatable {
    /// `consumer` for consumer groups; empty if unknown.
    package var protocolType: String
    /// The generation.
    package var generation: Int32
    /// The protocol chosen; null in an empty group.
    package var protocolName: String?
    /// The leader's member id; null in an empty group.
    package var leaderID: String?
    /// When the group entered its state, wall milliseconds; nil in records older than version 2.
    package var stateTimestamp: Int64?
    /// The members with subscription and assignment.
    package var members: [StoredMember]

    /// A member as the log keeps it.
    package struct StoredMember: Sendable, Equatable {
        /// The member's id.
        package var memberID: String
        /// `group.instance.id`.
        package var groupInstanceID: String?
        /// The client id.
        package var clientID: String
        /// The client's host.
        package var clientHost: String
        /// Milliseconds.
        package var rebalanceTimeout: Int32
        /// Milliseconds.
        package var sessionTimeout: Int32
        /// Its metadata for the chosen protocol.
        package var subscription: ByteBuffer
        /// What it was assigned.
        package var assignment: ByteBuffer
    }
}

/// Why a group's metadata is stored; it comes back with the outcome.
package enum StorePurpose: Sendable {
    /// The leader's assignment of a generation, by member id; the group becomes stable.
    case assignment(generation: Int32, [String: ByteBuffer])
    /// A static member came back under a new id in a stable group (KIP-345); without a log entry it is undone.
    case staticMember(ReplacedStaticMember)
    /// The last member is gone; nobody waits for it.
    case emptied
}

/// What is needed to answer, or to undo, the return of a static member.
package struct ReplacedStaticMember: Sendable {
    /// The id before.
    var oldMemberID: String
    /// The id now.
    var newMemberID: String
    /// The leader before.
    var oldLeaderID: String
    /// The protocols before.
    var oldProtocols: [MemberProtocol]
    /// Milliseconds, before.
    var oldRebalanceTimeout: Int32
    /// Milliseconds, before.
    var oldSessionTimeout: Int32
    /// Whether the client understands `SkipAssignment`.
    var canSkipAssignment: Bool
    /// The JoinGroup that waits for the outcome.
    var request: WaitingRequest
}
