import Cluster
import Dispatch
import KafkaProtocol
import Logging
import Synchronization

/// Carries changes of the metadata image into the log directory: new partitions, new settings, deletions.
final class PartitionKeeper: Sendable {
    private let directory: LogDirectory
    private let watchers: FetchWatchers
    private let settings: BrokerSettings
    private let nodeID: Int32
    private let logger: Logger
    /// Told of deleted partitions, on a queue of its own: it appends tombstones, which may need the controller again.
    private let onDelete = Mutex<(@Sendable ([TopicPartition]) -> Void)?>(nil)
    private let queue = DispatchQueue(label: "weir.partitions")

    init(
        directory: LogDirectory, watchers: FetchWatchers, settings: BrokerSettings, nodeID: Int32, logger: Logger
    ) {
        self.directory = directory
        self.watchers = watchers
        self.settings = settings
        self.nodeID = nodeID
        self.logger = logger
    }

    /// Says who is told of deleted partitions.
    func tellDeletions(to body: @escaping @Sendable ([TopicPartition]) -> Void) { onDelete.withLock { $0 = body } }

    /// Waits for what was told to be done, and tells nothing more.
    func close() {
        queue.sync {}
        onDelete.withLock { $0 = nil }
    }

    /// Takes in a durable change.
    func apply(_ delta: MetadataDelta, layers: ConfigLayers) {
        let (before, after) = (delta.before, delta.after)
        var deleted: [TopicPartition] = []
        for name in delta.topics {
            guard let topic = before.topics[name], after.topics[name]?.id != topic.id else { continue }
            for number in topic.partitions.keys.sorted() {
                let name = TopicPartition(topic: name, partition: number)
                if let partition = directory.remove(name) {
                    deleted.append(name)
                    delete(partition)
                }
            }
        }
        for name in delta.isAboutAll ? Array(after.topics.keys) : Array(delta.topics) {
            guard let topic = after.topics[name] else { continue }
            let former = before.topics[name].flatMap { $0.id == topic.id ? $0 : nil }
            let configsChanged = delta.isAboutAll || before.configs[.topic(name)] != after.configs[.topic(name)]
            register(topic, former: former, after.overrides(ofTopic: name), layers, configsChanged: configsChanged)
        }
        for name in deleted { watchers.wake(name) }
        if !deleted.isEmpty, let onDelete = onDelete.withLock({ $0 }) {
            let gone = deleted
            queue.async { onDelete(gone) }
        }
    }

    private func register(
        _ topic: MetadataImage.Topic,
        former: MetadataImage.Topic?,
        _ overrides: [String: String],
        _ layers: ConfigLayers,
        configsChanged: Bool
    ) {
        let settings = Self.settings(layers, overrides)
        for (number, partition) in topic.partitions where partition.replicas.contains(nodeID) {
            let name = TopicPartition(topic: topic.name, partition: number)
            if let known = directory[name] {
                if configsChanged { known.update(settings) }
                if former?.partitions[number]?.leaderEpoch != partition.leaderEpoch {
                    known.update(leaderEpoch: partition.leaderEpoch)
                }
            } else {
                _ = directory.add(
                    name, topicID: topic.id, settings: settings, leaderEpoch: partition.leaderEpoch,
                    isBorn: false)
            }
        }
    }

    private func delete(_ partition: Partition) {
        do throws(LogError) {
            try directory.delete(partition)
        } catch {
            logger.error("\(partition.topicPartition) was deleted, but its files could not be removed: \(error)")
        }
    }

    /// What a topic's partitions go by.
    static func settings(_ layers: ConfigLayers, _ overrides: [String: String]) -> Partition.Settings {
        let replicas = TopicConfigKeys.key("min.insync.replicas").flatMap {
            layers.topic($0, overrides: overrides).value
        }
        return Partition.Settings(
            config: layers.logConfig(overrides: overrides), minInSyncReplicas: replicas.flatMap { Int($0) } ?? 1)
    }
}
