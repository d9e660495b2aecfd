import Cluster
import Foundation
import KafkaProtocol
import SeededNumbers
import Testing

@testable import BrokerCore

@Suite("KIP-848 groups under random interleavings")
struct ConsumerGroupSimulationTests {
    private static let seeds: Range<UInt64> = {
        let count = ProcessInfo.processInfo.environment["WEIR_GROUP_SEEDS"].flatMap { UInt64($0) } ?? 200
        return 0..<count
    }()

    @Test("no partition is owned twice, whatever is lost; in the end every partition has an owner, evenly")
    func randomInterleavings() {
        var totals = ConsumerGroupSimulation.Totals()
        for seed in Self.seeds {
            var simulation = ConsumerGroupSimulation(seed: seed)
            let problems = simulation.run()
            totals.add(simulation.totals)
            #expect(problems.isEmpty, "seed \(seed): \(problems.prefix(3))")
            if !problems.isEmpty { break }
        }
        print("seeds \(Self.seeds): \(totals)")
        #expect(totals.handOvers > 0 && totals.crashes > 0 && totals.refusals > 0 && totals.fenced > 0)
    }
}

/// Some members of one group, a coordinator and its log, driven by chance.
struct ConsumerGroupSimulation {
    /// How much happened.
    struct Totals: CustomStringConvertible {
        var steps = 0
        var handOvers = 0
        var refusals = 0
        var fenced = 0
        var crashes = 0

        mutating func add(_ other: Self) {
            steps += other.steps
            handOvers += other.handOvers
            refusals += other.refusals
            fenced += other.fenced
            crashes += other.crashes
        }

        var description: String {
            "\(steps) steps, \(handOvers) changed assignments, \(refusals) refused writes, \(fenced) fenced, \(crashes) crashes"
        }
    }

    /// A consumer, as a client library is one: it gives partitions up when it is told to, reports that with a later heartbeat, and
    /// gives all up when it is fenced or has not reached the coordinator for a session.
    private final class Consumer {
        let name: String
        let instance: String?
        var incarnation = 0
        var epoch: Int32 = 0
        var owned = PartitionAssignment()
        /// What it was told to own.
        var told = PartitionAssignment()
        /// When it may have been asked first, by the coordinator's clock, for partitions that it has not given up yet.
        var revokedSince: Int64?
        var lastSent: Int64 = 0
        /// When the first heartbeat was sent of those that have had no answer: what the next answer says may be as old.
        var unansweredSince: Int64?
        /// What it reported with the last heartbeat.
        var reported = PartitionAssignment()
        var waiting: Answers<ConsumerGroupHeartbeatResponse>?
        var isAlive = true
        var wantsAll = true

        init(_ name: String, instance: String?) {
            self.name = name
            self.instance = instance
        }

        var memberID: String { "\(name)-\(incarnation)" }

        func abandon() {
            owned = PartitionAssignment()
            told = PartitionAssignment()
            revokedSince = nil
            epoch = 0
            waiting = nil
            unansweredSince = nil
        }
    }

    private static let session: Int64 = 45_000
    private static let rebalance: Int64 = 60_000

    private var random: SeededGenerator
    private var fixture: GroupFixture
    private var consumers: [Consumer] = []
    private var partitions: [String: Int32] = ["t": 5, "u": 3]
    private var now: Int64 = 0
    private var problems: [String] = []
    private(set) var totals = Totals()

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        let fixture = GroupFixture()
        self.fixture = fixture
        for (name, count) in partitions.sorted(by: { $0.key < $1.key }) {
            fixture.topic.changeTopics { $0.make(name, partitions: count) }
        }
        for index in 0..<Int.random(in: 2...5, using: &random) {
            consumers.append(Consumer("c\(index)", instance: Bool.random(using: &random) ? "i\(index)" : nil))
        }
        fixture.topic.acknowledgesAtOnce = false
    }

    /// Runs to the end.
    ///
    /// - Returns: What went wrong.
    mutating func run() -> [String] {
        for _ in 0..<300 where problems.isEmpty {
            totals.steps += 1
            step()
            check()
        }
        guard problems.isEmpty else { return problems }
        settle()
        return problems
    }

    private mutating func step() {
        let consumer = consumers[Int.random(in: consumers.indices, using: &random)]
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40: send(consumer)
        case 40..<60: acknowledge()
        case 60..<75: revoke(consumer)
        case 75..<85: pass(Int64.random(in: 0...20_000, using: &random))
        case 85..<88: leave(consumer)
        case 88..<91: die(consumer)
        case 91..<93: consumer.wantsAll.toggle()
        case 93..<95: grow()
        // The answer is lost on the way.
        case 95..<98: consumer.waiting = nil
        default: crash()
        }
        for consumer in consumers { take(consumer) }
    }

    // MARK: What consumers do

    private mutating func send(_ consumer: Consumer) {
        guard consumer.isAlive else {
            consumer.isAlive = true
            consumer.incarnation += 1
            return
        }
        guard consumer.waiting == nil else { return }
        let isJoin = consumer.epoch == 0
        consumer.reported = consumer.owned
        consumer.lastSent = now
        consumer.unansweredSince = consumer.unansweredSince ?? now
        let owned = isJoin ? [] : consumer.owned.wireForm
        let topics = consumer.wantsAll ? ["t", "u"] : ["t"]
        consumer.waiting = fixture.beat(
            member: consumer.memberID, epoch: consumer.epoch, instance: consumer.instance, topics: topics, owned: owned,
            rebalance: Int32(Self.rebalance))
    }

    /// Gives up what it was told to give up.
    private func revoke(_ consumer: Consumer) {
        guard consumer.revokedSince != nil else { return }
        // Only an answer to a heartbeat that reports it tells that the coordinator does not wait for it any more.
        consumer.owned = consumer.owned.intersection(consumer.told)
    }

    private func leave(_ consumer: Consumer) {
        guard consumer.isAlive, consumer.epoch > 0 else { return }
        let isForAWhile = consumer.instance != nil
        _ = fixture.beat(member: consumer.memberID, epoch: isForAWhile ? -2 : -1, instance: consumer.instance)
        consumer.abandon()
        consumer.isAlive = false
    }

    private func die(_ consumer: Consumer) {
        consumer.abandon()
        consumer.isAlive = false
    }

    /// Takes an answer in, if there is one.
    private mutating func take(_ consumer: Consumer) {
        guard let answer = consumer.waiting?.first else { return }
        consumer.waiting = nil
        switch answer.errorCode {
        case .none:
            let decidedAfter = consumer.unansweredSince ?? consumer.lastSent
            consumer.unansweredSince = nil
            consumer.epoch = answer.memberEpoch
            guard let assignment = answer.assignment else { return }
            consumer.told = PartitionAssignment(assignment.topicPartitions)
            totals.handOvers += 1
            // New partitions are used at once; others go when the application lets them go.
            let surplus = consumer.reported.subtracting(consumer.told)
            consumer.owned = consumer.owned.union(consumer.told)
            consumer.revokedSince = surplus.isEmpty ? nil : consumer.revokedSince ?? decidedAfter
        case .coordinatorNotAvailable, .notCoordinator, .unknownServerError: totals.refusals += 1
        case .unreleasedInstanceID: break
        case .fencedMemberEpoch, .unknownMemberID, .fencedInstanceID, .groupIDNotFound:
            totals.fenced += 1
            consumer.abandon()
        default: problems.append("\(consumer.memberID) is answered \(answer.errorCode)")
        }
    }

    // MARK: What happens around them

    private mutating func acknowledge() {
        guard fixture.topic.waitingCount > 0 else { return }
        let fails = Int.random(in: 0..<10, using: &random) == 0
        fixture.topic.acknowledge(error: fails ? .notEnoughReplicas : .none)
    }

    private mutating func pass(_ milliseconds: Int64) {
        now += milliseconds
        // Clients let go before the coordinator does.
        for consumer in consumers where consumer.isAlive {
            let isLate = now - (consumer.unansweredSince ?? consumer.lastSent) >= Self.session
            let isSlow = consumer.revokedSince.map { now - $0 >= Self.rebalance } ?? false
            // A join whose answer comes after a session is as good as none.
            if consumer.epoch > 0 || consumer.waiting != nil, isLate || isSlow { consumer.abandon() }
        }
        fixture.advance(milliseconds: milliseconds)
    }

    private mutating func grow() {
        guard let name = partitions.keys.sorted().randomElement(using: &random) else { return }
        partitions[name]? += 1
        let count = partitions[name] ?? 0
        fixture.topic.changeTopics { $0.make(name, partitions: count) }
    }

    private mutating func crash() {
        totals.crashes += 1
        var random = self.random
        fixture.topic.crash { Int.random(in: 0...$0, using: &random) }
        self.random = random
        fixture = fixture.restarted()
        for consumer in consumers { consumer.waiting = nil }
    }

    // MARK: Judging

    private mutating func check() {
        problems += fixture.brokenInvariants
        var owners: [String: String] = [:]
        for consumer in consumers where consumer.isAlive {
            for (topic, numbers) in consumer.owned.topics {
                for number in numbers {
                    let place = "\(topic)-\(number)"
                    if let other = owners[place] { problems.append("\(other) and \(consumer.memberID) own \(place)") }
                    owners[place] = consumer.memberID
                }
            }
        }
    }

    /// Everybody behaves from now on: all partitions must find an owner, evenly, and a restart must change nothing.
    private mutating func settle() {
        while fixture.topic.waitingCount > 0 { fixture.topic.acknowledge() }
        fixture.topic.acknowledgesAtOnce = true
        for consumer in consumers {
            take(consumer)
            consumer.waiting = nil
            consumer.wantsAll = true
            if !consumer.isAlive {
                consumer.isAlive = true
                consumer.incarnation += 1
            }
        }
        for _ in 0..<60 {
            for consumer in consumers {
                send(consumer)
                take(consumer)
                revoke(consumer)
                check()
            }
            pass(3_000)
        }
        let all = partitions.values.reduce(0) { $0 + Int($1) }
        let shares = consumers.map(\.owned.count)
        if shares.reduce(0, +) != all { problems.append("\(shares) of \(all) partitions") }
        if (shares.max() ?? 0) - (shares.min() ?? 0) > 1 { problems.append("uneven shares \(shares)") }
        let group = fixture.consumerGroup()
        if group?.groupState != "Stable" { problems.append("the group is \(group?.groupState ?? "gone")") }
        if fixture.restarted().consumerGroup()?.withSortedMembers != group?.withSortedMembers {
            problems.append("a restart changes the group")
        }
    }
}

extension ConsumerGroupDescribeResponse.Group {
    /// With the members by id: the log does not know the order in which they joined.
    fileprivate var withSortedMembers: Self {
        var sorted = self
        sorted.members.sort { $0.memberID < $1.memberID }
        return sorted
    }
}
