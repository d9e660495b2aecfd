/// AbortTransactionRecord (metadata log, type 25): the transaction's records are void.
package struct AbortTransactionRecord: MetadataRecordBody {
    /// Type 25.
    package static let type: UInt32 = 25
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// Why; null for nothing special.
    package var reason: String?
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        reason: String? = nil
    ) {
        self.reason = reason
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.beginTags(&tags)
        try wire.tag(0, &tags, isPresent: reason != nil) { (wire: inout Wire) throws(WireError) in
            try wire.string(&reason)
        }
        try wire.endTags(&tags)
    }
}
