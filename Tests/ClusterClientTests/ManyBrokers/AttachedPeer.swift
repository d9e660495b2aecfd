import Cluster
import ClusterRequests
import KafkaProtocol
import NIOCore
import ScriptedPeer
import Testing

@testable import ClusterClient

/// Attaches to a scripted cluster, and closes both when the body is done. No client may do what a broker would hang up for.
func withPeer(
    brokers: Int32 = 3,
    release: KafkaRelease = .kafka39,
    polling: PollSettings = .alwaysFresh,
    patienceMilliseconds: Int64 = 60_000,
    clock: ClientClock = .system,
    bootstrap: [Int32] = [1],
    settings change: (inout ClientSettings) -> Void = { _ in },
    violations expected: Int = 0,
    _ body: (ScriptedCluster, KafkaCluster) async throws -> Void
) async throws {
    let peer = try await ScriptedCluster(brokers: brokers, release: release)
    var settings = ClientSettings(
        bootstrap: bootstrap.map { BrokerAddress(host: "127.0.0.1", port: peer.portsByBroker[$0] ?? 0) })
    settings.isReadOnly = false
    var polling = polling
    // A machine that is busy elsewhere is no silent broker.
    polling.patienceMilliseconds = patienceMilliseconds
    settings.firstBackoffMilliseconds = 1
    settings.longestBackoffMilliseconds = 20
    change(&settings)
    let cluster = KafkaCluster(
        settings: settings, channel: BrokerConnections(settings: settings), polling: polling, clock: clock)
    do {
        try await body(peer, cluster)
    } catch {
        await cluster.close()
        try await peer.stop()
        throw error
    }
    await cluster.close()
    try await peer.stop()
    #expect(peer.violations.count == expected, "\(peer.violations)")
}

extension ScriptedCluster {
    /// Two topics over all brokers with bounds of their own, and a group at each broker with a commit.
    func fill() {
        update { model in
            model.addTopic("orders", partitions: 6, settings: ["retention.ms": "7000"])
            model.addTopic("audit", partitions: 3)
            for name in ["orders", "audit"] {
                for index in 0..<(model.topics[name]?.partitions.count ?? 0) {
                    let partition = TopicPartition(topic: name, partition: Int32(index))
                    model[partition]?.setBounds(Int64(index), Int64(100 + 10 * index))
                    model[partition]?.extraBytes = Int64(1000 + index)
                }
            }
            for id in model.brokers.keys {
                model.addGroup(
                    "readers-\(id)", coordinator: id,
                    commits: [TopicPartition(topic: "orders", partition: 0): 40 + Int64(id)])
            }
        }
    }

    /// Whether a partition is described as the model has it.
    func agrees(_ topics: [TopicDescription], on partition: TopicPartition) -> Bool {
        let found = topics.first { $0.name == partition.topic }?.partitions.first {
            $0.partition == partition.partition
        }
        let own = update { $0[partition] }
        guard let found, let own else { return false }
        return found.leader == own.leader && found.problem == nil
            && found.offsets
                == PartitionOffsets(logStart: own.logStart, highWatermark: own.end, lastStable: own.lastStable)
    }

    /// All partitions of the model, ascending.
    var partitions: [TopicPartition] {
        update { model in
            model.topics.flatMap { name, topic in
                topic.partitions.indices.map { TopicPartition(topic: name, partition: Int32($0)) }
            }.sorted()
        }
    }
}

/// A batch of records with these values.
func batch(_ values: [String], codec: CompressionCodec = .none, timestamp: Int64 = 1_700_000_000_000) throws
    -> ByteBuffer
{
    var builder = RecordBatchBuilder(codec: codec)
    for (index, value) in values.enumerated() {
        builder.append(timestamp: timestamp + Int64(index), key: nil, value: ByteBuffer(string: value))
    }
    return try builder.build()
}

extension TopicPartition {
    /// A partition in few words.
    init(_ topic: String, _ partition: Int32) { self.init(topic: topic, partition: partition) }
}
