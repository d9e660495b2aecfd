import Cluster

/// Settings as `kafka-configs.sh` prints them.
enum ConfigRows {
    /// The line above the settings of one topic or broker.
    static func title(_ resource: ConfigResource, isAll: Bool) -> String {
        let which = isAll ? "All" : "Dynamic"
        return switch resource {
        case .topic(let name): "\(which) configs for topic \(name) are:"
        case .broker(let id): "\(which) configs for broker \(id) are:"
        case .brokerDefaults: "Default configs for brokers in the cluster are:"
        }
    }

    /// The line of a setting.
    static func entry(_ entry: ConfigEntry) -> String {
        let synonyms = entry.synonyms.map { "\($0.source.rawValue):\($0.name)=\($0.value ?? "null")" }
        return "  \(entry.name)=\(entry.value ?? "null") sensitive=\(entry.isSensitive)"
            + " synonyms={\(synonyms.joined(separator: ", "))}"
    }

    /// What is said when settings were changed.
    static func completed(_ resource: ConfigResource) -> String {
        switch resource {
        case .topic(let name): "Completed updating config for topic \(name)."
        case .broker(let id): "Completed updating config for broker \(id)."
        case .brokerDefaults: "Completed updating default config for brokers in the cluster."
        }
    }

    /// The settings of one topic or broker as JSON.
    static func json(_ resource: ConfigResource, _ entries: [ConfigEntry]) -> JSONValue {
        [
            "entityType": .string(resource.entityType),
            "entityName": JSONValue(resource.entityName),
            "configs": .array(
                entries.map { entry in
                    [
                        "name": .string(entry.name),
                        "value": JSONValue(entry.value),
                        "source": .string(entry.source.rawValue),
                        "sensitive": .bool(entry.isSensitive),
                        "readOnly": .bool(entry.isReadOnly),
                        "synonyms": .array(
                            entry.synonyms.map {
                                [
                                    "name": .string($0.name), "value": JSONValue($0.value),
                                    "source": .string($0.source.rawValue),
                                ]
                            }),
                    ]
                }),
        ]
    }
}

extension ConfigResource {
    /// Kafka's word for the kind.
    var entityType: String {
        switch self {
        case .topic: "topics"
        case .broker, .brokerDefaults: "brokers"
        }
    }

    /// The name within the kind; nil for the defaults.
    var entityName: String? {
        switch self {
        case .topic(let name): name
        case .broker(let id): "\(id)"
        case .brokerDefaults: nil
        }
    }

    /// Where a setting comes from that was set for just this.
    var ownSource: ConfigEntry.Source {
        switch self {
        case .topic: .topic
        case .broker: .dynamicBroker
        case .brokerDefaults: .dynamicDefaultBroker
        }
    }
}
