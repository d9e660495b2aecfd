package import NIOCore

/// One protocol (assignor) that a member can work with, and the metadata it sends for it.
package struct MemberProtocol: Sendable, Equatable {
    /// The assignor's name, for example `range`.
    package var name: String
    /// What the member tells the leader; for consumers a ``ConsumerSubscription``.
    package var metadata: ByteBuffer

    /// States a protocol.
    package init(name: String, metadata: ByteBuffer) {
        self.name = name
        self.metadata = metadata
    }
}

/// Names a request whose answer waits; the coordinator keeps what answers it.
package struct WaitingRequest: Hashable, Sendable {
    /// Unique among the requests of a group.
    package let number: UInt64

    /// Names a request.
    package init(_ number: UInt64) {
        self.number = number
    }
}

/// A member of a classic group (Kafka's `ClassicGroupMember`).
package struct ClassicMember: Sendable, Equatable {
    /// The id the coordinator gave.
    package internal(set) var memberID: String
    /// `group.instance.id` of a static member (KIP-345).
    package let groupInstanceID: String?
    /// The client id of its requests.
    package let clientID: String
    /// The host it connects from, as Kafka prints it (`/127.0.0.1`).
    package let clientHost: String
    /// How long a rebalance waits for it, milliseconds.
    package internal(set) var rebalanceTimeout: Int32
    /// How long it lives without a heartbeat, milliseconds.
    package internal(set) var sessionTimeout: Int32
    /// The protocols it offers, the dearest first.
    package internal(set) var protocols: [MemberProtocol]
    /// What the leader gave it in the present generation; empty before.
    package internal(set) var assignment = ByteBuffer()

    /// Whether it has not been through a rebalance yet.
    var isNew = false
    /// Its JoinGroup that waits for the rebalance.
    var awaitingJoin: WaitingRequest?
    /// Its SyncGroup that waits for the leader's assignment.
    var awaitingSync: WaitingRequest?
    /// When it is dropped unless it is heard of, monotonic milliseconds.
    var deadline = Int64.max

    /// A member that just asked to join, or one read from the log.
    package init(
        memberID: String,
        groupInstanceID: String?,
        clientID: String,
        clientHost: String,
        rebalanceTimeout: Int32,
        sessionTimeout: Int32,
        protocols: [MemberProtocol],
        assignment: ByteBuffer = ByteBuffer()
    ) {
        self.memberID = memberID
        self.groupInstanceID = groupInstanceID
        self.clientID = clientID
        self.clientHost = clientHost
        self.rebalanceTimeout = rebalanceTimeout
        self.sessionTimeout = sessionTimeout
        self.protocols = protocols
        self.assignment = assignment
    }

    /// The metadata it sent for a protocol; nil if it does not offer it.
    package func metadata(for protocolName: String) -> ByteBuffer? {
        protocols.first { $0.name == protocolName }?.metadata
    }

    /// The first of its protocols that is among the candidates.
    func vote(among candidates: Set<String>) -> String? {
        protocols.first { candidates.contains($0.name) }?.name
    }

    /// Whether it may miss heartbeats now: one that waits for a rebalance cannot send any. New members are the
    /// exception, since a client that is gone would otherwise wait forever (KIP-394).
    var isExcusedFromHeartbeats: Bool {
        !isNew && (awaitingJoin != nil || awaitingSync != nil)
    }
}
