import Cluster
import SeededNumbers

/// What must be true of the cluster, kept by a test beside it, in the plainest way.
struct ConformanceModel {
    /// One record as it was written.
    struct Record: Equatable {
        var offset: Int64
        var timestamp: Int64
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [RecordHeader]
        var codec: String
    }

    /// One partition.
    struct Log: Equatable {
        var start: Int64 = 0
        var end: Int64 = 0
        var records: [Record] = []

        /// The records that can be read from an offset on.
        func readable(from offset: Int64) -> [Record] { records.filter { $0.offset >= max(offset, start) } }

        /// The offset that answers a question; nil for none.
        func offset(at spec: OffsetSpec) -> Int64? {
            switch spec {
            case .earliest: start
            case .latest: end
            case .timestamp(let time): readable(from: start).first { $0.timestamp >= time }?.offset
            case .maxTimestamp:
                readable(from: start).first { $0.timestamp == readable(from: start).map(\.timestamp).max() }?.offset
            }
        }
    }

    /// One topic.
    struct Topic: Equatable {
        var logs: [Log]
        var settings: [String: String] = [:]
    }

    /// One group.
    struct Group: Equatable {
        var commits: [TopicPartition: Int64] = [:]
        /// The member that is in it, and the topic it subscribes to.
        var member: (id: String, topic: String)?

        static func == (left: Self, right: Self) -> Bool {
            left.commits == right.commits && left.member?.id == right.member?.id
        }
    }

    var topics: [String: Topic] = [:]
    var groups: [String: Group] = [:]

    /// All partitions, ascending.
    var partitions: [TopicPartition] {
        topics.flatMap { name, topic in
            topic.logs.indices.map { TopicPartition(topic: name, partition: Int32($0)) }
        }.sorted()
    }

    subscript(partition: TopicPartition) -> Log {
        get { topics[partition.topic]?.logs[Int(partition.partition)] ?? Log() }
        set { topics[partition.topic]?.logs[Int(partition.partition)] = newValue }
    }
}

extension SeededGenerator {
    /// A number below `bound`.
    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<max(1, bound), using: &self) }

    /// True once in `times`.
    mutating func oneIn(_ times: Int) -> Bool { below(times) == 0 }
}
