import Cluster
import ClusterRequests
import Foundation
import KafkaProtocol
import NIOCore
import SeededNumbers
import Synchronization
import Testing

@testable import BrokerCore

@Suite("Groups under random interleavings")
struct GroupSimulationTests {
    private static let seeds: Range<UInt64> = {
        let count = ProcessInfo.processInfo.environment["WEIR_GROUP_SEEDS"].flatMap { UInt64($0) } ?? 150
        return 0..<count
    }()

    @Test("no partition has two owners in a generation, no commit is lost, every request is answered once")
    func randomInterleavings() {
        var totals = GroupSimulation.Totals()
        for seed in Self.seeds {
            var simulation = GroupSimulation(seed: seed)
            let problems = simulation.run()
            totals.add(simulation.totals)
            #expect(problems.isEmpty, "seed \(seed): \(problems.prefix(3))")
            if !problems.isEmpty { break }
        }
        print("\(Self.seeds.count) seeds: \(totals)")
        #expect(totals.assignments > 0 && totals.crashes > 0 && totals.commits > 0)
    }
}

/// Some consumers of one group, a coordinator and its log, driven by chance.
struct GroupSimulation {
    /// How much happened.
    struct Totals: CustomStringConvertible {
        var steps = 0
        var requests = 0
        var assignments = 0
        var commits = 0
        var crashes = 0
        var generations: Int32 = 0

        mutating func add(_ other: Self) {
            steps += other.steps
            requests += other.requests
            assignments += other.assignments
            commits += other.commits
            crashes += other.crashes
            generations += other.generations
        }

        var description: String {
            """
            \(steps) steps, \(requests) requests, \(generations) generations, \(assignments) assignments, \
            \(commits) commits acknowledged, \(crashes) crashes
            """
        }
    }

    /// A consumer. What it believes may be out of date, as in life.
    private final class Consumer {
        let name: String
        let instance: String?
        var memberID = ""
        var generation: Int32 = -1
        var joining: Answers<JoinGroupResponse>?
        var joined: JoinGroupResponse?
        var syncing: Answers<SyncGroupResponse>?
        var owned: [Int32]?

        init(_ name: String, instance: String?) {
            self.name = name
            self.instance = instance
        }

        func forget() {
            joining = nil
            joined = nil
            syncing = nil
            owned = nil
        }
    }

    private static let partitions: [Int32] = [0, 1, 2, 3, 4]

    private var random: SeededGenerator
    private var fixture = GroupFixture()
    private var consumers: [Consumer]
    /// Answers still owed by the present coordinator, with the request's kind.
    private var owed: [(kind: String, count: () -> Int)] = []
    /// Owners by generation and partition: an instance id, or a member id.
    private var owners: [Int32: [Int32: String]] = [:]
    /// Assignments by generation and owner.
    private var assigned: [Int32: [String: [Int32]]] = [:]
    /// What leaders proposed, by generation: the shares of all members.
    private var proposed: [Int32: [[Int32]]] = [:]
    private var issued: [Int32: Int64] = [:]
    private let acknowledged = Acknowledged()
    private var problems: [String] = []
    private(set) var totals = Totals()

    /// The highest offset acknowledged for each partition.
    private final class Acknowledged: Sendable {
        let offsets = Mutex<[Int32: Int64]>([:])
        let count = Mutex(0)
    }

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        consumers = []
        for index in 0..<Int.random(in: 2...5, using: &random) {
            consumers.append(Consumer("c\(index)", instance: Bool.random(using: &random) ? "i\(index)" : nil))
        }
        fixture.topic.acknowledgesAtOnce = false
    }

    /// Runs to the end.
    ///
    /// - Returns: What went wrong.
    mutating func run() -> [String] {
        for _ in 0..<400 where problems.isEmpty {
            totals.steps += 1
            step()
            check()
        }
        guard problems.isEmpty else { return problems }
        settle()
        return problems
    }

    private mutating func step() {
        let index = Int.random(in: consumers.indices, using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<25: advance(consumers[index])
        case 25..<35: heartbeat(consumers[index])
        case 35..<50: commit(consumers[index])
        case 50..<53: leave(consumers[index])
        case 53..<56:
            // The process dies and comes back without its memory.
            consumers[index].forget()
            consumers[index].memberID = ""
        case 56..<59: join(consumers[index])  // on a whim, perhaps while it waits already
        case 59..<85: acknowledge()
        case 85..<99: fixture.advance(milliseconds: Int64.random(in: 0...4_000, using: &random))
        default: crash()
        }
        for consumer in consumers { takeAnswers(consumer) }
    }

    private mutating func acknowledge() {
        let waiting = fixture.topic.waitingCount
        guard waiting > 0 else { return }
        let index = Bool.random(using: &random) ? 0 : Int.random(in: 0..<waiting, using: &random)
        let fails = Int.random(in: 0..<12, using: &random) == 0
        fixture.topic.acknowledge(at: index, error: fails ? .notEnoughReplicas : .none)
    }

    private mutating func crash() {
        totals.crashes += 1
        totals.requests += owed.count
        owed = []
        var random = self.random
        fixture.topic.crash { Int.random(in: 0...$0, using: &random) }
        self.random = random
        fixture = fixture.restarted()
        for index in consumers.indices {
            consumers[index].joining = nil
            consumers[index].syncing = nil
        }
    }

    // MARK: What consumers do

    /// The next thing a consumer would do by the protocol.
    private mutating func advance(_ consumer: Consumer) {
        if consumer.joining != nil || consumer.syncing != nil { return }
        if consumer.joined != nil {
            sync(consumer)
        } else if consumer.owned == nil {
            join(consumer)
        } else {
            heartbeat(consumer)
        }
    }

    private mutating func join(_ consumer: Consumer) {
        consumer.forget()
        let answers = fixture.join(
            member: consumer.memberID, instance: consumer.instance, session: 10_000, rebalance: 15_000,
            version: consumer.instance == nil ? 4 : 9
        )
        owed.append(("join of \(consumer.name)", { answers.all.count }))
        consumer.joining = answers
    }

    private mutating func sync(_ consumer: Consumer) {
        guard let joined = consumer.joined else { return }
        var shares: [String: [Int32]] = [:]
        if joined.leader == joined.memberID, !joined.members.isEmpty, !joined.skipAssignment {
            for (index, partition) in Self.partitions.enumerated() {
                shares[joined.members[index % joined.members.count].memberID, default: []].append(partition)
            }
        }
        if !shares.isEmpty {
            proposed[joined.generationID, default: []] += joined.members.map { shares[$0.memberID] ?? [] }
        }
        let answers = fixture.sync("g", joined, instance: consumer.instance, shares)
        owed.append(("sync of \(consumer.name)", { answers.all.count }))
        consumer.syncing = answers
    }

    private mutating func heartbeat(_ consumer: Consumer) {
        guard consumer.owned != nil else { return }
        let claim = JoinGroupResponse(generationID: consumer.generation, memberID: consumer.memberID)
        switch fixture.heartbeat("g", claim, instance: consumer.instance) {
        case .none: break
        case .rebalanceInProgress: consumer.forget()
        default:
            consumer.forget()
            consumer.memberID = ""
        }
    }

    private mutating func leave(_ consumer: Consumer) {
        guard !consumer.memberID.isEmpty else { return }
        let request = LeaveGroupRequest(
            groupID: "g", members: [.init(memberID: consumer.memberID, groupInstanceID: consumer.instance)]
        )
        _ = fixture.coordinator.leave(request, context: GroupFixture.context(5))
        consumer.forget()
        consumer.memberID = ""
    }

    /// Commits a partition further than anybody did before.
    private mutating func commit(_ consumer: Consumer) {
        guard let partition = consumer.owned?.randomElement(using: &random) else { return }
        let offset = (issued[partition] ?? 0) + 1
        issued[partition] = offset
        let claim = JoinGroupResponse(generationID: consumer.generation, memberID: consumer.memberID)
        let answers = Answers<OffsetCommitResponse>()
        let request = OffsetCommitRequest(
            groupID: "g",
            generationIDOrMemberEpoch: claim.generationID,
            memberID: claim.memberID,
            groupInstanceID: consumer.instance,
            topics: [.init(name: "t", partitions: [.init(partitionIndex: partition, committedOffset: offset)])]
        )
        let acknowledged = self.acknowledged
        fixture.coordinator.commitOffsets(request, context: GroupFixture.context(8)) { answer in
            answers.take(answer)
            guard answer.topics.first?.partitions.first?.errorCode == ErrorCode.none else { return }
            acknowledged.offsets.withLock { $0[partition] = max($0[partition] ?? 0, offset) }
            acknowledged.count.withLock { $0 += 1 }
        }
        owed.append(("commit of \(consumer.name)", { answers.all.count }))
    }

    private mutating func takeAnswers(_ consumer: Consumer) {
        if let answer = consumer.joining?.first {
            consumer.joining = nil
            switch answer.errorCode {
            case .none:
                consumer.memberID = answer.memberID
                consumer.joined = answer
            case .memberIDRequired: consumer.memberID = answer.memberID
            case .rebalanceInProgress, .coordinatorNotAvailable: break
            default: consumer.memberID = ""
            }
        }
        guard let answer = consumer.syncing?.first, let joined = consumer.joined else { return }
        consumer.syncing = nil
        consumer.joined = nil
        switch answer.errorCode {
        case .none:
            let partitions = Self.partitions(of: answer.assignment)
            consumer.owned = partitions
            consumer.generation = joined.generationID
            note(partitions, of: consumer.instance ?? consumer.memberID, in: joined.generationID)
        case .rebalanceInProgress, .coordinatorNotAvailable: break
        default: consumer.memberID = ""
        }
    }

    private static func partitions(of assignment: ByteBuffer) -> [Int32] {
        ConsumerAssignment(decoding: assignment)?.partitions.map(\.partition) ?? []
    }

    // MARK: What must hold

    private mutating func note(_ partitions: [Int32], of owner: String, in generation: Int32) {
        totals.assignments += 1
        totals.generations = max(totals.generations, generation)
        if let before = assigned[generation]?[owner], before != partitions {
            problems.append("generation \(generation) gave \(owner) \(before), then \(partitions)")
        }
        if proposed[generation]?.contains(partitions) != true {
            problems.append("generation \(generation) gave \(owner) \(partitions), which its leader never proposed")
        }
        assigned[generation, default: [:]][owner] = partitions
        for partition in partitions {
            if let other = owners[generation]?[partition], other != owner {
                problems.append("generation \(generation): partition \(partition) is \(other)'s and \(owner)'s")
            }
            owners[generation, default: [:]][partition] = owner
        }
    }

    private mutating func check() {
        let broken = fixture.coordinator.registry.withLock { registry in
            registry.groups.values.flatMap { $0.classic?.brokenInvariants() ?? [] }
        }
        problems += broken
        for (kind, count) in owed where count() > 1 { problems.append("\(kind) was answered \(count()) times") }
        owed.removeAll { entry in
            guard entry.count() == 1 else { return false }
            totals.requests += 1
            return true
        }
        for (partition, offset) in acknowledged.offsets.withLock({ $0 }) {
            let committed = fixture.fetch(partition: partition)?.committedOffset ?? -1
            if committed < offset { problems.append("partition \(partition) went back from \(offset) to \(committed)") }
            if committed > issued[partition] ?? 0 { problems.append("partition \(partition) is at \(committed)") }
        }
    }

    /// Everybody behaves: the group must become stable, with every partition owned once, and no request left open.
    private mutating func settle() {
        while fixture.topic.waitingCount > 0 { fixture.topic.acknowledge() }
        fixture.topic.acknowledgesAtOnce = true
        var owned: [Int32] = []
        // Dead consumers whose JoinGroup still waits are in the way for five minutes at most.
        for _ in 0..<360 where owned != Self.partitions || fixture.state() != "Stable" || !owed.isEmpty {
            fixture.advance(milliseconds: 1_000)
            for consumer in consumers {
                takeAnswers(consumer)
                advance(consumer)
            }
            check()
            owned = consumers.compactMap(\.owned).flatMap { $0 }.sorted()
        }
        if !owed.isEmpty { problems.append("never answered: \(owed.map(\.kind))") }
        if owned != Self.partitions { problems.append("at the end the partitions owned are \(owned)") }
        if fixture.state() != "Stable" { problems.append("at the end the group is \(fixture.state())") }
        totals.commits = acknowledged.count.withLock { $0 }
        totals.requests += owed.count
    }
}
