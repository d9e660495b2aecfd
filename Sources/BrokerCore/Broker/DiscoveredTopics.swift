import Cluster
import KafkaProtocol
import NIOCore

/// The topics that the directories of a log directory speak of, for one without a metadata log.
struct DiscoveredTopics {
    private struct Topic {
        var id: KafkaUUID?
        var partitions: [Int32: Int32] = [:]
    }

    /// The most partitions a topic can be taken to have: a directory's name is no proof of more.
    private static let maxPartitions: Int32 = 100_000

    private var topics: [String: Topic] = [:]
    /// What was found, one sentence each.
    private(set) var notes: [String] = []

    /// Looks at the partition directories among `names`.
    init(in path: String, names: [String], storage: any Storage) {
        for name in names {
            guard case .partition(let partition) = DirectoryName(name), partition.topic != TopicName.metadata,
                let status = try? storage.status(of: "\(path)/\(name)"), status.isDirectory
            else { continue }
            let id = Self.topicID(in: "\(path)/\(name)", storage: storage)
            var topic = topics[partition.topic] ?? Topic()
            if let id, let known = topic.id, id != known {
                notes.append(
                    "\(partition): partition.metadata names another topic id than the topic's other partitions")
            }
            topic.id = topic.id ?? id
            guard partition.partition < Self.maxPartitions else {
                notes.append("\(partition): its number is too large to be true; it is not taken for a partition")
                continue
            }
            topic.partitions[partition.partition] = Self.leaderEpoch(in: "\(path)/\(name)", storage: storage)
            topics[partition.topic] = topic
        }
        guard !topics.isEmpty else { return }
        notes.append(
            "there is no metadata log: \(topics.count) topic\(topics.count == 1 ? "" : "s") taken from the directories' names, "
                + "with default settings")
    }

    /// Begins the metadata log with these topics. Their settings are the defaults, except what internal topics cannot be without.
    func adopt(into log: inout MetadataLog, nodeID: Int32, directoryID: KafkaUUID) throws(LogError) {
        guard !topics.isEmpty else { return }
        var image = log.image
        var records: [MetadataRecord] = []
        for (name, topic) in topics.sorted(by: { $0.key < $1.key }) {
            let id = topic.id ?? .random()
            records.append(.makeTopic(name, id: id))
            for setting in TopicName.settings(ofInternal: name) {
                records.append(.makeConfig(.topic(name), setting.key, setting.value))
            }
            for number in 0...(topic.partitions.keys.max() ?? 0) {
                records.append(
                    .makePartition(
                        number, topicID: id, node: nodeID, directory: directoryID,
                        leaderEpoch: max(0, topic.partitions[number] ?? 0)))
            }
        }
        for record in records { image.apply(record) }
        try log.append(records, giving: image)
    }

    /// The topic id in a directory's `partition.metadata`; nil where there is none.
    static func topicID(in directory: String, storage: any Storage) -> KafkaUUID? {
        let path = "\(directory)/\(PartitionMetadata.fileName)"
        guard let bytes = try? storage.readFile(path, limit: 4096) else { return nil }
        return try? PartitionMetadata(reading: bytes, path: path).topicID
    }

    /// The newest leader epoch in a directory's `leader-epoch-checkpoint`; -1 where there is none.
    private static func leaderEpoch(in directory: String, storage: any Storage) -> Int32 {
        let path = "\(directory)/\(LeaderEpochs.fileName)"
        guard let bytes = try? storage.readFile(path) else { return -1 }
        return (try? LeaderEpochs(reading: bytes, path: path).latest) ?? -1
    }
}
