import Cluster
import WindowedMetrics

extension Derivation {
    /// Feeds the row's ring with its newest commit.
    ///
    /// - Parameter before: When the row was last seen; nil when it never was.
    func noteCommit(of row: inout RowHistory, seenBefore before: Moment?) {
        guard let commit = row.commit else { return }
        row.watchedSince = row.watchedSince ?? now.monotonicNanoseconds
        let isNew = row.ring.commits.last?.offset != commit.offset || row.committedAt != commit.committedAt
        guard isNew || row.ring.commits.isEmpty else { return }
        row.committedAt = commit.committedAt
        // The end is that of before the commit, so that what came after it is not taken for unread then.
        var time = now.monotonicNanoseconds
        var endTime = before?.monotonicNanoseconds ?? Int64.min
        if let at = commit.committedAt {
            time = moment(of: at, notBefore: before)
            endTime = min(time, now.monotonicNanoseconds &- 1)
        }
        let topic = Int(row.topic)
        let partition = Int(row.partition)
        guard topic >= 0, partition >= 0 else { return }
        let end = topics[topic].partitions[partition].end.newest(atOrBefore: endTime, on: axis)
        row.ring.take(
            commit.offset,
            at: max(time, row.ring.lastAt ?? time),
            end: end.flatMap { Int64(exactly: $0) },
            behindSince: row.behindSince,
            distance: judge.distance
        )
    }

    /// The monotonic time of a commit from the broker's wall clock, which may have leapt: it came after the last look.
    private func moment(of committedAt: Int64, notBefore before: Moment?) -> Int64 {
        let (ago, overflows) = now.wallMilliseconds.subtractingReportingOverflow(committedAt)
        let past = now.monotonicNanoseconds &- Self.nanoseconds(overflows ? 0 : max(ago, 0))
        return min(max(past, before?.monotonicNanoseconds ?? past), now.monotonicNanoseconds)
    }

    /// Since when something is unread that was not before: since now; at the first look since its record was written, but not before the last commit,
    /// where both are told.
    func unreadSince(_ row: borrowing RowHistory, _ writtenAt: (Int64, Quality)?, isFirst: Bool) -> Int64 {
        guard isFirst, let (written, quality) = writtenAt, quality == .exact, let committed = row.commit?.committedAt
        else {
            return now.monotonicNanoseconds
        }
        return moment(of: max(written, committed), notBefore: nil)
    }

    /// Judges a row by its commits.
    func status(of row: borrowing RowHistory, _ rule: LagRule, _ log: LogFacts, hasCommitters: Bool) -> StatusFigure {
        guard let commit = row.commit, let offsets = log.offsets else { return .noCommit }
        return judge.judge(
            StatusJudge.Evidence(
                committed: commit.offset,
                lag: rule.lag.records ?? 0,
                pastEnd: rule.isAheadOfEnd ? commit.offset &- offsets.highWatermark : 0,
                now: now.monotonicNanoseconds,
                watchedSince: row.watchedSince ?? now.monotonicNanoseconds,
                behindSince: row.behindSince ?? now.monotonicNanoseconds,
                movedAt: row.movedAt,
                seesCommits: commit.committedAt != nil,
                hasCommitters: hasCommitters,
                ring: row.ring
            ))
    }

    var judge: StatusJudge { StatusJudge(least: Self.nanoseconds(max(settings.leastWatchedMilliseconds, 1))) }
}

extension StatusFigure {
    /// The status of a group: its worst partition's, of several such that with the most records; what never had a commit says nothing.
    static func worst(of rows: [GroupPartitionFigures]) -> (StatusFigure, TopicPartition?) {
        var worst: (status: ConsumerStatus, lag: Int64, row: Int)?
        for row in rows.indices {
            let (status, lag) = (rows[row].status.status, rows[row].lag.records ?? 0)
            if let worst, (status, lag) <= (worst.status, worst.lag) { continue }
            worst = (status, lag, row)
        }
        guard let worst else { return (.noCommit, nil) }
        return (rows[worst.row].status, rows[worst.row].topicPartition)
    }
}
