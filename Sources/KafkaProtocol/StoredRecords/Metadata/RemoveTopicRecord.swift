/// RemoveTopicRecord (metadata log, type 9): a topic is deleted, with its partitions and settings.
package struct RemoveTopicRecord: MetadataRecordBody {
    /// Type 9.
    package static let type: UInt32 = 9
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The topic's id (KIP-516).
    package var topicID: KafkaUUID = .zero
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        topicID: KafkaUUID = .zero
    ) {
        self.topicID = topicID
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.uuid(&topicID)
        try wire.tags(&tags)
    }
}
