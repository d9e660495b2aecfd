/// A new leader of the metadata log's quorum says so first.
package struct LeaderChangeMessage: StoredRecord {
    /// Versions 0 to 1.
    package static let versions: ClosedRange<Int16> = 0...1
    /// The first version with compact lengths and tagged fields.
    package static let flexibleFrom: Int16? = 0

    /// The node id of the new leader.
    package var leaderID: Int32 = 0
    /// The quorum's voters.
    package var voters: [Voter] = []
    /// The voters that chose the leader.
    package var grantingVoters: [Voter] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        leaderID: Int32 = 0,
        voters: [Voter] = [],
        grantingVoters: [Voter] = []
    ) {
        self.leaderID = leaderID
        self.voters = voters
        self.grantingVoters = grantingVoters
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int32(&leaderID)
        try wire.array(&voters, version)
        try wire.array(&grantingVoters, version)
        try wire.tags(&tags)
    }

    /// A voter of the quorum.
    package struct Voter: WireValue, Equatable {
        /// The voter's node id.
        package var voterID: Int32 = 0
        /// The id of the voter's log directory (KIP-853).
        package var voterDirectoryID: KafkaUUID = .zero
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            voterID: Int32 = 0,
            voterDirectoryID: KafkaUUID = .zero
        ) {
            self.voterID = voterID
            self.voterDirectoryID = voterDirectoryID
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&voterID)
            if version >= 1 { try wire.uuid(&voterDirectoryID) }
            try wire.tags(&tags)
        }
    }
}
