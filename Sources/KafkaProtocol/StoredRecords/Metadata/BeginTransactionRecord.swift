/// BeginTransactionRecord (metadata log, type 23): the records up to the end or abort of this transaction belong together.
package struct BeginTransactionRecord: MetadataRecordBody {
    /// Type 23.
    package static let type: UInt32 = 23
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// What the records are for; null for nothing special.
    package var name: String?
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        name: String? = nil
    ) {
        self.name = name
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.beginTags(&tags)
        try wire.tag(0, &tags, isPresent: name != nil) { (wire: inout Wire) throws(WireError) in
            try wire.string(&name)
        }
        try wire.endTags(&tags)
    }
}
