import Cluster
import KafkaProtocol

/// What happens to a transactional id.
enum TransactionEvent: Sendable, Equatable {
    /// InitProducerId.
    ///
    /// - `claim`: who the producer was before (KIP-360); nil for a new instance.
    /// - `freshProducerID`: an id never given before, where the epochs of the present one have run out.
    case initialize(claim: ProducerClaim?, timeoutMs: Int32, freshProducerID: Int64?)
    /// AddPartitionsToTxn, or AddOffsetsToTxn with the group's partition.
    case add(ProducerClaim, Set<TopicPartition>)
    /// EndTxn.
    case end(ProducerClaim, isCommit: Bool)
    /// The log has what was to be written last.
    case written
    /// The log refused what was to be written last.
    case refused(ErrorCode)
    /// The marker for a partition is durable, or the partition is gone.
    case marked(TopicPartition)
    /// The marker for a partition could not be written now.
    case unmarked(TopicPartition)
    /// A look at the clock: an overdue transaction is aborted, markers that failed are tried again.
    case tick
    /// A look at the calendar: an id that nobody used for so many milliseconds is forgotten.
    case expire(afterMs: Int64)
    /// The coordinator starts with this id from the log: what was decided is carried out.
    case resume
}

/// What a transactional id wants done.
enum TransactionEffect: Sendable, Equatable {
    /// Answer the request at hand; nothing was begun.
    case answer(ErrorCode)
    /// Answer the request that waits for the log or for the markers, if one does.
    case release(ErrorCode)
    /// Ask again with a producer id that was never given before.
    case takeProducerID
    /// Append this state to the log, nil for a tombstone; ``TransactionEvent/written`` or ``TransactionEvent/refused(_:)`` comes
    /// back. Unless it is to be durable, it counts as written once it is in the log's order.
    case write(StoredTransaction?, isDurable: Bool)
    /// Write markers; ``TransactionEvent/marked(_:)`` or ``TransactionEvent/unmarked(_:)`` comes back for each.
    case mark(Set<TopicPartition>, ProducerClaim, isCommit: Bool)
    /// Strike the id out.
    case forget
}
