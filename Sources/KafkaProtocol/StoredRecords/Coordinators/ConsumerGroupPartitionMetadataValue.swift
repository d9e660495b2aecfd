/// The topics that a KIP-848 group subscribes to, as the last assignment saw them, in `__consumer_offsets`.
package struct ConsumerGroupPartitionMetadataValue: StoredRecord {
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// Compact lengths and tagged fields from the first version on.
    package static let flexibleFrom: Int16? = 0

    /// The topics.
    package var topics: [Topic] = []
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        topics: [Topic] = []
    ) {
        self.topics = topics
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.array(&topics, version)
        try wire.tags(&tags)
    }

    /// A topic subscribed to.
    package struct Topic: WireValue, Equatable {
        /// The topic's id (KIP-516).
        package var topicID: KafkaUUID = .zero
        /// The topic's name.
        package var topicName: String = ""
        /// How many partitions it has.
        package var numPartitions: Int32 = 0
        /// The racks of its partitions; empty where no broker has one.
        package var partitionMetadata: [Partition] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            topicID: KafkaUUID = .zero,
            topicName: String = "",
            numPartitions: Int32 = 0,
            partitionMetadata: [Partition] = []
        ) {
            self.topicID = topicID
            self.topicName = topicName
            self.numPartitions = numPartitions
            self.partitionMetadata = partitionMetadata
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.string(&topicName)
            try wire.int32(&numPartitions)
            try wire.array(&partitionMetadata, version)
            try wire.tags(&tags)
        }
    }

    /// The racks of a partition.
    package struct Partition: WireValue, Equatable {
        /// The partition's number.
        package var partition: Int32 = 0
        /// The racks of its replicas.
        package var racks: [String] = []
        /// Tagged fields that have no name here.
        package var tags = TaggedFields()

        /// Kafka's default of every field.
        package init() {}

        /// The given fields; Kafka's defaults for those left out.
        package init(
            partition: Int32 = 0,
            racks: [String] = []
        ) {
            self.partition = partition
            self.racks = racks
        }

        /// Codes the fields that `version` has, in order.
        package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
            try wire.int32(&partition)
            try wire.array(&racks, version)
            try wire.tags(&tags)
        }
    }
}
