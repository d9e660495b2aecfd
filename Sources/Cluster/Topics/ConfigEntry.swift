/// One effective setting of a topic or broker, with where it comes from (Kafka's DescribeConfigs).
package struct ConfigEntry: Sendable, Equatable {
    /// Where a value comes from, Kafka's `ConfigSource`.
    package enum Source: String, Sendable {
        case topic = "DYNAMIC_TOPIC_CONFIG"
        case dynamicBroker = "DYNAMIC_BROKER_CONFIG"
        case staticBroker = "STATIC_BROKER_CONFIG"
        case defaultValue = "DEFAULT_CONFIG"
        case unknown = "UNKNOWN"
    }

    /// The key, for example `retention.ms`.
    package var name: String
    /// The value as text; nil for a sensitive one.
    package var value: String?
    /// Where the value comes from.
    package var source: Source
    /// True when the value must not be shown.
    package var isSensitive: Bool

    /// States a setting.
    package init(name: String, value: String?, source: Source, isSensitive: Bool = false) {
        self.name = name
        self.value = value
        self.source = source
        self.isSensitive = isSensitive
    }
}
