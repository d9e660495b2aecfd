/// What has settings of its own, Kafka's `ConfigResource`.
package enum ConfigResource: Hashable, Sendable, CustomStringConvertible {
    /// A topic by name.
    case topic(String)
    /// A broker by node id.
    case broker(Int32)
    /// All brokers: the cluster-wide dynamic defaults.
    case brokerDefaults

    package var description: String {
        switch self {
        case .topic(let name): "topic \(name)"
        case .broker(let id): "broker \(id)"
        case .brokerDefaults: "the brokers' defaults"
        }
    }
}

/// One effective setting of a topic or broker, with where it comes from (Kafka's DescribeConfigs).
package struct ConfigEntry: Sendable, Equatable {
    /// Where a value comes from, Kafka's `ConfigSource`.
    package enum Source: String, Sendable, CaseIterable {
        case topic = "DYNAMIC_TOPIC_CONFIG"
        case dynamicBroker = "DYNAMIC_BROKER_CONFIG"
        case dynamicDefaultBroker = "DYNAMIC_DEFAULT_BROKER_CONFIG"
        case staticBroker = "STATIC_BROKER_CONFIG"
        case defaultValue = "DEFAULT_CONFIG"
        case dynamicBrokerLogger = "DYNAMIC_BROKER_LOGGER_CONFIG"
        case unknown = "UNKNOWN"
    }

    /// A place that sets the key or one it falls back to; the first that has a value decides.
    package struct Synonym: Sendable, Equatable {
        /// The key there, for example `log.retention.ms`.
        package var name: String
        /// The value there; nil for a sensitive one.
        package var value: String?
        /// Which place it is.
        package var source: Source

        /// A place that sets the key.
        package init(name: String, value: String?, source: Source) {
            self.name = name
            self.value = value
            self.source = source
        }
    }

    /// The key, for example `retention.ms`.
    package var name: String
    /// The value as text; nil for a sensitive one.
    package var value: String?
    /// Where the value comes from.
    package var source: Source
    /// True when the value must not be shown.
    package var isSensitive: Bool
    /// True when it cannot be changed while the broker runs.
    package var isReadOnly: Bool
    /// All places that set it, the deciding one first; empty where the peer does not tell (before Kafka 1.1).
    package var synonyms: [Synonym]
    /// What the key means, in the peer's words; nil where it does not tell (before Kafka 2.6).
    package var documentation: String?

    /// States a setting.
    package init(
        name: String,
        value: String?,
        source: Source,
        isSensitive: Bool = false,
        isReadOnly: Bool = false,
        synonyms: [Synonym] = [],
        documentation: String? = nil
    ) {
        self.name = name
        self.value = value
        self.source = source
        self.isSensitive = isSensitive
        self.isReadOnly = isReadOnly
        self.synonyms = synonyms
        self.documentation = documentation
    }
}

/// A change of one setting (KIP-339).
package struct ConfigChange: Sendable, Equatable {
    /// What is done with the value, Kafka's `OpType` and its numbers.
    package enum Operation: Int8, Sendable {
        /// Sets the value.
        case set = 0
        /// Takes the override away, so that the default counts again.
        case delete = 1
        /// Adds to a list.
        case append = 2
        /// Takes out of a list.
        case subtract = 3
    }

    /// The key.
    package var name: String
    /// What is done.
    package var operation: Operation
    /// The value; nil for `delete`.
    package var value: String?

    /// A change.
    package init(_ name: String, _ operation: Operation = .set, _ value: String? = nil) {
        self.name = name
        self.operation = operation
        self.value = value
    }
}
