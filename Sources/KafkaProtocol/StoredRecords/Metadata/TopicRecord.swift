/// TopicRecord (metadata log, type 2): a topic is created.
package struct TopicRecord: MetadataRecordBody {
    /// Type 2.
    package static let type: UInt32 = 2
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The topic's name.
    package var name: String = ""
    /// The topic's id (KIP-516).
    package var topicID: KafkaUUID = .zero
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        name: String = "",
        topicID: KafkaUUID = .zero
    ) {
        self.name = name
        self.topicID = topicID
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&name)
        try wire.uuid(&topicID)
        try wire.tags(&tags)
    }
}
