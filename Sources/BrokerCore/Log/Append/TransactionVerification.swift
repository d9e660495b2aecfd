package import Cluster
package import KafkaProtocol

/// Asks whether a producer's open transaction has a partition, before the first batch of the transaction is written there
/// (KIP-890): a batch that comes late, when its transaction has ended, would otherwise open one that nobody ends.
///
/// The question is put under the log's lock, and a marker needs the same lock after the coordinator has decided. So a batch either
/// is in the log before the marker of its transaction, or is refused.
package struct TransactionVerification: Sendable {
    /// None, or why the batch is refused. Called with the log's lock held: it must not come back to the log.
    let check: @Sendable (ProducerClaim, TopicPartition) -> ErrorCode

    /// A verification.
    package init(_ check: @escaping @Sendable (ProducerClaim, TopicPartition) -> ErrorCode) {
        self.check = check
    }

    /// Lets nothing in: transactional batches need a transactional id.
    static let refusing = TransactionVerification { _, _ in .invalidTxnState }
}
