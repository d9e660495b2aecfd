import BrokerCore
import Cluster
import Dispatch
import KafkaProtocol
import Monitor
import Synchronization

/// A broker with records in every partition and commits of every group, for a monitor to look at.
struct PolledBroker {
    /// The broker as a monitor sees it.
    let cluster: EmbeddedCluster
    private let bench: BenchBroker
    private let counts: [Int]
    private let groups: Int
    private let commitsPerGroup: Int

    /// The broker itself, for a listener.
    var broker: Broker { bench.broker }

    /// Creates topics `topic-0`, … and groups `group-0`, …, each with a first record and commit.
    ///
    /// - Parameters:
    ///   - partitions: Partitions of all topics.
    ///   - perTopic: Partitions of a topic; the last one may have fewer.
    ///   - commitsPerGroup: Partitions of its topic that a group commits in.
    init(at path: String, partitions: Int, perTopic: Int, groups: Int, commitsPerGroup: Int = 10) throws {
        bench = try BenchBroker(
            at: path, settings: [("weir.flush.mode", "os"), ("log.cleaner.enable", "false")], storage: UnsyncedStorage()
        )
        cluster = EmbeddedCluster(bench.broker)
        counts = stride(from: 0, to: partitions, by: perTopic).map { min(perTopic, partitions - $0) }
        self.groups = groups
        self.commitsPerGroup = commitsPerGroup
        for (topic, count) in counts.enumerated() { try bench.create("topic-\(topic)", partitions: Int32(count)) }
        try appendEverywhere()
        try commitEverywhere(offset: 1)
    }

    /// Closes the broker.
    func close() { bench.broker.close() }

    /// Appends a batch to every partition.
    func appendEverywhere() throws {
        let (batch, _) = try PreparedBatch.records(bytes: 600, recordBytes: 200)
        let pending = Pending(counts.reduce(0, +))
        for (topic, count) in counts.enumerated() {
            for partition in 0..<count {
                let target = TopicPartition(topic: "topic-\(topic)", partition: Int32(partition))
                bench.broker.append(batch, to: target, acks: 1) { pending.finish($0) }
            }
        }
        try pending.wait()
    }

    /// Commits an offset for each group, in some partitions of one topic.
    func commitEverywhere(offset: Int64) throws {
        let left = Mutex(groups)
        let done = DispatchSemaphore(value: 0)
        for group in 0..<groups {
            let topic = group % counts.count
            let commits = (0..<min(commitsPerGroup, counts[topic])).map { index in
                OffsetCommitRequest.Partition(
                    partitionIndex: Int32((group * commitsPerGroup + index) % counts[topic]),
                    committedOffset: offset)
            }
            let request = OffsetCommitRequest(
                groupID: "group-\(group)", topics: [.init(name: "topic-\(topic)", partitions: commits)])
            let context = RequestContext(clientID: "weir-bench", clientHost: "/127.0.0.1", apiVersion: 8)
            bench.broker.groups.commitOffsets(request, context: context) { _ in
                let isLast = left.withLock { left in
                    left -= 1
                    return left == 0
                }
                if isLast { done.signal() }
            }
        }
        done.wait()
    }

    /// Polls once, and blocks until the snapshot is there.
    ///
    /// - Returns: Milliseconds.
    static func poll(_ monitor: Monitor) -> Double {
        let done = DispatchSemaphore(value: 0)
        let watch = Stopwatch()
        Task.detached {
            await monitor.poll()
            done.signal()
        }
        done.wait()
        return watch.milliseconds
    }
}
