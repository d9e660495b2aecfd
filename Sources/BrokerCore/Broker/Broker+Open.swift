import Cluster
import Dispatch
import KafkaProtocol
package import Logging
import NIOCore
import Synchronization

extension Broker {
    /// Opens a broker on its directory: recovers what a crash left, reads topics, groups and producers back.
    ///
    /// Topics come from the metadata log or, where there is none, from the directories' names and `partition.metadata` with default settings, and a
    /// metadata log is begun with them; ``recoveryNotes`` says so. After a clean shutdown logs are opened on first use.
    ///
    /// - Throws: ``BrokerError``: the directory is in use, not a broker's, another broker's, or its metadata cannot be read whole.
    package static func open(
        _ configuration: BrokerConfiguration,
        storage: any Storage = DiskStorage(),
        clock: any Clock = SystemClock(),
        logger: Logger = Logger(label: "weir.broker")
    ) throws(BrokerError) -> Broker {
        for warning in configuration.settings.warnings { logger.warning("\(warning)") }
        let opening = try BrokerOpening.prepare(configuration, storage: storage, clock: clock, logger: logger)
        do throws(LogError) {
            return try open(configuration, opening)
        } catch {
            opening.lock?.release()
            throw .log("\(error)")
        }
    }

    private static func open(
        _ configuration: BrokerConfiguration, _ opening: BrokerOpening
    ) throws(LogError) -> Broker {
        let storage = opening.storage
        let path = configuration.logDirectory
        let nodeID = opening.properties.nodeID
        let (checkpoints, checkpointNotes) = LogDirectory.loadCheckpoints(from: path, on: storage)
        let directory = LogDirectory(
            path: path, hadCleanShutdown: opening.hadCleanShutdown, former: checkpoints, storage: storage,
            clock: opening.clock, logger: opening.logger)
        directory.addNotes(checkpointNotes)
        let names = try LogError.onDisk { () throws(StorageError) in try storage.list(path) }
        var opened = try MetadataLog.open(
            logDirectory: path, settings: configuration.settings, storage: storage, clock: opening.clock)
        directory.addNotes(opened.notes)
        let directoryID = opening.properties.directoryID.flatMap { KafkaUUID($0) } ?? .zero
        if !opened.existed {
            try opened.log.bootstrap(nodeID: nodeID, directoryID: directoryID)
            let found = DiscoveredTopics(in: path, names: names, storage: storage)
            try found.adopt(into: &opened.log, nodeID: nodeID, directoryID: directoryID)
            directory.addNotes(found.notes)
        }
        try lead(&opened.log, nodeID: nodeID)

        let counters = BrokerCounters()
        let writer = LogWriter(directory: directory, counters: counters, configuration: configuration)
        let keeper = PartitionKeeper(
            directory: directory, watchers: writer.watchers, settings: configuration.settings, nodeID: nodeID,
            logger: opening.logger)
        let topics = TopicController(
            log: opened.log, settings: configuration.settings, nodeID: nodeID, directoryID: directoryID
        ) { delta, layers in
            keeper.apply(delta, layers: layers)
        }
        register(topics, in: directory, names: names, checkpoints: checkpoints)
        clearOrphans(names, topics.image, directory, opening.logger)
        if !opening.hadCleanShutdown { recover(directory) }
        if !opened.existed { try reserveProducerIDs(topics, directory) }
        let broker = Broker(
            configuration: configuration, opening: opening, topics: topics, keeper: keeper, writer: writer)
        broker.loadCoordinators()
        return broker
    }

    /// Makes this broker the leader of all partitions that it holds: a Kafka that stopped in order left them without one.
    private static func lead(_ log: inout MetadataLog, nodeID: Int32) throws(LogError) {
        var image = log.image
        var records: [MetadataRecord] = []
        for (_, topic) in log.image.topics.sorted(by: { $0.key < $1.key }) {
            for (number, partition) in topic.partitions.sorted(by: { $0.key < $1.key })
            where partition.replicas.contains(nodeID) && partition.leader != nodeID {
                records.append(
                    .partitionChange(
                        PartitionChangeRecord(partitionID: number, topicID: topic.id, isr: [nodeID], leader: nodeID)))
            }
        }
        guard !records.isEmpty else { return }
        for record in records { image.apply(record) }
        try log.append(records, giving: image)
    }

    /// Registers the image's partitions. One whose directory is missing begins empty, on first use.
    private static func register(
        _ topics: TopicController, in directory: LogDirectory, names: [String], checkpoints: LogDirectory.Checkpoints
    ) {
        let present = Set(names)
        let layers = topics.layers
        let image = topics.image
        var missing: [String] = []
        for (name, topic) in image.topics {
            let settings = PartitionKeeper.settings(layers, image.overrides(ofTopic: name))
            for (number, partition) in topic.partitions where partition.replicas.contains(topics.nodeID) {
                let name = TopicPartition(topic: name, partition: number)
                let isBorn = present.contains("\(name)")
                if !isBorn, let end = checkpoints.highWatermark.offsets[name], end > 0 {
                    missing.append("\(name): its directory is gone with \(end) offsets; it begins empty")
                }
                _ = directory.add(
                    name, topicID: topic.id, settings: settings, leaderEpoch: partition.leaderEpoch, isBorn: isBorn)
            }
        }
        directory.addNotes(missing.sorted())
    }

    /// Removes what deleted topics left, and sets aside partitions that no topic knows: they may be all that is left of one.
    private static func clearOrphans(
        _ names: [String], _ image: MetadataImage, _ directory: LogDirectory, _ logger: Logger
    ) {
        for name in names {
            do throws(LogError) {
                switch DirectoryName(name) {
                case .deleted:
                    try LogError.onDisk { () throws(StorageError) in
                        try PartitionLog.removeTree("\(directory.path)/\(name)", storage: directory.storage)
                    }
                case .partition(let partition)
                where partition != MetadataLog.topicPartition && directory[partition] == nil:
                    try clearOrphan(partition, image, directory)
                case .partition, .other: break
                }
            } catch {
                logger.error("\(error)")
            }
        }
    }

    private static func clearOrphan(
        _ partition: TopicPartition, _ image: MetadataImage, _ directory: LogDirectory
    ) throws(LogError) {
        let path = "\(directory.path)/\(partition)"
        let id = DiscoveredTopics.topicID(in: path, storage: directory.storage)
        if let id, image.removedTopics.contains(id) {
            return try directory.removeDirectory(named: "\(partition)", of: partition)
        }
        let aside = DirectoryName.suffixed(partition, "stray")
        try LogError.onDisk { () throws(StorageError) in
            guard let status = try directory.storage.status(of: path), status.isDirectory else { return }
            try directory.storage.rename(path, to: "\(directory.path)/\(aside)")
            try directory.storage.syncDirectory(directory.path)
        }
        directory.addNotes(["\(partition): no topic has this partition; its directory is set aside as \(aside)"])
    }

    /// Opens all logs, which reads again what was not known to be on the disk.
    private static func recover(_ directory: LogDirectory) {
        let partitions = directory.partitions.filter(\.isBorn).sorted { $0.topicPartition < $1.topicPartition }
        DispatchQueue.concurrentPerform(iterations: partitions.count) { index in
            // One that cannot be opened is noted by the directory, and answers with its error.
            _ = try? partitions[index].log()
        }
    }

    /// Keeps new producers apart from those in logs that were adopted: no id that occurs there is given out.
    private static func reserveProducerIDs(_ topics: TopicController, _ directory: LogDirectory) throws(LogError) {
        var highest: Int64 = -1
        for partition in directory.partitions where partition.isBorn {
            guard let log = try? partition.log() else { continue }
            highest = max(highest, log.producers.producers.keys.max() ?? -1)
        }
        guard highest >= 0, highest < .max - 2 * ProducerIDManager.blockSize else { return }
        let next = (highest / ProducerIDManager.blockSize + 1) * ProducerIDManager.blockSize
        try topics.change { change in
            change.add(
                .producerIds(ProducerIdsRecord(brokerID: topics.nodeID, brokerEpoch: -1, nextProducerID: next)))
        }
    }

    private func loadCoordinators() {
        if topics.image.topic(TopicName.offsets) != nil { groups.load() }
        // Ending what was decided needs the pending offsets of the groups.
        if topics.image.topic(TopicName.transactions) != nil { transactions.load() }
    }
}
