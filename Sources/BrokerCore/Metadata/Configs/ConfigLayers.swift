/// Where a value comes from, numbered as DescribeConfigs answers it (Kafka's `ConfigSource`).
package enum ConfigSource: Int8, Sendable {
    case topic = 1
    case dynamicBroker = 2
    case dynamicDefaultBroker = 3
    case staticBroker = 4
    case defaultValue = 5
}

/// A setting in force, with every layer that has something to say about it.
package struct EffectiveConfig: Sendable, Equatable {
    /// One layer's value.
    package struct Layer: Sendable, Equatable {
        /// The key as that layer calls it.
        package var name: String
        /// Its value.
        package var value: String?
        /// The layer.
        package var source: ConfigSource
    }

    /// The value in force; nil where Kafka has none.
    package var value: String?
    /// Where it comes from.
    package var source: ConfigSource
    /// All layers that have a value, the strongest first.
    package var layers: [Layer]
}

/// The layers that a topic's or the broker's settings are read through: the topic's own, the broker's dynamic ones, those of all
/// brokers, the owner's `key=value`, Kafka's defaults (KIP-226).
package struct ConfigLayers: Sendable, Equatable {
    /// What the owner wrote.
    package var settings: BrokerSettings
    /// Changed at run time for this broker.
    package var dynamicBroker: [String: String] = [:]
    /// Changed at run time for all brokers.
    package var dynamicDefaults: [String: String] = [:]

    /// Layers over the owner's settings.
    package init(settings: BrokerSettings) { self.settings = settings }

    /// A broker key in force.
    package func broker(_ key: ConfigKey) -> EffectiveConfig {
        var names = [TopicConfigKeys.Synonym(name: key.name)]
        // Kafka lists the coarser units behind the finest.
        if key.name == "log.retention.ms" || key.name == "log.retention.minutes" {
            names = TopicConfigKeys.synonyms(of: "retention.ms")
        }
        return resolve(names, own: [], fallback: key.defaultValue, isBrokerKey: true, key: key.name)
    }

    /// A topic key in force, for a topic with these settings of its own.
    package func topic(_ key: ConfigKey, overrides: [String: String]) -> EffectiveConfig {
        let own = overrides[key.name].map { [EffectiveConfig.Layer(name: key.name, value: $0, source: .topic)] } ?? []
        return resolve(
            TopicConfigKeys.synonyms(of: key.name), own: own, fallback: key.defaultValue, isBrokerKey: false,
            key: key.name)
    }

    private func resolve(
        _ synonyms: [TopicConfigKeys.Synonym],
        own: [EffectiveConfig.Layer],
        fallback: String?,
        isBrokerKey: Bool,
        key: String
    ) -> EffectiveConfig {
        var layers = own
        var scaled: (value: String, source: ConfigSource)?
        func add(_ values: [String: String], _ source: ConfigSource) {
            for synonym in synonyms {
                guard let value = values[synonym.name] else { continue }
                layers.append(EffectiveConfig.Layer(name: synonym.name, value: value, source: source))
                if scaled == nil { scaled = (isBrokerKey ? value : Self.scale(value, synonym.factor), source) }
            }
        }
        add(dynamicBroker, .dynamicBroker)
        add(dynamicDefaults, .dynamicDefaultBroker)
        add(settings.values, .staticBroker)
        for synonym in synonyms where synonym.listsDefault || isBrokerKey {
            guard let value = BrokerConfigKeys.key(synonym.name)?.defaultValue else { continue }
            layers.append(EffectiveConfig.Layer(name: synonym.name, value: value, source: .defaultValue))
        }
        if let first = own.first { return EffectiveConfig(value: first.value, source: .topic, layers: layers) }
        if isBrokerKey {
            // A coarser unit does not give a finer key its value.
            let set = layers.first { $0.name == key }
            guard let set else { return EffectiveConfig(value: nil, source: .defaultValue, layers: []) }
            return EffectiveConfig(value: set.value, source: set.source, layers: layers)
        }
        if let scaled { return EffectiveConfig(value: scaled.value, source: scaled.source, layers: layers) }
        return EffectiveConfig(value: fallback, source: .defaultValue, layers: layers)
    }

    /// Hours or minutes in milliseconds; negative ones (no limit) stay -1, as Kafka reads them.
    private static func scale(_ value: String, _ factor: Int64) -> String {
        guard factor != 1, let number = Int64(value) else { return value }
        guard number >= 0 else { return "-1" }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return String(overflow ? .max : product)
    }

    /// Checks a topic's own settings as Kafka does before it takes them.
    ///
    /// - Throws: ``ConfigError`` for the first one that cannot be.
    package func validate(topicOverrides overrides: [String: String]) throws(ConfigError) {
        for (name, value) in overrides.sorted(by: { $0.key < $1.key }) {
            guard let key = TopicConfigKeys.key(name) else { throw .unknownTopicKey(name) }
            _ = try key.validated(value)
        }
        if overrides["remote.storage.enable"]?.lowercased() == "true" {
            throw .refused(
                "Tiered Storage functionality is disabled in the broker. "
                    + "Topic cannot be configured with remote log storage.")
        }
        let config = logConfig(overrides: overrides)
        guard config.minCompactionLagMs <= config.maxCompactionLagMs else {
            throw .refused(
                "conflict topic config setting min.compaction.lag.ms (\(config.minCompactionLagMs)) > "
                    + "max.compaction.lag.ms (\(config.maxCompactionLagMs))")
        }
    }

    /// What the log of a topic with these settings of its own goes by. Values that cannot be read count as their defaults.
    package func logConfig(overrides: [String: String]) -> LogConfig {
        func text(_ name: String) -> String {
            TopicConfigKeys.key(name).flatMap { topic($0, overrides: overrides).value } ?? ""
        }
        func whole<Number: FixedWidthInteger>(_ name: String, _ field: inout Number) {
            if let number = Int64(text(name)) { field = Number(clamping: number) }
        }
        var config = LogConfig()
        whole("segment.bytes", &config.segmentBytes)
        whole("segment.ms", &config.segmentMs)
        whole("segment.jitter.ms", &config.segmentJitterMs)
        whole("segment.index.bytes", &config.segmentIndexBytes)
        whole("index.interval.bytes", &config.indexIntervalBytes)
        whole("retention.ms", &config.retentionMs)
        whole("retention.bytes", &config.retentionBytes)
        let policy = ConfigKey.elements(of: text("cleanup.policy"))
        config.cleanupPolicy = []
        if policy.contains("delete") { config.cleanupPolicy.insert(.delete) }
        if policy.contains("compact") { config.cleanupPolicy.insert(.compact) }
        if let ratio = Double(text("min.cleanable.dirty.ratio")) { config.minCleanableDirtyRatio = ratio }
        whole("min.compaction.lag.ms", &config.minCompactionLagMs)
        whole("max.compaction.lag.ms", &config.maxCompactionLagMs)
        whole("delete.retention.ms", &config.deleteRetentionMs)
        whole("max.message.bytes", &config.maxMessageBytes)
        config.compressionType = LogConfig.Compression(rawValue: text("compression.type")) ?? .producer
        whole("compression.gzip.level", &config.gzipLevel)
        whole("compression.lz4.level", &config.lz4Level)
        whole("compression.zstd.level", &config.zstdLevel)
        config.messageTimestampType = LogConfig.TimestampType(rawValue: text("message.timestamp.type")) ?? .createTime
        whole("message.timestamp.before.max.ms", &config.messageTimestampBeforeMaxMs)
        whole("message.timestamp.after.max.ms", &config.messageTimestampAfterMaxMs)
        // The older key bounds both sides where the newer ones say nothing (KIP-937).
        var difference = Int64.max
        whole("message.timestamp.difference.max.ms", &difference)
        if difference != .max {
            if config.messageTimestampBeforeMaxMs == .max { config.messageTimestampBeforeMaxMs = difference }
            if config.messageTimestampAfterMaxMs == .max { config.messageTimestampAfterMaxMs = difference }
        }
        whole("file.delete.delay.ms", &config.fileDeleteDelayMs)
        whole("flush.messages", &config.flushMessages)
        whole("flush.ms", &config.flushMs)
        config.preallocate = text("preallocate").lowercased() == "true"
        return config
    }
}
