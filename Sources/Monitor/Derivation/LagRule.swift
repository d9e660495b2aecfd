import Cluster

/// How far one commit is behind one log, in records: the rule, and nothing else.
///
/// The end is the high watermark, as kafka-consumer-groups and every client count it: whether a group reads committed records only cannot be known from
/// outside, and up to the last stable offset its lag would look smaller than other tools say. What lies below the log start is gone: it counts as
/// unreadable, not as lag. Offsets known to hold no record (control records of transactions, gaps that compaction left) are not lag either.
struct LagRule: Equatable {
    /// The lag.
    let lag: Lag
    /// Records below the log start that were never read.
    let unreadable: Int64
    /// True when the commit lies past the end.
    let isAheadOfEnd: Bool
    /// The first offset that may hold an unread record.
    let nextReadable: Int64

    /// Applies the rule.
    ///
    /// - Parameters:
    ///   - committed: The next offset the group will read; not negative.
    ///   - offsets: The log's bounds.
    ///   - knownEmptyUpTo: From the commit (or the log start) up to here no offset holds a record, as far as was looked.
    ///   - cleanedUpTo: Below this offset the cleaner may have left gaps; 0 for a log that is never compacted.
    init(committed: Int64, offsets: PartitionOffsets, knownEmptyUpTo: Int64 = 0, cleanedUpTo: Int64 = 0) {
        let end = max(offsets.highWatermark, 0)
        let start = min(max(offsets.logStart, 0), end)
        let committed = max(committed, 0)
        isAheadOfEnd = committed > end
        unreadable = isAheadOfEnd ? 0 : max(start - committed, 0)
        let position = min(max(committed, start, knownEmptyUpTo), end)
        nextReadable = position
        if isAheadOfEnd {
            lag = .records(0, .estimated)
        } else {
            let count = end - position
            lag = .records(count, count > 0 && position < cleanedUpTo ? .estimated : .exact)
        }
    }
}

extension Lag {
    /// The lag of a group from those of its partitions: their sum.
    ///
    /// It is a lower bound when a partition is unknown, or has no commit though it holds records; an estimate when some partitions' lags are old
    /// and others' live.
    static func total(of partitions: [GroupPartitionFigures]) -> Lag {
        var sum: Int64 = 0
        var known = false
        var isEstimated = isMixed(partitions)
        var isLowerBound = false
        var reason: String?
        // By index, here and below: iterating would copy each row.
        for index in partitions.indices {
            switch partitions[index].lag {
            case .records(let count, let quality):
                known = true
                let (next, overflows) = sum.addingReportingOverflow(count)
                sum = overflows ? Int64.max : next
                if quality == .estimated { isEstimated = true }
                if quality == .lowerBound || overflows { isLowerBound = true }
            case .unknown(let why):
                reason = reason ?? why
                isLowerBound = true
            case .noCommit:
                if let offsets = partitions[index].offsets, offsets.highWatermark > offsets.logStart {
                    isLowerBound = true
                }
            }
        }
        guard known else { return reason.map(Lag.unknown) ?? .noCommit }
        return .records(sum, isLowerBound ? .lowerBound : isEstimated ? .estimated : .exact)
    }
}

/// Whether some partitions' figures are old and others' live.
private func isMixed(_ partitions: [GroupPartitionFigures]) -> Bool {
    guard !partitions.isEmpty else { return false }
    let isFirstLive = partitions[0].staleSince == nil
    return partitions.indices.contains { (partitions[$0].staleSince == nil) != isFirstLive }
}

extension LagAge {
    /// The age of a group from those of its partitions: the oldest. A lower bound when a partition is unknown; an estimate when some
    /// partitions' ages are old and others' live.
    static func oldest(of partitions: [GroupPartitionFigures]) -> LagAge {
        var oldest: Int64 = -1
        var quality = Quality.exact
        var isCaughtUp = false
        var reason: String?
        for index in partitions.indices {
            switch partitions[index].age {
            case .milliseconds(let age, let how):
                if age > oldest {
                    oldest = age
                    quality = how
                }
            case .caughtUp: isCaughtUp = true
            case .unknown(let why): reason = reason ?? why
            case .noCommit: break
            }
        }
        if oldest >= 0 {
            if reason != nil { quality = .lowerBound }
            if quality == .exact, isMixed(partitions) { quality = .estimated }
            return .milliseconds(oldest, quality)
        }
        if let reason { return .unknown(reason) }
        return isCaughtUp ? .caughtUp : .noCommit
    }
}

extension CatchUp {
    /// The catch-up time of a group: its slowest partition's; unknown when a partition's lag is and no other is late.
    static func slowest(of partitions: [GroupPartitionFigures]) -> CatchUp {
        var slowest = CatchUp.unknown
        var isBlind = false
        for index in partitions.indices {
            slowest = max(slowest, partitions[index].catchUp)
            if case .unknown = partitions[index].lag { isBlind = true }
        }
        return isBlind && slowest <= .steady ? .unknown : slowest
    }
}
