import KafkaProtocol

/// How a coordinator shares partitions out (Kafka's `ConsumerGroupPartitionAssignor`).
package enum ServerAssignor: String, Sendable, CaseIterable {
    /// Even shares over all topics, with as few moves as possible.
    case uniform
    /// Even shares of each topic, neighbouring partitions together, so that topics of the same size can be joined.
    case range

    /// Shares partitions out.
    func assign(_ problem: AssignmentProblem) -> [String: PartitionAssignment] {
        switch self {
        case .uniform: UniformAssignor.assign(problem)
        case .range: RangeAssignor.assign(problem)
        }
    }
}

/// What an assignor gets to know.
struct AssignmentProblem {
    /// A member.
    struct Member {
        /// The member's id.
        var memberID: String
        /// What members are sorted by: the instance id of static members, so that a restart does not change their place.
        var rank: String
        /// The topics it subscribes to, those that exist.
        var topics: Set<KafkaUUID>
        /// What it was to own before.
        var previous: PartitionAssignment
    }

    /// Ascending by rank.
    private(set) var members: [Member]
    /// How many partitions each topic has that somebody subscribes to, ascending by id.
    let topics: [(id: KafkaUUID, partitionCount: Int32)]

    /// States a problem.
    init(members: [Member], topics: [KafkaUUID: Int32]) {
        self.members = members.sorted { ($0.rank, $0.memberID) < ($1.rank, $1.memberID) }
        self.topics = topics.sorted { $0.key < $1.key }.map { ($0.key, max(0, $0.value)) }
        for index in self.members.indices {
            self.members[index].previous = self.members[index].stillPossible(among: topics)
        }
    }

    /// The indexes of the members that subscribe to each topic.
    var subscribers: [KafkaUUID: [Int]] {
        var subscribers: [KafkaUUID: [Int]] = [:]
        for (index, member) in members.enumerated() {
            for topic in member.topics { subscribers[topic, default: []].append(index) }
        }
        return subscribers
    }

    /// The result, by member id.
    func result(_ shares: [PartitionAssignment]) -> [String: PartitionAssignment] {
        var result: [String: PartitionAssignment] = [:]
        for (member, share) in zip(members, shares) { result[member.memberID] = share }
        return result
    }
}

extension AssignmentProblem.Member {
    /// What it was to own before and may go on owning: its topics, and partitions that there are.
    fileprivate func stillPossible(among counts: [KafkaUUID: Int32]) -> PartitionAssignment {
        var possible = PartitionAssignment()
        for (topic, partitions) in previous.topics where topics.contains(topic) {
            guard let count = counts[topic] else { continue }
            possible[topic] = partitions.filter { (0..<max(0, count)).contains($0) }
        }
        return possible
    }
}
