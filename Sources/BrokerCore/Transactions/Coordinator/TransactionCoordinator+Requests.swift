import Cluster
package import KafkaProtocol
import Synchronization

/// InitProducerId, AddPartitionsToTxn, AddOffsetsToTxn, EndTxn, and the check of who may write.
extension TransactionCoordinator {
    /// InitProducerId: a producer without a transactional id gets a fresh id with epoch 0, whatever id it had; one with a
    /// transactional id gets the id's next epoch, which shuts older instances out.
    ///
    /// An open transaction of the id is aborted first; the producer is told CONCURRENT_TRANSACTIONS meanwhile and asks again.
    ///
    /// - Parameters:
    ///   - version: The request's: before 4 a fenced producer is told INVALID_PRODUCER_EPOCH.
    ///   - completion: Runs once, at once or when the log has what it must.
    package func initProducerID(
        _ request: InitProducerIdRequest, version: Int16,
        completion: @escaping @Sendable (InitProducerIdResponse) -> Void
    ) {
        func refuse(_ error: ErrorCode) {
            completion(InitProducerIdResponse(errorCode: error, producerID: -1, producerEpoch: -1))
        }
        guard let id = request.transactionalID else {
            return producerIDs.take { completion(InitProducerIdResponse($0)) }
        }
        if id.isEmpty { return refuse(.invalidRequest) }
        guard request.transactionTimeoutMs > 0, request.transactionTimeoutMs <= settings.maxTimeoutMs else {
            return refuse(.invalidTransactionTimeout)
        }
        let hasProducer = request.producerID != -1
        guard hasProducer == (request.producerEpoch != -1) else { return refuse(.invalidRequest) }
        let claim = hasProducer ? ProducerClaim(producerID: request.producerID, epoch: request.producerEpoch) : nil
        let event = TransactionEvent.initialize(
            claim: claim, timeoutMs: request.transactionTimeoutMs, freshProducerID: nil)
        let asker: TransactionWaiter = { error, stored in
            guard error == .none else {
                let error = Self.spelled(error, fencedFrom: 4, version: version)
                return completion(InitProducerIdResponse(errorCode: error, producerID: -1, producerEpoch: -1))
            }
            completion(InitProducerIdResponse(producerID: stored.producerID, producerEpoch: stored.producerEpoch))
        }
        let isKnown = act { registry, aftermath -> Bool in
            guard registry.entries[id] != nil else { return false }
            send(event, to: id, &registry, &aftermath, asker: asker)
            return true
        }
        if !isKnown { enter(id, event, timeoutMs: request.transactionTimeoutMs, asker) }
    }

    /// Enters an id that nobody used before.
    private func enter(
        _ id: String, _ event: TransactionEvent, timeoutMs: Int32, _ asker: @escaping TransactionWaiter
    ) {
        producerIDs.take { [self] taken in
            switch taken {
            case .failure(let error): asker(error, StoredTransaction(producerID: -1, timeoutMs: 0, updatedAt: 0))
            case .success(let fresh):
                act { registry, aftermath in
                    if registry.entries[id] == nil {
                        let machine = Transaction(
                            producerID: fresh, timeoutMs: timeoutMs, now: clock.wallMilliseconds)
                        registry.entries[id] = TransactionEntry(machine: machine)
                    }
                    send(event, to: id, &registry, &aftermath, asker: asker)
                }
            }
        }
    }

    /// AddPartitionsToTxn in versions before 4: all partitions or none. Where one does not exist the others are
    /// OPERATION_NOT_ATTEMPTED.
    package func addPartitions(
        _ request: AddPartitionsToTxnRequest, version: Int16,
        completion: @escaping @Sendable (AddPartitionsToTxnResponse) -> Void
    ) {
        var wanted: Set<TopicPartition> = []
        var refusals: [TopicPartition: ErrorCode] = [:]
        for topic in request.topics {
            for number in topic.partitions {
                let partition = TopicPartition(topic: topic.name, partition: number)
                if TopicName.isInternal(topic.name) {
                    refusals[partition] = .invalidTopicException
                } else if partitions.hasPartition(partition) {
                    wanted.insert(partition)
                } else {
                    refusals[partition] = .unknownTopicOrPartition
                }
            }
        }
        guard refusals.isEmpty else {
            let refused = refusals
            return completion(
                AddPartitionsToTxnResponse(request) { refused[$0] ?? .operationNotAttempted })
        }
        let claim = ProducerClaim(producerID: request.producerID, epoch: request.producerEpoch)
        ask(.add(claim, wanted), of: request.transactionalID) { error in
            let error = Self.spelled(error, fencedFrom: 2, version: version)
            completion(AddPartitionsToTxnResponse(request) { _ in error })
        }
    }

    /// AddOffsetsToTxn: the group's partition of `__consumer_offsets` becomes part of the transaction.
    package func addOffsets(
        _ request: AddOffsetsToTxnRequest, version: Int16,
        completion: @escaping @Sendable (AddOffsetsToTxnResponse) -> Void
    ) {
        let claim = ProducerClaim(producerID: request.producerID, epoch: request.producerEpoch)
        ask(.add(claim, [partitions.offsetsPartition(of: request.groupID)]), of: request.transactionalID) { error in
            completion(AddOffsetsToTxnResponse(errorCode: Self.spelled(error, fencedFrom: 2, version: version)))
        }
    }

    /// EndTxn: answered when the transaction has ended in all its partitions, or is sure to.
    package func end(
        _ request: EndTxnRequest, version: Int16, completion: @escaping @Sendable (EndTxnResponse) -> Void
    ) {
        let claim = ProducerClaim(producerID: request.producerID, epoch: request.producerEpoch)
        ask(.end(claim, isCommit: request.isCommit), of: request.transactionalID) { error in
            completion(EndTxnResponse(errorCode: Self.spelled(error, fencedFrom: 2, version: version)))
        }
    }

    /// Asks for something to be done to a transactional id that must be known.
    private func ask(
        _ event: TransactionEvent, of id: String, completion: @escaping @Sendable (ErrorCode) -> Void
    ) {
        if id.isEmpty { return completion(.invalidRequest) }
        let isKnown = act { registry, aftermath -> Bool in
            guard registry.entries[id] != nil else { return false }
            send(event, to: id, &registry, &aftermath) { error, _ in completion(error) }
            return true
        }
        if !isKnown { completion(.invalidProducerIDMapping) }
    }

    /// What is asked before the first batch of a transaction is written to a partition (KIP-890).
    ///
    /// An answer that another try may change is NOT_ENOUGH_REPLICAS, as Kafka tells producers that do not know better.
    package func verification(of transactionalID: String) -> TransactionVerification {
        TransactionVerification { [self] claim, partition in
            let error = registry.withLock { registry in
                registry.entries[transactionalID]?.machine.verify(claim, writesTo: partition)
            }
            switch error {
            case nil: return .invalidProducerIDMapping
            case .some(.concurrentTransactions): return .notEnoughReplicas
            case .some(let error): return error
            }
        }
    }

    /// PRODUCER_FENCED as versions spell it that do not know it yet.
    private static func spelled(_ error: ErrorCode, fencedFrom: Int16, version: Int16) -> ErrorCode {
        error == .producerFenced && version < fencedFrom ? .invalidProducerEpoch : error
    }
}

extension InitProducerIdResponse {
    /// The answer to a producer without a transactional id.
    fileprivate init(_ taken: Result<Int64, ErrorCode>) {
        switch taken {
        case .success(let id): self.init(producerID: id, producerEpoch: 0)
        case .failure(let error): self.init(errorCode: error, producerID: -1, producerEpoch: -1)
        }
    }
}

extension AddPartitionsToTxnResponse {
    /// The answer with an error for each partition that was asked for.
    fileprivate init(_ request: AddPartitionsToTxnRequest, _ error: (TopicPartition) -> ErrorCode) {
        self.init(
            results: request.topics.map { topic in
                Topic(
                    name: topic.name,
                    partitions: topic.partitions.map { number in
                        let partition = TopicPartition(topic: topic.name, partition: number)
                        return Partition(partitionIndex: number, errorCode: error(partition))
                    })
            })
    }
}
