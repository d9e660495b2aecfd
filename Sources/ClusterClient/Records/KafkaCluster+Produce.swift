package import Cluster
import ClusterRequests
import KafkaProtocol

/// Produce: one batch to one partition, acknowledged by all in-sync replicas.
extension KafkaCluster {
    /// Milliseconds that a leader may wait for its followers.
    private static let replicationTimeout: Int32 = 30_000

    package func produce(
        _ records: [NewRecord], to partition: TopicPartition, compression: String
    ) async throws(ClusterError) -> ProducedBatch {
        try requireWrite()
        let batch = try RecordBatchBuilder.batch(
            of: records, compression: compression, now: clock.wallMilliseconds())
        let request = ProduceRequest(
            acks: -1, timeoutMs: Self.replicationTimeout,
            topicData: [
                .init(name: partition.topic, partitionData: [.init(index: partition.partition, records: batch)])
            ])
        var answer = try await produce(request, to: partition)
        if answer.errorCode.meansMoved {
            // Whoever says that it is elsewhere has written nothing.
            await refreshLeaders()
            answer = try await produce(request, to: partition)
        }
        guard answer.errorCode == .none else {
            let details = answer.recordErrors.compactMap(\.batchIndexErrorMessage)
            let message = ([answer.errorMessage].compactMap { $0 } + details).joined(separator: "; ")
            throw ClusterError(answer.errorCode, "\(partition)", message: message)
        }
        return ProducedBatch(
            baseOffset: answer.baseOffset >= 0 ? answer.baseOffset : nil,
            logAppendTime: answer.logAppendTimeMs >= 0 ? answer.logAppendTimeMs : nil)
    }

    private func produce(
        _ request: ProduceRequest, to partition: TopicPartition
    ) async throws(ClusterError) -> ProduceResponse.Partition {
        let leaders = try await leaders(of: [partition])
        guard let leader = leaders.led.keys.first else {
            throw leaders.leaderless[partition] ?? .unavailable("\(partition): it has no leader")
        }
        let answer = try await send(request, to: .broker(leader))
        guard let partition = answer.responses.first?.partitionResponses.first else {
            throw .unavailable("\(partition): broker \(leader)'s answer to Produce left it out")
        }
        return partition
    }
}
