/// FeatureLevelRecord (metadata log, type 12): a feature gets a level.
package struct FeatureLevelRecord: MetadataRecordBody {
    /// Type 12.
    package static let type: UInt32 = 12
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The feature's name.
    package var name: String = ""
    /// The level in force; 0 for off.
    package var featureLevel: Int16 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        name: String = "",
        featureLevel: Int16 = 0
    ) {
        self.name = name
        self.featureLevel = featureLevel
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.string(&name)
        try wire.int16(&featureLevel)
        try wire.tags(&tags)
    }
}
