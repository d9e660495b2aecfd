package import NIOCore

/// A group with its members in `__consumer_offsets`; a null value deletes it.
package struct GroupMetadataValue: StoredRecord {
    /// Versions 0 to 4.
    package static let versions: ClosedRange<Int16> = 0...4
    /// The first version with compact lengths and tagged fields.
    package static let flexibleFrom: Int16? = 4

    /// The class of protocols, `consumer` for consumers; empty for a group of commits only.
    package var protocolType: String = ""
    /// The group's generation.
    package var generation: Int32 = 0
    /// The protocol the group chose; null for none.
    package var protocolName: String?
    /// The member id of the leader; null for none.
    package var leader: String?
    /// When the group came into its state, in ms since 1970; -1 for unknown.
    package var currentStateTimestamp: Int64 = -1
    /// The members.
    package var members: [Member] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        protocolType: String = "",
        generation: Int32 = 0,
        protocolName: String? = nil,
        leader: String? = nil,
        currentStateTimestamp: Int64 = -1,
        members: [Member] = []
    ) {
        self.protocolType = protocolType
        self.generation = generation
        self.protocolName = protocolName
        self.leader = leader
        self.currentStateTimestamp = currentStateTimestamp
        self.members = members
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&protocolType)
        try wire.int32(&generation)
        try wire.string(&protocolName)
        try wire.string(&leader)
        if version >= 2 { try wire.int64(&currentStateTimestamp) }
        try wire.array(&members, version)
        try wire.tags(&tags)
    }

    /// A member.
    package struct Member: WireValue, Equatable {
        /// The member's id, given by the coordinator; empty before it has one.
        package var memberID: String = ""
        /// The id of a static member (KIP-345); null for a dynamic one.
        package var groupInstanceID: String?
        /// The client's name for itself.
        package var clientID: String = ""
        /// The client's address.
        package var clientHost: String = ""
        /// Milliseconds that members get to join again when the group rebalances.
        package var rebalanceTimeout: Int32 = 0
        /// Milliseconds without a heartbeat after which the member is dead.
        package var sessionTimeout: Int32 = 0
        /// What the member says of itself, in the protocol's own format.
        package var subscription: ByteBuffer = ByteBuffer()
        /// What the member gets, in the protocol's own format.
        package var assignment: ByteBuffer = ByteBuffer()
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            memberID: String = "",
            groupInstanceID: String? = nil,
            clientID: String = "",
            clientHost: String = "",
            rebalanceTimeout: Int32 = 0,
            sessionTimeout: Int32 = 0,
            subscription: ByteBuffer = ByteBuffer(),
            assignment: ByteBuffer = ByteBuffer()
        ) {
            self.memberID = memberID
            self.groupInstanceID = groupInstanceID
            self.clientID = clientID
            self.clientHost = clientHost
            self.rebalanceTimeout = rebalanceTimeout
            self.sessionTimeout = sessionTimeout
            self.subscription = subscription
            self.assignment = assignment
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&memberID)
            if version >= 3 { try wire.string(&groupInstanceID) }
            try wire.string(&clientID)
            try wire.string(&clientHost)
            if version >= 1 { try wire.int32(&rebalanceTimeout) }
            try wire.int32(&sessionTimeout)
            try wire.bytes(&subscription)
            try wire.bytes(&assignment)
            try wire.tags(&tags)
        }
    }
}
