import Cluster

/// Follows the compaction runs of some partitions from before they are asked for until they end.
struct CompactionWatch: Sendable {
    /// What is known of the runs when there is nothing more to wait for.
    struct Outcome: Sendable {
        /// The newest run of each partition that has one, ascending.
        var runs: [CompactionRun]
        /// Partitions whose run does not show any more, or never did.
        var unobserved: [TopicPartition]
    }

    /// How soon the cluster is asked again: at first, and at most when a run takes long.
    private static let pauses = (first: Duration.milliseconds(100), longest: Duration.seconds(2))

    private let cluster: any Cluster
    private let partitions: [TopicPartition]
    /// When each partition's newest run before this began, wall milliseconds.
    private let earlier: [TopicPartition: Int64]

    /// Notes which runs there are already.
    init(_ partitions: [TopicPartition], in cluster: any Cluster) async throws(ClusterError) {
        self.cluster = cluster
        self.partitions = partitions
        var earlier: [TopicPartition: Int64] = [:]
        for run in try await cluster.status().compactionRuns where !run.isActive {
            earlier[run.topicPartition] = max(earlier[run.topicPartition] ?? .min, run.startedAt)
        }
        self.earlier = earlier
    }

    /// Waits until none of the runs is active any more.
    func untilEnded() async throws -> Outcome {
        var pause = Self.pauses.first
        while true {
            let outcome = try await now()
            guard outcome.runs.contains(where: \.isActive) else { return outcome }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, Self.pauses.longest)
        }
    }

    /// What is known of the runs now.
    func now() async throws(ClusterError) -> Outcome {
        var newest: [TopicPartition: CompactionRun] = [:]
        for run in try await cluster.status().compactionRuns where partitions.contains(run.topicPartition) {
            let isNew = run.isActive || run.startedAt > earlier[run.topicPartition] ?? .min
            guard run.isOnDemand, isNew, run.startedAt >= newest[run.topicPartition]?.startedAt ?? .min else {
                continue
            }
            newest[run.topicPartition] = run
        }
        let runs = newest.values.sorted { $0.topicPartition < $1.topicPartition }
        return Outcome(runs: runs, unobserved: partitions.filter { newest[$0] == nil })
    }
}
