import KafkaProtocol

/// Even shares over all topics, with as few moves as possible: Kafka's `UniformAssignor`.
///
/// Three steps: everybody keeps what it had, free partitions go to whoever has least, then partitions move from members with much
/// to members with little until no move evens anything out. Where all subscribe to the same, nobody keeps more than its share, the
/// shares differ by one partition at most, and no move could be spared; with different subscriptions no member could give a
/// partition to another one that has two less.
enum UniformAssignor {
    /// Shares partitions out.
    static func assign(_ problem: AssignmentProblem) -> [String: PartitionAssignment] {
        var run = Run(problem)
        run.keep()
        run.fill()
        run.level()
        return problem.result(run.shares)
    }

    private struct Run {
        let problem: AssignmentProblem
        let subscribers: [KafkaUUID: [Int]]
        /// Topics that few subscribe to first: their partitions have the fewest places to go.
        let topics: [(id: KafkaUUID, partitionCount: Int32)]
        var shares: [PartitionAssignment]
        var loads: [Int]
        /// The partitions that somebody has.
        var taken = PartitionAssignment()

        init(_ problem: AssignmentProblem) {
            self.problem = problem
            let subscribers = problem.subscribers
            self.subscribers = subscribers
            topics = problem.topics.filter { subscribers[$0.id] != nil }.sorted { left, right in
                (subscribers[left.id]?.count ?? 0, left.id) < (subscribers[right.id]?.count ?? 0, right.id)
            }
            shares = problem.members.map { _ in PartitionAssignment() }
            loads = problem.members.map { _ in 0 }
        }

        /// Everybody keeps what it had; where all subscribe to the same, up to its share.
        mutating func keep() {
            var quota = Quota(problem, topics)
            for (index, member) in problem.members.enumerated() {
                var left = quota?.share(of: member.previous.count) ?? .max
                for (topic, partitions) in member.previous.topics.sorted(by: { $0.key < $1.key }) {
                    for partition in partitions.sorted() where left > 0 && !taken[topic].contains(partition) {
                        give(partition, of: topic, to: index)
                        left -= 1
                    }
                }
            }
        }

        /// Free partitions go to whoever has least.
        mutating func fill() {
            for (topic, count) in topics {
                guard let candidates = subscribers[topic] else { continue }
                let known = taken[topic]
                for partition in 0..<count where !known.contains(partition) {
                    if let least = candidates.min(by: { loads[$0] < loads[$1] }) {
                        give(partition, of: topic, to: least)
                    }
                }
            }
        }

        /// Partitions move from members with much to members with little. Each move lowers the sum of the squared shares, so this
        /// ends.
        mutating func level() {
            while move() {}
        }

        /// Moves one partition, from the member with the most that can give one to a member with two less.
        ///
        /// - Returns: Whether there was such a move.
        private mutating func move() -> Bool {
            var least: [KafkaUUID: Int] = [:]
            for (topic, candidates) in subscribers {
                least[topic] = candidates.min { (loads[$0], $0) < (loads[$1], $1) }
            }
            for giver in loads.indices.sorted(by: { (loads[$1], $0) < (loads[$0], $1) }) {
                let takers = shares[giver].topics.keys.compactMap { topic in least[topic].map { (topic, $0) } }
                guard let (topic, taker) = takers.min(by: { (loads[$0.1], $0.0) < (loads[$1.1], $1.0) }),
                    loads[giver] > loads[taker] + 1, let partition = shares[giver][topic].max()
                else { continue }
                shares[giver].remove(partition, of: topic)
                loads[giver] -= 1
                give(partition, of: topic, to: taker)
                return true
            }
            return false
        }

        private mutating func give(_ partition: Int32, of topic: KafkaUUID, to index: Int) {
            shares[index].insert(partition, of: topic)
            loads[index] += 1
            taken.insert(partition, of: topic)
        }
    }
    /// How much members may keep where all subscribe to the same.
    private struct Quota {
        /// What everybody gets at least.
        private let least: Int
        /// How many get one more.
        private var larger: Int

        /// Nil where subscriptions differ.
        init?(_ problem: AssignmentProblem, _ topics: [(id: KafkaUUID, partitionCount: Int32)]) {
            guard let first = problem.members.first, problem.members.allSatisfy({ $0.topics == first.topics }) else {
                return nil
            }
            let all = topics.reduce(0) { $0 + Int($1.partitionCount) }
            (least, larger) = all.quotientAndRemainder(dividingBy: problem.members.count)
        }

        /// How much a member may keep of so many; who has more than the least share gets one of the larger ones.
        mutating func share(of had: Int) -> Int {
            guard had > least, larger > 0 else { return least }
            larger -= 1
            return least + 1
        }
    }
}
