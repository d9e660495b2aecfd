package import NIOCore

/// The fields of one type of record in the metadata log.
package protocol MetadataRecordBody: WireValue, Equatable {
    /// Kafka's number of the type.
    static var type: UInt32 { get }
    /// The versions that can be coded.
    static var versions: ClosedRange<Int16> { get }
    /// The first flexible version: 0 for all types.
    static var flexibleFrom: Int16? { get }
}

/// A record of `__cluster_metadata-0`, of a snapshot or of `bootstrap.checkpoint`.
///
/// | bytes | field |
/// | --- | --- |
/// | 1 | frame version, an unsigned varint: 1 |
/// | 1… | type, an unsigned varint |
/// | 1… | version, an unsigned varint |
/// | … | fields, always in the flexible form |
///
/// Source: Kafka's `AbstractApiMessageSerde`.
package enum MetadataRecord: Equatable, Sendable {
    /// Type 0.
    case registerBroker(RegisterBrokerRecord)
    /// Type 1.
    case unregisterBroker(UnregisterBrokerRecord)
    /// Type 2.
    case topic(TopicRecord)
    /// Type 3.
    case partition(PartitionRecord)
    /// Type 4.
    case config(ConfigRecord)
    /// Type 5.
    case partitionChange(PartitionChangeRecord)
    /// Type 6.
    case accessControlEntry(AccessControlEntryRecord)
    /// Type 7.
    case fenceBroker(FenceBrokerRecord)
    /// Type 8.
    case unfenceBroker(UnfenceBrokerRecord)
    /// Type 9.
    case removeTopic(RemoveTopicRecord)
    /// Type 11.
    case userScramCredential(UserScramCredentialRecord)
    /// Type 12.
    case featureLevel(FeatureLevelRecord)
    /// Type 14.
    case clientQuota(ClientQuotaRecord)
    /// Type 15.
    case producerIds(ProducerIdsRecord)
    /// Type 16.
    case removeAccessControlEntry(RemoveAccessControlEntryRecord)
    /// Type 17.
    case brokerRegistrationChange(BrokerRegistrationChangeRecord)
    /// Type 20.
    case noOp(NoOpRecord)
    /// Type 21.
    case zkMigrationState(ZkMigrationStateRecord)
    /// Type 22.
    case removeUserScramCredential(RemoveUserScramCredentialRecord)
    /// Type 23.
    case beginTransaction(BeginTransactionRecord)
    /// Type 24.
    case endTransaction(EndTransactionRecord)
    /// Type 25.
    case abortTransaction(AbortTransactionRecord)
    /// Type 27.
    case registerController(RegisterControllerRecord)
    /// A type, or a version of a type, that this module does not know: the fields' bytes as they are.
    case unknown(type: UInt32, bytes: ByteBuffer)

    /// The only frame version there is.
    private static let frameVersion: UInt32 = 1

    /// Reads a record, and the version it was written in.
    ///
    /// - Throws: `unknownRecordVersion` for a frame version other than 1, `trailingBytes` for more bytes than the fields
    ///   take; any other reason means that the bytes are broken. An unknown type or version is not an error.
    package static func decode(
        _ bytes: ByteBuffer, limits: WireLimits = .standard
    ) throws(WireError) -> (version: UInt32, record: MetadataRecord) {
        var wire = WireReader(bytes, flexible: true, limits: limits)
        var type: UInt32?
        do throws(WireError) {
            var frame: UInt32 = 0
            try wire.unsignedVarint(&frame)
            guard frame == frameVersion else { throw wire.error(.unknownRecordVersion(Int64(frame))) }
            var number: UInt32 = 0
            var version: UInt32 = 0
            try wire.unsignedVarint(&number)
            try wire.unsignedVarint(&version)
            type = number
            return (version, try body(number, version, &wire))
        } catch {
            throw error.named(type.map { "metadata record of type \($0)" } ?? "metadata record")
        }
    }

    private static func body(
        _ type: UInt32, _ version: UInt32, _ wire: inout WireReader
    ) throws(WireError) -> MetadataRecord {
        switch type {
        case 0: try record(RegisterBrokerRecord.self, version, &wire, MetadataRecord.registerBroker)
        case 1: try record(UnregisterBrokerRecord.self, version, &wire, MetadataRecord.unregisterBroker)
        case 2: try record(TopicRecord.self, version, &wire, MetadataRecord.topic)
        case 3: try record(PartitionRecord.self, version, &wire, MetadataRecord.partition)
        case 4: try record(ConfigRecord.self, version, &wire, MetadataRecord.config)
        case 5: try record(PartitionChangeRecord.self, version, &wire, MetadataRecord.partitionChange)
        case 6: try record(AccessControlEntryRecord.self, version, &wire, MetadataRecord.accessControlEntry)
        case 7: try record(FenceBrokerRecord.self, version, &wire, MetadataRecord.fenceBroker)
        case 8: try record(UnfenceBrokerRecord.self, version, &wire, MetadataRecord.unfenceBroker)
        case 9: try record(RemoveTopicRecord.self, version, &wire, MetadataRecord.removeTopic)
        case 11: try record(UserScramCredentialRecord.self, version, &wire, MetadataRecord.userScramCredential)
        case 12: try record(FeatureLevelRecord.self, version, &wire, MetadataRecord.featureLevel)
        case 14: try record(ClientQuotaRecord.self, version, &wire, MetadataRecord.clientQuota)
        case 15: try record(ProducerIdsRecord.self, version, &wire, MetadataRecord.producerIds)
        case 16:
            try record(RemoveAccessControlEntryRecord.self, version, &wire, MetadataRecord.removeAccessControlEntry)
        case 17:
            try record(BrokerRegistrationChangeRecord.self, version, &wire, MetadataRecord.brokerRegistrationChange)
        case 20: try record(NoOpRecord.self, version, &wire, MetadataRecord.noOp)
        case 21: try record(ZkMigrationStateRecord.self, version, &wire, MetadataRecord.zkMigrationState)
        case 22:
            try record(RemoveUserScramCredentialRecord.self, version, &wire, MetadataRecord.removeUserScramCredential)
        case 23: try record(BeginTransactionRecord.self, version, &wire, MetadataRecord.beginTransaction)
        case 24: try record(EndTransactionRecord.self, version, &wire, MetadataRecord.endTransaction)
        case 25: try record(AbortTransactionRecord.self, version, &wire, MetadataRecord.abortTransaction)
        case 27: try record(RegisterControllerRecord.self, version, &wire, MetadataRecord.registerController)
        default: .unknown(type: type, bytes: wire.rest)
        }
    }

    private static func record<Body: MetadataRecordBody>(
        _ body: Body.Type, _ version: UInt32, _ wire: inout WireReader, _ make: (Body) -> MetadataRecord
    ) throws(WireError) -> MetadataRecord {
        guard let version = Int16(exactly: version), Body.versions.contains(version) else {
            return .unknown(type: Body.type, bytes: wire.rest)
        }
        let record: Body = try wire.value(version)
        try wire.expectEnd()
        return make(record)
    }

    /// Writes the record in a version.
    ///
    /// - Throws: `unknownRecordVersion` for a version that the type does not have.
    package func encode(version: UInt32) throws(WireError) -> ByteBuffer {
        switch self {
        case .registerBroker(let record): return try Self.write(record, version)
        case .unregisterBroker(let record): return try Self.write(record, version)
        case .topic(let record): return try Self.write(record, version)
        case .partition(let record): return try Self.write(record, version)
        case .config(let record): return try Self.write(record, version)
        case .partitionChange(let record): return try Self.write(record, version)
        case .accessControlEntry(let record): return try Self.write(record, version)
        case .fenceBroker(let record): return try Self.write(record, version)
        case .unfenceBroker(let record): return try Self.write(record, version)
        case .removeTopic(let record): return try Self.write(record, version)
        case .userScramCredential(let record): return try Self.write(record, version)
        case .featureLevel(let record): return try Self.write(record, version)
        case .clientQuota(let record): return try Self.write(record, version)
        case .producerIds(let record): return try Self.write(record, version)
        case .removeAccessControlEntry(let record): return try Self.write(record, version)
        case .brokerRegistrationChange(let record): return try Self.write(record, version)
        case .noOp(let record): return try Self.write(record, version)
        case .zkMigrationState(let record): return try Self.write(record, version)
        case .removeUserScramCredential(let record): return try Self.write(record, version)
        case .beginTransaction(let record): return try Self.write(record, version)
        case .endTransaction(let record): return try Self.write(record, version)
        case .abortTransaction(let record): return try Self.write(record, version)
        case .registerController(let record): return try Self.write(record, version)
        case .unknown(let type, var bytes):
            var buffer = try Self.frame(type, version).finishInOneBuffer()
            buffer.writeBuffer(&bytes)
            return buffer
        }
    }

    private static func frame(_ type: UInt32, _ version: UInt32) throws(WireError) -> WireWriter {
        var wire = WireWriter(flexible: true, capacity: 64)
        var (frame, type, version) = (frameVersion, type, version)
        try wire.unsignedVarint(&frame)
        try wire.unsignedVarint(&type)
        try wire.unsignedVarint(&version)
        return wire
    }

    private static func write<Body: MetadataRecordBody>(_ record: Body, _ version: UInt32) throws(WireError)
        -> ByteBuffer
    {
        do throws(WireError) {
            guard let fields = Int16(exactly: version), Body.versions.contains(fields) else {
                throw WireError(.unknownRecordVersion(Int64(version)), at: 0)
            }
            var wire = try frame(Body.type, version)
            try wire.value(record, fields)
            return try wire.finishInOneBuffer()
        } catch {
            throw error.named("\(Body.self) v\(version)")
        }
    }
}

extension MetadataRecord {
    /// Kafka's number of the type.
    package var type: UInt32 {
        switch self {
        case .registerBroker: RegisterBrokerRecord.type
        case .unregisterBroker: UnregisterBrokerRecord.type
        case .topic: TopicRecord.type
        case .partition: PartitionRecord.type
        case .config: ConfigRecord.type
        case .partitionChange: PartitionChangeRecord.type
        case .accessControlEntry: AccessControlEntryRecord.type
        case .fenceBroker: FenceBrokerRecord.type
        case .unfenceBroker: UnfenceBrokerRecord.type
        case .removeTopic: RemoveTopicRecord.type
        case .userScramCredential: UserScramCredentialRecord.type
        case .featureLevel: FeatureLevelRecord.type
        case .clientQuota: ClientQuotaRecord.type
        case .producerIds: ProducerIdsRecord.type
        case .removeAccessControlEntry: RemoveAccessControlEntryRecord.type
        case .brokerRegistrationChange: BrokerRegistrationChangeRecord.type
        case .noOp: NoOpRecord.type
        case .zkMigrationState: ZkMigrationStateRecord.type
        case .removeUserScramCredential: RemoveUserScramCredentialRecord.type
        case .beginTransaction: BeginTransactionRecord.type
        case .endTransaction: EndTransactionRecord.type
        case .abortTransaction: AbortTransactionRecord.type
        case .registerController: RegisterControllerRecord.type
        case .unknown(let type, _): type
        }
    }
}
