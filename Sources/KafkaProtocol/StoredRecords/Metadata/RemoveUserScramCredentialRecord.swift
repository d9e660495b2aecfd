/// RemoveUserScramCredentialRecord (metadata log, type 22): a user's SCRAM credential is removed.
package struct RemoveUserScramCredentialRecord: MetadataRecordBody {
    /// Type 22.
    package static let type: UInt32 = 22
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The user's name.
    package var name: String = ""
    /// 1 SCRAM-SHA-256, 2 SCRAM-SHA-512.
    package var mechanism: Int8 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        name: String = "",
        mechanism: Int8 = 0
    ) {
        self.name = name
        self.mechanism = mechanism
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&name)
        try wire.int8(&mechanism)
        try wire.tags(&tags)
    }
}
