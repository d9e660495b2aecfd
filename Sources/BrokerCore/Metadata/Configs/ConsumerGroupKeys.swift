/// The broker settings of KIP-848 groups: what values they take, and how they hang together.
enum ConsumerGroupKeys {
    /// Names of Kafka's own assignor classes, which settings may use in place of the short names.
    private static let assignorClasses: [String: ServerAssignor] = [
        "org.apache.kafka.coordinator.group.assignor.UniformAssignor": .uniform,
        "org.apache.kafka.coordinator.group.assignor.RangeAssignor": .range,
    ]

    /// The assignor that a setting names; nil for any other class.
    static func assignor(_ name: String) -> ServerAssignor? { ServerAssignor(rawValue: name) ?? assignorClasses[name] }

    /// Bounds of the keys.
    static let rules: [String: ConfigKey.Rule] = [
        "group.consumer.assignors": .oneOf(
            ServerAssignor.allCases.map(\.rawValue) + assignorClasses.keys.sorted(by: >)),
        "group.consumer.heartbeat.interval.ms": .atLeast(1),
        "group.consumer.max.heartbeat.interval.ms": .atLeast(1),
        "group.consumer.max.session.timeout.ms": .atLeast(1),
        "group.consumer.max.size": .atLeast(1),
        "group.consumer.migration.policy": .oneOf(["disabled"]),
        "group.consumer.min.heartbeat.interval.ms": .atLeast(1),
        "group.consumer.min.session.timeout.ms": .atLeast(1),
        "group.consumer.session.timeout.ms": .atLeast(1),
        "group.coordinator.rebalance.protocols": .oneOf(["classic", "consumer"]),
    ]

    /// What needs saying of a key.
    static let documentation: [String: String] = [
        "group.consumer.migration.policy":
            "Only disabled: a group with members keeps its protocol; one without any takes that of whoever joins first.",
        "group.coordinator.rebalance.protocols":
            "Which groups are served: classic ones always, those of KIP-848 where consumer is named.",
    ]

    /// Checks that timeouts lie within their bounds (Kafka's `GroupCoordinatorConfig`).
    ///
    /// - Throws: ``ConfigError/refused(_:)`` with Kafka's sentence.
    static func check(_ settings: BrokerSettings) throws(ConfigError) {
        for name in ["heartbeat.interval", "session.timeout"] {
            let key = "group.consumer.\(name).ms"
            let (least, most) = ("group.consumer.min.\(name).ms", "group.consumer.max.\(name).ms")
            guard settings.integer(most) >= settings.integer(least) else {
                throw .refused("\(most) must be greater than or equal to \(least)")
            }
            guard settings.integer(key) >= settings.integer(least) else {
                throw .refused("\(key) must be greater than or equal to \(least)")
            }
            guard settings.integer(key) <= settings.integer(most) else {
                throw .refused("\(key) must be less than or equal to \(most)")
            }
        }
        let (heartbeat, session) = ("group.consumer.heartbeat.interval.ms", "group.consumer.session.timeout.ms")
        guard settings.integer(heartbeat) < settings.integer(session) else {
            throw .refused("\(heartbeat) must be less than \(session)")
        }
        guard !ConfigKey.elements(of: settings.text("group.consumer.assignors") ?? "").isEmpty else {
            throw .refused("group.consumer.assignors must contain at least one assignor")
        }
        let protocols = ConfigKey.elements(of: settings.text("group.coordinator.rebalance.protocols") ?? "")
        guard protocols.contains("classic") else {
            throw .refused("Disabling the 'classic' protocol is not supported.")
        }
    }
}
