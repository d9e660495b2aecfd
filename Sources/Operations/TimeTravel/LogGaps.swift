import Cluster

/// What is missing of a partition's history, as a read of its log found it.
package struct LogGaps: Sendable, Equatable {
    /// The first offset the log still has; what lay before is deleted.
    package var logStart: Int64
    /// The first offset without a record; nil for none.
    package var firstGap: Int64?
    /// The offset after the last one without a record: from here on nothing is missing.
    package var completeFrom: Int64
    /// Offsets without a record.
    package var missing: Int64 = 0
    /// Up to where the cleaner has been; nil where the peer does not tell.
    package var cleanedUpTo: Int64?
    /// True for a topic with `cleanup.policy=compact`.
    package var isCompacted: Bool
    /// True where records of transactions were seen: then some of the offsets without a record hold their markers.
    package var mayHoldMarkers = false
    /// How far the log was read.
    package var readTo: Int64

    /// A log of which nothing was read.
    package init(logStart: Int64, cleanedUpTo: Int64? = nil, isCompacted: Bool) {
        self.logStart = logStart
        self.cleanedUpTo = cleanedUpTo
        self.isCompacted = isCompacted
        completeFrom = logStart
        readTo = logStart
    }

    /// Notes the next record.
    mutating func saw(_ record: FetchedRecord) {
        reached(record.offset)
        readTo = record.offset + 1
        if record.batch.isTransactional { mayHoldMarkers = true }
    }

    /// Notes that there is no record before an offset.
    mutating func reached(_ offset: Int64) {
        guard offset > readTo else { return }
        missing += offset - readTo
        firstGap = firstGap ?? readTo
        completeFrom = offset
        readTo = offset
    }

    /// Whether the newest record of every key before an offset is still there.
    ///
    /// The cleaner takes a record away only where a later one of the same key lies below its point. So at or behind that point,
    /// and at the log's end, the table is whole; before it, keys that were written again later may show an older record or none.
    ///
    /// - Parameter isEnd: True for the end of the log.
    package func isWhole(before offset: Int64, isEnd: Bool) -> Bool {
        guard isCompacted, missing > 0, firstGap.map({ $0 < offset }) ?? false else { return true }
        return cleanedUpTo.map { offset >= $0 } ?? isEnd
    }
}
