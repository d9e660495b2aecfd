package import Cluster
package import KafkaProtocol
package import NIOCore

/// What the brokers of a scripted cluster know: one model that all of them answer from.
///
/// A value: tests change it between requests, or by a script in the middle of one.
package struct ClusterModel: Sendable {
    /// The cluster id.
    package var clusterID = "scripted-cluster-id-00"
    /// The active controller's node id.
    package var controller: Int32 = 1
    /// The brokers by node id.
    package var brokers: [Int32: ModelBroker] = [:]
    /// The topics by name.
    package var topics: [String: ModelTopic] = [:]
    /// The groups by id.
    package var groups: [String: ModelGroup] = [:]
    /// The time of everything, wall milliseconds.
    package var now: Int64 = 1_700_000_000_000

    /// The node ids of brokers that Metadata lists, ascending.
    package var listed: [Int32] { brokers.filter(\.value.isListed).keys.sorted() }

    /// Adds a topic whose partitions are led in turn, each with a second replica where there is more than one broker.
    package mutating func addTopic(
        _ name: String, partitions: Int, leaders: [Int32]? = nil, settings: [String: String] = [:],
        isInternal: Bool = false
    ) {
        let ids = brokers.keys.sorted()
        var topic = ModelTopic(
            id: KafkaUUID(high: 0x1111_0000_0000_4000 &+ UInt64(topics.count), low: 0x8000_0000_0000_0001),
            isInternal: isInternal, settings: settings)
        for index in 0..<partitions {
            let leader = leaders.map { $0[index % $0.count] } ?? ids[index % ids.count]
            let follower = ids.first { $0 > leader } ?? ids[0]
            topic.partitions.append(ModelPartition(leader: leader, replicas: Set([leader, follower]).sorted()))
        }
        topics[name] = topic
    }

    /// Adds a group with commits; its coordinator is decided by its id unless said.
    package mutating func addGroup(
        _ id: String, coordinator: Int32? = nil, state: GroupState = .empty, commits: [TopicPartition: Int64] = [:]
    ) {
        groups[id] = ModelGroup(
            coordinator: coordinator ?? self.coordinator(of: id), state: state,
            commits: commits.mapValues { ModelGroup.Commit(offset: $0) })
    }

    /// The broker that coordinates a group, also one that does not exist.
    package func coordinator(of group: String) -> Int32 {
        if let known = groups[group] { return known.coordinator }
        let ids = brokers.keys.sorted()
        return ids[group.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % ids.count]
    }

    /// Makes another broker lead a partition.
    package mutating func moveLeader(of partition: TopicPartition, to broker: Int32) {
        self[partition]?.leader = broker
        self[partition]?.leaderEpoch += 1
    }

    /// A partition, if it is there.
    package subscript(name: TopicPartition) -> ModelPartition? {
        get {
            guard let topic = topics[name.topic], topic.partitions.indices.contains(Int(name.partition)) else {
                return nil
            }
            return topic.partitions[Int(name.partition)]
        }
        set {
            guard let newValue, topics[name.topic]?.partitions.indices.contains(Int(name.partition)) == true else {
                return
            }
            topics[name.topic]?.partitions[Int(name.partition)] = newValue
        }
    }

    /// Why a broker does not answer for a partition; `.none` if it does.
    func refusal(of partition: TopicPartition, by broker: Int32) -> ErrorCode {
        guard let found = self[partition] else { return .unknownTopicOrPartition }
        return found.leader == broker ? .none : .notLeaderOrFollower
    }

    /// Why a broker does not answer for a group; `.none` if it does.
    func refusal(ofGroup group: String, by broker: Int32) -> ErrorCode {
        coordinator(of: group) == broker ? .none : .notCoordinator
    }
}

/// One broker of the model.
package struct ModelBroker: Sendable {
    /// Where it listens, always on 127.0.0.1.
    package var port: Int
    /// Its rack.
    package var rack: String?
    /// Whether Metadata names it; a broker that died is still named for a while.
    package var isListed = true
    /// Its `advertised` versions.
    package var release: KafkaRelease
    /// Error codes it answers for partitions whatever the model says, by API key.
    package var partitionErrors: [Int16: [TopicPartition: ErrorCode]] = [:]
    /// Its one log directory.
    package var logDirectory: String
    /// Why that directory cannot be read; `.none` while it can.
    package var logDirectoryError = ErrorCode.none

    init(id: Int32, port: Int, release: KafkaRelease) {
        self.port = port
        self.release = release
        logDirectory = "/var/kafka-\(id)"
    }
}

/// One topic of the model.
package struct ModelTopic: Sendable {
    /// Its id.
    package var id: KafkaUUID
    /// Whether it is one of Kafka's own.
    package var isInternal: Bool
    /// Its overrides.
    package var settings: [String: String]
    /// Its partitions by number.
    package var partitions: [ModelPartition] = []
}

/// One partition of the model: batches, or only bounds where a test needs no record.
package struct ModelPartition: Sendable {
    /// The leader's node id; -1 for none.
    package var leader: Int32
    /// The leader's epoch.
    package var leaderEpoch: Int32 = 0
    /// All replicas.
    package var replicas: [Int32]
    /// Those in sync; nil for all.
    package var inSync: [Int32]?
    /// The first readable offset.
    package var logStart: Int64 = 0
    /// One past the last offset.
    package var end: Int64 = 0
    /// One past the last stable offset; nil for the end.
    package var lastStable: Int64?
    /// The batches in order, base offsets set.
    package var batches: [ByteBuffer] = []
    /// What its files take beyond the batches.
    package var extraBytes: Int64 = 0

    init(leader: Int32, replicas: [Int32]) {
        self.leader = leader
        self.replicas = replicas
    }

    /// Bytes on disk.
    package var sizeBytes: Int64 { batches.reduce(extraBytes) { $0 + Int64($1.readableBytes) } }

    /// Says where the log begins and ends, without records.
    package mutating func setBounds(_ start: Int64, _ end: Int64) {
        logStart = start
        self.end = end
    }

    /// Appends batches as a broker does, setting their base offsets.
    ///
    /// - Returns: The first record's offset.
    package mutating func append(_ records: ByteBuffer) -> Int64 {
        let base = end
        for batch in RecordBatches(records) {
            var bytes = batch.bytes
            bytes.setInteger(end, at: bytes.readerIndex)
            bytes.setInteger(leaderEpoch, at: bytes.readerIndex + 12)
            batches.append(bytes)
            end += Int64(batch.header.lastOffsetDelta) + 1
        }
        return base
    }

    /// All records with their offsets and timestamps.
    func records() -> [(offset: Int64, timestamp: Int64)] {
        batches.flatMap { bytes in
            RecordBatches(bytes).flatMap { batch in
                var found: [(Int64, Int64)] = []
                try? batch.records(limit: 16 << 20).forEach { (record) throws(RecordBatchError) in
                    found.append((record.offset, record.timestamp))
                    return true
                }
                return found
            }
        }
    }
}

/// One group of the model.
package struct ModelGroup: Sendable {
    /// A committed offset.
    package struct Commit: Sendable, Equatable {
        /// The next offset to read.
        package var offset: Int64
        /// The text beside it.
        package var metadata = ""
    }

    /// A member.
    package struct Member: Sendable {
        /// Its id.
        package var id: String
        /// The client's name for itself.
        package var clientID: String
        /// The topics it subscribes to.
        package var topics: [String]
        /// What it is assigned.
        package var assignment: [TopicPartition]

        /// A member.
        package init(id: String, clientID: String, topics: [String], assignment: [TopicPartition]) {
            self.id = id
            self.clientID = clientID
            self.topics = topics
            self.assignment = assignment
        }
    }

    /// The coordinator's node id.
    package var coordinator: Int32
    /// Its state.
    package var state: GroupState
    /// Its type.
    package var type = GroupType.classic
    /// The assignor.
    package var assignor = ""
    /// The members.
    package var members: [Member] = []
    /// The commits.
    package var commits: [TopicPartition: Commit]
    /// An error its coordinator answers whatever is asked.
    package var error = ErrorCode.none
}
