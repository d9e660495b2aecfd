package import KafkaProtocol

extension TopicController {
    /// Creates topics, each on its own: one that cannot be does not keep the others from being (CreateTopics).
    ///
    /// Checks and sentences are Kafka's (`ReplicationControlManager.createTopics`). Blocks on the disk.
    package func create(_ request: CreateTopicsRequest) -> CreateTopicsResponse {
        var counts: [String: Int] = [:]
        for topic in request.topics { counts[topic.name, default: 0] += 1 }
        var answers: [CreateTopicsResponse.Topic] = []
        do throws(LogError) {
            answers = try change { change in
                var answers: [CreateTopicsResponse.Topic] = []
                var partitions = 0
                for topic in request.topics {
                    if counts[topic.name] != 1 {
                        // Said once for all of them.
                        if counts.removeValue(forKey: topic.name) != nil {
                            answers.append(
                                .refused(topic.name, TopicRefusal(.invalidRequest, "Duplicate topic name.")))
                        }
                        continue
                    }
                    do throws(TopicRefusal) {
                        let plan = try plan(topic, in: change.image)
                        partitions += plan.replicas.count
                        guard partitions <= Self.maxPartitionsPerRequest else {
                            partitions -= plan.replicas.count
                            throw TopicRefusal(
                                .policyViolation, "Excessively large number of partitions per request.")
                        }
                        let id = request.validateOnly ? KafkaUUID.zero : newTopicID(in: change.image)
                        if !request.validateOnly { add(plan, id: id, to: &change) }
                        answers.append(created(plan, id: id))
                    } catch {
                        answers.append(.refused(topic.name, error))
                    }
                }
                return answers
            }
        } catch {
            let refusal = TopicRefusal(.kafkaStorageError, "\(error)")
            answers = request.topics.map { .refused($0.name, refusal) }
        }
        return CreateTopicsResponse(topics: answers)
    }

    /// Creates a topic that a client asked about, with the broker's defaults (`auto.create.topics.enable`).
    ///
    /// - Returns: The answer of ``create(_:)``; `invalidTopicException` for a bad name, `unknownTopicOrPartition` where
    ///   topics are not created by themselves.
    package func autoCreate(_ name: String) -> CreateTopicsResponse.Topic {
        if let topic = image.topic(name) {
            return CreateTopicsResponse.Topic(
                name: name, topicID: topic.id, errorCode: .topicAlreadyExists, numPartitions: topic.partitionCount)
        }
        let layers = layers
        guard layers.settings.isTrue("auto.create.topics.enable") || TopicName.isInternal(name) else {
            return .refused(name, TopicRefusal(.unknownTopicOrPartition, nil))
        }
        let topic: CreateTopicsRequest.Topic
        if name == TopicName.offsets {
            topic = offsetsTopic(layers)
        } else if name == TopicName.transactions {
            topic = transactionsTopic(layers.settings)
        } else if name == TopicName.audit {
            // One partition keeps all events in one order.
            topic = CreateTopicsRequest.Topic(
                name: name, numPartitions: 1, replicationFactor: 1,
                configs: TopicName.settings(ofInternal: name).map { .init(name: $0.key, value: $0.value) })
        } else {
            topic = CreateTopicsRequest.Topic(name: name, numPartitions: -1, replicationFactor: -1)
        }
        return create(CreateTopicsRequest(topics: [topic])).topics.first
            ?? .refused(name, TopicRefusal(.unknownServerError, nil))
    }

    /// `__consumer_offsets` as Kafka makes it (`GroupCoordinator.groupMetadataTopicConfigs`).
    private func offsetsTopic(_ layers: ConfigLayers) -> CreateTopicsRequest.Topic {
        CreateTopicsRequest.Topic(
            name: TopicName.offsets,
            numPartitions: Self.offsetsPartitions(layers),
            replicationFactor: 1,
            configs: [
                .init(name: "compression.type", value: "producer"), .init(name: "cleanup.policy", value: "compact"),
                .init(
                    name: "segment.bytes", value: layers.settings.text("offsets.topic.segment.bytes") ?? "104857600"),
            ])
    }

    /// How many partitions `__consumer_offsets` has, or will have once it is made.
    static func offsetsPartitions(_ layers: ConfigLayers) -> Int32 {
        Int32(clamping: layers.settings.integer("offsets.topic.num.partitions", or: 50))
    }

    /// `__transaction_state` as Kafka makes it (`TransactionStateManager.transactionTopicConfigs`).
    private func transactionsTopic(_ settings: BrokerSettings) -> CreateTopicsRequest.Topic {
        CreateTopicsRequest.Topic(
            name: TopicName.transactions,
            numPartitions: Int32(clamping: settings.integer("transaction.state.log.num.partitions", or: 50)),
            replicationFactor: 1,
            configs: [
                .init(name: "unclean.leader.election.enable", value: "false"),
                .init(name: "compression.type", value: "uncompressed"),
                .init(name: "cleanup.policy", value: "compact"), .init(name: "min.insync.replicas", value: "1"),
                .init(
                    name: "segment.bytes",
                    value: settings.text("transaction.state.log.segment.bytes") ?? "104857600"),
            ])
    }

    // MARK: Planning

    /// A topic that may be created.
    private struct Plan {
        var name: String
        /// The replicas of each partition.
        var replicas: [[Int32]]
        var configs: [(key: String, value: String)]
    }

    private func plan(
        _ topic: CreateTopicsRequest.Topic, in image: MetadataImage
    ) throws(TopicRefusal) -> Plan {
        if topic.name == TopicName.metadata {
            throw TopicRefusal(.invalidRequest, "Creation of internal topic \(topic.name) is prohibited.")
        }
        if let problem = TopicName.problem(with: topic.name) {
            throw TopicRefusal(.invalidTopicException, "Topic name is invalid: \(problem)")
        }
        if image.topic(topic.name) != nil {
            throw TopicRefusal(.topicAlreadyExists, "Topic '\(topic.name)' already exists.")
        }
        try refuseCollision(of: topic.name, in: image)
        let replicas = try assignments(of: topic)
        var overrides: [String: String] = [:]
        for config in topic.configs {
            guard let key = TopicConfigKeys.key(config.name) else {
                throw TopicRefusal(.invalidConfig, "\(ConfigError.unknownTopicKey(config.name))")
            }
            guard let value = config.value else {
                throw TopicRefusal(.invalidConfig, "Null value not supported for topic configs: \(config.name)")
            }
            do throws(ConfigError) {
                overrides[config.name] = try key.validated(value)
            } catch {
                throw TopicRefusal(.invalidConfig, "\(error)")
            }
        }
        do throws(ConfigError) {
            try layers.validate(topicOverrides: overrides)
        } catch {
            throw TopicRefusal(.invalidConfig, "\(error)")
        }
        let order = topic.configs.map(\.name)
        var configs: [(key: String, value: String)] = []
        for name in order {
            if let value = overrides.removeValue(forKey: name) { configs.append((name, value)) }
        }
        return Plan(name: topic.name, replicas: replicas, configs: configs)
    }

    private func refuseCollision(of name: String, in image: MetadataImage) throws(TopicRefusal) {
        guard name.utf8.contains(UInt8(ascii: ".")) || name.utf8.contains(UInt8(ascii: "_")) else { return }
        let key = TopicName.collisionKey(name)
        for other in image.topics.keys where other.utf8.count == name.utf8.count {
            if TopicName.collisionKey(other) == key {
                throw TopicRefusal(
                    .invalidTopicException, "Topic '\(name)' collides with existing topic: \(other)")
            }
        }
    }

    private func assignments(of topic: CreateTopicsRequest.Topic) throws(TopicRefusal) -> [[Int32]] {
        guard topic.assignments.isEmpty else { return try manualAssignments(of: topic) }
        guard topic.replicationFactor == -1 || topic.replicationFactor > 0 else {
            throw TopicRefusal(
                .invalidReplicationFactor, "Replication factor must be larger than 0, or -1 to use the default value.")
        }
        guard topic.numPartitions == -1 || topic.numPartitions > 0 else {
            throw TopicRefusal(
                .invalidPartitions, "Number of partitions was set to an invalid non-positive value.")
        }
        let settings = layers.settings
        let count = topic.numPartitions > 0 ? Int(topic.numPartitions) : Int(settings.integer("num.partitions", or: 1))
        let factor =
            topic.replicationFactor > 0
            ? Int(topic.replicationFactor) : Int(settings.integer("default.replication.factor", or: 1))
        guard factor == 1 || settings.isTrue("weir.accept.replication.factor") else {
            throw TopicRefusal(
                .invalidReplicationFactor,
                "Unable to replicate the partition \(factor) time(s): The target replication factor of \(factor) "
                    + "cannot be reached because only 1 broker(s) are registered.")
        }
        guard count <= Self.maxPartitionsPerRequest else {
            throw TopicRefusal(.policyViolation, "Excessively large number of partitions per request.")
        }
        return Array(repeating: [nodeID], count: count)
    }

    private func manualAssignments(of topic: CreateTopicsRequest.Topic) throws(TopicRefusal) -> [[Int32]] {
        guard topic.replicationFactor == -1 else {
            throw TopicRefusal(
                .invalidRequest,
                "A manual partition assignment was specified, but replication factor was not set to -1.")
        }
        guard topic.numPartitions == -1 else {
            throw TopicRefusal(
                .invalidRequest,
                "A manual partition assignment was specified, but numPartitions was not set to -1.")
        }
        guard topic.assignments.count <= Self.maxPartitionsPerRequest else {
            throw TopicRefusal(.policyViolation, "Excessively large number of partitions per request.")
        }
        var byNumber: [Int32: [Int32]] = [:]
        for assignment in topic.assignments {
            guard byNumber[assignment.partitionIndex] == nil else {
                throw TopicRefusal(
                    .invalidReplicaAssignment,
                    "Found multiple manual partition assignments for partition \(assignment.partitionIndex)")
            }
            byNumber[assignment.partitionIndex] = try checked(assignment.brokerIDs)
        }
        var replicas: [[Int32]] = []
        for number in 0..<Int32(topic.assignments.count) {
            guard let brokers = byNumber[number] else {
                throw TopicRefusal(
                    .invalidReplicaAssignment, "partitions should be a consecutive 0-based integer sequence")
            }
            replicas.append(brokers)
        }
        return replicas
    }

    /// Checks a replica list that a client chose: this broker is the only one there is.
    func checked(_ brokers: [Int32]) throws(TopicRefusal) -> [Int32] {
        guard !brokers.isEmpty else {
            throw TopicRefusal(
                .invalidReplicaAssignment, "The manual partition assignment includes an empty replica list.")
        }
        for broker in brokers where broker != nodeID {
            throw TopicRefusal(
                .invalidReplicaAssignment,
                "The manual partition assignment includes broker \(broker), but no such broker is registered.")
        }
        guard brokers.count == 1 else {
            throw TopicRefusal(
                .invalidReplicaAssignment,
                "The manual partition assignment includes the broker \(nodeID) more than once.")
        }
        return brokers
    }

    // MARK: Doing

    private func newTopicID(in image: MetadataImage) -> KafkaUUID {
        while true {
            let id = KafkaUUID.random()
            if image.topic(id: id) == nil, !id.isZero, id != .metadataTopic { return id }
        }
    }

    private func add(_ plan: Plan, id: KafkaUUID, to change: inout Change) {
        change.add(.makeTopic(plan.name, id: id))
        for config in plan.configs {
            change.add(.makeConfig(.topic(plan.name), config.key, config.value))
        }
        for number in plan.replicas.indices {
            change.add(.makePartition(Int32(clamping: number), topicID: id, node: nodeID, directory: directoryID))
        }
    }

    private func created(_ plan: Plan, id: KafkaUUID) -> CreateTopicsResponse.Topic {
        let layers = layers
        let overrides = Dictionary(plan.configs.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        return CreateTopicsResponse.Topic(
            name: plan.name,
            topicID: id,
            numPartitions: Int32(clamping: plan.replicas.count),
            replicationFactor: Int16(clamping: plan.replicas.first?.count ?? 1),
            configs: TopicConfigKeys.all.map { key in
                let config = layers.topic(key, overrides: overrides)
                return .init(name: key.name, value: config.value, configSource: config.source.rawValue)
            })
    }
}

/// Why a change of a topic is refused: Kafka's code and sentence.
struct TopicRefusal: Error, Equatable {
    var code: ErrorCode
    var message: String?

    init(_ code: ErrorCode, _ message: String?) {
        self.code = code
        self.message = message
    }
}

extension CreateTopicsResponse.Topic {
    /// The answer for a topic that was not created.
    static func refused(_ name: String, _ refusal: TopicRefusal) -> Self {
        Self(name: name, errorCode: refusal.code, errorMessage: refusal.message, configs: [])
    }
}
