/// The key of what a KIP-848 member owns in `__consumer_offsets`, with a
/// ``ConsumerGroupCurrentMemberAssignmentValue``.
package struct ConsumerGroupCurrentMemberAssignmentKey: StoredRecord {
    /// Version 8 only.
    package static let versions: ClosedRange<Int16> = 8...8
    /// No version is flexible.
    package static let flexibleFrom: Int16? = nil

    /// The group.
    package var group: String = ""
    /// The member's id.
    package var memberID: String = ""

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        group: String = "",
        memberID: String = ""
    ) {
        self.group = group
        self.memberID = memberID
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&group)
        try wire.string(&memberID)
    }
}
