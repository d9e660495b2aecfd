import Foundation
import KafkaProtocol
import NIOCore
import SeededNumbers
import Testing

@testable import BrokerCore

@Suite("Offsets and producer ids of a broker that loses power")
struct OffsetCrashTests {
    /// Seeds of a run; `WEIR_OFFSET_CRASH_SEEDS` for more.
    private static let seeds: UInt64 =
        ProcessInfo.processInfo.environment["WEIR_OFFSET_CRASH_SEEDS"].flatMap { UInt64($0) } ?? 25

    private static let settings = [(key: "offsets.topic.num.partitions", value: "2")]

    @Test("committed offsets never go back, deleted groups stay away, and no producer id is given twice")
    func powerCuts() throws {
        var totals = (crashes: 0, commits: 0, deletions: 0, ids: 0)
        for seed in 0..<Self.seeds {
            var run = OffsetCrashRun(seed: seed)
            try run.run(rounds: 4, Self.settings)
            #expect(run.problems.isEmpty, "seed \(seed): \(run.problems.prefix(3))")
            totals.crashes += run.crashes
            totals.commits += run.commits
            totals.deletions += run.deletions
            totals.ids += run.ids.count
        }
        print("offsets over \(Self.seeds) seeds: \(totals)")
        #expect(totals.commits > 0 && totals.ids > 0)
    }
}

/// One broker on a disk that loses power, again and again.
private struct OffsetCrashRun {
    private(set) var problems: [String] = []
    private(set) var crashes = 0
    private(set) var commits = 0
    private(set) var deletions = 0
    private(set) var ids: Set<Int64> = []

    private var random: SeededGenerator
    private var disk = SimulatedDisk(directories: ["/", "/data"])
    private let clock = TestClock()
    /// Offsets acknowledged and offsets asked for, by group.
    private var acknowledged: [String: Int64] = [:]
    private var asked: [String: Int64] = [:]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func run(rounds: Int, _ settings: [(key: String, value: String)]) throws {
        for _ in 0..<rounds {
            var broker = try BrokerHome(on: disk, clock: clock).open(settings)
            if broker.topics.image.topic("t") == nil { broker.createTopic("t") }
            check(broker)
            disk.plan(.powerCut, atCall: 1 + random.below(60))
            for _ in 0..<60 where !disk.isDead { step(broker) }
            broker.abandon()
            crashes += 1
            disk = disk.crashed(using: &random)
            broker = try BrokerHome(on: disk, clock: clock).open(settings)
            check(broker)
            broker.abandon()
        }
    }

    private mutating func step(_ broker: Broker) {
        clock.advance(5)
        let group = "g\(random.below(5))"
        switch random.below(10) {
        case 0: delete(group, broker)
        case 1: takeID(broker)
        default: commit(group, broker)
        }
    }

    private mutating func commit(_ group: String, _ broker: Broker) {
        let offset = (asked[group] ?? 0) + 1
        asked[group] = offset
        let answer = Answer<OffsetCommitResponse>()
        let request = OffsetCommitRequest(
            groupID: group,
            topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, committedOffset: offset)])]
        )
        broker.groups.commitOffsets(request, context: GroupFixture.context(8)) { answer.give($0) }
        guard answer.wait().topics.first?.partitions.first?.errorCode == ErrorCode.none else { return }
        acknowledged[group] = offset
        commits += 1
    }

    private mutating func delete(_ group: String, _ broker: Broker) {
        let answer = Answer<DeleteGroupsResponse>()
        broker.groups.deleteGroups(
            DeleteGroupsRequest(groupsNames: [group]), context: GroupFixture.context(2)
        ) { answer.give($0) }
        switch answer.wait().results.first?.errorCode {
        case ErrorCode.none:
            acknowledged[group] = 0
            asked[group] = 0
            deletions += 1
        case .groupIDNotFound: break
        default:
            // The log may or may not have the tombstones.
            acknowledged[group] = 0
        }
    }

    private mutating func takeID(_ broker: Broker) {
        let answer = Answer<InitProducerIdResponse>()
        broker.transactions.initProducerID(InitProducerIdRequest(), version: 4) { answer.give($0) }
        let response = answer.wait()
        guard response.errorCode == .none else { return }
        if !ids.insert(response.producerID).inserted {
            problems.append("producer id \(response.producerID) came twice")
        }
    }

    private mutating func check(_ broker: Broker) {
        for group in asked.keys.sorted() {
            let request = OffsetFetchRequest(
                groups: [.init(groupID: group, topics: [.init(name: "t", partitionIndexes: [0])])]
            )
            let answer = broker.groups.fetchOffsets(request, context: GroupFixture.context(8))
            let offset = max(0, answer.groups.first?.topics.first?.partitions.first?.committedOffset ?? -1)
            let allowed = (acknowledged[group] ?? 0)...max(asked[group] ?? 0, acknowledged[group] ?? 0)
            if !allowed.contains(offset) {
                problems.append("crash \(crashes): \(group) is at \(offset), promised were \(allowed)")
            }
        }
    }
}
