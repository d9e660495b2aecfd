import Cluster
import ClusterRequests
import KafkaProtocol
import NIOCore
import SeededNumbers
import Testing

@testable import BrokerCore

@Suite("The embedded cluster")
struct EmbeddedClusterTests {
    @Test("describes topics as they are, also after they changed")
    func descriptions() async throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        let cluster = EmbeddedCluster(broker)
        #expect(try await cluster.topics() == [])
        broker.createTopic("b", partitions: 2, [("cleanup.policy", "compact"), ("delete.retention.ms", "7")])
        broker.createTopic("a")
        var topics = try await cluster.topics()
        #expect(topics.map(\.name) == ["a", "b"])
        #expect(topics[1].retention.isCompacted)
        #expect(topics[1].retention.deleteRetentionMilliseconds == 7)
        #expect(topics[0].partitions.map(\.offsets) == [PartitionOffsets(logStart: 0, highWatermark: 0)])
        try broker.write(
            [TestRecord(key: "k", value: "v"), TestRecord(key: "k", value: "w")], to: TopicPartition("b", 1))
        topics = try await cluster.topics()
        #expect(topics[1].partitions[1].offsets == PartitionOffsets(logStart: 0, highWatermark: 2))
        #expect(topics[1].partitions[1].sizeBytes ?? 0 > 60)
        #expect(topics[1].partitions[1].segmentCount == 1)
        #expect(topics[1].partitions[1].cleaning?.uncleanableBytes == topics[1].partitions[1].sizeBytes)
        _ = broker.topics.createPartitions(CreatePartitionsRequest(topics: [.init(name: "a", count: 3)]))
        _ = broker.topics.alterConfigs(
            AlterConfigsRequest(resources: [
                .init(resourceType: 2, resourceName: "a", configs: [.init(name: "retention.ms", value: "9")])
            ]))
        topics = try await cluster.topics()
        #expect(topics[0].partitions.count == 3)
        #expect(topics[0].retention.retentionMilliseconds == 9)
        broker.deleteTopic("b")
        #expect(try await cluster.topics().map(\.name) == ["a"])
        let entry = try await cluster.configuration(of: .topic("a")).first { $0.name == "retention.ms" }
        #expect(entry?.value == "9" && entry?.source == .topic)
        #expect(entry?.synonyms.map(\.name) == ["retention.ms", "log.retention.hours"])
    }

    @Test("fetches records of every codec, cuts values, and goes on where it stopped")
    func fetching() async throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("t")
        let partition = TopicPartition("t")
        for (index, codec) in [CompressionCodec.none, .gzip, .snappy, .lz4, .zstd].enumerated() {
            let records = (0..<3).map { TestRecord(key: "k\(index)", value: "value-\(index)-\($0)") }
            try broker.write(records, to: partition, codec: codec)
        }
        let cluster = EmbeddedCluster(broker)
        var next: Int64 = 0
        var seen: [FetchedRecord] = []
        while true {
            let fetched = try await cluster.fetch(
                partition, from: next, limits: FetchLimits(maxRecords: 4, maxValueBytes: 5))
            #expect(fetched.records.count <= 4)
            #expect(fetched.problems == [])
            if fetched.records.isEmpty { break }
            seen += fetched.records
            #expect(fetched.nextOffset == (fetched.records.last?.offset ?? -2) + 1)
            next = fetched.nextOffset
        }
        #expect(seen.map(\.offset) == Array(0..<15))
        #expect(seen.allSatisfy { $0.value == Array("value".utf8) && $0.valueSize == 9 })
        #expect(Set(seen.map(\.batch.codec)) == ["none", "gzip", "snappy", "lz4", "zstd"])
        #expect(try await cluster.offset(of: partition, at: .latest).offset == 15)
        #expect(try await cluster.offset(of: partition, at: .timestamp(home.clock.wallMilliseconds + 1)).offset == nil)
        await #expect(throws: ClusterError.unknownTopicOrPartition("x-0")) {
            try await cluster.offset(of: TopicPartition("x"), at: .latest)
        }
    }

    @Test("a compaction does what its preview said, to the record, and keeps each key's latest value")
    func compaction() async throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("t", [("cleanup.policy", "compact"), ("segment.bytes", "2000")])
        let partition = TopicPartition("t")
        var random = SeededGenerator(seed: 41)
        var latest: [String: String?] = [:]
        for number in 0..<300 {
            let key = "k\(random.below(20))"
            let value: String? = random.chance(10) ? nil : "v\(number)"
            latest[key] = .some(value)
            try broker.write([TestRecord(key: key, value: value)], to: partition)
        }
        let cluster = EmbeddedCluster(broker)
        let preview = try #require(try await cluster.previewCompaction(of: [partition], rollActive: true).first)
        let before = try broker.records(of: partition)
        #expect(before.count == 300)
        try await cluster.compact([partition], rollActive: true)
        broker.cleaner.drain()
        let run = try #require(try await cluster.status().embedded?.compactionRuns.first)
        #expect(run.phase == .finished)
        #expect(run.recordsRemoved == preview.recordsRemoved)
        #expect(run.bytesRemoved == preview.bytesRemoved)
        let after = try broker.records(of: partition)
        #expect(Int64(before.count - after.count) == preview.recordsRemoved)
        #expect(Int64(after.filter { $0.value != nil }.count) == preview.keysKept)
        let kept = Dictionary(
            after.map { (String(buffer: $0.key ?? ByteBuffer()), $0.value.map { String(buffer: $0) }) }
        ) { $1 }
        #expect(after.count == kept.count)
        #expect(kept == latest)
        let offsets = Set(before.map(\.offset))
        #expect(after.allSatisfy { offsets.contains($0.offset) })
        let cleaning = try await cluster.topics()[0].partitions[0].cleaning
        #expect(cleaning?.firstDirtyOffset == 300)
        #expect(cleaning?.lastCleanedAt != nil)

        // Nothing comes back after a restart, and nothing is left to do.
        broker.close()
        let again = try home.open()
        defer { again.close() }
        #expect(try again.records(of: partition) == after)
        let second = try await EmbeddedCluster(again).previewCompaction(of: [partition], rollActive: true)
        #expect(second.first?.recordsRemoved == 0)
    }

    @Test("the background cleaner takes eligible logs only")
    func background() async throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("dirty", [("cleanup.policy", "compact"), ("segment.bytes", "500")])
        broker.createTopic("clean", [("cleanup.policy", "compact")])
        broker.createTopic("plain", [("segment.bytes", "500")])
        for name in ["dirty", "clean", "plain"] {
            for number in 0..<50 {
                try broker.write([TestRecord(key: "k", value: "\(number)")], to: TopicPartition(name))
            }
        }
        broker.cleaner.runRound()
        let runs = broker.cleaner.runs
        #expect(runs.map(\.topicPartition) == [TopicPartition("dirty")])
        #expect(runs.first?.phase == .finished)
        #expect(runs.first?.isOnDemand == false)
        #expect(try broker.records(of: TopicPartition("plain")).count == 50)
        #expect(try broker.records(of: TopicPartition("dirty")).count < 50)
        #expect(try broker.records(of: TopicPartition("dirty")).last?.offset == 49)
    }

    @Test("a run that is told to stop before it begins does not begin, and the log stays as it is")
    func stopping() async throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        let names = (0..<12).map { "t\($0)" }
        for name in names {
            broker.createTopic(name, [("cleanup.policy", "compact"), ("segment.bytes", "500")])
            for number in 0..<30 {
                try broker.write([TestRecord(key: "k", value: "\(number)")], to: TopicPartition(name))
            }
        }
        let partitions = names.map { TopicPartition($0) }
        let cluster = EmbeddedCluster(broker)
        try await cluster.compact(partitions, rollActive: true)
        try await cluster.stopCompaction(of: partitions)
        broker.cleaner.drain()
        for partition in partitions {
            let run = try #require(broker.cleaner.runs.first { $0.topicPartition == partition })
            let values = try broker.records(of: partition).map { $0.value.map { String(buffer: $0) } }
            #expect(values.last == "29")
            switch run.phase {
            case .stopped: #expect(values == (0..<30).map { "\($0)" } || values.count < 30)
            case .finished: #expect(values == ["29"])
            default: Issue.record("\(partition): \(run.phase)")
            }
        }
        #expect(broker.cleaner.runs.count == 12)
        // A later run is not stopped by what was asked before.
        try await cluster.compact([partitions[11]], rollActive: true)
        broker.cleaner.drain()
        #expect(try broker.records(of: partitions[11]).map { $0.value.map { String(buffer: $0) } } == ["29"])
    }

    @Test("read-only refuses to compact, and a topic that is not compacted is refused in words")
    func refusals() async throws {
        let home = try BrokerHome()
        let broker = try home.open()
        defer { broker.close() }
        broker.createTopic("t")
        let readOnly = EmbeddedCluster(broker, readOnly: true)
        #expect(!readOnly.capabilities.contains(.write))
        await #expect(throws: ClusterError.readOnly(readOnly.writeRemedy)) {
            try await readOnly.compact([TopicPartition("t")], rollActive: false)
        }
        await #expect(throws: ClusterError.readOnly(readOnly.writeRemedy)) {
            try await readOnly.stopCompaction(of: [TopicPartition("t")])
        }
        await #expect(throws: ClusterError.self) {
            try await EmbeddedCluster(broker).compact([TopicPartition("t")], rollActive: false)
        }
    }

    @Test("tells who the broker is and how it fares")
    func status() async throws {
        let home = try BrokerHome()
        let broker = try home.open([(key: "broker.rack", value: "r1"), (key: "weir.flush.mode", value: "os")])
        defer { broker.close() }
        broker.announce(listener: "127.0.0.1:19092")
        broker.createTopic("t")
        try broker.write([TestRecord(key: nil, value: "v")], to: TopicPartition("t"))
        let status = try await EmbeddedCluster(broker).status()
        #expect(status.clusterID == "testClusterId000000001")
        #expect(status.brokers == [BrokerDescription(nodeID: 1, host: "127.0.0.1", port: 19092, rack: "r1")])
        let embedded = try #require(status.embedded)
        #expect(embedded.flushMode == "os")
        #expect(embedded.bytesIn > 60)
        #expect(embedded.diskTotalBytes ?? 0 > embedded.diskFreeBytes ?? .max)
        #expect(embedded.offlineReason == nil)
    }
}
