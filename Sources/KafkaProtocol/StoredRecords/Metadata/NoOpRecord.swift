/// NoOpRecord (metadata log, type 20): nothing: it only moves the log on.
package struct NoOpRecord: MetadataRecordBody {
    /// Type 20.
    package static let type: UInt32 = 20
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
