import Cluster
import Foundation
import KafkaProtocol
import NIOCore
import SeededNumbers
import Testing

@testable import BrokerCore

/// What a broker acknowledged, kept beside it to compare.
private struct BrokerModel {
    struct Topic: Equatable {
        var id: KafkaUUID
        var partitions: Int32
        var retention: String?
        /// Acknowledged values of partition 0, in order.
        var values: [String] = []
    }

    var topics: [String: Topic] = [:]
    /// What the change under way would make of the topics; nil when none is.
    var underWay: [String: Topic]?
    var producerIDs: Set<Int64> = []
}

@Suite("A broker whose machine loses power")
struct BrokerCrashTests {
    /// How many seeds to live through: `WEIR_CRASH_SEEDS`, or some.
    static let seeds = UInt64(ProcessInfo.processInfo.environment["WEIR_CRASH_SEEDS"] ?? "") ?? 120
    /// The first seed: `WEIR_CRASH_FIRST`, or 1.
    static let first = UInt64(ProcessInfo.processInfo.environment["WEIR_CRASH_FIRST"] ?? "") ?? 1

    static let settings: [(key: String, value: String)] = [
        ("metadata.log.max.record.bytes.between.snapshots", "900"), ("offsets.topic.num.partitions", "2"),
    ]

    @Test("has every change of topics, every record and no more than was begun, whenever the power goes")
    func changesHold() throws {
        var cuts = 0
        for seed in Self.first..<(Self.first + Self.seeds) {
            var random = SeededGenerator(seed: seed)
            var disk = SimulatedDisk(directories: ["/disk"])
            var model = BrokerModel()
            let clock = TestClock()
            do {
                for round in 0..<3 {
                    disk.plan(.powerCut, atCall: 1 + random.below(round == 0 ? 60 : 100))
                    let home = BrokerHome(on: disk, path: "/disk/data", clock: clock)
                    try Self.live(home, disk, &model, &random)
                    cuts += disk.isDead ? 1 : 0
                    disk = disk.crashed(using: &random)
                }
                let broker = try BrokerHome(on: disk, path: "/disk/data", clock: clock).open(Self.settings)
                try Self.compare(broker, &model)
                #expect(broker.createTopic("after").errorCode == .none)
                broker.close()
            } catch {
                Issue.record("seed \(seed): \(error)")
                return
            }
        }
        print("broker crash seeds \(Self.first) to \(Self.first + Self.seeds - 1): \(cuts) power cuts")
    }

    @Test("answers a storage error, and says why, when a sync fails; what was acknowledged is there at the next start")
    func failingSync() throws {
        let disk = SimulatedDisk(directories: ["/disk"])
        let home = BrokerHome(on: disk, path: "/disk/data")
        var broker = try home.open(Self.settings)
        broker.createTopic("t")
        let partition = TopicPartition("t")
        let kept = try broker.write([TestRecord(key: nil, value: "kept")], to: partition)
        #expect(kept.error == .none)
        // The write is the next call that counts, its sync the one after.
        disk.plan(.error(StorageError.inputOutput), atCall: 2)
        #expect(try broker.write([TestRecord(key: nil, value: "lost")], to: partition).error == .kafkaStorageError)
        #expect(broker.offlineReason?.contains("sync") == true)
        disk.unplan()
        // Never tried again: neither this log nor another takes anything.
        #expect(try broker.write([TestRecord(key: nil, value: "x")], to: partition).error == .kafkaStorageError)
        broker.close()
        #expect(try disk.status(of: "/disk/data/log/\(CleanShutdownMarker.fileName)") == nil)
        var random = SeededGenerator(seed: 5)
        let home2 = BrokerHome(on: disk.crashed(using: &random), path: "/disk/data")
        broker = try home2.open(Self.settings)
        defer { broker.close() }
        #expect(broker.offlineReason == nil)
        #expect(try broker.records(of: partition).first?.value.map { String(buffer: $0) } == "kept")
    }

    // MARK: Living

    private static func live(
        _ home: BrokerHome, _ disk: SimulatedDisk, _ model: inout BrokerModel, _ random: inout SeededGenerator
    ) throws {
        let broker: Broker
        do {
            broker = try home.open(settings)
        } catch  where disk.isDead {
            return
        }
        guard !disk.isDead else { return broker.abandon() }
        // Looking is not what the power may interrupt.
        disk.unplan()
        try compare(broker, &model)
        disk.plan(.powerCut, atCall: 1 + random.below(250))
        for step in 0..<40 where !disk.isDead {
            act(step, broker, &model, &random)
        }
        if disk.isDead || random.chance(50) { broker.abandon() } else { broker.close() }
    }

    private static func act(_ step: Int, _ broker: Broker, _ model: inout BrokerModel, _ random: inout SeededGenerator)
    {
        let name = "t\(random.below(4))"
        var next = model.topics
        switch random.below(10) {
        case 0, 1:
            let partitions = Int32(1 + random.below(3))
            next[name] = next[name] ?? BrokerModel.Topic(id: .zero, partitions: partitions)
            model.underWay = next
            let answer = broker.createTopic(name, partitions: partitions)
            if answer.errorCode == .none {
                model.topics[name] = BrokerModel.Topic(id: answer.topicID, partitions: partitions)
            }
            if answer.errorCode != .kafkaStorageError { model.underWay = nil }
        case 2:
            next[name] = nil
            model.underWay = next
            let error = broker.deleteTopic(name)
            if error == .none { model.topics[name] = nil }
            if error != .kafkaStorageError { model.underWay = nil }
        case 3:
            let count = (next[name]?.partitions ?? 0) + 1
            next[name]?.partitions = count
            model.underWay = next
            let answer = broker.topics.createPartitions(
                CreatePartitionsRequest(topics: [.init(name: name, count: count)]))
            if answer.results[0].errorCode == .none { model.topics[name]?.partitions = count }
            if answer.results[0].errorCode != .kafkaStorageError { model.underWay = nil }
        case 4:
            let value = String(random.below(100_000))
            next[name]?.retention = value
            model.underWay = next
            let answer = broker.topics.alterConfigs(
                AlterConfigsRequest(resources: [
                    .init(resourceType: 2, resourceName: name, configs: [.init(name: "retention.ms", value: value)])
                ]))
            if answer.responses[0].errorCode == .none { model.topics[name]?.retention = value }
            if answer.responses[0].errorCode != .kafkaStorageError { model.underWay = nil }
        case 5:
            try? broker.topics.snapshotIfDue()
            try? broker.directory.storeCheckpoints()
        case 6:
            let answer = Answer<InitProducerIdResponse>()
            broker.transactions.initProducerID(InitProducerIdRequest(), version: 4) { answer.give($0) }
            let given = answer.wait()
            if given.errorCode == .none {
                #expect(model.producerIDs.insert(given.producerID).inserted, "producer id \(given.producerID) twice")
            }
        default:
            let value = "v\(random.next())"
            let outcome = try? broker.write([TestRecord(key: "k", value: value)], to: TopicPartition(name))
            if outcome?.error == .some(.none) { model.topics[name]?.values.append(value) }
        }
    }

    /// Compares what a broker has with what was acknowledged; a change under way may have happened or not.
    private static func compare(_ broker: Broker, _ model: inout BrokerModel) throws {
        let image = broker.topics.image
        func matches(_ topics: [String: BrokerModel.Topic]) -> Bool {
            Set(image.topics.keys) == Set(topics.keys)
                && topics.allSatisfy { name, topic in
                    image.topic(name)?.partitionCount == topic.partitions
                        && (topic.id.isZero || image.topic(name)?.id == topic.id)
                        && image.overrides(ofTopic: name)["retention.ms"] == topic.retention
                }
        }
        let isUnderWay = model.underWay.map(matches) ?? false
        #expect(matches(model.topics) || isUnderWay, "\(image.topics.keys.sorted()) is not \(model.topics)")
        if !matches(model.topics), isUnderWay, let underWay = model.underWay { model.topics = underWay }
        model.underWay = nil
        for (name, topic) in model.topics {
            model.topics[name]?.id = image.topic(name)?.id ?? .zero
            let values = try broker.records(of: TopicPartition(name)).map { $0.value.map { String(buffer: $0) } ?? "" }
            let kept = values.filter { topic.values.contains($0) }
            #expect(kept == topic.values, "\(name): acknowledged records are missing or out of order")
            #expect(Set(values).count == values.count, "\(name): a record is there twice")
            // Unacknowledged ones that survived are there from now on.
            model.topics[name]?.values = values
        }
        for name in image.topics.keys {
            for partition in image.topic(name)?.partitions.keys.sorted() ?? [] {
                #expect(broker.offsets(of: TopicPartition(name, partition)) != nil)
            }
        }
    }
}
