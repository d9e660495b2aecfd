import BrokerCore
import Cluster
import ClusterRequests
import KafkaProtocol
import Testing

@testable import ClusterClient

@Suite("An attached cluster tells what the embedded one tells")
struct EquivalenceTests {
    @Test("topics: layout, ids, bounds, sizes and settings, all of them and by name")
    func topics() async throws {
        let broker = try AttachedBroker()
        try await Self.fill(broker)
        let embedded = try await broker.embedded.topics()
        #expect(embedded.count >= 4)
        #expect(try await broker.attached.topics() == WireView.of(embedded))
        let names = ["plain", "absent", "compacted"]
        #expect(
            try await broker.attached.topics(named: names, detail: .figures)
                == WireView.of(broker.embedded.topics(named: names, detail: .figures)))
        #expect(try await broker.attached.topics(named: ["absent"], detail: .figures) == [])
        #expect(try await broker.attached.topics(named: [], detail: .figures) == [])
        let layout = try await broker.attached.topics(named: nil, detail: .layout)
        #expect(layout.map(\.name) == embedded.map(\.name))
        #expect(layout.map(\.partitions.count) == embedded.map(\.partitions.count))
        #expect(layout.allSatisfy { $0.partitions.allSatisfy { $0.offsets == nil && $0.problem == nil } })
        await broker.stop()
    }

    @Test("groups: states, members, assignments and commits, all of them and by name")
    func groups() async throws {
        let broker = try AttachedBroker()
        try await Self.fill(broker)
        let partitions = (0..<3).map { TopicPartition(topic: "plain", partition: $0) }
        let member = try await broker.join("active", assigning: partitions)
        let embedded = try await broker.embedded.groups()
        let attached = try await broker.attached.groups()
        #expect(embedded.map(\.groupID) == ["active", "committed", "other"])
        #expect(attached == WireView.of(embedded))
        #expect(attached[0].members.map(\.memberID) == [member])
        #expect(attached[0].members[0].assignment == partitions)
        #expect(attached[1].commits.count == 3)
        let names = ["committed", "absent", "active"]
        #expect(
            try await broker.attached.groups(named: names) == WireView.of(broker.embedded.groups(named: names)))
        #expect(try await broker.attached.groups(named: ["absent"]) == [])
        await broker.stop()
    }

    @Test("status, log directories and settings")
    func rest() async throws {
        let broker = try AttachedBroker()
        try await Self.fill(broker)
        #expect(try await broker.attached.status() == WireView.of(broker.embedded.status()))
        let directories = try await broker.embedded.logDirectories(ofBrokers: nil)
        // Free space moves by itself.
        let told = try await broker.attached.logDirectories(ofBrokers: nil)
        #expect(told.map(\.replicas) == directories.map(\.replicas))
        #expect(told.map(\.path) == directories.map(\.path))
        for resource in [ConfigResource.topic("compacted"), .broker(broker.broker.nodeID), .brokerDefaults] {
            #expect(
                try await broker.attached.configuration(of: resource)
                    == broker.embedded.configuration(of: resource), "\(resource)")
        }
        for cluster in broker.both {
            await #expect(throws: ClusterError.self) { try await cluster.configuration(of: .topic("absent")) }
            await #expect(throws: ClusterError.self) { try await cluster.logDirectories(ofBrokers: [99]) }
        }
        await #expect(throws: ClusterError.self) {
            try await broker.attached.segments(of: TopicPartition(topic: "plain", partition: 0))
        }
        await broker.stop()
    }

    @Test("records of every codec, from everywhere in the log and outside it, many partitions at once")
    func records() async throws {
        let broker = try AttachedBroker()
        try await Self.fill(broker)
        let partitions = (0..<3).map { TopicPartition(topic: "plain", partition: $0) }
        for offset: Int64 in [-5, 0, 1, 7, 19, 20, 40, 41, 1_000_000] {
            for limits in [FetchLimits(), FetchLimits(maxRecords: 3, maxValueBytes: 4), FetchLimits(maxBytes: 1)] {
                let starts = partitions.map { FetchStart($0, from: offset) }
                let embedded = await broker.embedded.fetch(starts, limits: limits)
                let attached = await broker.attached.fetch(starts, limits: limits)
                for partition in partitions {
                    #expect(attached[partition] == embedded[partition], "\(partition) from \(offset), \(limits)")
                }
            }
        }
        let absent = TopicPartition(topic: "absent", partition: 0)
        for cluster in broker.both {
            #expect(
                await cluster.fetch([FetchStart(absent, from: 0)], limits: FetchLimits())[absent]
                    == .failure(.unknownTopicOrPartition("absent-0")))
        }
        await broker.stop()
    }

    @Test("offsets by place and by time")
    func offsets() async throws {
        let broker = try AttachedBroker()
        try await Self.fill(broker)
        let partitions =
            (0..<3).map { TopicPartition(topic: "plain", partition: $0) }
            + [TopicPartition(topic: "absent", partition: 0), TopicPartition(topic: "plain", partition: 9)]
        for spec in [
            OffsetSpec.earliest, .latest, .maxTimestamp, .timestamp(0), .timestamp(Self.firstTime + 11),
            .timestamp(Self.firstTime + 1_000_000),
        ] {
            let embedded = await broker.embedded.offsets(of: partitions, at: spec)
            #expect(await broker.attached.offsets(of: partitions, at: spec) == embedded, "\(spec)")
        }
        await broker.stop()
    }

    // MARK: Filling

    private static let firstTime: Int64 = 1_700_000_000_000

    /// Topics with records of every codec and a log start that moved, and groups with commits.
    static func fill(_ broker: AttachedBroker) async throws {
        let cluster = broker.embedded
        try await cluster.createTopic(NewTopic("plain", partitions: 3, replicationFactor: 1), validateOnly: false)
        try await cluster.createTopic(
            NewTopic(
                "compacted", partitions: 2, replicationFactor: 1,
                settings: [
                    ("cleanup.policy", "compact,delete"), ("retention.ms", "-1"), ("min.cleanable.dirty.ratio", "0.25"),
                ]), validateOnly: false)
        try await cluster.createTopic(NewTopic("empty", partitions: 1, replicationFactor: 1), validateOnly: false)
        for (number, codec) in ["none", "gzip", "snappy", "lz4", "zstd"].enumerated() {
            for partition: Int32 in 0..<2 {
                let records = (0..<8).map { index in
                    NewRecord(
                        key: Array("key-\(index)".utf8),
                        value: index == 5 ? nil : Array("value \(number) \(index)".utf8),
                        headers: [RecordHeader(name: "n", value: [UInt8(index)])],
                        timestamp: firstTime + Int64(number * 8 + index))
                }
                let target = TopicPartition(topic: "plain", partition: partition)
                _ = try await cluster.produce(records, to: target, compression: codec)
            }
        }
        _ = try await cluster.produce(
            [NewRecord(key: [1], value: [2])], to: TopicPartition(topic: "compacted", partition: 1), compression: "none"
        )
        _ = try await cluster.deleteRecords(before: [TopicPartition(topic: "plain", partition: 1): 17])
        for (group, offset) in [("committed", Int64(3)), ("other", 40)] {
            let commits: [TopicPartition: Int64] = [
                TopicPartition(topic: "plain", partition: 0): offset, TopicPartition(topic: "plain", partition: 2): 0,
                TopicPartition(topic: "compacted", partition: 1): 1,
            ]
            _ = try await cluster.commit(commits, group: group)
        }
    }
}
