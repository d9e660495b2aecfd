import BrokerCore
import Cluster
import ClusterRequests
import KafkaProtocol
import Testing

@testable import ClusterClient

@Suite("What is done to an attached cluster is done")
struct ActTests {
    @Test("topics, settings, records and offsets are changed, as the embedded cluster sees")
    func acts() async throws {
        let broker = try AttachedBroker()
        let (attached, embedded) = (broker.attached, broker.embedded)
        try await attached.createTopic(NewTopic("t", partitions: 2, replicationFactor: 1), validateOnly: false)
        #expect(try await embedded.topics().map(\.name) == ["t"])
        await #expect(throws: ClusterError.self) {
            try await attached.createTopic(NewTopic("t", partitions: 2, replicationFactor: 1), validateOnly: false)
        }
        try await attached.addPartitions(to: "t", total: 3)
        try await attached.alterConfiguration(
            of: .topic("t"), [ConfigChange("retention.ms", .set, "123456")], validateOnly: false)
        #expect(try await embedded.topics()[0].retention.retentionMilliseconds == 123_456)
        #expect(try await attached.topics()[0].retention.retentionMilliseconds == 123_456)

        let last = TopicPartition(topic: "t", partition: 2)
        for codec in ["none", "gzip", "snappy", "lz4", "zstd"] {
            let batch = try await attached.produce(
                [NewRecord(key: nil, value: Array(codec.utf8)), NewRecord(key: [1], value: nil)], to: last,
                compression: codec)
            #expect(batch.baseOffset != nil)
        }
        let fetched = try await embedded.fetch(last, from: 0, limits: FetchLimits())
        #expect(fetched.records.count == 10)
        #expect(Set(fetched.records.map(\.batch.codec)) == ["none", "gzip", "snappy", "lz4", "zstd"])
        #expect(try await attached.deleteRecords(before: [last: 4])[last] == .success(4))
        #expect(
            try await embedded.topics()[0].partitions[2].offsets == PartitionOffsets(logStart: 4, highWatermark: 10))

        let committed = try await attached.commit([last: 7, TopicPartition(topic: "t", partition: 0): 0], group: "g")
        #expect(committed.count == 2)
        #expect(try await embedded.groups()[0].commits.map(\.offset) == [0, 7])
        _ = try await attached.deleteOffsets(of: [last], group: "g")
        #expect(try await embedded.groups()[0].commits.map(\.offset) == [0])
        try await attached.deleteGroup("g")
        #expect(try await attached.groups() == [])
        try await attached.deleteTopic("t")
        #expect(try await embedded.topics().map(\.name) == ["__consumer_offsets"])
        await broker.stop()
    }

    @Test("a read-only cluster refuses every act, and lets everything be read")
    func readOnly() async throws {
        let broker = try AttachedBroker(isReadOnly: true)
        let cluster = broker.attached
        let partition = TopicPartition(topic: "t", partition: 0)
        let acts: [@Sendable () async throws -> Void] = [
            { try await cluster.createTopic(NewTopic("t"), validateOnly: false) },
            { try await cluster.createTopic(NewTopic("t"), validateOnly: true) },
            { try await cluster.deleteTopic("t") },
            { try await cluster.addPartitions(to: "t", total: 2) },
            { try await cluster.alterConfiguration(of: .topic("t"), [], validateOnly: false) },
            { _ = try await cluster.produce([NewRecord(key: nil, value: [1])], to: partition, compression: "none") },
            { _ = try await cluster.deleteRecords(before: [partition: 0]) },
            { _ = try await cluster.commit([partition: 0], group: "g") },
            { _ = try await cluster.deleteOffsets(of: [partition], group: "g") },
            { try await cluster.deleteGroup("g") },
            { try await cluster.compact([partition], rollActive: false) },
            { try await cluster.stopCompaction(of: [partition]) },
        ]
        for (number, act) in acts.enumerated() {
            await #expect("act \(number)") { try await act() } throws: { error in
                if case .readOnly? = error as? ClusterError { true } else { false }
            }
        }
        #expect(!cluster.capabilities.contains(.write))
        #expect(try await cluster.topics() == [])
        #expect(try await cluster.groups() == [])
        await broker.stop()
    }

    @Test("nobody there is said in words, at once; a closed cluster says so")
    func nobody() async throws {
        // Port 1 of this machine: nothing listens there.
        let cluster = KafkaCluster.attach(ClientSettings(bootstrap: [BrokerAddress(host: "127.0.0.1", port: 1)]))
        await #expect {
            try await cluster.status()
        } throws: { error in
            "\(error)".contains("no broker of the cluster answers") && "\(error)".contains("127.0.0.1:1")
        }
        let partition = TopicPartition(topic: "t", partition: 0)
        let fetched = await cluster.fetch([FetchStart(partition, from: 0)], limits: FetchLimits())
        #expect(fetched.keys.map { $0 } == [partition])
        await cluster.close()
        await #expect(throws: ClusterError.self) { try await cluster.topics() }
    }
}
