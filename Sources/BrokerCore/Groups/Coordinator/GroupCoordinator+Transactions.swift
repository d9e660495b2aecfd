import Cluster
package import KafkaProtocol
import Logging
import Synchronization

/// TxnOffsetCommit, and the end of the transactions that commit offsets.
extension GroupCoordinator {
    /// TxnOffsetCommit: answered when the offsets are in the log. They count when the transaction is committed; until it ends their
    /// partitions are unstable (UNSTABLE_OFFSET_COMMIT for those who ask for stable offsets).
    ///
    /// - Parameter verification: Whether the transaction has the group's partition (``TransactionCoordinator/verification(of:)``).
    package func commitTransactionalOffsets(
        _ request: TxnOffsetCommitRequest,
        verification: TransactionVerification,
        completion: @escaping @Sendable (TxnOffsetCommitResponse) -> Void
    ) {
        let (accepted, outcome) = sorted(request.topics.map(OffsetCommitRequest.Topic.init)) { _ in nil }
        guard !accepted.isEmpty else { return completion(outcome.transactionalResponse(.none)) }
        let error = act { registry, aftermath in
            begin(accepted, request, verification, &registry, &aftermath) {
                completion(outcome.transactionalResponse($0))
            }
        }
        if let error { completion(outcome.transactionalResponse(error)) }
    }

    /// Validates a transaction's commit and hands it to the log.
    ///
    /// - Returns: The error to answer at once; nil if the log answers.
    private func begin(
        _ accepted: [TopicCommit],
        _ request: TxnOffsetCommitRequest,
        _ verification: TransactionVerification,
        _ registry: inout GroupRegistry,
        _ aftermath: inout Aftermath,
        completion: @escaping @Sendable (ErrorCode) -> Void
    ) -> ErrorCode? {
        let groupID = request.groupID
        if groupID.isEmpty { return .invalidGroupID }
        let claim = MemberClaim(
            memberID: request.memberID, groupInstanceID: request.groupInstanceID, generation: request.generationID)
        if let error = registry.groups[groupID]?.validateTransactionalCommit(claim) {
            guard error == .none else { return error }
        } else {
            if claim.generation >= 0 { return .illegalGeneration }
            registry.insert(.classic(ClassicGroup(groupID: groupID, settings: settings, now: now)))
            scheduleExpiry(&registry)
        }
        guard let incarnation = registry.groups[groupID]?.incarnation else { return .unknownServerError }
        let order = registry.makeOrder()
        let commits = accepted.map { topic, commit in
            var commit = commit
            commit.order = order
            return (topic: topic, commit: commit)
        }
        let producer = ProducerClaim(producerID: request.producerID, epoch: request.producerEpoch)
        let batch: OffsetsBatch.Bytes
        do {
            batch = try OffsetsBatch.encode(
                commits, of: groupID, producer: producer, timestamp: accepted[0].commit.committedAt)
        } catch {
            aftermath.then { [logger] in logger.error("a commit of group \(groupID) cannot be written: \(error)") }
            return .unknownServerError
        }
        for (topic, commit) in commits {
            let partition = TopicPartition(topic: topic, partition: commit.partition)
            registry.groups[groupID]?.began(partition, commit: commit, in: producer.producerID)
        }
        registry.openTransactions[producer.producerID, default: []].insert(groupID)
        registry.touch(groupID)
        appender.enqueue(
            CoordinatorAppender.Entry(place: .id(groupID), records: batch, verification: verification) {
                [weak self] error in
                if error != .none { self?.refuse(commits, groupID, incarnation, of: producer.producerID) }
                completion(Self.errorOfCommit(error))
            })
        return nil
    }

    /// The log refused a transaction's commit.
    private func refuse(_ commits: [TopicCommit], _ groupID: String, _ incarnation: UInt64, of producerID: Int64) {
        registry.withLock { registry in
            guard registry.groups[groupID]?.incarnation == incarnation else { return }
            for (topic, commit) in commits {
                let partition = TopicPartition(topic: topic, partition: commit.partition)
                registry.groups[groupID]?.refused(partition, commit: commit, in: producerID)
            }
            registry.touch(groupID)
            registry.dropIfEnded(producerID, in: groupID)
        }
    }

    /// Writes the marker that ends a producer's transaction in a partition of `__consumer_offsets`; its offsets there count, or are
    /// forgotten, once the log has it.
    package func endTransaction(
        _ marker: MarkerBatch, in partition: Int32, completion: @escaping @Sendable (ErrorCode) -> Void
    ) {
        act { registry, aftermath in
            do {
                let batch = try marker.encoded(timestamp: clock.wallMilliseconds)
                // Commits up to here are before the marker in the log, too: both are queued under this lock.
                let order = registry.makeOrder()
                appender.enqueue(
                    CoordinatorAppender.Entry(place: .partition(partition), records: batch) { [weak self] error in
                        if error == .none { self?.ended(marker, in: partition, before: order) }
                        completion(error)
                    })
            } catch {
                aftermath.then { [logger] in
                    logger.error("a marker cannot be written: \(error)")
                    completion(.unknownServerError)
                }
            }
        }
    }

    /// The log has a marker.
    private func ended(_ marker: MarkerBatch, in partition: Int32, before order: UInt64) {
        let producerID = marker.producer.producerID
        let count = topic.existingPartitionCount ?? 1
        registry.withLock { registry in
            for groupID in registry.openTransactions[producerID] ?? []
            where CoordinatorPartitions.partition(of: groupID, count: count) == partition {
                registry.groups[groupID]?.endTransaction(of: producerID, isCommit: marker.isCommit, before: order)
                registry.touch(groupID)
                registry.dropIfEnded(producerID, in: groupID)
            }
        }
    }
}

extension OffsetCommitRequest.Topic {
    /// A transaction's commits, as plain ones.
    fileprivate init(_ topic: TxnOffsetCommitRequest.Topic) {
        self.init(
            name: topic.name,
            partitions: topic.partitions.map {
                .init(
                    partitionIndex: $0.partitionIndex, committedOffset: $0.committedOffset,
                    committedLeaderEpoch: $0.committedLeaderEpoch, committedMetadata: $0.committedMetadata)
            })
    }
}

extension CommitOutcome {
    /// The answer to TxnOffsetCommit: the partitions refused first, as Kafka has them, then the others.
    fileprivate func transactionalResponse(_ error: ErrorCode) -> TxnOffsetCommitResponse {
        TxnOffsetCommitResponse(
            topics: response(error).topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map {
                        .init(partitionIndex: $0.partitionIndex, errorCode: $0.errorCode)
                    })
            })
    }
}
