import KafkaProtocol

/// Even shares over all topics, with as few moves as possible: Kafka's `UniformAssignor`.
///
/// Three steps: everybody keeps what it had, free partitions go to whoever has least, then partitions move from members with much
/// to members with little until no move evens anything out. With equal subscriptions the shares differ by one partition at most;
/// with different ones no member could give a partition to another one that has two less.
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

        /// Everybody keeps what it had.
        mutating func keep() {
            for (index, member) in problem.members.enumerated() {
                for (topic, partitions) in member.previous.topics {
                    for partition in partitions.sorted() where !taken[topic].contains(partition) {
                        give(partition, of: topic, to: index)
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
            var hasMoved = true
            while hasMoved {
                hasMoved = false
                for (topic, _) in topics {
                    while move(topic) { hasMoved = true }
                }
            }
        }

        /// Moves one partition of a topic.
        ///
        /// - Returns: Whether a move would even anything out.
        private mutating func move(_ topic: KafkaUUID) -> Bool {
            guard let candidates = subscribers[topic], let least = candidates.min(by: { loads[$0] < loads[$1] }) else {
                return false
            }
            var most: Int?
            for index in candidates where !shares[index][topic].isEmpty && loads[index] > most.map({ loads[$0] }) ?? 0 {
                most = index
            }
            guard let most, loads[most] > loads[least] + 1, let partition = shares[most][topic].max() else {
                return false
            }
            shares[most].remove(partition, of: topic)
            loads[most] -= 1
            shares[least].insert(partition, of: topic)
            loads[least] += 1
            return true
        }

        private mutating func give(_ partition: Int32, of topic: KafkaUUID, to index: Int) {
            shares[index].insert(partition, of: topic)
            loads[index] += 1
            taken.insert(partition, of: topic)
        }
    }
}
