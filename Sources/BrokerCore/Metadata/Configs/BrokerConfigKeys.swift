/// The settings a broker may have, with Kafka 3.8's types and defaults (Kafka's `KafkaConfig`), and Weir's own few.
///
/// All are told in DescribeConfigs, because tools look for them; what Weir acts on is ``BrokerSettings``' to read.
package enum BrokerConfigKeys {
    /// Weir's own keys.
    package static let own: [ConfigKey] = [
        ConfigKey(
            "weir.accept.replication.factor", .boolean, "false", isDynamic: false,
            documentation: "For labs: topics may ask for more than one replica; one copy is stored all the same."),
        ConfigKey(
            "weir.answer.memory.bytes", .long, "268435456", rule: .atLeast(1 << 20), isDynamic: false,
            documentation:
                "Bytes that answers take at most, over all connections, until clients have taken them. Fetches read less, and wait, when little is left."
        ),
        ConfigKey(
            "weir.flush.interval.ms", .long, "1000", rule: .atLeast(1), isDynamic: false,
            documentation: "How often written logs are synced under weir.flush.mode=interval."),
        ConfigKey(
            "weir.flush.mode", .string, "commit", rule: .oneOf(["commit", "interval", "os"]), isDynamic: false,
            documentation: "When acks=all is answered: after an fdatasync (commit), or before one (interval, os)."),
    ]

    /// Kafka's keys and Weir's, ascending by name.
    package static let all: [ConfigKey] = (parse(tableAToL) + parse(tableLToZ) + own).sorted { $0.name < $1.name }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The key of that name, or nil. Besides those in ``all``: what a listener has of its own (``ListenerKey``), and users of PLAIN.
    package static func key(_ name: String) -> ConfigKey? {
        if let key = byName[name] { return key }
        if let own = ListenerKey(name), var key = byName[own.key] {
            key.name = name
            return key
        }
        guard name.hasPrefix(plainUserPrefix), name.utf8.count > plainUserPrefix.utf8.count else { return nil }
        return ConfigKey(
            name, .password, nil, isDynamic: false, documentation: "The password of a user who logs in with PLAIN.")
    }

    /// `weir.sasl.plain.user.<name>=<password>`: a user of SASL PLAIN.
    package static let plainUserPrefix = "weir.sasl.plain.user."

    /// The known key most like a misspelt one, or nil where none is near.
    package static func nearest(to name: String) -> String? {
        let limit = max(2, name.utf8.count / 5)
        return all.map { ($0.name, distance($0.name, name, limit: limit)) }.filter { $0.1 <= limit }
            .min { $0.1 < $1.1 }?.0
    }

    /// Bounds of those keys that Weir acts on; Kafka's own.
    private static let rules: [String: ConfigKey.Rule] = [
        "fetch.max.bytes": .atLeast(1024), "max.connections": .atLeast(0), "socket.listen.backlog.size": .atLeast(1),
        "socket.request.max.bytes": .atLeast(1),
        "max.connections.per.ip": .atLeast(0), "connection.failed.authentication.delay.ms": .atLeast(0),
        "connections.max.reauth.ms": .atLeast(0), "sasl.server.max.receive.size": .atLeast(1024),
        "ssl.client.auth": .oneOf(["none", "requested", "required"]),
        "metadata.log.max.snapshot.interval.ms": .atLeast(0), "metadata.log.segment.bytes": .atLeast(12),
        "group.initial.rebalance.delay.ms": .atLeast(0), "group.max.size": .atLeast(1),
        "log.cleaner.backoff.ms": .atLeast(0), "log.cleaner.dedupe.buffer.size": .atLeast(1),
        "log.flush.offset.checkpoint.interval.ms": .atLeast(0),
        "log.flush.start.offset.checkpoint.interval.ms": .atLeast(0), "log.retention.check.interval.ms": .atLeast(1),
        "log.retention.hours": .any, "node.id": .atLeast(-1), "num.partitions": .atLeast(1),
        "num.recovery.threads.per.data.dir": .atLeast(1), "offset.metadata.max.bytes": .any,
        "offsets.retention.check.interval.ms": .atLeast(1), "offsets.retention.minutes": .atLeast(1),
        "offsets.topic.num.partitions": .atLeast(1), "offsets.topic.segment.bytes": .atLeast(1),
        "producer.id.expiration.ms": .atLeast(1), "log.roll.hours": .atLeast(1), "log.roll.ms": .atLeast(1),
        "metadata.log.max.record.bytes.between.snapshots": .atLeast(1),
    ]

    private static func parse(_ table: String) -> [ConfigKey] {
        table.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count == 4, let type = types[fields[1]] else { return nil }
            let name = fields[0]
            return ConfigKey(
                name, type, fields[3] == "-" ? nil : fields[3] == "''" ? "" : fields[3],
                rule: rules[name] ?? ConsumerGroupKeys.rules[name] ?? topicRule(name), isDynamic: fields[2] == "d",
                documentation: documentation(name))
        }
    }

    private static let types: [String: ConfigKey.ValueType] = [
        "boolean": .boolean, "string": .string, "int": .int, "short": .short, "long": .long, "double": .double,
        "list": .list, "class": .className, "password": .password,
    ]

    /// That the key has no effect and why, or what the topic key does that it gives a default to.
    private static func documentation(_ name: String) -> String {
        if let why = SettingEffect.idleness(ofBrokerKey: name) { return "No effect: \(why)." }
        if let own = ConsumerGroupKeys.documentation[name] { return own }
        for key in TopicConfigKeys.all where TopicConfigKeys.synonyms(of: key.name).contains(where: { $0.name == name })
        {
            return key.documentation
        }
        return ""
    }

    /// The bounds of the topic key that a broker key gives a default to.
    private static func topicRule(_ name: String) -> ConfigKey.Rule {
        for key in TopicConfigKeys.all {
            if TopicConfigKeys.synonyms(of: key.name).contains(where: { $0.name == name && $0.factor == 1 }) {
                return key.rule
            }
        }
        return .any
    }

    /// Levenshtein's distance, or anything above `limit` when it exceeds it.
    private static func distance(_ left: String, _ right: String, limit: Int) -> Int {
        let from = Array(left.utf8)
        let to = Array(right.utf8)
        guard abs(from.count - to.count) <= limit else { return limit + 1 }
        var row = Array(0...to.count)
        for (line, byte) in from.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in to.enumerated() {
                let change = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(change, diagonal + 1, row[column] + 1)
            }
        }
        return row[to.count]
    }
}
