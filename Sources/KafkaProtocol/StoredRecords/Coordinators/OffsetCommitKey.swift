/// The key of a committed offset in `__consumer_offsets`.
package struct OffsetCommitKey: StoredRecord {
    /// Versions 0 to 1.
    package static let versions: ClosedRange<Int16> = 0...1
    /// No version is flexible.
    package static let flexibleFrom: Int16? = nil

    /// The group.
    package var group: String = ""
    /// The topic's name.
    package var topic: String = ""
    /// The partition's number.
    package var partition: Int32 = 0

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        group: String = "",
        topic: String = "",
        partition: Int32 = 0
    ) {
        self.group = group
        self.topic = topic
        self.partition = partition
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&group)
        try wire.string(&topic)
        try wire.int32(&partition)
    }
}
