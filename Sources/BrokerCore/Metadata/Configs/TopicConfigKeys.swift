/// The settings a topic may have, with Kafka 3.8's types, defaults, bounds and broker-wide synonyms (Kafka's `LogConfig`).
package enum TopicConfigKeys {
    /// All topic settings, ascending by name.
    package static let all: [ConfigKey] = [
        ConfigKey(
            "cleanup.policy", .list, "delete", rule: .oneOf(["compact", "delete"]),
            documentation: "What frees space: delete drops old segments, compact keeps each key's latest record."),
        ConfigKey(
            "compression.gzip.level", .int, "-1", rule: .gzipLevel,
            documentation: "How hard gzip tries where the topic compresses anew: 1 to 9, or -1 for its default."),
        ConfigKey(
            "compression.lz4.level", .int, "9", rule: .between(1, 17),
            documentation: "How hard lz4 tries where the topic compresses anew; 9 is its fast compressor, as in Kafka."),
        ConfigKey(
            "compression.type", .string, "producer",
            rule: .oneOf(["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]),
            documentation: "The codec batches are stored in; producer keeps the producer's."),
        ConfigKey(
            "compression.zstd.level", .int, "3", rule: .between(-131_072, 22),
            documentation: "How hard zstd tries where the topic compresses anew."),
        ConfigKey(
            "delete.retention.ms", .long, "86400000", rule: .atLeast(0),
            documentation: "How long a tombstone stays in a compacted topic after the cleaner first met it."),
        ConfigKey(
            "file.delete.delay.ms", .long, "60000", rule: .atLeast(0),
            documentation: "How long a deleted segment's files stay on disk."),
        ConfigKey(
            "flush.messages", .long, "9223372036854775807", rule: .atLeast(1),
            documentation:
                "After how many records the log is synced to disk at the latest; who wrote the last one waits for it."),
        ConfigKey(
            "flush.ms", .long, "9223372036854775807", rule: .atLeast(0),
            documentation:
                "How long a record stays unsynced at the most, whatever log.flush.scheduler.interval.ms says."),
        ConfigKey(
            "follower.replication.throttled.replicas", .list, "", rule: .throttledReplicas,
            documentation: idle("follower.replication.throttled.replicas")),
        ConfigKey(
            "index.interval.bytes", .int, "4096", rule: .atLeast(0),
            documentation: "Bytes of log between two entries of the offset index."),
        ConfigKey(
            "leader.replication.throttled.replicas", .list, "", rule: .throttledReplicas,
            documentation: idle("leader.replication.throttled.replicas")),
        ConfigKey(
            "local.retention.bytes", .long, "-2", rule: .atLeast(-2),
            documentation: idle("local.retention.bytes")),
        ConfigKey(
            "local.retention.ms", .long, "-2", rule: .atLeast(-2),
            documentation: idle("local.retention.ms")),
        ConfigKey(
            "max.compaction.lag.ms", .long, "9223372036854775807", rule: .atLeast(1),
            documentation: "How long a record of a compacted topic may stay uncleaned."),
        ConfigKey(
            "max.message.bytes", .int, "1048588", rule: .atLeast(0),
            documentation: "The largest record batch the topic takes."),
        ConfigKey(
            "message.downconversion.enable", .boolean, "true",
            documentation: idle("message.downconversion.enable")),
        ConfigKey(
            "message.format.version", .string, "3.0-IV1",
            documentation: idle("message.format.version")),
        ConfigKey(
            "message.timestamp.after.max.ms", .long, "9223372036854775807", rule: .atLeast(0),
            documentation: "How far a record's timestamp may lie ahead of the broker's clock."),
        ConfigKey(
            "message.timestamp.before.max.ms", .long, "9223372036854775807", rule: .atLeast(0),
            documentation: "How far a record's timestamp may lie behind the broker's clock."),
        ConfigKey(
            "message.timestamp.difference.max.ms", .long, "9223372036854775807", rule: .atLeast(0),
            documentation: "Bounds both sides where message.timestamp.before.max.ms and after.max.ms say nothing."),
        ConfigKey(
            "message.timestamp.type", .string, "CreateTime", rule: .oneOf(["CreateTime", "LogAppendTime"]),
            documentation: "Whether timestamps are the producer's or the broker's at append."),
        ConfigKey(
            "min.cleanable.dirty.ratio", .double, "0.5", rule: .between(0, 1),
            documentation: "The share of uncleaned bytes from which on the cleaner takes a log."),
        ConfigKey(
            "min.compaction.lag.ms", .long, "0", rule: .atLeast(0),
            documentation: "How long a record stays uncleaned at least."),
        ConfigKey(
            "min.insync.replicas", .int, "1", rule: .atLeast(1),
            documentation: "Copies that acks=all needs; there is one, so more than 1 refuses such writes."),
        ConfigKey(
            "preallocate", .boolean, "false",
            documentation: "Whether a new segment's file takes its full length on the disk at once."
        ),
        ConfigKey(
            "remote.storage.enable", .boolean, "false",
            documentation: idle("remote.storage.enable")),
        ConfigKey(
            "retention.bytes", .long, "-1",
            documentation: "Bytes a partition keeps under the delete policy; -1 is no limit."),
        ConfigKey(
            "retention.ms", .long, "604800000", rule: .atLeast(-1),
            documentation: "How long records are kept under the delete policy; -1 is for ever."),
        ConfigKey(
            "segment.bytes", .int, "1073741824", rule: .atLeast(14),
            documentation: "The size at which a segment is rolled."),
        ConfigKey(
            "segment.index.bytes", .int, "10485760", rule: .atLeast(4),
            documentation: "The largest size of a segment's offset index."),
        ConfigKey(
            "segment.jitter.ms", .long, "0", rule: .atLeast(0),
            documentation: "Random time taken off segment.ms, so that not all segments roll at once."),
        ConfigKey(
            "segment.ms", .long, "604800000", rule: .atLeast(1),
            documentation: "The age at which a segment is rolled even if it is not full."),
        ConfigKey(
            "unclean.leader.election.enable", .boolean, "false",
            documentation: idle("unclean.leader.election.enable")),
    ]

    private static func idle(_ name: String) -> String {
        SettingEffect.idleness(ofTopicKey: name).map { "No effect: \($0)." } ?? ""
    }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The key of that name, or nil.
    package static func key(_ name: String) -> ConfigKey? { byName[name] }

    /// A broker-wide setting that gives topics their default, with the factor to the topic's unit.
    package struct Synonym: Sendable {
        /// The broker's key.
        package var name: String
        /// What a value is multiplied with: hours or minutes to milliseconds.
        package var factor: Int64 = 1
        /// Listed with its default where nothing is set (as Kafka's answers show).
        package var listsDefault = true
    }

    /// Broker-wide settings behind a topic key, the strongest first; none where brokers have no such default.
    package static func synonyms(of name: String) -> [Synonym] {
        switch name {
        case "cleanup.policy": [Synonym(name: "log.cleanup.policy")]
        case "delete.retention.ms": [Synonym(name: "log.cleaner.delete.retention.ms")]
        case "file.delete.delay.ms": [Synonym(name: "log.segment.delete.delay.ms")]
        case "flush.messages": [Synonym(name: "log.flush.interval.messages")]
        case "flush.ms":
            [
                Synonym(name: "log.flush.interval.ms", listsDefault: false),
                Synonym(name: "log.flush.scheduler.interval.ms", listsDefault: false),
            ]
        case "max.compaction.lag.ms": [Synonym(name: "log.cleaner.max.compaction.lag.ms")]
        case "max.message.bytes": [Synonym(name: "message.max.bytes")]
        case "min.cleanable.dirty.ratio": [Synonym(name: "log.cleaner.min.cleanable.ratio")]
        case "min.compaction.lag.ms": [Synonym(name: "log.cleaner.min.compaction.lag.ms")]
        case "retention.ms":
            [
                Synonym(name: "log.retention.ms", listsDefault: false),
                Synonym(name: "log.retention.minutes", factor: 60_000, listsDefault: false),
                Synonym(name: "log.retention.hours", factor: 3_600_000),
            ]
        case "segment.ms":
            [
                Synonym(name: "log.roll.ms", listsDefault: false),
                Synonym(name: "log.roll.hours", factor: 3_600_000, listsDefault: false),
            ]
        case "segment.jitter.ms":
            [
                Synonym(name: "log.roll.jitter.ms", listsDefault: false),
                Synonym(name: "log.roll.jitter.hours", factor: 3_600_000, listsDefault: false),
            ]
        case "segment.index.bytes": [Synonym(name: "log.index.size.max.bytes")]
        case "index.interval.bytes", "local.retention.bytes", "local.retention.ms", "message.downconversion.enable",
            "message.format.version", "message.timestamp.after.max.ms", "message.timestamp.before.max.ms",
            "message.timestamp.difference.max.ms", "message.timestamp.type", "preallocate", "retention.bytes",
            "segment.bytes":
            [Synonym(name: "log.\(name)")]
        case "compression.gzip.level", "compression.lz4.level", "compression.type", "compression.zstd.level",
            "min.insync.replicas", "unclean.leader.election.enable":
            [Synonym(name: name)]
        default: []
        }
    }

    /// Broker keys that give topics a default: they may be changed while the broker runs, as far as Kafka allows it.
    package static let brokerDefaults: Set<String> = Set(all.flatMap { synonyms(of: $0.name).map(\.name) })
}
