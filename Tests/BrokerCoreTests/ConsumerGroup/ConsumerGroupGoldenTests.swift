import Cluster
import Foundation
import KafkaProtocol
import NIOCore
import Testing

@testable import BrokerCore

@Suite("KIP-848 groups as Kafka 3.8 wrote them")
struct ConsumerGroupGoldenTests {
    /// A record as the log has it.
    private struct Written: Equatable {
        var key: ByteBuffer
        var value: ByteBuffer?
    }

    /// What Kafka wrote of a group, commits left out, batch by batch.
    private static func batches(of group: String) throws -> [[Written]] {
        let topic = try GroupGolden.offsetsTopic("groups-848")
        var batches: [[Written]] = []
        for partition in Int32(0)..<3 {
            for file in topic.batches(in: partition) {
                for batch in RecordBatches(file) where !batch.header.isControl {
                    var written: [Written] = []
                    try batch.records(limit: 1 << 20).forEach { record in
                        guard let key = record.key, let read = try? OffsetsRecord(key: key, value: record.value),
                            case .consumerGroup(group, _) = read
                        else { return true }
                        written.append(Written(key: key, value: record.value))
                        return true
                    }
                    if !written.isEmpty { batches.append(written) }
                }
            }
        }
        return batches
    }

    private static let catalog: MemoryCatalog = {
        var catalog = MemoryCatalog()
        catalog.topics["grp"] = CatalogTopic(
            id: KafkaUUID("KBN07CZ3RWCBV5GVATCXTQ") ?? .zero, partitionCount: 3,
            racks: [0: ["r1"], 1: ["r1"], 2: ["r1"]])
        return catalog
    }()

    private static let now = GroupInstant(wall: 1_795_248_173_064, monotonic: 0)

    private static func joining(_ member: String, _ change: (inout ConsumerHeartbeat) -> Void = { _ in })
        -> ConsumerHeartbeat
    {
        var beat = ConsumerHeartbeat(
            memberID: member, memberEpoch: 0, clientID: "probe", clientHost: "/127.0.0.1", rebalanceTimeout: 30_000,
            topicNames: ["grp"], owned: PartitionAssignment())
        change(&beat)
        return beat
    }

    private static func encoded(_ records: [ConsumerGroupRecord], of group: String) throws -> [Written] {
        try records.map {
            let (key, value) = try $0.encoded(of: group)
            return Written(key: key, value: value)
        }
    }

    @Test("a member that joins and leaves is stored byte for byte as Kafka stored it, in the same order")
    func joinAndLeave() throws {
        let kafkas = try Self.batches(of: "g-orders-p848")
        var group = ConsumerGroup(groupID: "g-orders-p848", settings: ConsumerGroupSettings())
        let joining = Self.joining("uOawcnqwSaC3UuGioTmbSQ")
        let joined = try group.heartbeat(joining, catalog: Self.catalog, now: Self.now)
        var leaving = joining
        leaving.memberEpoch = -1
        let left = try group.leave(leaving, catalog: Self.catalog)
        #expect(try [joined.records, left.records].map { try Self.encoded($0, of: group.groupID) } == kafkas)
    }

    @Test(
        "an assignor of one's own choice, a static member, and topics that do not exist are stored as Kafka stored them",
        arguments: [
            ("g-orders-p8482", "rXqo55n7QDmG8OCDPgQS3A"), ("g-orders-p8483", "VKBPWJxQTlSAvLQePlG-zw"),
            ("g-orders-p8484", "uCOcRMAIT12Gnjm8zX8wyg"),
        ])
    func variants(name: String, member: String) throws {
        var group = ConsumerGroup(groupID: name, settings: ConsumerGroupSettings())
        let joining = Self.joining(member) {
            if name.hasSuffix("2") { $0.assignor = "range" }
            if name.hasSuffix("3") { $0.instanceID = "i1" }
            if name.hasSuffix("4") { $0.topicNames = ["no-such-topic"] }
        }
        let joined = try group.heartbeat(joining, catalog: Self.catalog, now: Self.now)
        #expect(try [Self.encoded(joined.records, of: name)] == Self.batches(of: name))
    }

    @Test("groups of a Kafka directory come back with their members, and go on")
    func load() throws {
        let topic = try GroupGolden.offsetsTopic("groups-848")
        topic.changeTopics { $0 = Self.catalog }
        let fixture = GroupFixture(topic: topic)
        let report = fixture.coordinator.load()
        #expect(report.unreadable == 0)
        #expect(report.unknownKeyTypes.isEmpty)
        let groups = fixture.coordinator.snapshot().groups.map(\.description).filter { $0.type == .consumer }
        #expect(
            groups.map(\.groupID) == [
                "g-orders-j848", "g-orders-p848", "g-orders-p8482", "g-orders-p8483", "g-orders-p8484",
            ])
        // p848's only member had left when the broker ended, as those of j848.
        #expect(groups.map(\.state) == [.empty, .empty, .stable, .stable, .stable])
        #expect(groups.map(\.protocolName) == ["uniform", "uniform", "range", "uniform", "uniform"])
        #expect(groups.map(\.generation) == [4, 2, 1, 1, 1])
        #expect(groups[0].commits.map(\.offset) == [4, 4, 4])
        let member = groups[3].members[0]
        #expect(member.groupInstanceID == "i1" && member.memberEpoch == 1)
        #expect(member.assignment == (0..<3).map { TopicPartition(topic: "grp", partition: $0) })
        let answer = fixture.beat("g-orders-p8483", member: member.memberID, epoch: 1, instance: "i1").first
        #expect(answer?.errorCode == ErrorCode.none && answer?.memberEpoch == 1)
        #expect(fixture.brokenInvariants.isEmpty)
    }

    @Test("what one member has is given up before another one gets it, as Kafka's answers did it")
    func handOver() throws {
        // wire/java/group-848: j0 owns all three partitions when j1 joins.
        let fixture = GroupFixture()
        fixture.topic.changeTopics { $0.make("t", partitions: 3) }
        let first = fixture.enter("g", "j0")
        #expect(first.memberEpoch == 1 && first.assignment?.topicPartitions.first?.partitions == [0, 1, 2])
        let second = fixture.enter("g", "j1")
        #expect(second.memberEpoch == 2 && second.assignment?.topicPartitions == [])
        let id = first.assignment?.topicPartitions.first?.topicID ?? .zero
        let all = [ConsumerGroupTopicPartitions(topicID: id, partitions: [0, 1, 2])]
        let asked = fixture.beat(member: "j0", epoch: 1, owned: all).first
        let kept = asked?.assignment?.topicPartitions ?? []
        #expect(asked?.memberEpoch == 1 && kept.map(\.partitions.count) == [2])
        // j1 still gets nothing: j0 has not said that it gave up.
        #expect(fixture.beat(member: "j1", epoch: 2).first?.assignment == nil)
        let given = fixture.beat(member: "j0", epoch: 1, owned: kept).first
        #expect(given?.memberEpoch == 2 && given?.assignment == nil)
        let got = fixture.beat(member: "j1", epoch: 2).first
        #expect(got?.memberEpoch == 2)
        let shares = (kept + (got?.assignment?.topicPartitions ?? [])).flatMap(\.partitions)
        #expect(shares.sorted() == [0, 1, 2])
        #expect(fixture.consumerGroup()?.groupState == "Stable")
    }
}
