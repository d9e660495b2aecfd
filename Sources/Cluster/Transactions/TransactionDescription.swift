/// A transactional id as its coordinator knows it (ListTransactions and DescribeTransactions, KIP-664).
package struct TransactionDescription: Sendable, Equatable {
    /// What only DescribeTransactions tells.
    package struct Details: Sendable, Equatable {
        /// The epoch of the producer that has the id.
        package var producerEpoch: Int16
        /// Milliseconds after which the coordinator aborts an open transaction (`transaction.timeout.ms` of the producer).
        package var timeoutMilliseconds: Int64
        /// When the last transaction began, wall milliseconds; nil before the first.
        package var startedAt: Int64?
        /// The partitions in the open transaction, ascending.
        package var partitions: [TopicPartition]

        /// What a coordinator tells of an id.
        package init(
            producerEpoch: Int16, timeoutMilliseconds: Int64, startedAt: Int64?, partitions: [TopicPartition]
        ) {
            self.producerEpoch = producerEpoch
            self.timeoutMilliseconds = timeoutMilliseconds
            self.startedAt = startedAt
            self.partitions = partitions
        }
    }

    /// The transactional id.
    package var transactionalID: String
    /// Where it stands.
    package var phase: TransactionPhase
    /// The producer that has it.
    package var producerID: Int64
    /// The node id of its coordinator.
    package var coordinator: Int32
    /// The rest; nil where it was not asked for or not told.
    package var details: Details?

    /// A transactional id.
    package init(
        transactionalID: String, phase: TransactionPhase, producerID: Int64, coordinator: Int32, details: Details? = nil
    ) {
        self.transactionalID = transactionalID
        self.phase = phase
        self.producerID = producerID
        self.coordinator = coordinator
        self.details = details
    }
}

/// The transactions of a cluster at one moment, as coordinators and as partitions know them.
package struct TransactionListing: Sendable, Equatable {
    /// What coordinators know, ascending by id.
    package var transactions: [TransactionDescription]
    /// What is open on partitions, ascending by partition and offset.
    package var open: [OpenTransaction]
    /// Whether partitions and coordinators were looked at as one: then a transaction that no coordinator knows will surely never end.
    /// Otherwise it may have ended, or begun, between the two looks.
    package var areClaimsExact: Bool
    /// Who could not be asked, in words.
    package var problems: [String]

    /// A cluster's transactions.
    package init(
        transactions: [TransactionDescription] = [], open: [OpenTransaction] = [], areClaimsExact: Bool = false,
        problems: [String] = []
    ) {
        self.transactions = transactions
        self.open = open
        self.areClaimsExact = areClaimsExact
        self.problems = problems
    }
}
