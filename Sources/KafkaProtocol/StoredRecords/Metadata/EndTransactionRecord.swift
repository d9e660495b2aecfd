/// EndTransactionRecord (metadata log, type 24): the transaction's records are in force.
package struct EndTransactionRecord: MetadataRecordBody {
    /// Type 24.
    package static let type: UInt32 = 24
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.tags(&tags)
    }
}
