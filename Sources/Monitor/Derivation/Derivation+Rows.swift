import Cluster
import WindowedMetrics

extension Derivation {
    /// The figures of every group, and with them the worst lag of every partition.
    mutating func deriveGroups() -> [GroupFigures] {
        var all: [GroupFigures] = []
        all.reserveCapacity(groupOrder.count)
        for place in groupOrder {
            let figures = deriveGroup(place)
            groups[place].figures = figures
            all.append(figures)
        }
        return all
    }

    private mutating func deriveGroup(_ place: Int) -> GroupFigures {
        let before = groups[place].figures
        let members = groups[place].description.members
        let window = RowWindow(
            now: now,
            tick: tick,
            window: Self.nanoseconds(settings.trendWindowMilliseconds),
            wasActive: groups[place].wasActive,
            hasCommitters: !members.isEmpty || groups[place].description.protocolType.isEmpty
        )
        // Out of the group for a while, so that they are changed in place.
        var rows: [RowHistory] = []
        swap(&rows, &groups[place].rows)
        var sums = RowSums()
        var figures: [GroupPartitionFigures] = []
        figures.reserveCapacity(rows.count)
        for row in rows.indices {
            let index = Int(rows[row].member)
            let hasMember = index >= 0 && index < members.count
            var one: GroupPartitionFigures
            if let reason = staleReason(place, rows[row]) {
                rows[row].isSeen = false
                one = stale(rows[row], before: before, reason: reason)
            } else {
                let isFirst = !rows[row].wasLooked
                if isFirst, let known = acknowledgedLosses[groups[place].description.groupID] {
                    if let offset = known[rows[row].topicPartition] { rows[row].latch.acknowledge(upTo: offset) }
                }
                one = fresh(&rows[row], window, isFirst: isFirst)
                rows[row].wasLooked = true
            }
            one.memberID = hasMember ? members[index].memberID : nil
            one.clientID = hasMember ? members[index].clientID : nil
            one.lagHistory = series(rows[row].lag)
            rows[row].place = Int32(clamping: row)
            sums.add(one, rest: rows[row].rest(window))
            noteWorst(one.lag, place, rows[row].topic, rows[row].partition)
            figures.append(one)
        }
        swap(&rows, &groups[place].rows)
        if groupsProblem != nil || !groups[place].isFresh, sums.staleSince == nil {
            sums.staleSince = now.wallMilliseconds(of: groups[place].readAt)
        }
        return total(place, figures, sums, before: before)
    }

    private mutating func total(
        _ place: Int,
        _ rows: [GroupPartitionFigures],
        _ sums: RowSums,
        before: GroupFigures?
    ) -> GroupFigures {
        var lag = Lag.total(of: rows)
        var age = LagAge.oldest(of: rows)
        if rows.isEmpty, let problem = groupsProblem ?? groups[place].description.problem {
            // Nothing was ever read of it, which is not the same as nothing committed.
            lag = .unknown(problem)
            age = .unknown(problem)
        }
        let isLive = sums.staleSince == nil || sums.isPartlyLive
        if isLive, let records = lag.records {
            groups[place].lag.record(Double(records), through: tick, after: previousTick)
        }
        var figures = GroupFigures(
            description: groups[place].description,
            lag: lag,
            age: age,
            catchUp: CatchUp.slowest(of: rows),
            lagChangePerSecond: isLive ? sums.change : before?.lagChangePerSecond,
            recordsOutPerSecond: isLive ? sums.handled : before?.recordsOutPerSecond,
            lagHistory: series(groups[place].lag),
            partitions: rows,
            stateSince: groups[place].stateSince.map(now.wallMilliseconds(of:)),
            staleSince: sums.staleSince,
            stoppedMilliseconds: sums.rest
        )
        (figures.status, figures.statusPartition) = StatusFigure.worst(of: rows)
        if rows.isEmpty, case .unknown(let reason) = lag {
            figures.status = StatusFigure(.unknown, .unreadable(reason))
        }
        figures.loss = GroupLoss(of: rows)
        figures.churn = groups[place].churn.figures(at: now)
        return figures
    }

    /// Why a row keeps its last figures; nil when it can be derived anew.
    private func staleReason(_ place: Int, _ row: borrowing RowHistory) -> String? {
        if let groupsProblem { return groupsProblem }
        if !groups[place].isFresh || !row.isFresh {
            return groups[place].description.problem ?? "the commit could not be read"
        }
        if let topicsProblem { return topicsProblem }
        let topic = Int(row.topic)
        let partition = Int(row.partition)
        guard topic >= 0, partition >= 0, !topics[topic].partitions[partition].facts.isFresh else { return nil }
        return topics[topic].partitions[partition].description.problem ?? "the offsets could not be read"
    }

    /// The last figures, marked as old.
    private func stale(_ row: borrowing RowHistory, before: GroupFigures?, reason: String) -> GroupPartitionFigures {
        let place = Int(row.place)
        var figures: GroupPartitionFigures
        if let before, place >= 0, place < before.partitions.count {
            figures = before.partitions[place]
        } else {
            figures = GroupPartitionFigures(
                topicPartition: row.topicPartition,
                commit: row.commit,
                lag: .unknown(reason),
                age: .unknown(reason)
            )
            figures.status = StatusFigure(.unknown, .unreadable(reason))
            figures.loss.horizon = .unknown(reason)
        }
        figures.staleSince = now.wallMilliseconds(of: row.readAt)
        return figures
    }

    /// The figures of a row whose commit and log were both read.
    private func fresh(_ row: inout RowHistory, _ window: RowWindow, isFirst: Bool) -> GroupPartitionFigures {
        let before = isFirst ? nil : row.readAt
        row.seen(at: now, longGap: Self.nanoseconds(settings.longGapMilliseconds))
        var figures = GroupPartitionFigures(
            topicPartition: row.topicPartition,
            commit: row.commit,
            lag: .noCommit,
            age: .noCommit
        )
        let topic = Int(row.topic)
        let partition = Int(row.partition)
        guard topic >= 0, partition >= 0 else {
            row.behindSince = nil
            let reason = "\(row.topicPartition) does not exist"
            figures.lag = .unknown(reason)
            figures.age = .unknown(reason)
            row.status = StatusFigure(.unknown, .unreadable(reason))
            figures.status = row.status
            figures.loss.horizon = .unknown(reason)
            return figures
        }
        let log = topics[topic].partitions[partition].facts
        figures.offsets = log.offsets
        figures.recordsInPerSecond = log.trend?.perSecond
        guard let rule = row.lagRule(log), let records = rule.lag.records else {
            row.behindSince = nil
            row.status = .noCommit
            return figures
        }
        figures.lag = rule.lag
        figures.unreadable = rule.unreadable
        figures.isAheadOfEnd = rule.isAheadOfEnd
        let writtenAt = writtenAt(rule, row, topic, partition)
        figures.age = age(of: rule, row, log, writtenAt)
        noteCommit(of: &row, seenBefore: before)
        row.lag.record(Double(records), at: tick)
        row.behindSince = records == 0 ? nil : row.behindSince ?? unreadSince(row, writtenAt, isFirst: isFirst)

        let handled = row.commits.increase(over: row.window(window), on: axis)
        var arriving = log.trend
        if let handled, let longer = arriving, longer.seconds > handled.seconds * 1.1 {
            // Compare like with like: what arrived since the group's commits are known.
            arriving = topics[topic].partitions[partition].end.increase(over: Int64(handled.seconds * 1e9), on: axis)
        }
        figures.recordsInPerSecond = arriving?.perSecond
        figures.recordsOutPerSecond = handled?.perSecond
        figures.catchUp = row.judge(records: records, arriving: arriving, handled: handled, window, on: axis)
        row.status = status(of: row, rule, log, hasCommitters: window.hasCommitters)
        figures.status = row.status
        if row.isRewound {
            row.latch.wentBack(logStart: log.offsets?.logStart ?? 0)
            row.isRewound = false
        }
        figures.loss = loss(
            of: &row, figures, rule, log, writtenAt: writtenAt, isFirst: isFirst,
            elapsed: before.map { now.milliseconds(since: $0) } ?? 0)
        return figures
    }

    /// When the oldest unread record was written, wall milliseconds: by its own timestamp where it was read, else estimated.
    private func writtenAt(
        _ rule: LagRule, _ row: borrowing RowHistory, _ topic: Int, _ partition: Int
    ) -> (Int64, Quality)? {
        guard !rule.isAheadOfEnd, rule.lag.records ?? 0 > 0 else { return nil }
        var own: DatedOffset?
        if let finding = row.finding, let record = finding.record, let dated = finding.timestamp {
            if record == rule.nextReadable { return (dated, .exact) }
            own = DatedOffset(offset: record, timestamp: dated)
        }
        let basis = AgeEstimate(
            dated: topics[topic].partitions[partition].dated,
            end: topics[topic].partitions[partition].end
        )
        return basis.timestamp(of: rule.nextReadable, own: own, on: axis, now: now)
    }

    /// How old the oldest unread record is.
    private func age(
        of rule: LagRule,
        _ row: borrowing RowHistory,
        _ log: LogFacts,
        _ writtenAt: (Int64, Quality)?
    ) -> LagAge {
        if rule.isAheadOfEnd { return .unknown("the commit lies past the end of the log") }
        guard rule.lag.records ?? 0 > 0 else { return .caughtUp }
        guard let (timestamp, known) = writtenAt else {
            return .unknown("the oldest unread record has not been looked at yet")
        }
        var quality = known
        let position = max(row.commit?.offset ?? 0, log.offsets?.logStart ?? 0)
        let mayBeCompactedAway = rule.nextReadable > position && log.isCompacted
        if rule.unreadable > 0 || mayBeCompactedAway { quality = .lowerBound }
        let (age, overflows) = now.wallMilliseconds.subtractingReportingOverflow(timestamp)
        return .milliseconds(overflows ? Int64.max : max(age, 0), quality)
    }

    private mutating func noteWorst(_ lag: Lag, _ place: Int, _ topicPlace: Int32, _ partitionPlace: Int32) {
        let topic = Int(topicPlace)
        let partition = Int(partitionPlace)
        guard topic >= 0, partition >= 0, topicsProblem == nil else { return }
        if let worst = topics[topic].worst[partition], lag.weight <= worst.lag.weight { return }
        topics[topic].worst[partition] = PartitionFigures.WorstLag(
            groupID: groups[place].description.groupID,
            lag: lag
        )
    }
}

/// What all rows of a group are derived with.
struct RowWindow {
    var now: Moment
    var tick: Int
    /// The trend window, nanoseconds.
    var window: Int64
    /// Whether the group was ever seen at work.
    var wasActive: Bool
    /// Whether there is anybody who could commit: members, or it is no group of members.
    var hasCommitters: Bool
}

/// What a group's figures sum up of its rows.
private struct RowSums {
    var handled: Double?
    var change: Double?
    var staleSince: Int64?
    var isPartlyLive = false
    var rest: Int64?

    mutating func add(_ row: borrowing GroupPartitionFigures, rest: Int64?) {
        if let rest { self.rest = max(self.rest ?? 0, rest) }
        if let stale = row.staleSince {
            staleSince = min(staleSince ?? stale, stale)
            // What is old is no part of what happens now.
            return
        }
        isPartlyLive = true
        guard let out = row.recordsOutPerSecond else { return }
        handled = (handled ?? 0) + out
        if let arriving = row.recordsInPerSecond { change = (change ?? 0) + arriving - out }
    }
}

extension RowHistory {
    /// Notes that the row can be derived anew. Time in which it was not seen is no rest of its consumer, and after a long gap rates begin anew.
    mutating func seen(at now: Moment, longGap: Int64) {
        if !isSeen {
            isSeen = true
            let gap = now.nanoseconds(since: readAt.monotonicNanoseconds)
            movedAt = movedAt.map { min($0 &+ gap, now.monotonicNanoseconds) }
            behindSince = behindSince.map { min($0 &+ gap, now.monotonicNanoseconds) }
            watchedSince = watchedSince.map { min($0 &+ gap, now.monotonicNanoseconds) }
            ring.pass(over: gap, now: now.monotonicNanoseconds)
            if gap > longGap { seenSince = now.monotonicNanoseconds }
        }
        readAt = now
    }

    /// The window its rates are taken over, nanoseconds: not back beyond a long gap.
    func window(_ whole: RowWindow) -> Int64 {
        seenSince.map { min(whole.window, whole.now.nanoseconds(since: $0)) } ?? whole.window
    }

    /// Judges the catch-up time from the rates of a window.
    mutating func judge(
        records: Int64,
        arriving: Increase?,
        handled: Increase?,
        _ window: RowWindow,
        on axis: TimeAxis
    ) -> CatchUp {
        var evidence = CatchUpJudge.Evidence(
            lag: records,
            arriving: arriving?.perSecond ?? 0,
            handled: handled?.perSecond ?? 0,
            noise: 0,
            seconds: 0,
            isTooSparse: false,
            isWellSampled: false
        )
        if records > 0, arriving != nil, let handled, let trend = lag.trend(over: self.window(window), on: axis) {
            evidence.noise = trend.noise
            evidence.seconds = min(trend.seconds, handled.seconds)
            evidence.isTooSparse = isTooSparse(window)
            evidence.isWellSampled = usualPause > 0 && Double(usualPause) / 1e9 * 4 <= evidence.seconds
        }
        return judge.judge(evidence, at: window.now.monotonicNanoseconds)
    }

    /// Whether commits come so seldom that the window says little, and the present rest is a usual one.
    private func isTooSparse(_ window: RowWindow) -> Bool {
        guard let movedAt, usualPause > window.window / 3 else { return false }
        return window.now.nanoseconds(since: movedAt) < usualPause &+ usualPause / 2
    }

    /// How long the commit of a group that was seen at work has rested though something is unread, milliseconds; nil unless its status says so.
    func rest(_ window: RowWindow) -> Int64? {
        guard window.wasActive, status.status.isStanding, let behindSince else { return nil }
        // While the row is not seen its rest does not grow.
        let now = isSeen ? window.now : readAt
        return StatusJudge.rest(movedAt: movedAt, behindSince: behindSince, now: now.monotonicNanoseconds) / 1_000_000
    }
}

extension Lag {
    /// Which of two lags is worse: more records; then what is unknown; then no commit.
    fileprivate var weight: Int64 {
        switch self {
        case .records(let count, _): count
        case .unknown: -1
        case .noCommit: -2
        }
    }
}
