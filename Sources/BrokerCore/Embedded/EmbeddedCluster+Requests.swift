package import Cluster
package import ClusterRequests
package import KafkaProtocol

/// Kafka's requests by direct calls.
extension EmbeddedCluster {
    package func send<Request: RequestMessage>(
        _ request: Request, to receiver: Receiver
    ) async throws(ClusterError) -> Request.Response {
        guard let message = AnyRequest(request), let answer = await answer(message)?.body as? Request.Response else {
            throw .unsupported("the embedded broker does not take \(Request.api.name) from its own console")
        }
        return answer
    }

    package func leaders(of partitions: [TopicPartition]) async throws(ClusterError) -> PartitionLeaders {
        var leaders = PartitionLeaders()
        for partition in partitions {
            if broker.directory[partition] != nil {
                leaders.led[broker.nodeID, default: []].append(partition)
            } else {
                leaders.leaderless[partition] = .unknownTopicOrPartition("\(partition)")
            }
        }
        return leaders
    }

    package func refreshLeaders() async {}

    /// Answers what administration asks for; nil for anything else.
    private func answer(_ request: AnyRequest) async -> AnyResponse? {
        switch request {
        case .createTopics(let request):
            return await onQueue { [broker] in .createTopics(broker.topics.create(request)) }
        case .deleteTopics(var request):
            // A direct call has no version: the newest one's fields count, not those of older ones beside them.
            request.topicNames = []
            return await onQueue { [broker, request] in .deleteTopics(broker.topics.delete(request)) }
        case .createPartitions(let request):
            return await onQueue { [broker] in .createPartitions(broker.topics.createPartitions(request)) }
        case .describeConfigs(let request):
            return await onQueue { [broker] in .describeConfigs(broker.topics.describeConfigs(request)) }
        case .incrementalAlterConfigs(let request):
            return await onQueue { [broker] in .incrementalAlterConfigs(broker.topics.incrementalAlterConfigs(request))
            }
        case .describeLogDirs(let request):
            return await onQueue { [broker] in .describeLogDirs(broker.describeLogDirs(request)) }
        case .deleteRecords(let request):
            return await onQueue { [broker] in .deleteRecords(broker.deleteRecords(request)) }
        case .describeProducers(let request):
            return await onQueue { [broker] in .describeProducers(broker.describeProducers(request)) }
        case .offsetCommit(let request):
            return .offsetCommit(
                await completion { [broker] in
                    broker.groups.commitOffsets(request, context: Self.context(request), completion: $0)
                })
        case .offsetDelete(let request):
            return .offsetDelete(
                await completion { [broker] in
                    broker.groups.deleteOffsets(request, context: Self.context(request), completion: $0)
                })
        case .deleteGroups(let request):
            return .deleteGroups(
                await completion { [broker] in
                    broker.groups.deleteGroups(request, context: Self.context(request), completion: $0)
                })
        default: return await answerTransactional(request)
        }
    }

    /// Answers what a transactional producer asks for; nil for anything else.
    private func answerTransactional(_ request: AnyRequest) async -> AnyResponse? {
        let transactions = broker.transactions
        switch request {
        case .produce(let request): return .produce(await answer(request))
        case .initProducerId(let request):
            return .initProducerId(
                await completion {
                    transactions.initProducerID(
                        request, version: InitProducerIdRequest.api.versions.upperBound, completion: $0)
                })
        case .addPartitionsToTxn(let request):
            return .addPartitionsToTxn(
                await completion {
                    transactions.addPartitions(
                        request, version: AddPartitionsToTxnRequest.api.versions.upperBound, completion: $0)
                })
        case .addOffsetsToTxn(let request):
            return .addOffsetsToTxn(
                await completion {
                    transactions.addOffsets(
                        request, version: AddOffsetsToTxnRequest.api.versions.upperBound, completion: $0)
                })
        case .txnOffsetCommit(let request):
            return .txnOffsetCommit(
                await completion { [broker] in
                    broker.groups.commitTransactionalOffsets(
                        request, verification: transactions.verification(of: request.transactionalID), completion: $0)
                })
        case .endTxn(let request):
            return .endTxn(
                await completion {
                    transactions.end(request, version: EndTxnRequest.api.versions.upperBound, completion: $0)
                })
        default: return nil
        }
    }

    /// Appends the batches of a request one after another.
    private func answer(_ request: ProduceRequest) async -> ProduceResponse {
        var topics: [ProduceResponse.Topic] = []
        for topic in request.topicData {
            var partitions: [ProduceResponse.Partition] = []
            for partition in topic.partitionData {
                guard let records = partition.records else {
                    partitions.append(.init(index: partition.index, errorCode: .invalidRecord))
                    continue
                }
                let outcome = await completion { [broker] in
                    broker.append(
                        records, to: TopicPartition(topic: topic.name, partition: partition.index),
                        transactionalID: request.transactionalID, acks: request.acks, completion: $0)
                }
                partitions.append(
                    .init(
                        index: partition.index, errorCode: outcome.error, baseOffset: outcome.baseOffset,
                        errorMessage: outcome.message))
            }
            topics.append(.init(name: topic.name, partitionResponses: partitions))
        }
        return ProduceResponse(responses: topics)
    }

    package func transactions(
        holding held: [TopicPartition]
    ) async throws(ClusterError) -> TransactionListing {
        // The broker sees more than partitions and coordinators one after the other would show; `held` is not needed.
        TransactionListing(
            transactions: broker.transactionDescriptions, open: broker.openTransactions(), areClaimsExact: true)
    }

    /// Who the coordinator is told is asking: Weir itself.
    private static func context<Request: RequestMessage>(_ request: Request) -> RequestContext {
        RequestContext(clientID: "weir", clientHost: "/127.0.0.1", apiVersion: Request.api.versions.upperBound)
    }

    private func completion<Value: Sendable>(
        _ body: (@escaping @Sendable (Value) -> Void) -> Void
    ) async -> Value {
        await withCheckedContinuation { continuation in
            body { continuation.resume(returning: $0) }
        }
    }

    package func produce(
        _ records: [NewRecord], to partition: TopicPartition, compression: String
    ) async throws(ClusterError) -> ProducedBatch {
        guard !isReadOnly else { throw .readOnly(writeRemedy) }
        _ = try find(partition)
        let batch = try RecordBatchBuilder.batch(
            of: records, compression: compression, now: broker.clock.wallMilliseconds)
        let outcome = await withCheckedContinuation { continuation in
            broker.append(batch, to: partition, acks: -1) { continuation.resume(returning: $0) }
        }
        guard outcome.error == .none else {
            throw ClusterError(outcome.error, "\(partition)", message: outcome.message)
        }
        return ProducedBatch(
            baseOffset: outcome.baseOffset >= 0 ? outcome.baseOffset : nil,
            logAppendTime: outcome.logAppendTime >= 0 ? outcome.logAppendTime : nil)
    }
}
