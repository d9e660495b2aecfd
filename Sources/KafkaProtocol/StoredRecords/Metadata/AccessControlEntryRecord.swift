/// AccessControlEntryRecord (metadata log, type 6): an access control entry is added.
package struct AccessControlEntryRecord: MetadataRecordBody {
    /// Type 6.
    package static let type: UInt32 = 6
    /// Version 0 only.
    package static let versions: ClosedRange<Int16> = 0...0
    /// All versions are flexible.
    package static let flexibleFrom: Int16? = 0

    /// The entry's id.
    package var id: KafkaUUID = .zero
    /// 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user.
    package var resourceType: Int8 = 0
    /// The resource's name.
    package var resourceName: String = ""
    /// 3 literal, 4 prefix.
    package var patternType: Int8 = 0
    /// Whom it is about, such as `User:alice`.
    package var principal: String = ""
    /// From where; `*` for anywhere.
    package var host: String = ""
    /// Kafka's number of the operation.
    package var operation: Int8 = 0
    /// 2 deny, 3 allow.
    package var permissionType: Int8 = 0
    /// Tagged fields that have no name here.
    package var tags = TaggedFields()

    /// Kafka's default of every field.
    package init() {}

    /// The given fields; Kafka's defaults for those left out.
    package init(
        id: KafkaUUID = .zero,
        resourceType: Int8 = 0,
        resourceName: String = "",
        patternType: Int8 = 0,
        principal: String = "",
        host: String = "",
        operation: Int8 = 0,
        permissionType: Int8 = 0
    ) {
        self.id = id
        self.resourceType = resourceType
        self.resourceName = resourceName
        self.patternType = patternType
        self.principal = principal
        self.host = host
        self.operation = operation
        self.permissionType = permissionType
    }

    /// Codes the fields that `version` has, in order.
    package mutating func code<Wire: WireCoder>(_ wire: inout Wire, _ version: Int16) throws(WireError) {
        try wire.uuid(&id)
        try wire.int8(&resourceType)
        try wire.string(&resourceName)
        try wire.int8(&patternType)
        try wire.string(&principal)
        try wire.string(&host)
        try wire.int8(&operation)
        try wire.int8(&permissionType)
        try wire.tags(&tags)
    }
}
