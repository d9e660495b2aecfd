import KafkaProtocol

/// Even shares of each topic, neighbouring partitions together: Kafka's server-side `RangeAssignor`.
///
/// Each topic is shared out alone, by the same rule over the same order of members, so that topics of the same size and the same
/// subscribers are cut at the same places and can be joined. Members keep what they had as far as their share goes.
enum RangeAssignor {
    /// Shares partitions out.
    static func assign(_ problem: AssignmentProblem) -> [String: PartitionAssignment] {
        var shares = problem.members.map { _ in PartitionAssignment() }
        let subscribers = problem.subscribers
        for (topic, count) in problem.topics {
            guard let members = subscribers[topic], !members.isEmpty else { continue }
            let parts = cut(count, among: members.map { problem.members[$0].previous[topic] })
            for (member, part) in zip(members, parts) { shares[member][topic] = part }
        }
        return problem.result(shares)
    }

    /// Shares the partitions of one topic out.
    ///
    /// - Parameter previous: What each member had, in the members' order.
    private static func cut(_ count: Int32, among previous: [Set<Int32>]) -> [Set<Int32>] {
        let least = Int(count) / previous.count
        var extra = Int(count) % previous.count
        // Who has more than the least share keeps one of the few larger ones; the first in order get the rest.
        var sizes = previous.map { _ in least }
        for index in previous.indices where extra > 0 && previous[index].count > least {
            sizes[index] += 1
            extra -= 1
        }
        for index in previous.indices where extra > 0 && sizes[index] == least {
            sizes[index] += 1
            extra -= 1
        }
        var free = Set(0..<count)
        var parts: [Set<Int32>] = []
        for (size, had) in zip(sizes, previous) {
            // Nobody had a partition twice, but a log may say so.
            let kept = Set(had.intersection(free).sorted().prefix(size))
            free.subtract(kept)
            parts.append(kept)
        }
        var rest = free.sorted()[...]
        for index in parts.indices {
            let missing = sizes[index] - parts[index].count
            parts[index].formUnion(rest.prefix(missing))
            rest = rest.dropFirst(missing)
        }
        return parts
    }
}
