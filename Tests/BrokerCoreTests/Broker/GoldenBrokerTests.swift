import Cluster
import Foundation
import KafkaProtocol
import Testing

@testable import BrokerCore

/// Copies of directories that a real Kafka 3.8.0 left, opened with the settings its brokers had.
@Suite("A broker on a Kafka directory")
struct GoldenBrokerTests {
    /// The settings of every golden broker.
    static let settings: [(key: String, value: String)] = [
        ("node.id", "1"), ("offsets.topic.num.partitions", "3"), ("transaction.state.log.num.partitions", "3"),
        ("group.initial.rebalance.delay.ms", "0"), ("log.retention.ms", "-1"), ("auto.create.topics.enable", "false"),
        ("log.index.size.max.bytes", "4096"), ("log.segment.delete.delay.ms", "500"),
    ]

    private static func home(_ name: String) throws -> BrokerHome {
        let home = try BrokerHome()
        try home.adopt(LogGolden.directory(name))
        return home
    }

    @Test(
        "tells the offsets and gives the records that Kafka did",
        .enabled(if: LogGolden.isWhole),
        arguments: [
            "clean", "kill9", "kill9-recovered", "torn-recovered", "compact-0-before", "compact-1-cleaned",
            "compact-2-tombstones-gone", "groups",
        ])
    func offsetsAndRecords(name: String) throws {
        struct Expected: Decodable {
            struct Offsets: Decodable {
                var topic: String
                var partition: Int32
                var logStartOffset: Int64
                var highWatermark: Int64
                var lastStableOffset: Int64
                var clientRecords: Int
            }
            var offsets: [Offsets]
        }
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(LogGolden.root)/\(name)/expected.json"))
        let expected = try JSONDecoder().decode(Expected.self, from: data).offsets
        let home = try Self.home(name)
        // The second run opens what the first closed in order.
        for run in 1...2 {
            let broker = try home.open(Self.settings)
            var records = 0
            for entry in expected {
                let partition = TopicPartition(topic: entry.topic, partition: entry.partition)
                let offsets = try #require(broker.offsets(of: partition), "\(partition)")
                #expect(offsets.start == entry.logStartOffset, "\(partition)")
                #expect(offsets.highWatermark == entry.highWatermark, "\(partition)")
                #expect(offsets.lastStable == entry.lastStableOffset, "\(partition)")
                let found = try broker.records(of: partition).count
                #expect(found == entry.clientRecords, "\(partition)")
                records += found
            }
            let hasMetadata = name == "clean" || name == "groups"
            let saysSo = broker.recoveryNotes.contains { $0.contains("there is no metadata log") }
            #expect(saysSo == (run == 1 && !hasMetadata))
            print(
                "\(name), run \(run): \(expected.count) partitions, \(records) records, \(broker.recoveryNotes.count) notes"
            )
            broker.close()
        }
    }

    @Test("keeps what lies behind damage in the middle, and says what was lost", .enabled(if: LogGolden.isWhole))
    func torn() async throws {
        let home = try Self.home("torn")
        let broker = try home.open(Self.settings)
        defer { broker.close() }
        let damaged = try broker.records(of: TopicPartition("c1", 1)).map(\.offset)
        let whole = try Self.home("kill9")
        let intact = try whole.open(Self.settings)
        defer { intact.close() }
        let all = try intact.records(of: TopicPartition("c1", 1)).map(\.offset)
        let lost = Set(all).subtracting(damaged)
        // The batch with base offset 44 is the one whose bit was flipped.
        #expect(lost.min() == 44)
        #expect(damaged.max() == all.max())
        #expect(Set(damaged).isSubset(of: all))
        #expect(broker.recoveryNotes.contains { $0.contains(".corrupt") })
        // The alert rule broker.quarantine fires on this.
        #expect(try await EmbeddedCluster(broker).status().embedded?.quarantinedSegments == 1)
        for (partition, end) in [("c1", 0, 57), ("c1", 2, 57), ("c1", 3, 57), ("ctx", 0, 67)].map({
            (TopicPartition($0, $1), $2)
        }) {
            #expect(broker.offsets(of: partition)?.end == Int64(end), "\(partition)")
        }
    }

    @Test("has the topics and settings of the metadata log, and leads its partitions", .enabled(if: LogGolden.isWhole))
    func metadata() throws {
        let home = try Self.home("clean")
        let quorum = try home.storage.readFile("\(home.path)/log/__cluster_metadata-0/quorum-state")
        let broker = try home.open(Self.settings)
        let image = broker.topics.image
        #expect(broker.clusterID == "goldenOpenDisk00000001")
        #expect(image.topics.count == 15)
        #expect(image.topic("gone") == nil)
        #expect(image.topic("plain")?.partitionCount == 3)
        #expect(image.features == ["metadata.version": 20])
        #expect(broker.topics.logConfig(ofTopic: "plain").segmentBytes == 8192)
        #expect(broker.topics.logConfig(ofTopic: "plain").indexIntervalBytes == 512)
        #expect(broker.topics.logConfig(ofTopic: "append-time").messageTimestampType == .logAppendTime)
        #expect(image.topics.values.allSatisfy { $0.partitions.values.allSatisfy { $0.leader == 1 } })
        // Three producers at least wrote there: none of their ids is given out again.
        #expect(image.nextProducerID >= 1000)
        let before = image.topics
        broker.close()
        #expect(try home.storage.readFile("\(home.path)/log/__cluster_metadata-0/quorum-state") == quorum)

        let again = try home.open(Self.settings)
        #expect(again.topics.image.topics == before)
        again.close()
    }

    @Test(
        "leaves the files of partitions that nobody wrote to as Kafka left them",
        .enabled(if: LogGolden.isWhole),
        arguments: [true, false]
    )
    func untouched(hasReadAll: Bool) throws {
        let home = try Self.home("clean")
        let broker = try home.open(Self.settings)
        if hasReadAll {
            for partition in broker.directory.partitions { _ = try broker.records(of: partition.topicPartition) }
        }
        broker.close()
        let golden = LogGolden.directory("clean")
        var compared = 0
        for name in try home.storage.list(golden)
        where try home.storage.status(of: "\(golden)/\(name)")?.isDirectory == true && name != "__cluster_metadata-0" {
            let files = try home.storage.list("\(golden)/\(name)")
            #expect(try home.storage.list("\(home.path)/log/\(name)") == files, "\(name)")
            // The leader epoch goes on where Kafka's ended; everything else stays.
            for file in files where file != LeaderEpochs.fileName {
                let ours = try home.storage.readFile("\(home.path)/log/\(name)/\(file)")
                #expect(try home.storage.readFile("\(golden)/\(name)/\(file)") == ours, "\(name)/\(file)")
                compared += 1
            }
        }
        for name in OffsetCheckpoint.Name.allCases {
            let theirs = try OffsetCheckpoint.load(name, from: golden, on: home.storage).offsets
            #expect(
                try OffsetCheckpoint.load(name, from: "\(home.path)/log", on: home.storage).offsets == theirs, "\(name)"
            )
        }
        print("\(compared) files of Kafka's are as they were")
        #expect(compared > 80)
    }

    @Test(
        "takes groups and their commits over, and keeps the partitions of __consumer_offsets",
        .enabled(if: LogGolden.isWhole))
    func groups() throws {
        let home = try Self.home("groups")
        // 50 is what a new directory would get.
        let broker = try home.open([(key: "log.retention.ms", value: "-1")])
        let groups = broker.groups.snapshot().groups.map(\.description)
        #expect(broker.topics.image.topic(TopicName.offsets)?.partitionCount == 3)
        #expect(groups.count >= 4)
        #expect(groups.contains { !$0.commits.isEmpty })
        #expect(groups.contains { $0.members.contains { $0.groupInstanceID != nil } })
        broker.close()
        let again = try home.open([(key: "log.retention.ms", value: "-1")])
        defer { again.close() }
        let commits = again.groups.snapshot().groups.map(\.description.commits)
        #expect(commits == groups.map(\.commits))
    }

    @Test("does not hand out a producer id that occurs in logs it adopted", .enabled(if: LogGolden.isWhole))
    func producerIDs() throws {
        let home = try Self.home("compact-0-before")
        let broker = try home.open(Self.settings)
        defer { broker.close() }
        var used: Set<Int64> = []
        for partition in broker.directory.partitions {
            used.formUnion(try partition.log().producers.producers.keys)
        }
        let answer = Answer<InitProducerIdResponse>()
        broker.transactions.initProducerID(InitProducerIdRequest(), version: 4) { answer.give($0) }
        let given = answer.wait()
        #expect(!used.isEmpty)
        #expect(given.errorCode == .none)
        #expect(given.producerID > used.max() ?? 0)
    }
}
