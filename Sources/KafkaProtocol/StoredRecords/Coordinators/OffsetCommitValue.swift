/// A committed offset in `__consumer_offsets`; a null value deletes it.
package struct OffsetCommitValue: StoredRecord {
    /// Versions 0 to 4.
    package static let versions: ClosedRange<Int16> = 0...4
    /// The first version with compact lengths and tagged fields.
    package static let flexibleFrom: Int16? = 4

    /// The committed offset, that of the next record to read.
    package var offset: Int64 = 0
    /// The leader epoch of the last record read; -1 for unknown.
    package var leaderEpoch: Int32 = -1
    /// The committer's own note.
    package var metadata: String = ""
    /// When it was committed, in ms since 1970.
    package var commitTimestamp: Int64 = 0
    /// When the commit expires, in ms since 1970; -1 for the broker's setting (version 1).
    package var expireTimestamp: Int64 = -1
    /// The topic's id; zero for unknown.
    package var topicID: KafkaUUID = .zero
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        offset: Int64 = 0,
        leaderEpoch: Int32 = -1,
        metadata: String = "",
        commitTimestamp: Int64 = 0,
        expireTimestamp: Int64 = -1,
        topicID: KafkaUUID = .zero
    ) {
        self.offset = offset
        self.leaderEpoch = leaderEpoch
        self.metadata = metadata
        self.commitTimestamp = commitTimestamp
        self.expireTimestamp = expireTimestamp
        self.topicID = topicID
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int64(&offset)
        if version >= 3 { try wire.int32(&leaderEpoch) }
        try wire.string(&metadata)
        try wire.int64(&commitTimestamp)
        if version == 1 { try wire.int64(&expireTimestamp) }
        try wire.beginTags(&tags)
        try wire.tag(0, &tags, isPresent: !topicID.isZero) { (wire: inout Wire) throws(WireError) in
            try wire.uuid(&topicID)
        }
        try wire.endTags(&tags)
    }
}
