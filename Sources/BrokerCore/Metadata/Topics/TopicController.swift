package import KafkaProtocol
import Synchronization

/// The topics and their settings: reads come from an immutable image, changes go through the metadata log one after the other.
///
/// A change is durable (synced into `__cluster_metadata-0`) before it is answered. Changes block on the disk, so they are not for an
/// event loop; reading ``image`` never blocks.
package final class TopicController: Sendable {
    /// What is told of a change once it is durable, in the order of changes.
    typealias Observer = @Sendable (MetadataDelta, ConfigLayers) -> Void

    /// The most partitions one request may create (Kafka's `MAX_PARTITIONS_PER_BATCH`).
    static let maxPartitionsPerRequest = 10_000

    /// This broker's node id: the one replica of every partition.
    let nodeID: Int32
    /// The id of the log directory, where every replica lies.
    package let directoryID: KafkaUUID
    private let log: Mutex<MetadataLog>
    private let published: Mutex<MetadataImage>
    private let publishedLayers: Mutex<ConfigLayers>
    private let observer: Observer

    init(
        log: MetadataLog, settings: BrokerSettings, nodeID: Int32, directoryID: KafkaUUID, observer: @escaping Observer
    ) {
        self.nodeID = nodeID
        self.directoryID = directoryID
        self.observer = observer
        let image = log.image
        published = Mutex(image)
        publishedLayers = Mutex(Self.layers(over: settings, image, nodeID))
        self.log = Mutex(log)
    }

    /// The newest durable state of topics and settings.
    package var image: MetadataImage { published.withLock { $0 } }

    /// The layers that settings are read through now.
    package var layers: ConfigLayers { publishedLayers.withLock { $0 } }

    /// What a topic's logs go by.
    package func logConfig(ofTopic name: String) -> LogConfig {
        layers.logConfig(overrides: image.overrides(ofTopic: name))
    }

    /// A change in the making: sees the newest image, collects records, and is made durable as one batch.
    struct Change: ~Copyable {
        /// The image with the records collected so far.
        private(set) var image: MetadataImage
        /// The records.
        private(set) var records: [MetadataRecord] = []
        /// What the records are about.
        fileprivate(set) var delta: MetadataDelta

        init(image: MetadataImage) {
            self.image = image
            delta = MetadataDelta(before: image, after: image)
        }

        /// Adds a record and sees its effect.
        mutating func add(_ record: MetadataRecord) {
            delta.note(record, in: image)
            image.apply(record)
            records.append(record)
        }
    }

    /// Runs a change alone, makes it durable, publishes it, and tells the observer.
    ///
    /// - Parameter body: Collects records; validation that fails collects none.
    /// - Returns: What `body` answered.
    /// - Throws: ``LogError`` when the metadata log cannot be written; nothing has changed then.
    func change<Answer>(_ body: (inout Change) -> Answer) throws(LogError) -> Answer {
        let result: Result<Answer, LogError> = log.withLock { log in
            var change = Change(image: log.image)
            let answer = body(&change)
            guard !change.records.isEmpty else { return .success(answer) }
            do throws(LogError) {
                try log.append(change.records, giving: change.image)
            } catch {
                return .failure(error)
            }
            let after = log.image
            let layers = publishedLayers.withLock { published in
                published = Self.layers(over: published.settings, after, nodeID)
                return published
            }
            // Before the change is published: whoever sees a topic finds its partitions.
            change.delta.after = after
            observer(change.delta, layers)
            published.withLock { $0 = after }
            return .success(answer)
        }
        return try result.get()
    }

    /// Writes a snapshot if the log has grown enough since the last one, and drops what it covers.
    func snapshotIfDue() throws(LogError) {
        let result: Result<Void, LogError> = log.withLock { log in
            do throws(LogError) {
                return .success(try log.snapshotIfDue())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Closes the metadata log; later changes fail.
    func close() throws(LogError) {
        let result: Result<Void, LogError> = log.withLock { log in
            do throws(LogError) {
                return .success(try log.close())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    private static func layers(over settings: BrokerSettings, _ image: MetadataImage, _ nodeID: Int32) -> ConfigLayers {
        var layers = ConfigLayers(settings: settings)
        layers.dynamicBroker = image.configs[.broker(String(nodeID))] ?? [:]
        layers.dynamicDefaults = image.configs[.broker("")] ?? [:]
        return layers
    }
}

/// What a change of the metadata is about, so that nobody needs to compare everything.
struct MetadataDelta: Sendable {
    /// The image before the change.
    let before: MetadataImage
    /// The image since.
    var after: MetadataImage
    /// Topics that came, went, or changed.
    private(set) var topics: Set<String> = []
    /// Settings of the broker changed: every topic's may have.
    private(set) var isAboutAll = false

    init(before: MetadataImage, after: MetadataImage) {
        self.before = before
        self.after = after
    }

    /// Notes what a record is about; `image` is the one before it.
    mutating func note(_ record: MetadataRecord, in image: MetadataImage) {
        switch record {
        case .topic(let topic): topics.insert(topic.name)
        case .removeTopic(let removed): note(removed.topicID, image)
        case .partition(let partition): note(partition.topicID, image)
        case .partitionChange(let change): note(change.topicID, image)
        case .config(let config):
            if config.resourceType == MetadataImage.ConfigResource.topic("").type {
                topics.insert(config.resourceName)
            } else {
                isAboutAll = true
            }
        default: break
        }
    }

    private mutating func note(_ id: KafkaUUID, _ image: MetadataImage) {
        if let name = image.topicNames[id] { topics.insert(name) }
    }
}
