import Cluster
import ClusterRequests
import KafkaProtocol

/// OffsetFetch: committed offsets.
extension KafkaCluster {
    /// Groups in one request, at most: each answers with all its partitions.
    static let groupsPerOffsetFetch = 200

    /// A group's commits, ascending by topic and partition, or why they are not known.
    typealias Commits = Result<[CommittedOffset], GroupFailure>

    /// Reads the commits of groups at their coordinator: many in a request since Kafka 3.0 (KIP-709). An older broker reads only the
    /// first of them; the rest go one by one.
    ///
    /// - Returns: An entry for each group.
    func commits(of groups: [String], at coordinator: Int32) async -> [String: Commits] {
        var found: [String: Commits] = [:]
        for chunk in groups.chunks(of: Self.groupsPerOffsetFetch) {
            let (answers, isOld) = await commitsTogether(of: chunk, at: coordinator)
            found.merge(answers) { $1 }
            guard isOld else { continue }
            let rest = groups.filter { found[$0] == nil }
            let single = await inParallel(rest) { [self] group in
                await commitsTogether(of: [group], at: coordinator).answers[group]
            }
            for (group, answer) in single { found[group] = answer }
            break
        }
        for group in groups where found[group] == nil {
            found[group] = .failure(
                GroupFailure(.unavailable("broker \(coordinator): the answer to OffsetFetch left it out")))
        }
        return found
    }

    private func commitsTogether(
        of groups: [String], at coordinator: Int32
    ) async -> (answers: [String: Commits], isOld: Bool) {
        let request = OffsetFetchRequest(
            groupID: groups.first ?? "", topics: nil, groups: groups.map { .init(groupID: $0) })
        switch await poll(request, toBroker: coordinator) {
        case .success(let answer) where answer.groups.isEmpty && groups.count > 0:
            guard let group = groups.first else { return ([:], true) }
            return ([group: Self.commits(answer.topics, answer.errorCode, group, coordinator)], true)
        case .success(let answer):
            let groups = answer.groups.map {
                ($0.groupID, Self.commits($0.topics, $0.errorCode, $0.groupID, coordinator))
            }
            return (Dictionary(groups) { $1 }, false)
        case .failure(let error):
            return (Dictionary(groups.map { ($0, .failure(GroupFailure(error))) }) { $1 }, false)
        }
    }

    private static func commits(
        _ topics: [OffsetFetchResponse.Topic], _ code: ErrorCode, _ group: String, _ broker: Int32
    ) -> Commits {
        // A group that does not exist has no commits.
        guard code == .none || code == .groupIDNotFound else { return .failure(GroupFailure(code, group, at: broker)) }
        var commits: [CommittedOffset] = []
        for topic in topics.sorted(by: { $0.name < $1.name }) {
            for partition in topic.partitions.sorted(by: { $0.partitionIndex < $1.partitionIndex }) {
                guard partition.errorCode == .none else {
                    return .failure(GroupFailure(partition.errorCode, group, at: broker))
                }
                guard partition.committedOffset >= 0 else { continue }
                commits.append(
                    CommittedOffset(
                        topicPartition: TopicPartition(topic: topic.name, partition: partition.partitionIndex),
                        offset: partition.committedOffset, metadata: partition.metadata ?? ""))
            }
        }
        return .success(commits)
    }
}
