import Cluster

/// Topics and partitions as `kafka-topics.sh --describe` prints them.
enum TopicRows {
    /// The line of a topic.
    ///
    /// - Parameter overrides: Settings that are not Kafka's defaults, by key.
    static func topic(_ topic: TopicDescription, overrides: [ConfigEntry]) -> String {
        let id = topic.topicID.map { "\tTopicId: \($0)" } ?? ""
        let configs = overrides.map { "\($0.name)=\($0.value ?? "null")" }.joined(separator: ",")
        return "Topic: \(topic.name)\(id)\tPartitionCount: \(topic.partitions.count)"
            + "\tReplicationFactor: \(topic.replicationFactor)\tConfigs: \(configs)"
    }

    /// The line of a partition. Eligible leaders (KIP-966) are `N/A`, as Kafka's tool prints them where the brokers do not tell.
    static func partition(_ partition: PartitionDescription, of topic: String) -> String {
        let leader = partition.leader >= 0 ? "\(partition.leader)" : "none"
        return "\tTopic: \(topic)\tPartition: \(partition.partition)\tLeader: \(leader)"
            + "\tReplicas: \(list(partition.replicas))\tIsr: \(list(partition.inSyncReplicas))"
            + "\tElr: N/A\tLastKnownElr: N/A"
    }

    /// A topic with its partitions as JSON.
    static func json(
        _ topic: TopicDescription, partitions: [PartitionDescription], overrides: [ConfigEntry]?
    ) -> JSONValue {
        [
            "topic": .string(topic.name),
            "topicId": JSONValue(topic.topicID),
            "internal": .bool(topic.isInternal),
            "replicationFactor": JSONValue(topic.replicationFactor),
            "partitionCount": JSONValue(topic.partitions.count),
            "configs": overrides.map {
                .object($0.map { JSONValue.Member(name: $0.name, value: JSONValue($0.value)) })
            } ?? .null,
            "partitions": .array(
                partitions.map {
                    [
                        "partition": JSONValue($0.partition),
                        "leader": $0.leader >= 0 ? JSONValue($0.leader) : .null,
                        "replicas": JSONValue($0.replicas),
                        "isr": JSONValue($0.inSyncReplicas),
                    ]
                }),
        ]
    }

    private static func list(_ ids: [Int32]) -> String { ids.map { "\($0)" }.joined(separator: ",") }
}

extension Sequence<ConfigEntry> {
    /// The settings that Kafka's tool lists: those that do not stand at Kafka's own default.
    var overrides: [ConfigEntry] { filter { $0.source != .defaultValue } }
}
