/// Writing records and a group's offsets as one: all of it counts, or nothing.
package protocol TransactionalWriting: Sendable {
    /// Becomes the one writer of a transactional id: an earlier one is shut out, and what it left open is ended first.
    ///
    /// - Throws: `.unsupported` where the peer has no transactions; `.readOnly`.
    func openTransactions(as transactionalID: String) async throws(ClusterError) -> TransactionalWriter

    /// Writes a transaction and commits it; durable when it returns.
    ///
    /// After an error nothing is known of the transaction: whoever wants to go on opens the id again, which decides it, and then reads the group's
    /// offsets to see how.
    ///
    /// - Throws: `.refused` with `PRODUCER_FENCED` or `INVALID_PRODUCER_EPOCH` where another writer has taken the id.
    func commit(_ transaction: ClusterTransaction, by writer: inout TransactionalWriter) async throws(ClusterError)
}

/// Who may write under a transactional id.
package struct TransactionalWriter: Sendable, Equatable {
    /// The transactional id.
    package let transactionalID: String
    /// The producer id.
    package let producerID: Int64
    /// The producer's epoch, by which older ones are shut out.
    package let epoch: Int16
    /// The next sequence number of each partition that was written to.
    package var sequences: [TopicPartition: Int32] = [:]

    /// A writer as the coordinator named it.
    package init(transactionalID: String, producerID: Int64, epoch: Int16) {
        self.transactionalID = transactionalID
        self.producerID = producerID
        self.epoch = epoch
    }
}

/// Records and offsets that belong together.
package struct ClusterTransaction: Sendable, Equatable {
    /// The records of each partition, in their order.
    package var records: [TopicPartition: [NewRecord]]
    /// The offsets that are committed with them.
    package var offsets: [CommittedOffset]
    /// Whose offsets they are.
    package var group: String

    /// A transaction.
    package init(records: [TopicPartition: [NewRecord]] = [:], offsets: [CommittedOffset], group: String) {
        self.records = records
        self.offsets = offsets
        self.group = group
    }
}
