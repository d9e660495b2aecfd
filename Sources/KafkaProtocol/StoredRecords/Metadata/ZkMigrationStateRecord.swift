/// ZkMigrationStateRecord (metadata log, type 21): the state of a migration from ZooKeeper.
package struct ZkMigrationStateRecord: MetadataRecordBody {
    /// Type 21.
    package static let type: UInt32 = 21
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// 0 none, 1 pre-migration, 2 migration, 3 post-migration.
    package var zkMigrationState: Int8 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        zkMigrationState: Int8 = 0
    ) {
        self.zkMigrationState = zkMigrationState
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.int8(&zkMigrationState)
        try wire.tags(&tags)
    }
}
