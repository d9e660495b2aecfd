package import Cluster
package import Synchronization

/// `Cluster` on a `World`.
package final class FakeCluster: ReadOnlyFake {
    /// What there is; changed as the script goes on.
    package let world: Mutex<World>

    /// A cluster that tells of a world.
    package init(_ world: World) { self.world = Mutex(world) }

    package var capabilities: Capabilities {
        world.withLock { world in
            var capabilities: Capabilities = world.isAttached ? [] : [.exactCleaning]
            if world.groups.values.contains(where: { !$0.committedAt.isEmpty }) {
                capabilities.insert(.commitTimestamps)
            }
            if world.segments != nil { capabilities.insert(.segments) }
            return capabilities
        }
    }
    package var cost: RequestCost? { world.withLock { $0.cost } }

    package func status() async throws(ClusterError) -> ClusterStatus {
        try world.withLock { world throws(ClusterError) in
            // One call of each poll stands for what all of them cost.
            world.cost?.requests += world.costOfPoll.requests
            world.cost?.bytesSent += world.costOfPoll.bytesSent
            world.cost?.bytesReceived += world.costOfPoll.bytesReceived
            if world.statusFails { throw .unavailable("no answer") }
            let broker = EmbeddedStatus(
                startedAt: 0,
                dataDirectory: "/data",
                flushMode: "commit",
                diskFreeBytes: world.diskFree,
                diskTotalBytes: 1000,
                offlineReason: world.isOffline ? "fsync failed" : nil,
                recordErrors: world.recordErrors,
                quarantinedSegments: world.quarantined
            )
            return ClusterStatus(
                clusterID: "c",
                brokers: Set(world.logs.values.map(\.leader)).subtracting([-1]).sorted().map(Self.broker),
                embedded: world.isAttached ? nil : broker,
                problems: world.deadBroker.map { [$0: "connection refused"] } ?? [:]
            )
        }
    }

    private static func broker(_ id: Int32) -> BrokerDescription {
        BrokerDescription(nodeID: id, host: "kafka-\(id)", port: 9092, isController: id == 1)
    }

    package func groups(named names: [String]?) async throws(ClusterError) -> [GroupDescription] {
        try world.withLock { world throws(ClusterError) in
            if world.groupsFail { throw .unavailable("the coordinator does not answer") }
            return world.groups.compactMap { id, group in
                if world.hasLostCoordinator(group) {
                    guard !world.hidesLostGroups else { return nil }
                    return GroupDescription(
                        groupID: id, state: .unknown, coordinator: Self.broker(group.coordinator),
                        problem: "broker \(group.coordinator) does not answer")
                }
                return GroupDescription(
                    groupID: id,
                    state: group.assignment.isEmpty ? .empty : .stable,
                    coordinator: Self.broker(group.coordinator),
                    protocolType: group.protocolType,
                    members: group.assignment.isEmpty
                        ? []
                        : [
                            GroupMember(
                                memberID: "\(id)-1",
                                clientID: "\(id)-client",
                                clientHost: "/127.0.0.1",
                                assignment: group.assignment.sorted()
                            )
                        ],
                    commits: group.commits.sorted { $0.key < $1.key }
                        .map {
                            CommittedOffset(
                                topicPartition: $0.key, offset: $0.value, committedAt: group.committedAt[$0.key])
                        }
                )
            }
        }
    }

    package func topics(named names: [String]?, detail: TopicDetail) async throws(ClusterError) -> [TopicDescription] {
        try world.withLock { world throws(ClusterError) in
            if world.topicsFail { throw .unavailable("metadata timed out") }
            return world.topicNames.map { name in
                let logs = world.logs.filter { $0.key.topic == name }.sorted { $0.key < $1.key }
                return TopicDescription(
                    name: name,
                    topicID: logs.first?.value.topicID,
                    retention: world.retention(of: name),
                    partitions: logs.map {
                        Self.description(of: $0.value, number: $0.key.partition, problem: world.problem(of: $0.value))
                    }
                )
            }
        }
    }

    private static func description(of log: Log, number: Int32, problem: String?) -> PartitionDescription {
        PartitionDescription(
            partition: number,
            leader: log.leader,
            replicas: [max(log.leader, 1)] + log.followers,
            inSyncReplicas: (log.leader < 0 ? [] : [log.leader]) + log.followers.filter { !log.laggards.contains($0) },
            offsets: problem == nil ? PartitionOffsets(logStart: log.start, highWatermark: log.end) : nil,
            sizeBytes: Int64(log.records.count) * 100,
            cleaning: log.isCompacted && problem == nil
                ? CleaningState(
                    firstDirtyOffset: log.firstDirty,
                    firstUncleanableOffset: log.end,
                    cleanBytes: 100,
                    cleanableBytes: 300,
                    uncleanableBytes: 0,
                    isEligible: log.isEligible,
                    lastCleanedAt: log.lastCleanedAt
                ) : nil,
            problem: problem
        )
    }

    package func transactions(holding held: [TopicPartition]) async throws(ClusterError) -> TransactionListing {
        world.withLock { world in
            TransactionListing(transactions: [], open: world.strayTransactions.claimed(by: []))
        }
    }

    package func segments(of partition: TopicPartition) async throws(ClusterError) -> [SegmentDescription] {
        try world.withLock { world throws(ClusterError) in
            guard let segments = world.segments else { throw .unsupported("no segments here") }
            return segments[partition] ?? []
        }
    }

    package func fetch(
        _ starts: [FetchStart], limits: FetchLimits
    ) async -> [TopicPartition: Result<FetchedRecords, ClusterError>] {
        var answers: [TopicPartition: Result<FetchedRecords, ClusterError>] = [:]
        for start in starts {
            answers[start.topicPartition] = fetch(start.topicPartition, from: start.offset)
        }
        return answers
    }

    private func fetch(_ partition: TopicPartition, from offset: Int64) -> Result<FetchedRecords, ClusterError> {
        world.withLock { world in
            world.fetches += 1
            if world.fetchesFail { return .failure(.unavailable("fetch timed out")) }
            guard let log = world.logs[partition] else { return .failure(.unknownTopicOrPartition("\(partition)")) }
            if let problem = world.problem(of: log) { return .failure(.unavailable(problem)) }
            let found = log.first(from: max(offset, log.start))
            return .success(
                FetchedRecords(
                    records: found.map {
                        [FetchedRecord(offset: $0.offset, timestamp: $0.timestamp, key: nil, value: nil)]
                    } ?? [],
                    nextOffset: found.map { $0.offset + 1 } ?? log.end,
                    offsets: PartitionOffsets(logStart: log.start, highWatermark: log.end)
                ))
        }
    }
}
