package import Cluster

/// The transactions of a cluster with what the monitor derived for them.
package struct TransactionBoard: Sendable, Equatable {
    /// What needs a look first: hanging ones, those that no coordinator claims, open ones, oldest first; then ids at rest, ascending.
    package var rows: [TransactionFigures]
    /// Why they are not told, or not all of them, in words; nil while all is well.
    package var problem: String?
    /// Since when the rows are old, wall milliseconds; nil while they are fresh.
    package var staleSince: Int64?
    /// False where the peer has no means to tell, or was never reached: that there is no row means nothing then.
    package var isTold: Bool

    /// Transactions.
    package init(
        rows: [TransactionFigures] = [], problem: String? = nil, staleSince: Int64? = nil, isTold: Bool = true
    ) {
        self.rows = rows
        self.problem = problem
        self.staleSince = staleSince
        self.isTold = isTold
    }

    /// Transactions that are open, hanging ones among them.
    package var openCount: Int { rows.count(where: \.isOpen) }
    /// Transactions that will never end by themselves.
    package var hangingCount: Int { rows.count { $0.standing == .hanging } }
    /// How long the oldest open one is open, milliseconds; nil while none is, or where no time is told.
    package var oldestMilliseconds: Int64? { rows.compactMap(\.ageMilliseconds).max() }
}

/// A transaction, or a transactional id at rest, with what the monitor derived for it.
package struct TransactionFigures: Sendable, Equatable {
    /// Where it stands.
    package enum Standing: Sendable, Equatable {
        /// As its coordinator says.
        case known(TransactionPhase)
        /// Open on partitions, and no coordinator says that it is theirs; it may just have begun or ended.
        case unclaimed
        /// Likewise, for so long that no coordinator will ever end it (`kafka-transactions.sh find-hanging`).
        case hanging
    }

    /// A partition that a transaction writes to.
    package struct Partition: Sendable, Equatable {
        /// The partition.
        package var topicPartition: TopicPartition
        /// The offset of its first record there; nil where nothing was written yet, or where it is not told.
        package var firstOffset: Int64?
        /// When it wrote there last, wall milliseconds by the producer's clock; nil for never, or where it is not told.
        package var lastTimestamp: Int64?
        /// Records after the partition's last stable offset, which committed readers wait for; nil where another transaction is the
        /// first that is open there, or where it is not told. Offsets count gaps alike, so it is an upper bound.
        package var heldBack: Int64?

        /// A partition of a transaction.
        package init(
            topicPartition: TopicPartition, firstOffset: Int64? = nil, lastTimestamp: Int64? = nil,
            heldBack: Int64? = nil
        ) {
            self.topicPartition = topicPartition
            self.firstOffset = firstOffset
            self.lastTimestamp = lastTimestamp
            self.heldBack = heldBack
        }
    }

    /// The transactional id; nil for what no coordinator claims.
    package var transactionalID: String?
    /// Where it stands.
    package var standing: Standing
    /// The producer.
    package var producerID: Int64
    /// Its epoch; nil where it is not told.
    package var producerEpoch: Int32?
    /// The node id of its coordinator; nil where no coordinator claims it.
    package var coordinator: Int32?
    /// Milliseconds after which its coordinator aborts it; nil where it is not told.
    package var timeoutMilliseconds: Int64?
    /// When it began, wall milliseconds; nil while none is open, or where it is not told.
    package var startedAt: Int64?
    /// How long it is open, milliseconds; at least so long where no coordinator claims it. Nil while none is open.
    package var ageMilliseconds: Int64?
    /// What it writes to, ascending; nil where it is not told.
    package var partitions: [Partition]?

    /// A transaction's figures.
    package init(transactionalID: String?, standing: Standing, producerID: Int64) {
        self.transactionalID = transactionalID
        self.standing = standing
        self.producerID = producerID
    }

    /// A name of its own: the transactional id, or the producer that nobody claims.
    package var id: String { transactionalID ?? "producer \(producerID)" }

    /// Whether a transaction is open or being ended.
    package var isOpen: Bool {
        switch standing {
        case .known(let phase): phase.isOpen
        case .unclaimed, .hanging: true
        }
    }

    /// Whether it is open for longer than its coordinator allows: the coordinator looks each ten seconds.
    package var isOverdue: Bool {
        guard standing == .known(.ongoing), let age = ageMilliseconds, let timeout = timeoutMilliseconds else {
            return false
        }
        return age > timeout
    }

    /// The partition where most records wait for it to end.
    package var worstHeld: Partition? {
        partitions?.filter { $0.heldBack != nil }.max { ($0.heldBack ?? 0) < ($1.heldBack ?? 0) }
    }
}
