package import NIOCore

/// A KIP-848 member in `__consumer_offsets`; a null value takes the member out.
package struct ConsumerGroupMemberMetadataValue: StoredRecord {
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// Compact lengths and tagged fields from the first version on.
    package static let flexibleFrom: Int16? = 0

    /// `group.instance.id` of a static member; null for a dynamic one.
    package var instanceID: String?
    /// The member's rack; null for none.
    package var rackID: String?
    /// The client's name for itself.
    package var clientID: String = ""
    /// The client's address.
    package var clientHost: String = ""
    /// The topics subscribed to by name.
    package var subscribedTopicNames: [String] = []
    /// The pattern of topics subscribed to; Kafka 3.8 writes an empty text for none.
    package var subscribedTopicRegex: String?
    /// Milliseconds the member may take to give partitions up; -1 for unknown.
    package var rebalanceTimeoutMs: Int32 = -1
    /// The assignor it wishes for; null for the coordinator's choice.
    package var serverAssignor: String?
    /// What a member of the classic protocol brought along; null for others.
    package var classicMemberMetadata: ClassicMember?
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        instanceID: String? = nil,
        rackID: String? = nil,
        clientID: String = "",
        clientHost: String = "",
        subscribedTopicNames: [String] = [],
        subscribedTopicRegex: String? = nil,
        rebalanceTimeoutMs: Int32 = -1,
        serverAssignor: String? = nil,
        classicMemberMetadata: ClassicMember? = nil
    ) {
        self.instanceID = instanceID
        self.rackID = rackID
        self.clientID = clientID
        self.clientHost = clientHost
        self.subscribedTopicNames = subscribedTopicNames
        self.subscribedTopicRegex = subscribedTopicRegex
        self.rebalanceTimeoutMs = rebalanceTimeoutMs
        self.serverAssignor = serverAssignor
        self.classicMemberMetadata = classicMemberMetadata
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&instanceID)
        try wire.string(&rackID)
        try wire.string(&clientID)
        try wire.string(&clientHost)
        try wire.array(&subscribedTopicNames, version)
        try wire.string(&subscribedTopicRegex)
        try wire.int32(&rebalanceTimeoutMs)
        try wire.string(&serverAssignor)
        try wire.beginTags(&tags)
        try wire.tag(0, &tags, isPresent: true) { (wire: inout Wire) throws(WireError) in
            // Within tagged fields a number tells a struct (1) from none (0), which Kafka writes too.
            var isThere: UInt32 = classicMemberMetadata == nil ? 0 : 1
            try wire.unsignedVarint(&isThere)
            guard isThere != 0 else {
                classicMemberMetadata = nil
                return
            }
            var classic = classicMemberMetadata ?? ClassicMember()
            try classic.code(&wire, version)
            classicMemberMetadata = classic
        }
        try wire.endTags(&tags)
    }

    /// What a member of the classic protocol in a KIP-848 group brought along.
    package struct ClassicMember: WireValue, Equatable {
        /// Milliseconds without a heartbeat after which the member is dead.
        package var sessionTimeoutMs: Int32 = 0
        /// The protocols it offers, the dearest first.
        package var supportedProtocols: [ClassicProtocol] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            sessionTimeoutMs: Int32 = 0,
            supportedProtocols: [ClassicProtocol] = []
        ) {
            self.sessionTimeoutMs = sessionTimeoutMs
            self.supportedProtocols = supportedProtocols
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&sessionTimeoutMs)
            try wire.array(&supportedProtocols, version)
            try wire.tags(&tags)
        }
    }

    /// A protocol that a classic member offers.
    package struct ClassicProtocol: WireValue, Equatable {
        /// The protocol's name.
        package var name: String = ""
        /// What the member says of itself in it.
        package var metadata: ByteBuffer = ByteBuffer()
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            name: String = "",
            metadata: ByteBuffer = ByteBuffer()
        ) {
            self.name = name
            self.metadata = metadata
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.string(&name)
            try wire.bytes(&metadata)
            try wire.tags(&tags)
        }
    }
}
