import Authentication
import KafkaProtocol
import NIOCore

/// Why a metadata log cannot be read.
enum MetadataError: Error, Equatable, CustomStringConvertible {
    /// A record of a type that decides over topics has a version that nobody here knows.
    case unknownVersion(type: UInt32, offset: Int64)
    /// A record's bytes are none of its type.
    case malformed(offset: Int64, reason: String)
    /// A record changes something that is not there.
    case inconsistent(offset: Int64, reason: String)

    var description: String {
        switch self {
        case .unknownVersion(let type, let offset):
            "__cluster_metadata: the record at offset \(offset) (type \(type)) has a version that Weir does not know; "
                + "a newer Kafka wrote this directory"
        case .malformed(let offset, let reason): "__cluster_metadata: the record at offset \(offset): \(reason)"
        case .inconsistent(let offset, let reason): "__cluster_metadata: the record at offset \(offset): \(reason)"
        }
    }
}

extension MetadataImage {
    /// Types that the image is made of: one of them in an unknown version must not be passed over.
    private static let understood: Set<UInt32> = [0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 14, 15, 17, 22, 23, 24, 25]

    /// Applies a record of this broker's own making, which fits by construction.
    mutating func apply(_ record: MetadataRecord) {
        _ = effect(of: record)
    }

    /// Applies a record that was read.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - framed: Its bytes, kept where nothing here reads them.
    ///   - offset: Its offset, for the error.
    /// - Throws: ``MetadataError``.
    mutating func apply(_ record: MetadataRecord, framed: ByteBuffer, offset: Int64) throws(MetadataError) {
        if case .unknown(let type, _) = record {
            guard !Self.understood.contains(type) else { throw .unknownVersion(type: type, offset: offset) }
            keep(framed)
            return
        }
        if case .zkMigrationState = record { setZkMigrationState(framed) }
        if let problem = effect(of: record) { throw .inconsistent(offset: offset, reason: problem) }
    }

    /// Changes the image.
    ///
    /// - Returns: What does not fit, or nil.
    private mutating func effect(of record: MetadataRecord) -> String? {
        switch record {
        case .topic(let topic):
            guard self.topic(topic.name) == nil else { return "topic \(topic.name) is there already" }
            addTopic(topic.name, id: topic.topicID)
        case .removeTopic(let removed):
            guard removeTopic(id: removed.topicID) else { return "there is no topic with id \(removed.topicID)" }
        case .partition(let partition):
            guard partition.partitionID >= 0,
                setPartition(partition.partitionID, ofTopic: partition.topicID, to: Partition(record: partition))
            else { return "there is no topic with id \(partition.topicID)" }
        case .partitionChange(let change):
            let isThere = changePartition(change.partitionID, ofTopic: change.topicID) { $0.merge(change) }
            guard isThere else { return "there is no partition \(change.partitionID) of topic id \(change.topicID)" }
        case .config(let config):
            setConfig(
                ConfigResource(type: config.resourceType, name: config.resourceName), config.name, to: config.value)
        case .featureLevel(let feature):
            setFeature(feature.name, level: feature.featureLevel)
        case .producerIds(let ids):
            setNextProducerID(ids.nextProducerID)
        case .registerBroker(let broker):
            register(broker)
        case .unregisterBroker(let broker):
            unregister(broker: broker.brokerID)
        case .fenceBroker(let broker):
            changeBroker(broker.id) { $0.fenced = true }
        case .unfenceBroker(let broker):
            changeBroker(broker.id) { $0.fenced = false }
        case .brokerRegistrationChange(let change):
            changeBroker(change.brokerID) { broker in
                if change.fenced != 0 { broker.fenced = change.fenced > 0 }
                if change.inControlledShutdown != 0 { broker.inControlledShutdown = change.inControlledShutdown > 0 }
                if !change.logDirs.isEmpty { broker.logDirs = change.logDirs }
            }
        case .registerController(let controller):
            register(controller)
        case .accessControlEntry(let rule):
            setAccessRule(rule.id, to: rule)
        case .removeAccessControlEntry(let rule):
            setAccessRule(rule.id, to: nil)
        case .userScramCredential(let record):
            // A mechanism that nobody here knows cannot be used to log in either.
            guard let user = ScramUser(record.name, record.mechanism) else { break }
            setScramCredential(of: user, to: ScramCredential(record))
        case .removeUserScramCredential(let record):
            guard let user = ScramUser(record.name, record.mechanism) else { break }
            setScramCredential(of: user, to: nil)
        case .clientQuota(let record):
            setClientQuota(
                of: ClientQuotaEntity(record.entity), record.key, to: record.remove ? nil : record.value)
        case .zkMigrationState, .noOp, .beginTransaction, .endTransaction, .abortTransaction, .unknown:
            break
        }
        return nil
    }
}

extension MetadataImage.Partition {
    /// Takes in what a change says (Kafka's `PartitionRegistration.merge`): a new leader raises its epoch, any change the partition's.
    mutating func merge(_ change: PartitionChangeRecord) {
        if let replicas = change.replicas { record.replicas = replicas }
        if let isr = change.isr { record.isr = isr }
        if let removing = change.removingReplicas { record.removingReplicas = removing }
        if let adding = change.addingReplicas { record.addingReplicas = adding }
        if let directories = change.directories { record.directories = directories }
        if let eligible = change.eligibleLeaderReplicas { record.eligibleLeaderReplicas = eligible }
        if let known = change.lastKnownElr { record.lastKnownElr = known }
        if change.leaderRecoveryState != -1 { record.leaderRecoveryState = change.leaderRecoveryState }
        if change.leader != -2 {
            record.leader = change.leader
            record.leaderEpoch &+= 1
        }
        record.partitionEpoch &+= 1
    }
}

extension MetadataRecord {
    /// A new topic.
    static func makeTopic(_ name: String, id: KafkaUUID) -> MetadataRecord {
        .topic(TopicRecord(name: name, topicID: id))
    }

    /// The end of a topic.
    static func makeRemoveTopic(_ id: KafkaUUID) -> MetadataRecord {
        .removeTopic(RemoveTopicRecord(topicID: id))
    }

    /// A new partition, led by the one broker that holds it.
    static func makePartition(
        _ number: Int32, topicID: KafkaUUID, node: Int32, directory: KafkaUUID, leaderEpoch: Int32 = 0
    ) -> MetadataRecord {
        .partition(
            PartitionRecord(
                partitionID: number, topicID: topicID, replicas: [node], isr: [node], leader: node,
                leaderEpoch: leaderEpoch,
                partitionEpoch: 0, directories: [directory]))
    }

    /// A setting; nil takes it back to its default.
    static func makeConfig(
        _ resource: MetadataImage.ConfigResource, _ key: String, _ value: String?
    ) -> MetadataRecord {
        .config(ConfigRecord(resourceType: resource.type, resourceName: resource.name, name: key, value: value))
    }

    /// The version that a record is written in so that a broker of this `metadata.version` reads it; 17 is 3.7-IV2, which knows directories.
    func version(atMetadataVersion level: Int16) -> UInt32 {
        switch self {
        case .partition, .partitionChange: level >= 17 ? 1 : 0
        case .registerBroker: level >= 17 ? 3 : level >= 8 ? 2 : level >= 6 ? 1 : 0
        case .brokerRegistrationChange: level >= 17 ? 2 : level >= 6 ? 1 : 0
        default: 0
        }
    }
}

/// Reads the metadata log's records into an image, a transaction (KIP-868) only as a whole.
struct MetadataReplay {
    /// What was read so far, without an unfinished transaction.
    private(set) var image: MetadataImage
    /// Records of a transaction whose end has not come.
    private var open: [(record: MetadataRecord, framed: ByteBuffer, offset: Int64)]?

    init(_ image: MetadataImage = MetadataImage()) { self.image = image }

    /// True inside a transaction: it must be aborted before anything else is written.
    var isInTransaction: Bool { open != nil }

    /// Takes the next record.
    ///
    /// - Throws: ``MetadataError``.
    mutating func take(_ framed: ByteBuffer, offset: Int64) throws(MetadataError) {
        let record: MetadataRecord
        do throws(WireError) {
            record = try MetadataRecord.decode(framed).record
        } catch {
            throw .malformed(offset: offset, reason: "\(error)")
        }
        switch record {
        case .beginTransaction:
            open = []
        case .abortTransaction:
            open = nil
        case .endTransaction:
            let records = open ?? []
            open = nil
            for entry in records { try image.apply(entry.record, framed: entry.framed, offset: entry.offset) }
        default:
            if open != nil {
                open?.append((record, framed, offset))
            } else {
                try image.apply(record, framed: framed, offset: offset)
            }
        }
    }

    /// Notes how far the log was read.
    mutating func reached(endOffset: Int64, epoch: Int32) {
        image.endOffset = max(image.endOffset, endOffset)
        image.epoch = max(image.epoch, epoch)
    }

    /// Begins anew after a snapshot: what was removed before it has no directories left to remove.
    mutating func finishSnapshot() { image.forgetRemovedTopics() }
}
