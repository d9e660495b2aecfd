import Testing

@testable import BrokerCore

@Suite("Settings of KIP-848 groups")
struct ConsumerGroupSettingsTests {
    private static func settings(_ pairs: [(key: String, value: String)]) throws -> BrokerSettings {
        try BrokerConfiguration(dataDirectory: "/data", settings: BrokerSettings(pairs)).settings
    }

    @Test("what is set reaches the groups")
    func effective() throws {
        let set = ConsumerGroupSettings(
            try Self.settings([
                (key: "group.consumer.assignors", value: "range"),
                (key: "group.consumer.min.heartbeat.interval.ms", value: "100"),
                (key: "group.consumer.heartbeat.interval.ms", value: "300"),
                (key: "group.consumer.min.session.timeout.ms", value: "1000"),
                (key: "group.consumer.session.timeout.ms", value: "4000"), (key: "group.consumer.max.size", value: "3"),
            ]))
        #expect(set.assignors == [.range])
        #expect(set.heartbeatInterval == 300 && set.sessionTimeout == 4_000 && set.maxSize == 3)
        // Kafka's defaults, whose assignors are named by class.
        #expect(ConsumerGroupSettings(try Self.settings([])) == ConsumerGroupSettings())
    }

    @Test(
        "what contradicts itself, or cannot be done, is refused",
        arguments: [
            ("group.consumer.session.timeout.ms", "44999"), ("group.consumer.session.timeout.ms", "60001"),
            ("group.consumer.heartbeat.interval.ms", "4999"), ("group.consumer.heartbeat.interval.ms", "15001"),
            ("group.consumer.max.session.timeout.ms", "44999"), ("group.consumer.assignors", "sticky"),
            ("group.consumer.assignors", ""), ("group.consumer.migration.policy", "bidirectional"),
            ("group.coordinator.rebalance.protocols", "consumer"), ("group.consumer.max.size", "0"),
        ])
    func refused(key: String, value: String) {
        #expect(throws: ConfigError.self) { try Self.settings([(key: key, value: value)]) }
    }

    @Test("without the consumer protocol in group.coordinator.rebalance.protocols such groups are not served")
    func switchedOff() throws {
        let home = try BrokerHome()
        let broker = try home.open([(key: "group.coordinator.rebalance.protocols", value: "classic")])
        #expect(!broker.allowsConsumerProtocol)
        broker.close()
        let other = try home.open()
        #expect(other.allowsConsumerProtocol)
        other.close()
    }
}
