/// Partitions of one topic in a KIP-848 assignment, as records of `__consumer_offsets` and heartbeats carry them.
package struct ConsumerGroupTopicPartitions: WireValue, Equatable {
    /// The topic's id (KIP-516).
    package var topicID: KafkaUUID = .zero
    /// The partitions' numbers.
    package var partitions: [Int32] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        topicID: KafkaUUID = .zero,
        partitions: [Int32] = []
    ) {
        self.topicID = topicID
        self.partitions = partitions
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.uuid(&topicID)
        try wire.array(&partitions, version)
        try wire.tags(&tags)
    }
}
