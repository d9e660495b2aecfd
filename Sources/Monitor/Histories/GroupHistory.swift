import Cluster
import WindowedMetrics

/// What the monitor remembers of one group between polls.
struct GroupHistory: Sendable {
    /// Samples of the group's lag that are kept: five minutes at one poll a second.
    static let samples = 300

    /// The last description, without its commits.
    var description: GroupDescription
    /// One row a partition, ascending by topic and partition.
    var rows: [RowHistory] = []
    /// The group's lag over time.
    var lag = SampleTrack(capacity: samples)
    /// Since when the group is in its state; nil when it was so at the first poll.
    var stateSince: Moment?
    /// When commits and members were last read.
    var readAt: Moment
    /// The poll that last listed the group.
    var listed: UInt64 = 0
    /// True when it was read well in the newest poll.
    var isFresh = true
    /// What was last published; nil before the first time.
    var figures: GroupFigures?
    /// True once the group was seen at work: with members, or committing without being a member.
    var wasActive = false
    /// What was seen of its rebalances.
    var churn: GroupChurn

    init(_ description: GroupDescription, at now: Moment) {
        self.description = description
        readAt = now
        churn = GroupChurn(since: now.monotonicNanoseconds)
    }
}

/// What the monitor remembers of one partition of one group between polls. About 2 KB.
struct RowHistory: Sendable {
    /// Samples kept: a minute and a little at one poll a second.
    static let samples = 64

    /// The partition; its topic's name is the one string of `TopicHistory`.
    let topicPartition: TopicPartition
    /// The newest commit.
    var commit: CommittedOffset?
    /// The member it is assigned to, an index into the group's members; -1 for none.
    var member: Int32 = -1
    /// Where its partition stands in the newest poll; -1 for nowhere.
    var topic: Int32 = -1
    var partition: Int32 = -1
    /// Which log the commits were made against.
    var incarnation: UInt32 = 0
    /// The cleanings the finding has seen.
    var cleanings: UInt32 = 0
    /// Committed offsets over time.
    var commits = SampleTrack(capacity: samples)
    /// Lag over time.
    var lag = SampleTrack(capacity: samples)
    /// The last point read.
    var finding: PointFinding?
    /// When a point read was last tried, monotonic nanoseconds; nil for never.
    var triedAt: Int64?
    /// When the commit last moved forward, monotonic nanoseconds.
    var movedAt: Int64?
    /// The last two pauses between moves, nanoseconds, newest first.
    var pauses: (Int64, Int64) = (0, 0)
    /// Since when there has been something unread, monotonic nanoseconds.
    var behindSince: Int64?
    /// Judges the catch-up time.
    var judge = CatchUpJudge()
    /// The last commits, for the status.
    var ring = CommitRing()
    /// Since when the row is watched for its status, monotonic nanoseconds; nil before its first commit was seen.
    var watchedSince: Int64?
    /// When the commit in the ring was made by the broker's clock, wall milliseconds; nil where that is not told.
    var committedAt: Int64?
    /// How it fared when it was last judged.
    var status = StatusFigure.noCommit
    /// What was lost of the partition.
    var latch = LossLatch()
    /// The horizon as last seen.
    var horizon = LossHorizon.nothingUnread
    /// When the figures were last right.
    var readAt: Moment
    /// True once it was derived from a commit and a log that were both read.
    var wasLooked = false
    /// True when the newest commit went back and the latch has not been told yet.
    var isRewound = false
    /// Where its last figures stand in `GroupHistory.figures`; -1 before the first time.
    var place: Int32 = -1
    /// False when the group was read with a problem and this commit was not among what came.
    var isFresh = true
    /// False while its figures are old.
    var isSeen = true
    /// Since when it is seen again after a long gap, monotonic nanoseconds; nil when there was none.
    var seenSince: Int64?

    init(_ topicPartition: TopicPartition, at now: Moment) {
        self.topicPartition = topicPartition
        readAt = now
    }

    /// The pause between commits that is usual here: what was reached twice in a row.
    var usualPause: Int64 { min(pauses.0, pauses.1) }

    /// Takes the newest commit.
    ///
    /// - Parameter isReset: A commit that has moved was moved by somebody else than the group's consumers: it says nothing of their work.
    /// - Returns: True when it moved forward.
    mutating func take(_ new: CommittedOffset?, isReset: Bool, tick: Int, at now: Moment) -> Bool {
        let before = commit?.offset
        commit = new.flatMap { $0.offset >= 0 ? $0 : nil }
        guard let offset = commit?.offset else { return false }
        let isMoved = before != nil && offset != before
        if isReset, isMoved { forgetPace() }
        commits.record(Double(offset), at: tick)
        guard let before, isMoved else { return false }
        if offset < before {
            // A rewind: what was learnt of later records does not help.
            finding = nil
            isRewound = true
            return false
        }
        if isReset { return false }
        if let movedAt {
            pauses = (now.nanoseconds(since: movedAt), pauses.0)
        }
        movedAt = now.monotonicNanoseconds
        return true
    }

    /// Forgets how fast the consumers were, which offsets that were moved for them would be taken for. The status stays Burrow's, which sees commits
    /// only.
    private mutating func forgetPace() {
        commits.removeAll()
        lag.removeAll()
        judge = CatchUpJudge()
    }

    /// Drops what was known of a log that has changed since.
    mutating func align(with log: LogFacts, tick: Int, at now: Moment) {
        if place < 0 {
            incarnation = log.incarnation
            cleanings = log.cleanings
        }
        if incarnation != log.incarnation { beginAnew(incarnation: log.incarnation, tick: tick) }
        if let finding {
            if cleanings != log.cleanings {
                if finding.requested < log.cleanedUpTo { self.finding = nil }
            } else if log.isCompacted, !log.isCleaningKnown,
                now.nanoseconds(since: finding.readAt) > Self.unwatchedFindingNanoseconds
            {
                self.finding = nil
            }
        }
        cleanings = log.cleanings
    }

    /// Where the cleaner's progress cannot be seen, a record that was read is trusted no longer than this.
    private static let unwatchedFindingNanoseconds: Int64 = 60_000_000_000

    /// The lag rule applied to the newest commit; nil without a commit, without bounds, or when either is not fresh.
    func lagRule(_ log: LogFacts) -> LagRule? {
        guard isFresh, log.isFresh, let offsets = log.offsets, let committed = commit?.offset else { return nil }
        let position = max(committed, offsets.logStart)
        var empty: Int64 = 0
        if let finding, finding.answers(for: position) { empty = finding.emptyUpTo }
        return LagRule(committed: committed, offsets: offsets, knownEmptyUpTo: empty, cleanedUpTo: log.cleanedUpTo)
    }

    /// Forgets all that was learnt of a log that has since begun anew.
    mutating func beginAnew(incarnation: UInt32, tick: Int) {
        self.incarnation = incarnation
        finding = nil
        triedAt = nil
        movedAt = nil
        behindSince = nil
        pauses = (0, 0)
        judge = CatchUpJudge()
        ring = CommitRing()
        watchedSince = nil
        latch.beginAnew()
        horizon = .nothingUnread
        lag.removeAll()
        commits.removeAll()
        if let offset = commit?.offset { commits.record(Double(offset), at: tick) }
    }
}
