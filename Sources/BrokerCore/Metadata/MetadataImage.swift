package import Authentication
package import KafkaProtocol
package import NIOCore

/// Everything the metadata log says, replayed up to an offset. An immutable value once published: readers never wait.
package struct MetadataImage: Sendable {
    /// One partition as the metadata log has it (Kafka's `PartitionRegistration`): its record with all later changes merged in.
    package struct Partition: Sendable, Equatable {
        /// The record; carried on whole, also what Weir does not use.
        var record: PartitionRecord

        /// Node ids that hold a copy.
        package var replicas: [Int32] { record.replicas }
        /// Node ids whose copy is up to date.
        package var inSyncReplicas: [Int32] { record.isr }
        /// The leader's node id; -1 while there is none.
        package var leader: Int32 { record.leader }
        /// Raised by each change of leader; stamped into batches.
        package var leaderEpoch: Int32 { record.leaderEpoch }
        /// Raised by each change of the partition.
        package var partitionEpoch: Int32 { record.partitionEpoch }
    }

    /// One topic.
    package struct Topic: Sendable, Equatable {
        /// Its name.
        package var name: String
        /// Its id, never used again.
        package var id: KafkaUUID
        /// Its partitions by number.
        package var partitions: [Int32: Partition]

        /// How many partitions it has.
        package var partitionCount: Int32 { Int32(clamping: partitions.count) }
        /// Copies of its first partition.
        package var replicationFactor: Int { partitions[0]?.replicas.count ?? 1 }
    }

    /// What settings belong to: a topic, a broker (empty name: all brokers), or another of Kafka's resource types.
    package struct ConfigResource: Hashable, Sendable, Comparable {
        /// Kafka's `ConfigResource.Type`: 2 topic, 4 broker.
        package var type: Int8
        /// The topic's name or the broker's id.
        package var name: String

        /// A topic's settings.
        package static func topic(_ name: String) -> ConfigResource { ConfigResource(type: 2, name: name) }
        /// The settings of one broker, or of all with an empty name.
        package static func broker(_ name: String) -> ConfigResource { ConfigResource(type: 4, name: name) }

        /// By type, then by name.
        package static func < (left: Self, right: Self) -> Bool {
            (left.type, left.name) < (right.type, right.name)
        }
    }

    /// The topics by name.
    package private(set) var topics: [String: Topic] = [:]
    /// The names of topics by id.
    package private(set) var topicNames: [KafkaUUID: String] = [:]
    /// Settings that were set at run time.
    package private(set) var configs: [ConfigResource: [String: String]] = [:]
    /// Levels of features that the log names; ``level(of:)`` knows the others.
    package private(set) var features: [String: Int16] = [:]
    /// The first producer id that no block was given out for.
    package private(set) var nextProducerID: Int64 = 0
    /// One past the offset of the last record in it.
    package internal(set) var endOffset: Int64 = 0
    /// The leader epoch of the last batch in it.
    package internal(set) var epoch: Int32 = 0
    /// The brokers that registered, by node id.
    package private(set) var brokers: [Int32: RegisterBrokerRecord] = [:]
    /// The controllers that registered, by node id.
    package private(set) var controllers: [Int32: RegisterControllerRecord] = [:]
    /// The access rules, by id; kept for Kafka, Weir has no authoriser.
    package private(set) var accessRules: [KafkaUUID: AccessControlEntryRecord] = [:]
    /// The SCRAM credentials of users.
    package private(set) var scramCredentials: [ScramUser: ScramCredential] = [:]
    /// The quotas of users, client ids and addresses; told, not enforced.
    package private(set) var clientQuotas: [ClientQuotaEntity: [String: Double]] = [:]
    /// Records of types that nothing here reads (delegation tokens, newer types), framed as they were, in order: a snapshot
    /// carries them on.
    package private(set) var kept: [ByteBuffer] = []
    /// The last word on a migration from ZooKeeper, framed as it was; Kafka wants it carried on.
    package private(set) var zkMigrationState: ByteBuffer?
    /// Ids of topics that were removed since the last snapshot: their directories may be removed.
    package private(set) var removedTopics: Set<KafkaUUID> = []

    /// Nothing yet.
    package init() {}

    /// The topic of that name, or nil.
    package func topic(_ name: String) -> Topic? { topics[name] }

    /// The topic of that id, or nil.
    package func topic(id: KafkaUUID) -> Topic? { topicNames[id].flatMap { topics[$0] } }

    /// What was set for a topic itself.
    package func overrides(ofTopic name: String) -> [String: String] { configs[.topic(name)] ?? [:] }

    /// The number of partitions of all topics.
    package var partitionCount: Int { topics.values.reduce(0) { $0 + $1.partitions.count } }

    // MARK: Changes, one a record

    mutating func addTopic(_ name: String, id: KafkaUUID) {
        topics[name] = Topic(name: name, id: id, partitions: [:])
        topicNames[id] = name
    }

    mutating func removeTopic(id: KafkaUUID) -> Bool {
        guard let name = topicNames.removeValue(forKey: id) else { return false }
        topics[name] = nil
        configs[.topic(name)] = nil
        removedTopics.insert(id)
        return true
    }

    /// - Returns: False when there is no such topic.
    mutating func setPartition(_ number: Int32, ofTopic id: KafkaUUID, to partition: Partition) -> Bool {
        guard let name = topicNames[id] else { return false }
        topics[name]?.partitions[number] = partition
        return true
    }

    /// - Returns: False when there is no such partition.
    mutating func changePartition(_ number: Int32, ofTopic id: KafkaUUID, _ change: (inout Partition) -> Void) -> Bool {
        guard let name = topicNames[id], topics[name]?.partitions[number] != nil else { return false }
        let none = Partition(record: PartitionRecord(partitionID: number, topicID: id))
        // Through the dictionary in place, so that a topic of many partitions is not copied for each.
        change(&topics[name, default: Topic(name: name, id: id, partitions: [:])].partitions[number, default: none])
        return true
    }

    mutating func setConfig(_ resource: ConfigResource, _ key: String, to value: String?) {
        configs[resource, default: [:]][key] = value
        if configs[resource]?.isEmpty == true { configs[resource] = nil }
    }

    mutating func register(_ broker: RegisterBrokerRecord) { brokers[broker.brokerID] = broker }

    mutating func unregister(broker id: Int32) { brokers[id] = nil }

    mutating func changeBroker(_ id: Int32, _ change: (inout RegisterBrokerRecord) -> Void) {
        if var broker = brokers[id] {
            change(&broker)
            brokers[id] = broker
        }
    }

    mutating func register(_ controller: RegisterControllerRecord) { controllers[controller.controllerID] = controller }

    mutating func setAccessRule(_ id: KafkaUUID, to rule: AccessControlEntryRecord?) { accessRules[id] = rule }

    mutating func setScramCredential(of user: ScramUser, to credential: ScramCredential?) {
        scramCredentials[user] = credential
    }

    mutating func setClientQuota(of entity: ClientQuotaEntity, _ key: String, to value: Double?) {
        clientQuotas[entity, default: [:]][key] = value
        if clientQuotas[entity]?.isEmpty == true { clientQuotas[entity] = nil }
    }

    mutating func setZkMigrationState(_ framed: ByteBuffer) { zkMigrationState = framed }

    mutating func keep(_ framed: ByteBuffer) { kept.append(framed) }

    mutating func setFeature(_ name: String, level: Int16) {
        // Level 0 is kept: it switches off what is on by default.
        features[name] = level
    }

    mutating func setNextProducerID(_ next: Int64) { nextProducerID = max(nextProducerID, next) }

    mutating func forgetRemovedTopics() { removedTopics = [] }
}
