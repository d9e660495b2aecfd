package import Cluster

/// What `__transaction_state` keeps of a transactional id.
package struct StoredTransaction: Sendable, Equatable {
    /// The producer that has the id.
    package var producerID: Int64
    /// Its epoch: older instances are fenced. -1 before the first was given.
    package var producerEpoch: Int16
    /// Milliseconds after which an open transaction is aborted, as the producer wished.
    package var timeoutMs: Int32
    /// Where the transaction stands.
    package var state: TransactionState
    /// The partitions it writes to.
    package var partitions: Set<TopicPartition>
    /// When this last changed, wall milliseconds.
    package var updatedAt: Int64
    /// When the transaction began, wall milliseconds; -1 before the first one.
    package var startedAt: Int64

    /// An id's state.
    package init(
        producerID: Int64,
        producerEpoch: Int16 = -1,
        timeoutMs: Int32,
        state: TransactionState = .empty,
        partitions: Set<TopicPartition> = [],
        updatedAt: Int64,
        startedAt: Int64 = -1
    ) {
        self.producerID = producerID
        self.producerEpoch = producerEpoch
        self.timeoutMs = timeoutMs
        self.state = state
        self.partitions = partitions
        self.updatedAt = updatedAt
        self.startedAt = startedAt
    }

    /// The partitions by topic, those of the producer before the broker's own, each in ascending order.
    package var topics: [(topic: String, partitions: [Int32])] {
        let byTopic = Dictionary(grouping: partitions, by: \.topic)
        let names = byTopic.keys.sorted { left, right in
            let internals = (TopicName.isInternal(left), TopicName.isInternal(right))
            return internals.0 == internals.1 ? left < right : internals.1
        }
        return names.map { name in (name, (byTopic[name] ?? []).map(\.partition).sorted()) }
    }

    /// Whether an open transaction has outlived its timeout.
    package func isOverdue(at wall: Int64) -> Bool {
        guard state == .ongoing else { return false }
        let (deadline, overflow) = startedAt.addingReportingOverflow(Int64(timeoutMs))
        return !overflow && deadline < wall
    }
}

/// Who a producer says it is.
package struct ProducerClaim: Sendable, Equatable {
    /// The producer id.
    package var producerID: Int64
    /// The producer epoch.
    package var epoch: Int16

    /// A claim.
    package init(producerID: Int64, epoch: Int16) {
        self.producerID = producerID
        self.epoch = epoch
    }
}
