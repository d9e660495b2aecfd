import Cluster
import ClusterRequests
import KafkaProtocol

/// Where everything is: the brokers, and the topics with their leaders, as Metadata answers told last.
struct ClusterMap: Sendable, Equatable {
    /// A broker and its listener.
    struct Broker: Sendable, Equatable {
        var nodeID: Int32
        var address: BrokerAddress
        var rack: String?
    }

    /// A partition and its copies.
    struct Partition: Sendable, Equatable {
        var number: Int32
        /// The leader's node id; -1 for none.
        var leader: Int32
        var replicas: [Int32]
        var inSyncReplicas: [Int32]
    }

    /// A topic and its partitions, ascending by number.
    struct Topic: Sendable, Equatable {
        var name: String
        /// Zero where the cluster has no topic ids (before Kafka 2.8).
        var id: KafkaUUID
        var isInternal: Bool
        var partitions: [Partition]

        /// Where a partition stands in `partitions`; almost always at the index of its number.
        func position(of number: Int32) -> Int? {
            let index = Int(number)
            if partitions.indices.contains(index), partitions[index].number == number { return index }
            return partitions.firstIndex { $0.number == number }
        }
    }

    /// The cluster's id; empty where it has none.
    private(set) var clusterID = ""
    /// The controller's node id; -1 for none. With KRaft any broker that passes requests on.
    private(set) var controller: Int32 = -1
    /// The brokers that are up, by node id.
    private(set) var brokers: [Int32: Broker] = [:]
    /// Brokers that were there before and hold copies still.
    private(set) var missing: [Int32: Broker] = [:]
    /// The topics known, ascending by name.
    private(set) var topics: [Topic] = []
    private var places: [String: Int] = [:]

    /// Nothing known.
    init() {}

    /// A topic by name.
    subscript(topic: String) -> Topic? { places[topic].map { topics[$0] } }

    /// The partitions of all topics.
    var partitionCount: Int { topics.reduce(0) { $0 + $1.partitions.count } }

    /// Takes in the answer to a request for all topics: what it leaves out is gone.
    mutating func replace(with answer: MetadataResponse) {
        takeBrokers(of: answer)
        set(answer.topics.compactMap(Topic.init))
        let holders = Set(topics.lazy.flatMap(\.partitions).flatMap(\.replicas))
        missing = missing.filter { holders.contains($0.key) }
    }

    /// Takes in the answer to a request for some topics: of the others it says nothing.
    mutating func update(with answer: MetadataResponse) {
        takeBrokers(of: answer)
        guard !answer.topics.isEmpty else { return }
        var changed = Dictionary(topics.map { ($0.name, $0) }) { $1 }
        for topic in answer.topics {
            guard let name = topic.name else { continue }
            changed[name] = Topic(topic)
        }
        set(Array(changed.values))
    }

    /// Forgets where partitions are.
    mutating func forgetTopics() { set([]) }

    private mutating func takeBrokers(of answer: MetadataResponse) {
        clusterID = answer.clusterID ?? ""
        controller = answer.controllerID
        let before = brokers.merging(missing) { $1 }
        brokers = Dictionary(
            answer.brokers.map { broker in
                let address = BrokerAddress(host: broker.host, port: Int(broker.port))
                return (broker.nodeID, Broker(nodeID: broker.nodeID, address: address, rack: broker.rack))
            }
        ) { $1 }
        missing = before.filter { brokers[$0.key] == nil }
    }

    private mutating func set(_ topics: [Topic]) {
        self.topics = topics.sorted { $0.name < $1.name }
        // A broker that names a topic twice is wrong, and no reason to trap.
        places = Dictionary(self.topics.enumerated().map { ($1.name, $0) }) { $1 }
    }

    /// Sorts partitions by leader; those that have none, or are not known, are said in `leaderless`.
    func leaders(of partitions: [TopicPartition]) -> PartitionLeaders {
        var leaders = PartitionLeaders()
        for partition in partitions {
            guard let topic = self[partition.topic], let position = topic.position(of: partition.partition) else {
                leaders.leaderless[partition] = .unknownTopicOrPartition("\(partition)")
                continue
            }
            let found = topic.partitions[position]
            if found.leader >= 0 {
                leaders.led[found.leader, default: []].append(partition)
            } else {
                leaders.leaderless[partition] = .unavailable("\(partition): \(found.whyLeaderless)")
            }
        }
        return leaders
    }
}

extension ClusterMap.Partition {
    /// Why it cannot be read or written while it has no leader.
    var whyLeaderless: String {
        let copies = replicas.map { "\($0)" }.joined(separator: ", ")
        let inSync = inSyncReplicas.map { "\($0)" }.joined(separator: ", ")
        return "no leader; copies on brokers \(copies), in sync \(inSync.isEmpty ? "none" : inSync)"
    }
}

extension ClusterMap.Topic {
    /// A topic that the answer describes; nil for one that does not exist or may not be seen.
    init?(_ topic: MetadataResponse.Topic) {
        guard let name = topic.name, topic.errorCode == .none || !topic.partitions.isEmpty else { return nil }
        self.init(
            name: name, id: topic.topicID, isInternal: topic.isInternal,
            partitions: topic.partitions.map {
                ClusterMap.Partition(
                    number: $0.partitionIndex, leader: $0.leaderID, replicas: $0.replicaNodes,
                    inSyncReplicas: $0.isrNodes)
            }.sorted { $0.number < $1.number })
    }
}
