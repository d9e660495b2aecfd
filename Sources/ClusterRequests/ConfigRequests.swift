package import Cluster
import KafkaProtocol

/// Settings by Kafka's requests.
extension RequestSending {
    package func configuration(of resource: ConfigResource) async throws(ClusterError) -> [ConfigEntry] {
        let request = DescribeConfigsRequest(
            resources: [
                .init(resourceType: resource.kafkaType, resourceName: resource.kafkaName, configurationKeys: nil)
            ],
            includeSynonyms: true,
            includeDocumentation: true
        )
        let answer = try await send(request, to: resource.receiver).results.first
        try check(answer?.errorCode, "\(resource)", answer?.errorMessage)
        return (answer?.configs ?? []).map(ConfigEntry.init).sorted { $0.name < $1.name }
    }

    package func alterConfiguration(
        of resource: ConfigResource, _ changes: [ConfigChange], validateOnly: Bool
    ) async throws(ClusterError) {
        try requireWrite()
        let request = IncrementalAlterConfigsRequest(
            resources: [
                .init(
                    resourceType: resource.kafkaType,
                    resourceName: resource.kafkaName,
                    configs: changes.map {
                        .init(name: $0.name, configOperation: $0.operation.rawValue, value: $0.value)
                    }
                )
            ],
            validateOnly: validateOnly
        )
        let answer = try await send(request, to: resource.receiver).responses.first
        try check(answer?.errorCode, "\(resource)", answer?.errorMessage)
    }
}

extension ConfigResource {
    /// Kafka's `ConfigResource.Type`.
    var kafkaType: Int8 {
        switch self {
        case .topic: 2
        case .broker, .brokerDefaults: 4
        }
    }

    var kafkaName: String {
        switch self {
        case .topic(let name): name
        case .broker(let id): "\(id)"
        case .brokerDefaults: ""
        }
    }

    /// A broker's own settings are known to that broker only.
    var receiver: Receiver {
        switch self {
        case .topic, .brokerDefaults: .any
        case .broker(let id): .broker(id)
        }
    }
}

extension ConfigEntry {
    init(_ config: DescribeConfigsResponse.Config) {
        self.init(
            name: config.name,
            value: config.value,
            source: Source(kafka: config.configSource, isDefault: config.isDefault),
            isSensitive: config.isSensitive,
            isReadOnly: config.readOnly,
            synonyms: config.synonyms.map {
                Synonym(name: $0.name, value: $0.value, source: Source(kafka: $0.source))
            },
            documentation: config.documentation
        )
    }
}

extension ConfigEntry.Source {
    /// Kafka's `ConfigSource` numbers; version 0 of DescribeConfigs tells only whether it is the default.
    init(kafka number: Int8, isDefault: Bool = false) {
        switch number {
        case 1: self = .topic
        case 2: self = .dynamicBroker
        case 3: self = .dynamicDefaultBroker
        case 4: self = .staticBroker
        case 5: self = .defaultValue
        case 6: self = .dynamicBrokerLogger
        default: self = isDefault ? .defaultValue : .unknown
        }
    }
}
