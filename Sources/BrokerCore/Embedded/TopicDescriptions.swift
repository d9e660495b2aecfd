import Cluster
import KafkaProtocol
import Synchronization

/// Descriptions of all topics, each made anew only when one of its logs, its settings or its partitions changed.
struct TopicDescriptions: Sendable {
    private struct Entry: Sendable {
        var id: KafkaUUID
        var overrides: [String: String]
        var partitions: [Partition]
        var versions: [UInt64]
        var description: TopicDescription
        var madeAt: Int64
    }

    /// What the cleaner sees depends on the time, too: descriptions of compacted topics are not kept longer than this, milliseconds.
    private static let compactedLifetime: Int64 = 10_000

    private var entries: [String: Entry] = [:]
    private var order: [String] = []
    private var tableVersion: UInt64 = 0
    private var layers: ConfigLayers?

    /// All topics, ascending by name.
    mutating func all(_ broker: Broker) -> [TopicDescription] {
        let image = broker.topics.image
        let layers = broker.topics.layers
        let version = broker.directory.tableVersion.load(ordering: .acquiring)
        let isSameTable = version == tableVersion && order.count == image.topics.count
        if !isSameTable || layers != self.layers {
            order = image.topics.keys.sorted()
            entries = entries.filter { image.topics[$0.key] != nil }
            tableVersion = version
            if layers != self.layers { entries = [:] }
            self.layers = layers
        }
        let now = broker.clock.wallMilliseconds
        var all: [TopicDescription] = []
        all.reserveCapacity(order.count)
        for name in order {
            guard let topic = image.topics[name] else { continue }
            let overrides = image.configs.isEmpty ? [:] : image.overrides(ofTopic: name)
            refresh(topic, overrides, isSameTable: isSameTable, now, broker, layers)
            if let entry = entries[name] { all.append(entry.description) }
        }
        return all
    }

    private mutating func refresh(
        _ topic: MetadataImage.Topic, _ overrides: [String: String], isSameTable: Bool, _ now: Int64, _ broker: Broker,
        _ layers: ConfigLayers
    ) {
        let known = entries[topic.name]
        guard let known, isSameTable, known.id == topic.id, known.overrides == overrides,
            !known.description.retention.isCompacted || (0..<Self.compactedLifetime).contains(now &- known.madeAt)
        else {
            entries[topic.name] = make(topic, overrides, now, broker, layers)
            return
        }
        for index in known.partitions.indices {
            let partition = known.partitions[index]
            let version = partition.version.load(ordering: .acquiring)
            guard version != known.versions[index] else { continue }
            entries[topic.name]?.versions[index] = version
            let number = Int(partition.topicPartition.partition)
            guard number < known.description.partitions.count else { continue }
            entries[topic.name]?.description.partitions[number] = Self.describe(
                partition.topicPartition.partition, partition, topic, broker)
        }
    }

    private func make(
        _ topic: MetadataImage.Topic, _ overrides: [String: String], _ now: Int64, _ broker: Broker,
        _ layers: ConfigLayers
    ) -> Entry {
        var entry = Entry(
            id: topic.id, overrides: overrides, partitions: [], versions: [],
            description: TopicDescription(
                name: topic.name, topicID: "\(topic.id)", isInternal: TopicName.isInternal(topic.name),
                replicationFactor: topic.replicationFactor,
                retention: TopicRetention(layers.logConfig(overrides: overrides))),
            madeAt: now)
        for number in topic.partitions.keys.sorted() {
            let partition = broker.directory[TopicPartition(topic: topic.name, partition: number)]
            if let partition {
                entry.partitions.append(partition)
                entry.versions.append(partition.version.load(ordering: .acquiring))
            }
            entry.description.partitions.append(Self.describe(number, partition, topic, broker))
        }
        return entry
    }

    private static func describe(
        _ number: Int32, _ partition: Partition?, _ topic: MetadataImage.Topic, _ broker: Broker
    ) -> PartitionDescription {
        let registration = topic.partitions[number]
        var description = PartitionDescription(
            partition: number, leader: registration?.leader ?? -1, replicas: registration?.replicas ?? [],
            inSyncReplicas: registration?.inSyncReplicas ?? [])
        guard let partition else {
            description.problem = "this broker holds no copy of it"
            return description
        }
        guard partition.isBorn else {
            description.offsets = PartitionOffsets(logStart: 0, highWatermark: 0)
            description.sizeBytes = 0
            description.segmentCount = 0
            description.traffic = PartitionTraffic(recordsIn: 0, bytesIn: 0)
            return description
        }
        do throws(LogError) {
            let log = try partition.log()
            let offsets = log.offsets
            description.offsets = PartitionOffsets(
                logStart: offsets.start, highWatermark: offsets.highWatermark, lastStable: offsets.lastStable)
            description.sizeBytes = log.size
            description.segmentCount = log.segmentCount
            description.traffic = PartitionTraffic(
                recordsIn: partition.recordsIn.load(ordering: .relaxed),
                bytesIn: partition.bytesIn.load(ordering: .relaxed))
            description.problem = log.offlineReason
            if partition.settings.config.cleanupPolicy.contains(.compact) {
                let (range, config) = try broker.cleaner.range(of: partition)
                let last = partition.lastCleanedAt.load(ordering: .relaxed)
                description.cleaning = range.description(config, lastCleanedAt: last > 0 ? last : nil)
            }
        } catch {
            description.problem = "\(error)"
        }
        return description
    }
}

extension TopicRetention {
    /// What a topic's logs go by, in the words that all sides share.
    init(_ config: LogConfig) {
        self.init()
        isCompacted = config.cleanupPolicy.contains(.compact)
        isDeleted = config.cleanupPolicy.contains(.delete)
        retentionMilliseconds = config.retentionMs
        retentionBytes = config.retentionBytes
        segmentBytes = Int64(config.segmentBytes)
        segmentMilliseconds = config.segmentMs
        minCleanableDirtyRatio = config.minCleanableDirtyRatio
        minCompactionLagMilliseconds = config.minCompactionLagMs
        maxCompactionLagMilliseconds = config.maxCompactionLagMs
        deleteRetentionMilliseconds = config.deleteRetentionMs
    }
}
