package import Cluster

/// Why records went before they were read.
package enum LossCause: Sendable, Equatable {
    /// Retention took them; the limit where it is known.
    case retention(RetentionLimit?)
    /// Somebody deleted them (DeleteRecords): retention was not due.
    case deletedRecords
    /// They were gone when watching began, or it cannot be told.
    case unknown
}

/// Records that were deleted before a group read them, kept until somebody acknowledges it.
package struct LossFigure: Sendable, Equatable {
    /// How many offsets went unread; of a compacted log at most this many records.
    package var records: Int64
    /// When it was first seen, wall milliseconds; nil when they were gone already when watching began.
    package var since: Int64?
    /// Why, as far as is known, of the newest ones.
    package var cause: LossCause
    /// They lie below this offset.
    package var upTo: Int64

    /// A loss.
    package init(records: Int64, since: Int64?, cause: LossCause, upTo: Int64) {
        self.records = records
        self.since = since
        self.cause = cause
        self.upTo = upTo
    }
}

/// Whether a group loses records of a partition, and when.
package struct LossFigures: Sendable, Equatable {
    /// When retention reaches the oldest unread record.
    package var horizon = LossHorizon.nothingUnread
    /// Whether the group will have caught up by then; `.lost` while a loss is not acknowledged.
    package var verdict = LossVerdict.none
    /// What was lost and is not acknowledged; nil for nothing.
    package var lost: LossFigure?
    /// Whether what is unread now will be lost, too: what the verdict would say without the loss.
    package var isLosingMore = false

    /// Nothing known.
    package init() {}
}

/// Whether a group loses records, and when: its worst partition's verdict.
package struct GroupLoss: Sendable, Equatable {
    /// The worst verdict of any partition.
    package var verdict = LossVerdict.none
    /// The horizon of that partition; the nearest where several have the verdict.
    package var horizon = LossHorizon.nothingUnread
    /// That partition; nil for a group without partitions.
    package var partition: TopicPartition?
    /// Records lost in all partitions and not acknowledged.
    package var lost: Int64 = 0
    /// When the first of them were seen to go, wall milliseconds; nil for none, or when they were gone already.
    package var since: Int64?

    /// Nothing known.
    package init() {}

    init(of rows: [GroupPartitionFigures]) {
        for row in rows.indices {
            let own = (rows[row].loss.verdict, Self.nearness(rows[row].loss.horizon))
            if partition == nil || own > (verdict, Self.nearness(horizon)) {
                verdict = rows[row].loss.verdict
                horizon = rows[row].loss.horizon
                partition = rows[row].topicPartition
            }
            guard let loss = rows[row].loss.lost else { continue }
            let (sum, overflows) = lost.addingReportingOverflow(loss.records)
            lost = overflows ? Int64.max : sum
            if let at = loss.since { since = min(since ?? at, at) }
        }
    }

    private static func nearness(_ horizon: LossHorizon) -> Int64 { Int64.max - (horizon.milliseconds ?? Int64.max) }
}

/// Counts what one group loses of one partition: every offset that fell below the log start before the commit had passed it, once.
struct LossLatch: Sendable, Equatable {
    /// Offsets lost and not acknowledged.
    private(set) var records: Int64 = 0
    /// Nothing below this offset is counted again; -1 before anything was.
    private(set) var countedUpTo: Int64 = -1
    /// When it was first seen, monotonic nanoseconds; nil when they were gone already when watching began.
    private(set) var since: Int64?
    private(set) var cause = LossCause.unknown

    /// Takes the newest commit and log start.
    ///
    /// - Parameters:
    ///   - isFirst: Whether this is the first look.
    ///   - cause: Asked only when something went.
    mutating func take(
        committed: Int64, logStart: Int64, isFirst: Bool, now: Int64, cause: () -> LossCause
    ) {
        let from = max(committed, countedUpTo, 0)
        guard logStart > from else { return }
        if records == 0 { since = isFirst ? nil : now }
        let (sum, overflows) = records.addingReportingOverflow(logStart &- from)
        records = overflows ? Int64.max : sum
        countedUpTo = logStart
        self.cause = cause()
    }

    /// The commit was moved back: what is gone already below it was read once, and is not lost now.
    mutating func wentBack(logStart: Int64) { countedUpTo = max(countedUpTo, logStart) }

    /// The log is another one: its offsets begin anew. What was lost of the old one stays told.
    mutating func beginAnew() { countedUpTo = -1 }

    /// Forgets what lies below an offset: somebody knows of it.
    mutating func acknowledge(upTo offset: Int64) {
        guard offset < countedUpTo else {
            countedUpTo = max(countedUpTo, offset)
            records = 0
            since = nil
            return
        }
        records = min(records, countedUpTo &- max(offset, 0))
    }
}
