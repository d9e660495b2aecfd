import KafkaProtocol

/// Topics and settings: changes are the controller's.
extension ClusterModel {
    /// The settings of topics that the model knows, with Kafka's defaults.
    static let topicDefaults: [String: String] = [
        "cleanup.policy": "delete", "retention.ms": "604800000", "retention.bytes": "-1",
        "segment.bytes": "1073741824", "segment.ms": "604800000", "min.cleanable.dirty.ratio": "0.5",
        "min.compaction.lag.ms": "0", "max.compaction.lag.ms": "9223372036854775807",
        "delete.retention.ms": "86400000", "compression.type": "producer", "max.message.bytes": "1048588",
    ]

    mutating func createTopics(
        _ request: CreateTopicsRequest, _ version: Int16, by broker: Int32
    ) -> CreateTopicsResponse {
        var answer = CreateTopicsResponse()
        for topic in request.topics {
            var (error, message) = (controllerRefusal(by: broker), nil as String?)
            let ids = brokers.keys.sorted()
            // -1 stands for the broker's default from version 4 on (KIP-464); beside an assignment it is demanded.
            let count =
                topic.assignments.isEmpty
                ? topic.numPartitions == -1 && version >= 4 ? 1 : Int(topic.numPartitions) : topic.assignments.count
            let copies = topic.replicationFactor == -1 && version >= 4 ? 1 : Int(topic.replicationFactor)
            if error == .none, topics[topic.name] != nil {
                (error, message) = (.topicAlreadyExists, "Topic '\(topic.name)' already exists.")
            } else if error == .none, count <= 0 {
                (error, message) = (.invalidPartitions, "Number of partitions must be larger than 0.")
            } else if error == .none, topic.assignments.isEmpty, copies <= 0 || copies > ids.count {
                (error, message) = (
                    .invalidReplicationFactor,
                    "Replication factor: \(copies) larger than available brokers: \(ids.count)."
                )
            }
            if error == .none, !request.validateOnly {
                let settings = topic.configs.map { ($0.name, $0.value ?? "") }
                let leaders = topic.assignments.sorted { $0.partitionIndex < $1.partitionIndex }.map { $0.brokerIDs[0] }
                addTopic(
                    topic.name, partitions: count, leaders: leaders.isEmpty ? nil : leaders,
                    settings: Dictionary(settings) { $1 })
            }
            answer.topics.append(
                .init(
                    name: topic.name, topicID: topics[topic.name]?.id ?? .zero, errorCode: error,
                    errorMessage: message, numPartitions: Int32(count), replicationFactor: Int16(copies)))
        }
        return answer
    }

    mutating func deleteTopics(
        _ request: DeleteTopicsRequest, _ version: Int16, by broker: Int32
    ) -> DeleteTopicsResponse {
        var answer = DeleteTopicsResponse()
        for name in version >= 6 ? request.topics.compactMap(\.name) : request.topicNames {
            var error = controllerRefusal(by: broker)
            if error == .none, topics[name] == nil { error = .unknownTopicOrPartition }
            if error == .none { topics[name] = nil }
            answer.responses.append(.init(name: name, errorCode: error))
        }
        return answer
    }

    mutating func createPartitions(_ request: CreatePartitionsRequest, by broker: Int32) -> CreatePartitionsResponse {
        var answer = CreatePartitionsResponse()
        for topic in request.topics {
            var (error, message) = (controllerRefusal(by: broker), nil as String?)
            let present = topics[topic.name]?.partitions.count ?? 0
            if error == .none, topics[topic.name] == nil { error = .unknownTopicOrPartition }
            if error == .none, Int(topic.count) <= present {
                (error, message) = (.invalidPartitions, "Topic currently has \(present) partitions.")
            }
            if error == .none, !request.validateOnly {
                let ids = brokers.keys.sorted()
                for index in present..<Int(topic.count) {
                    topics[topic.name]?.partitions.append(
                        ModelPartition(leader: ids[index % ids.count], replicas: [ids[index % ids.count]]))
                }
            }
            answer.results.append(.init(name: topic.name, errorCode: error, errorMessage: message))
        }
        return answer
    }

    func describeConfigs(
        _ request: DescribeConfigsRequest, _ version: Int16, by broker: Int32
    ) -> DescribeConfigsResponse {
        DescribeConfigsResponse(
            results: request.resources.map { resource in
                let (name, type) = (resource.resourceName, resource.resourceType)
                func refusing(_ error: ErrorCode, _ message: String?) -> DescribeConfigsResponse.Resource {
                    .init(errorCode: error, errorMessage: message, resourceType: type, resourceName: name)
                }
                var entries: [DescribeConfigsResponse.Config]
                if type == 2 {
                    guard let topic = topics[name] else { return refusing(.unknownTopicOrPartition, nil) }
                    entries = Self.configs(of: topic, version)
                } else if name.isEmpty || name == "\(broker)" {
                    entries = [
                        .init(name: "broker.id", value: "\(broker)", readOnly: true, configSource: 4),
                        .init(name: "ssl.keystore.password", value: nil, configSource: 4, isSensitive: true),
                    ]
                } else {
                    return refusing(
                        .invalidRequest,
                        "Unexpected broker id, expected \(broker) or empty string, but received \(name)")
                }
                if let keys = resource.configurationKeys { entries.removeAll { !keys.contains($0.name) } }
                return .init(resourceType: type, resourceName: name, configs: entries)
            })
    }

    private static func configs(of topic: ModelTopic, _ version: Int16) -> [DescribeConfigsResponse.Config] {
        topicDefaults.merging(topic.settings) { $1 }.sorted { $0.key < $1.key }.map { key, value in
            let isOverride = topic.settings[key] != nil
            return .init(
                name: key, value: value, configSource: isOverride ? 1 : 5, isDefault: !isOverride,
                synonyms: isOverride ? [.init(name: key, value: value, source: 1)] : [],
                documentation: version >= 3 ? "What \(key) means." : nil)
        }
    }

    mutating func alterConfigs(_ request: IncrementalAlterConfigsRequest) -> IncrementalAlterConfigsResponse {
        var answer = IncrementalAlterConfigsResponse()
        for resource in request.resources {
            var (error, message) = (ErrorCode.none, nil as String?)
            if resource.resourceType == 2, topics[resource.resourceName] == nil { error = .unknownTopicOrPartition }
            if let wrong = resource.configs.first(where: { Self.topicDefaults[$0.name] == nil }),
                resource.resourceType == 2
            {
                (error, message) = (.invalidConfig, "Unknown topic config name: \(wrong.name)")
            }
            if error == .none, !request.validateOnly {
                for config in resource.configs {
                    topics[resource.resourceName]?.settings[config.name] =
                        config.configOperation == 1 ? nil : config.value
                }
            }
            answer.responses.append(
                .init(
                    errorCode: error, errorMessage: message, resourceType: resource.resourceType,
                    resourceName: resource.resourceName))
        }
        return answer
    }
}
