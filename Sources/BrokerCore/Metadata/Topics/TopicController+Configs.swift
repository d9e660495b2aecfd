package import KafkaProtocol

extension TopicController {
    /// Tells settings in force, of topics and of this broker, with where they come from (DescribeConfigs).
    package func describeConfigs(_ request: DescribeConfigsRequest) -> DescribeConfigsResponse {
        let image = image
        let layers = layers
        return DescribeConfigsResponse(
            results: request.resources.map { resource in
                var answer = DescribeConfigsResponse.Resource(
                    errorMessage: nil, resourceType: resource.resourceType, resourceName: resource.resourceName)
                let wanted = resource.configurationKeys.map { Set($0) }
                func entry(
                    _ key: ConfigKey, _ config: EffectiveConfig, readOnly: Bool
                ) -> DescribeConfigsResponse.Config {
                    DescribeConfigsResponse.Config(
                        name: key.name,
                        value: key.isSensitive ? nil : config.value,
                        readOnly: readOnly,
                        configSource: config.source.rawValue,
                        isSensitive: key.isSensitive,
                        synonyms: request.includeSynonyms
                            ? config.layers.map {
                                .init(
                                    name: $0.name, value: key.isSensitive ? nil : $0.value, source: $0.source.rawValue)
                            } : [],
                        configType: key.type.rawValue,
                        documentation: request.includeDocumentation ? key.documentation : nil
                    )
                }
                switch resource.resourceType {
                case ResourceType.topic:
                    guard image.topic(resource.resourceName) != nil else {
                        let problem = TopicName.problem(with: resource.resourceName)
                        answer.errorCode = problem == nil ? .unknownTopicOrPartition : .invalidTopicException
                        answer.errorMessage = problem.map { "Topic name is invalid: \($0)" } ?? ""
                        return answer
                    }
                    let overrides = image.overrides(ofTopic: resource.resourceName)
                    answer.configs = TopicConfigKeys.all.filter { wanted?.contains($0.name) ?? true }
                        .map { entry($0, layers.topic($0, overrides: overrides), readOnly: false) }
                case ResourceType.broker where resource.resourceName.isEmpty:
                    // All brokers: what was set for them at run time, nothing else.
                    answer.configs = layers.dynamicDefaults.sorted { $0.key < $1.key }
                        .filter { wanted?.contains($0.key) ?? true }
                        .compactMap { name, value in
                            guard let key = BrokerConfigKeys.key(name) else { return nil }
                            let layer = EffectiveConfig.Layer(name: name, value: value, source: .dynamicDefaultBroker)
                            let config = EffectiveConfig(value: value, source: .dynamicDefaultBroker, layers: [layer])
                            return entry(key, config, readOnly: false)
                        }
                case ResourceType.broker:
                    if let refusal = refusal(ofBroker: resource.resourceName) {
                        answer.errorCode = refusal.code
                        answer.errorMessage = refusal.message
                        return answer
                    }
                    answer.configs = BrokerConfigKeys.all.filter { wanted?.contains($0.name) ?? true }
                        .map { entry($0, layers.broker($0), readOnly: !Self.isDynamic($0.name)) }
                default:
                    answer.errorCode = .invalidRequest
                    answer.errorMessage = "Unsupported resource type: \(resource.resourceType)"
                }
                return answer
            })
    }

    /// Changes settings one by one: set, delete, append to or subtract from a list (IncrementalAlterConfigs, KIP-339). Blocks on the disk.
    package func incrementalAlterConfigs(_ request: IncrementalAlterConfigsRequest) -> IncrementalAlterConfigsResponse {
        let answers = alter(
            request.resources.map { .init(type: $0.resourceType, name: $0.resourceName) },
            validateOnly: request.validateOnly
        ) { (index, before) throws(TopicRefusal) in
            var after = before
            let names = request.resources[index].configs.map(\.name)
            guard Set(names).count == names.count else {
                throw TopicRefusal(.invalidRequest, "Error due to duplicate config keys")
            }
            for config in request.resources[index].configs {
                try Self.apply(config, to: &after, isTopic: request.resources[index].resourceType == ResourceType.topic)
            }
            return after
        }
        return IncrementalAlterConfigsResponse(
            responses: zip(request.resources, answers).map { resource, refusal in
                .init(
                    errorCode: refusal?.code ?? .none, errorMessage: refusal?.message,
                    resourceType: resource.resourceType, resourceName: resource.resourceName)
            })
    }

    /// Replaces all settings of resources: what is not named goes back to its default (AlterConfigs, deprecated). Blocks on the disk.
    package func alterConfigs(_ request: AlterConfigsRequest) -> AlterConfigsResponse {
        let answers = alter(
            request.resources.map { .init(type: $0.resourceType, name: $0.resourceName) },
            validateOnly: request.validateOnly
        ) { (index, _) throws(TopicRefusal) in
            var after: [String: String] = [:]
            for config in request.resources[index].configs {
                guard let value = config.value else {
                    throw TopicRefusal(.invalidConfig, "Null value not supported for : \(config.name)")
                }
                after[config.name] = value
            }
            return after
        }
        return AlterConfigsResponse(
            responses: zip(request.resources, answers).map { resource, refusal in
                .init(
                    errorCode: refusal?.code ?? .none, errorMessage: refusal?.message,
                    resourceType: resource.resourceType, resourceName: resource.resourceName)
            })
    }

    /// Kafka's resource types that have settings here.
    private enum ResourceType {
        static let topic: Int8 = 2
        static let broker: Int8 = 4
    }

    private func refusal(ofBroker name: String) -> TopicRefusal? {
        name.isEmpty || name == String(nodeID)
            ? nil
            : TopicRefusal(
                .invalidRequest, "Unexpected broker id, expected \(nodeID) or empty string, but received \(name)")
    }

    /// Broker settings that take effect while the broker runs: topics' defaults and the cleaner's pause.
    static func isDynamic(_ name: String) -> Bool {
        guard let key = BrokerConfigKeys.key(name), key.isDynamic else { return false }
        return TopicConfigKeys.brokerDefaults.contains(name) || name == "log.cleaner.backoff.ms"
    }

    /// Runs `rule` on the settings of each resource and records what differs.
    ///
    /// - Returns: Why each resource was refused, or nil, in the order of `resources`.
    private func alter(
        _ resources: [MetadataImage.ConfigResource],
        validateOnly: Bool,
        rule: (_ index: Int, _ before: [String: String]) throws(TopicRefusal) -> [String: String]
    ) -> [TopicRefusal?] {
        var counts: [MetadataImage.ConfigResource: Int] = [:]
        for resource in resources { counts[resource, default: 0] += 1 }
        do throws(LogError) {
            return try change { change in
                resources.indices.map { index -> TopicRefusal? in
                    let resource = resources[index]
                    guard counts[resource] == 1 else {
                        return TopicRefusal(.invalidRequest, "Each resource must appear at most once.")
                    }
                    do throws(TopicRefusal) {
                        try checkExists(resource, in: change.image)
                        let before = change.image.configs[resource] ?? [:]
                        let after = try validated(try rule(index, before), before: before, of: resource)
                        guard !validateOnly else { return nil }
                        for key in Set(before.keys).union(after.keys).sorted() where before[key] != after[key] {
                            change.add(.makeConfig(resource, key, after[key]))
                        }
                        return nil
                    } catch {
                        return error
                    }
                }
            }
        } catch {
            return resources.map { _ in TopicRefusal(.kafkaStorageError, "\(error)") }
        }
    }

    private func checkExists(
        _ resource: MetadataImage.ConfigResource, in image: MetadataImage
    ) throws(TopicRefusal) {
        switch resource.type {
        case ResourceType.topic:
            guard image.topic(resource.name) != nil else {
                throw TopicRefusal(
                    .unknownTopicOrPartition, "The topic '\(resource.name)' does not exist.")
            }
        case ResourceType.broker:
            if let refusal = refusal(ofBroker: resource.name) { throw refusal }
        default:
            throw TopicRefusal(.invalidRequest, "Unexpected resource type \(resource.type).")
        }
    }

    private func validated(
        _ after: [String: String], before: [String: String], of resource: MetadataImage.ConfigResource
    ) throws(TopicRefusal) -> [String: String] {
        var checked: [String: String] = [:]
        if resource.type == ResourceType.broker {
            let fixed = after.filter { before[$0.key] != $0.value && !Self.isDynamic($0.key) }.keys.sorted()
            guard fixed.isEmpty else {
                throw TopicRefusal(
                    .invalidRequest,
                    "Cannot update these configs dynamically: Set(\(fixed.joined(separator: ", ")))")
            }
        }
        do throws(ConfigError) {
            for (name, value) in after {
                let isTopic = resource.type == ResourceType.topic
                guard let key = isTopic ? TopicConfigKeys.key(name) : BrokerConfigKeys.key(name) else {
                    throw .unknownTopicKey(name)
                }
                checked[name] = try key.validated(value)
            }
            if resource.type == ResourceType.topic { try layers.validate(topicOverrides: checked) }
        } catch {
            throw TopicRefusal(.invalidConfig, "\(error)")
        }
        return checked
    }

    private static func apply(
        _ config: IncrementalAlterConfigsRequest.Config, to values: inout [String: String], isTopic: Bool
    ) throws(TopicRefusal) {
        let key = isTopic ? TopicConfigKeys.key(config.name) : BrokerConfigKeys.key(config.name)
        switch config.configOperation {
        case 0:
            guard let value = config.value else {
                throw TopicRefusal(.invalidConfig, "Null value not supported for : \(config.name)")
            }
            values[config.name] = value
        case 1:
            values[config.name] = nil
        case 2, 3:
            let isAppend = config.configOperation == 2
            guard let key else { throw TopicRefusal(.invalidConfig, "\(ConfigError.unknownTopicKey(config.name))") }
            guard key.type == .list else {
                throw TopicRefusal(
                    .invalidConfig,
                    "Can't \(isAppend ? "APPEND to" : "SUBTRACT from") key \(config.name) because its type is not LIST."
                )
            }
            guard let value = config.value else {
                throw TopicRefusal(.invalidConfig, "Null value not supported for : \(config.name)")
            }
            // From what is in force, default or not, as Kafka does.
            var elements = ConfigKey.elements(of: values[config.name] ?? key.defaultValue ?? "")
            for element in ConfigKey.elements(of: value) {
                if !isAppend {
                    elements.removeAll { $0 == element }
                } else if !elements.contains(element) {
                    elements.append(element)
                }
            }
            values[config.name] = elements.joined(separator: ",")
        default:
            throw TopicRefusal(.invalidRequest, "Unknown operation type \(config.configOperation).")
        }
    }
}
