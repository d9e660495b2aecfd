/// What a KIP-848 member shall own in `__consumer_offsets`; a null value takes the member out.
package struct ConsumerGroupTargetAssignmentMemberValue: StoredRecord {
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// Compact lengths and tagged fields from the first version on.
    package static let flexibleFrom: Int16? = 0

    /// The partitions, by topic.
    package var topicPartitions: [ConsumerGroupTopicPartitions] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        topicPartitions: [ConsumerGroupTopicPartitions] = []
    ) {
        self.topicPartitions = topicPartitions
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&topicPartitions, version)
        try wire.tags(&tags)
    }
}
