import KafkaProtocol
import SeededNumbers
import Testing

@testable import BrokerCore

@Suite("Server-side assignors")
struct AssignorTests {
    private static func topic(_ number: Int) -> KafkaUUID { KafkaUUID(high: 7, low: UInt64(number)) }

    /// A problem, and what was assigned before.
    private struct Case {
        var counts: [KafkaUUID: Int32] = [:]
        var subscriptions: [String: Set<KafkaUUID>] = [:]
        var previous: [String: PartitionAssignment] = [:]

        var problem: AssignmentProblem {
            AssignmentProblem(
                members: subscriptions.map {
                    .init(
                        memberID: $0.key, rank: $0.key, topics: $0.value,
                        previous: previous[$0.key] ?? PartitionAssignment())
                }, topics: counts)
        }

        /// How many partitions have an owner as they had before.
        func kept(in shares: [String: PartitionAssignment]) -> Int {
            shares.reduce(0) { $0 + $1.value.intersection(previous[$1.key] ?? PartitionAssignment()).count }
        }

        /// Every partition that somebody subscribes to has one owner, who subscribes to it.
        func check(_ shares: [String: PartitionAssignment]) -> String? {
            var owners: [KafkaUUID: [Int32: String]] = [:]
            for (member, share) in shares {
                for (topic, partitions) in share.topics {
                    guard subscriptions[member]?.contains(topic) == true else { return "\(member) has a foreign topic" }
                    for partition in partitions {
                        guard (0..<(counts[topic] ?? 0)).contains(partition) else { return "no such partition" }
                        if owners[topic]?[partition] != nil { return "two owners of \(partition)" }
                        owners[topic, default: [:]][partition] = member
                    }
                }
            }
            for (topic, count) in counts where subscriptions.values.contains(where: { $0.contains(topic) }) {
                if owners[topic, default: [:]].count != Int(count) { return "partitions without an owner" }
            }
            return shares.count == subscriptions.count ? nil : "members without a share"
        }
    }

    /// Cases that follow from one another: members come and go, topics grow, with the shares given so far.
    private static func forEachCase(
        sameSubscriptions: Bool, assignor: ServerAssignor, _ body: (Case, [String: PartitionAssignment], UInt64) -> Void
    ) {
        for seed in UInt64(0)..<200 {
            var random = SeededGenerator(seed: seed)
            var it = Case()
            for number in 0..<Int.random(in: 1...4, using: &random) {
                it.counts[topic(number)] = Int32.random(in: 0...9, using: &random)
            }
            for step in 0..<12 {
                let topics = it.counts.keys.sorted()
                if step == 0 || Bool.random(using: &random) {
                    let wish =
                        sameSubscriptions ? Set(topics) : Set(topics.filter { _ in Bool.random(using: &random) })
                    it.subscriptions["m\(Int.random(in: 0..<20, using: &random))"] = wish
                } else if it.subscriptions.count > 1,
                    let leaving = it.subscriptions.keys.sorted().randomElement(using: &random)
                {
                    it.subscriptions[leaving] = nil
                }
                if step % 4 == 3, let growing = topics.randomElement(using: &random) { it.counts[growing]? += 2 }
                let shares = assignor.assign(it.problem)
                body(it, shares, seed)
                it.previous = shares
            }
        }
    }

    @Test("uniform shares differ by one partition at most, and nothing moves that need not")
    func uniform() {
        Self.forEachCase(sameSubscriptions: true, assignor: .uniform) { it, shares, seed in
            #expect(it.check(shares) == nil, "seed \(seed)")
            let sizes = shares.values.map(\.count)
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1, "seed \(seed): \(sizes)")
            let all = it.counts.values.reduce(0) { $0 + Int($1) }
            let (least, extra) = all.quotientAndRemainder(dividingBy: it.subscriptions.count)
            let before = it.subscriptions.keys.map { it.previous[$0]?.count ?? 0 }
            let mostKept =
                before.reduce(0) { $0 + min($1, least) } + min(extra, before.filter { $0 > least }.count)
            #expect(it.kept(in: shares) == mostKept, "seed \(seed)")
        }
    }

    @Test("with different subscriptions no partition could go to a member that has two less")
    func uniformWithDifferentSubscriptions() {
        Self.forEachCase(sameSubscriptions: false, assignor: .uniform) { it, shares, seed in
            #expect(it.check(shares) == nil, "seed \(seed)")
            for (member, share) in shares {
                for topic in share.topics.keys {
                    for (other, subscription) in it.subscriptions where subscription.contains(topic) {
                        let less = shares[other]?.count ?? 0
                        #expect(share.count <= less + 1, "seed \(seed): \(member) \(share.count), \(other) \(less)")
                    }
                }
            }
        }
    }

    @Test("range shares each topic evenly, and keeps what it can")
    func range() {
        Self.forEachCase(sameSubscriptions: false, assignor: .range) { it, shares, seed in
            #expect(it.check(shares) == nil, "seed \(seed)")
            for topic in it.counts.keys {
                let subscribers = it.subscriptions.filter { $0.value.contains(topic) }.keys
                let sizes = subscribers.map { shares[$0]?[topic].count ?? 0 }
                #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1, "seed \(seed): \(sizes)")
            }
        }
    }

    @Test("range cuts topics of the same size at the same places, into neighbouring partitions")
    func rangeOfEqualTopics() {
        var it = Case(counts: [Self.topic(1): 7, Self.topic(2): 7])
        for member in ["a", "b", "c"] { it.subscriptions[member] = Set(it.counts.keys) }
        var shares = ServerAssignor.range.assign(it.problem)
        #expect(shares.mapValues { $0[Self.topic(1)].sorted() } == ["a": [0, 1, 2], "b": [3, 4], "c": [5, 6]])
        it.previous = shares
        it.subscriptions["d"] = Set(it.counts.keys)
        shares = ServerAssignor.range.assign(it.problem)
        #expect(shares.values.allSatisfy { $0[Self.topic(1)] == $0[Self.topic(2)] })
        #expect(it.kept(in: shares) == 12)
    }

    @Test("a previous assignment that names partitions twice, or that are not there, does no harm")
    func brokenPrevious() {
        let topic = Self.topic(1)
        var it = Case(counts: [topic: 3], subscriptions: ["a": [topic], "b": [topic]])
        let strange = PartitionAssignment([.init(topicID: topic, partitions: [0, 1, 2, 9, -4, .max])])
        it.previous = ["a": strange, "b": strange]
        for assignor in ServerAssignor.allCases { #expect(it.check(assignor.assign(it.problem)) == nil) }
    }
}
