import Cluster
package import KafkaProtocol
import Logging
import Synchronization

/// OffsetCommit and OffsetFetch.
extension GroupCoordinator {
    /// OffsetCommit: answered when the offsets are in the log, at once where nothing can be stored.
    package func commitOffsets(
        _ request: OffsetCommitRequest,
        context: RequestContext,
        completion: @escaping @Sendable (OffsetCommitResponse) -> Void
    ) {
        let (accepted, outcome) = sorted(request.topics) { expiry(of: request, $0) }
        if accepted.isEmpty, outcome.isAllRefused(.unknownTopicOrPartition) {
            return completion(outcome.response(.none))
        }
        let error = act { registry, aftermath in
            begin(accepted, request, version: context.apiVersion, &registry, &aftermath) {
                completion(outcome.response($0))
            }
        }
        if let error { completion(outcome.response(error)) }
    }

    /// A commit to store, and its topic.
    typealias TopicCommit = (topic: String, commit: PartitionCommit)

    /// Tells the commits that may be stored from those that are refused.
    ///
    /// - Parameter expiresAt: When a commit of that time expires by the client's own wish.
    func sorted(
        _ topics: [OffsetCommitRequest.Topic], expiresAt: (Int64) -> Int64?
    ) -> (accepted: [TopicCommit], outcome: CommitOutcome) {
        var outcome = CommitOutcome()
        var accepted: [TopicCommit] = []
        let committedAt = clock.wallMilliseconds
        for topic in topics {
            for partition in topic.partitions {
                let error = refusal(of: partition, topic: topic.name)
                outcome.add(topic.name, partition.partitionIndex, error)
                guard error == .none else { continue }
                let commit = PartitionCommit(
                    partition: partition.partitionIndex,
                    offset: partition.committedOffset,
                    leaderEpoch: partition.committedLeaderEpoch,
                    metadata: partition.committedMetadata ?? "",
                    committedAt: committedAt,
                    expiresAt: expiresAt(committedAt)
                )
                accepted.append((topic.name, commit))
            }
        }
        return (accepted, outcome)
    }

    /// Validates a commit and hands it to the log.
    ///
    /// - Returns: The error to answer at once, none if there is nothing to store; nil if the log answers.
    private func begin(
        _ accepted: [TopicCommit],
        _ request: OffsetCommitRequest,
        version: Int16,
        _ registry: inout GroupRegistry,
        _ aftermath: inout Aftermath,
        completion: @escaping @Sendable (ErrorCode) -> Void
    ) -> ErrorCode? {
        let groupID = request.groupID
        let claim = MemberClaim(
            memberID: request.memberID,
            groupInstanceID: request.groupInstanceID,
            generation: request.generationIDOrMemberEpoch
        )
        if let error = registry.groups[groupID]?.validateCommit(claim, apiVersion: version) {
            guard error == .none, !accepted.isEmpty else { return error }
            _ = send(.committed(memberID: claim.memberID), to: groupID, &registry, &aftermath)
        } else {
            // Who commits to a group that is not there has no generation of it, and is a member of none.
            if claim.generation >= 0 { return .illegalGeneration }
            let new = ClassicGroup(groupID: groupID, settings: settings, now: now)
            let error = new.validateCommit(claim)
            guard error == .none, !accepted.isEmpty else { return error }
            registry.insert(.classic(new))
            scheduleExpiry(&registry)
        }
        let order = registry.makeOrder()
        let commits = accepted.map { topic, commit in
            var commit = commit
            commit.order = order
            return (topic: topic, commit: commit)
        }
        guard let incarnation = registry.groups[groupID]?.incarnation else { return .unknownServerError }
        let batch: OffsetsBatch.Bytes
        do {
            batch = try OffsetsBatch.encode(commits, of: groupID, timestamp: accepted[0].commit.committedAt)
        } catch {
            aftermath.then { [logger] in logger.error("a commit of group \(groupID) cannot be written: \(error)") }
            return .unknownServerError
        }
        for (topic, commit) in commits {
            registry.groups[groupID]?.began(TopicPartition(topic: topic, partition: commit.partition))
        }
        appender.enqueue(
            CoordinatorAppender.Entry(place: .id(groupID), records: batch) { [weak self] error in
                self?.finish(commits, groupID, incarnation, isStored: error == .none)
                completion(Self.errorOfCommit(error))
            }
        )
        return nil
    }

    /// The log has, or has not, a commit.
    private func finish(
        _ commits: [TopicCommit], _ groupID: String, _ incarnation: UInt64, isStored: Bool
    ) {
        registry.withLock { registry in
            guard registry.groups[groupID]?.incarnation == incarnation else { return }
            for (topic, commit) in commits {
                let partition = TopicPartition(topic: topic, partition: commit.partition)
                registry.groups[groupID]?.ended(partition, commit: commit, isStored: isStored)
            }
            registry.touch(groupID)
        }
    }

    private func refusal(of partition: OffsetCommitRequest.Partition, topic: String) -> ErrorCode {
        if !self.topic.hasPartition(partition.partitionIndex, of: topic) { return .unknownTopicOrPartition }
        if let metadata = partition.committedMetadata, metadata.utf16.count > Int(settings.offsetMetadataMaxBytes) {
            return .offsetMetadataTooLarge
        }
        return .none
    }

    /// When offsets expire by the client's own wish (OffsetCommit 2 to 4).
    private func expiry(of request: OffsetCommitRequest, _ committedAt: Int64) -> Int64? {
        guard request.retentionTimeMs != -1 else { return nil }
        let (time, overflow) = committedAt.addingReportingOverflow(request.retentionTimeMs)
        return overflow ? .max : time
    }

    /// What committers are told when the log refuses (Kafka's `storeOffsets`).
    static func errorOfCommit(_ error: ErrorCode) -> ErrorCode {
        switch error {
        case .unknownTopicOrPartition, .notEnoughReplicas, .notEnoughReplicasAfterAppend: .coordinatorNotAvailable
        case .notLeaderOrFollower, .kafkaStorageError: .notCoordinator
        case .messageTooLarge, .recordListTooLarge, .invalidFetchSize: .invalidCommitOffsetSize
        default: error
        }
    }

    /// OffsetFetch: one group before version 8, several from there on (KIP-709). A group or a partition without an
    /// offset is answered with -1 and no error in every version.
    package func fetchOffsets(_ request: OffsetFetchRequest, context: RequestContext) -> OffsetFetchResponse {
        registry.withLock { registry in
            guard context.apiVersion >= 8 else {
                let topics = fetch(request.groupID, request.topics, request.requireStable, registry)
                return OffsetFetchResponse(topics: topics)
            }
            let groups = request.groups.map { group in
                let consumer = registry.groups[group.groupID]?.consumer
                let error = consumer?.validateFetch(memberID: group.memberID, epoch: group.memberEpoch) ?? .none
                guard error == .none else {
                    return OffsetFetchResponse.Group(groupID: group.groupID, errorCode: error)
                }
                return OffsetFetchResponse.Group(
                    groupID: group.groupID,
                    topics: fetch(group.groupID, group.topics, request.requireStable, registry)
                )
            }
            return OffsetFetchResponse(groups: groups)
        }
    }

    private func fetch(
        _ groupID: String, _ topics: [OffsetFetchRequest.Topic]?, _ requiresStable: Bool, _ registry: GroupRegistry
    ) -> [OffsetFetchResponse.Topic] {
        let entry = registry.groups[groupID]
        guard let topics else {
            return (entry?.offsets.topics ?? []).map { topic in
                OffsetFetchResponse.Topic(
                    name: topic.topic,
                    partitions: topic.partitions.map { answer($0.partition, topic.topic, requiresStable, entry) }
                )
            }
        }
        return topics.map { topic in
            OffsetFetchResponse.Topic(
                name: topic.name,
                partitions: topic.partitionIndexes.map { answer($0, topic.name, requiresStable, entry) }
            )
        }
    }

    private func answer(
        _ partition: Int32, _ topic: String, _ requiresStable: Bool, _ entry: GroupEntry?
    ) -> OffsetFetchResponse.Partition {
        var answer = OffsetFetchResponse.Partition(
            partitionIndex: partition, committedOffset: -1, committedLeaderEpoch: -1, metadata: ""
        )
        guard let entry else { return answer }
        if requiresStable, entry.isUnstable(TopicPartition(topic: topic, partition: partition)) {
            answer.errorCode = .unstableOffsetCommit
        } else if let commit = entry.offsets[topic, partition] {
            answer.committedOffset = commit.offset
            answer.committedLeaderEpoch = commit.leaderEpoch
            answer.metadata = commit.metadata
        }
        return answer
    }
}

/// What becomes of the partitions of an OffsetCommit, known before the log answers but for those it decides.
struct CommitOutcome: Sendable {
    private var refused: [OffsetCommitResponse.Topic] = []
    private var accepted: [OffsetCommitResponse.Topic] = []

    /// Adds a partition; without an error the group or the log decides.
    mutating func add(_ topic: String, _ partition: Int32, _ error: ErrorCode) {
        let answer = OffsetCommitResponse.Partition(partitionIndex: partition, errorCode: error)
        if error == .none {
            Self.append(answer, topic, to: &accepted)
        } else {
            Self.append(answer, topic, to: &refused)
        }
    }

    /// Whether every partition was refused for that reason.
    func isAllRefused(_ error: ErrorCode) -> Bool {
        accepted.isEmpty && refused.allSatisfy { $0.partitions.allSatisfy { $0.errorCode == error } }
    }

    /// The answer: the partitions refused first, as Kafka has them, then the others.
    func response(_ error: ErrorCode) -> OffsetCommitResponse {
        var topics = refused
        for topic in accepted {
            for var partition in topic.partitions {
                partition.errorCode = error
                Self.append(partition, topic.name, to: &topics)
            }
        }
        return OffsetCommitResponse(topics: topics)
    }

    private static func append(
        _ partition: OffsetCommitResponse.Partition, _ name: String, to topics: inout [OffsetCommitResponse.Topic]
    ) {
        if let last = topics.lastIndex(where: { $0.name == name }) {
            topics[last].partitions.append(partition)
        } else {
            topics.append(OffsetCommitResponse.Topic(name: name, partitions: [partition]))
        }
    }
}
