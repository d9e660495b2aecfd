package import Cluster
import KafkaProtocol

/// Transactions by Kafka's requests, as its own producer makes them.
extension RequestSending {
    package func openTransactions(as transactionalID: String) async throws(ClusterError) -> TransactionalWriter {
        try requireWrite()
        let request = InitProducerIdRequest(
            transactionalID: transactionalID, transactionTimeoutMs: TransactionPace.timeoutMilliseconds)
        let answer = try await asking(request, of: transactionalID) { $0.errorCode }
        try Self.check(answer.errorCode, "transactional id \(transactionalID)")
        return TransactionalWriter(
            transactionalID: transactionalID, producerID: answer.producerID, epoch: answer.producerEpoch)
    }

    package func commit(
        _ transaction: ClusterTransaction, by writer: inout TransactionalWriter
    ) async throws(ClusterError) {
        try requireWrite()
        do throws(ClusterError) {
            try await add(Array(transaction.records.keys), writer)
            try await write(transaction.records, &writer)
            try await add(transaction.offsets, of: transaction.group, writer)
        } catch {
            // Nobody waits for it then; if this fails too, the coordinator ends it when its time is over.
            _ = try? await end(writer, isCommit: false)
            throw error
        }
        try await end(writer, isCommit: true)
    }

    // MARK: the steps

    private func add(_ partitions: [TopicPartition], _ writer: TransactionalWriter) async throws(ClusterError) {
        guard !partitions.isEmpty else { return }
        let request = AddPartitionsToTxnRequest(
            transactionalID: writer.transactionalID, producerID: writer.producerID, producerEpoch: writer.epoch,
            topics: partitions.byTopic.map { .init(name: $0, partitions: $1.map(\.partition)) })
        let answer = try await asking(request, of: writer.transactionalID) { $0.failures.first?.code ?? .none }
        for failure in answer.failures { try Self.check(failure.code, "\(failure.partition)") }
    }

    private func write(
        _ records: [TopicPartition: [NewRecord]], _ writer: inout TransactionalWriter
    ) async throws(ClusterError) {
        let leaders = try await leaders(of: Array(records.keys))
        if let (_, error) = leaders.leaderless.first { throw error }
        for (broker, partitions) in leaders.led.sorted(by: { $0.key < $1.key }) {
            for partition in partitions.sorted() {
                for batch in TransactionPace.batches(of: records[partition] ?? []) {
                    try await write(batch, to: partition, at: broker, &writer)
                }
            }
        }
    }

    private func write(
        _ records: ArraySlice<NewRecord>, to partition: TopicPartition, at broker: Int32,
        _ writer: inout TransactionalWriter
    ) async throws(ClusterError) {
        let sequence = writer.sequences[partition] ?? 0
        let batch = try RecordBatchBuilder.batch(of: records, by: writer, sequence: sequence)
        let request = ProduceRequest(
            transactionalID: writer.transactionalID, acks: -1, timeoutMs: 30_000,
            topicData: [
                .init(name: partition.topic, partitionData: [.init(index: partition.partition, records: batch)])
            ])
        let answer = try await send(request, to: .broker(broker))
        guard let outcome = answer.responses.first?.partitionResponses.first else {
            throw .unavailable("\(partition): the answer to Produce left it out")
        }
        guard outcome.errorCode == .none else {
            if outcome.errorCode.meansMoved { await refreshLeaders() }
            throw ClusterError(outcome.errorCode, "\(partition)", message: outcome.errorMessage)
        }
        // Sequence numbers begin again at 0 behind the last Int32.
        writer.sequences[partition] = Int32(truncatingIfNeeded: (Int64(sequence) + Int64(records.count)) & 0x7FFF_FFFF)
    }

    private func add(
        _ offsets: [CommittedOffset], of group: String, _ writer: TransactionalWriter
    ) async throws(ClusterError) {
        guard !offsets.isEmpty else { return }
        let joining = AddOffsetsToTxnRequest(
            transactionalID: writer.transactionalID, producerID: writer.producerID, producerEpoch: writer.epoch,
            groupID: group)
        try Self.check(try await asking(joining, of: writer.transactionalID) { $0.errorCode }.errorCode, group)
        let byPartition = Dictionary(offsets.map { ($0.topicPartition, $0) }) { $1 }
        let request = TxnOffsetCommitRequest(
            transactionalID: writer.transactionalID, groupID: group, producerID: writer.producerID,
            producerEpoch: writer.epoch,
            topics: Array(byPartition.keys).byTopic.map { topic, partitions in
                .init(
                    name: topic,
                    partitions: partitions.compactMap { byPartition[$0] }.map {
                        .init(
                            partitionIndex: $0.topicPartition.partition, committedOffset: $0.offset,
                            committedMetadata: $0.metadata)
                    })
            })
        let answer = try await askCoordinator(request, of: group) { $0.failure?.code.meansCoordinatorMoved ?? false }
        if let failure = answer.failure { try Self.check(failure.code, "group \(group), \(failure.partition)") }
    }

    private func end(_ writer: TransactionalWriter, isCommit: Bool) async throws(ClusterError) {
        let request = EndTxnRequest(
            transactionalID: writer.transactionalID, producerID: writer.producerID, producerEpoch: writer.epoch,
            isCommit: isCommit)
        let answer = try await asking(request, of: writer.transactionalID) { $0.errorCode }
        try Self.check(answer.errorCode, "transactional id \(writer.transactionalID)")
    }

    // MARK: asking

    /// Asks the coordinator of a transactional id, and again for some seconds while it says that it is not ready yet.
    private func asking<Request: RequestMessage>(
        _ request: Request, of id: String, _ code: (Request.Response) -> ErrorCode
    ) async throws(ClusterError) -> Request.Response {
        var pause = TransactionPace.firstPause
        for _ in 0..<TransactionPace.tries {
            let answer = try await send(request, to: .transactions(of: id))
            let code = code(answer)
            guard code == .concurrentTransactions || code.meansCoordinatorMoved else { return answer }
            if code != .concurrentTransactions { await refreshLeaders() }
            // A cancelled wait ends at once, and the next request says that it was cancelled.
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(500))
        }
        return try await send(request, to: .transactions(of: id))
    }

    private static func check(_ code: ErrorCode, _ subject: String) throws(ClusterError) {
        guard code != .none else { return }
        throw ClusterError(code, subject)
    }
}

/// How long transactions may take, and how much goes into a batch.
enum TransactionPace {
    /// After so long the coordinator aborts an open transaction.
    static let timeoutMilliseconds: Int32 = 60_000
    static let tries = 25
    static let firstPause = Duration.milliseconds(5)
    /// Bytes of keys and values that a batch holds about; topics take 1 MiB where they say nothing else.
    private static let bytesPerBatch = 512 << 10
    private static let recordsPerBatch = 10_000

    /// Records in batches that a topic takes. A record that is too large stands alone.
    static func batches(of records: [NewRecord]) -> [ArraySlice<NewRecord>] {
        var batches: [ArraySlice<NewRecord>] = []
        var (start, bytes) = (0, 0)
        for (place, record) in records.enumerated() {
            let size = (record.key?.count ?? 0) + (record.value?.count ?? 0) + 32
            if place > start, bytes + size > bytesPerBatch || place - start >= recordsPerBatch {
                batches.append(records[start..<place])
                (start, bytes) = (place, 0)
            }
            bytes += size
        }
        if start < records.count { batches.append(records[start...]) }
        return batches
    }
}

extension AddPartitionsToTxnResponse {
    /// The partitions that were refused; those that were only not tried come last.
    fileprivate var failures: [(partition: TopicPartition, code: ErrorCode)] {
        let all = results.flatMap { topic in
            topic.partitions.map { (TopicPartition(topic: topic.name, partition: $0.partitionIndex), $0.errorCode) }
        }
        let failed = all.filter { $0.1 != .none }
        return failed.filter { $0.1 != .operationNotAttempted } + failed.filter { $0.1 == .operationNotAttempted }
    }
}

extension TxnOffsetCommitResponse {
    fileprivate var failure: (partition: TopicPartition, code: ErrorCode)? {
        for topic in topics {
            for partition in topic.partitions where partition.errorCode != .none {
                return (TopicPartition(topic: topic.name, partition: partition.partitionIndex), partition.errorCode)
            }
        }
        return nil
    }
}
