package import Cluster
import ClusterRequests
import KafkaProtocol
import NIOCore

/// The audit log's topic, `__weir_audit`.
extension EmbeddedCluster {
    /// Appends a record to the audit log, which is made first where there is none; as durable as the broker's flush mode makes it.
    ///
    /// Clients cannot write there, and read-only mode does not stop it: it changes nothing that an operator keeps in the broker.
    ///
    /// - Throws: `.storage` when it cannot be written.
    package func append(toAuditLog record: NewRecord) async throws(ClusterError) {
        let place = TopicPartition(topic: TopicName.audit, partition: 0)
        if broker.directory[place] == nil {
            let made = await onQueue { [broker] in broker.topics.autoCreate(place.topic) }
            guard made.errorCode == .none || made.errorCode == .topicAlreadyExists else {
                throw .storage("\(place.topic) cannot be created: \(made.errorMessage ?? "\(made.errorCode)")")
            }
        }
        let batch = try RecordBatchBuilder.batch(
            of: [record], compression: "none", now: broker.clock.wallMilliseconds)
        let outcome = await withCheckedContinuation { continuation in
            broker.writer.append(batch, to: place, acks: -1, origin: .coordinator) {
                continuation.resume(returning: $0)
            }
        }
        guard outcome.error == .none else {
            throw .storage("\(place): \(outcome.message ?? "\(outcome.error)")")
        }
    }
}
