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
        var rows: [GroupPartitionFigures] = []
        rows.reserveCapacity(groups[place].rows.count)
        var arriving: Double?
        var handled: Double?
        var staleSince: Int64?
        var stopped: Int64?
        for row in groups[place].rows.indices {
            let old = groups[place].rows[row].place
            let known = before.flatMap { old >= 0 && Int(old) < $0.partitions.count ? $0.partitions[Int(old)] : nil }
            let figures = deriveRow(place, row, before: known)
            groups[place].rows[row].place = Int32(clamping: row)
            if let stale = figures.staleSince { staleSince = min(staleSince ?? stale, stale) }
            if let rest = restOfCommits(place, row) { stopped = max(stopped ?? 0, rest) }
            if let records = figures.recordsOutPerSecond {
                handled = (handled ?? 0) + records
                if let records = figures.recordsInPerSecond { arriving = (arriving ?? 0) + records }
            }
            noteWorst(figures, place, row)
            rows.append(figures)
        }
        if groupsProblem != nil || !groups[place].isFresh {
            staleSince = staleSince ?? now.wallMilliseconds(of: groups[place].readAt)
        }
        let lag = Lag.total(of: rows)
        if staleSince == nil, let records = lag.records { groups[place].lag.record(Double(records), at: tick) }
        var change: Double?
        if let handled, let arriving { change = arriving - handled }
        return GroupFigures(
            description: groups[place].description,
            lag: lag,
            age: LagAge.oldest(of: rows),
            catchUp: CatchUp.slowest(of: rows),
            lagChangePerSecond: change,
            recordsOutPerSecond: handled,
            lagHistory: series(groups[place].lag),
            partitions: rows,
            stateSince: groups[place].stateSince.map(now.wallMilliseconds(of:)),
            staleSince: staleSince,
            stoppedMilliseconds: staleSince == nil ? stopped : before?.stoppedMilliseconds
        )
    }

    private mutating func deriveRow(
        _ place: Int,
        _ row: Int,
        before: GroupPartitionFigures?
    ) -> GroupPartitionFigures {
        let history = groups[place].rows[row]
        let members = groups[place].description.members
        let member = history.member >= 0 && Int(history.member) < members.count ? members[Int(history.member)] : nil
        if let reason = staleReason(place, history) {
            var figures =
                before
                ?? GroupPartitionFigures(
                    topicPartition: history.topicPartition,
                    commit: history.commit,
                    lag: .unknown(reason),
                    age: .unknown(reason)
                )
            figures.memberID = member?.memberID
            figures.clientID = member?.clientID
            figures.lagHistory = series(history.lag)
            figures.staleSince = now.wallMilliseconds(of: history.readAt)
            return figures
        }
        groups[place].rows[row].readAt = now
        var figures = GroupPartitionFigures(
            topicPartition: history.topicPartition,
            memberID: member?.memberID,
            clientID: member?.clientID,
            commit: history.commit,
            lag: .noCommit,
            age: .noCommit
        )
        guard history.topic >= 0, history.partition >= 0 else {
            let reason = "\(history.topicPartition) does not exist"
            groups[place].rows[row].behindSince = nil
            figures.lag = .unknown(reason)
            figures.age = .unknown(reason)
            figures.lagHistory = series(history.lag)
            return figures
        }
        figures.offsets = topics[Int(history.topic)].partitions[Int(history.partition)].offsets
        if let rule = lagRule(place, row), let records = rule.lag.records {
            figures.lag = rule.lag
            figures.unreadable = rule.unreadable
            figures.isAheadOfEnd = rule.isAheadOfEnd
            figures.age = age(of: rule, place, row)
            groups[place].rows[row].lag.record(Double(records), at: tick)
            if records == 0 {
                groups[place].rows[row].behindSince = nil
            } else if history.behindSince == nil {
                groups[place].rows[row].behindSince = now.monotonicNanoseconds
            }
            judge(place, row, records: records, into: &figures)
        } else {
            groups[place].rows[row].behindSince = nil
        }
        figures.lagHistory = series(groups[place].rows[row].lag)
        return figures
    }

    /// Why a row keeps its last figures; nil when it can be derived anew.
    private func staleReason(_ place: Int, _ row: RowHistory) -> String? {
        if let groupsProblem { return groupsProblem }
        if !groups[place].isFresh || !row.isFresh {
            return groups[place].description.problem ?? "the commit could not be read"
        }
        if let topicsProblem { return topicsProblem }
        guard row.topic >= 0, row.partition >= 0 else { return nil }
        let partition = topics[Int(row.topic)].partitions[Int(row.partition)]
        guard row.commit != nil, !partition.isFresh else { return nil }
        return partition.description.problem ?? "the offsets could not be read"
    }

    /// How old the oldest unread record is, by its own timestamp where it was read, else estimated.
    private func age(of rule: LagRule, _ place: Int, _ row: Int) -> LagAge {
        if rule.isAheadOfEnd { return .unknown("the commit lies past the end of the log") }
        guard rule.lag.records ?? 0 > 0 else { return .caughtUp }
        let history = groups[place].rows[row]
        let topic = topics[Int(history.topic)]
        let partition = topic.partitions[Int(history.partition)]
        let timestamp: Int64
        var quality: Quality
        if let finding = history.finding, finding.record == rule.nextReadable, let dated = finding.timestamp {
            timestamp = dated
            quality = .exact
        } else {
            var own: DatedOffset?
            if let finding = history.finding, let record = finding.record, let dated = finding.timestamp {
                own = DatedOffset(offset: record, timestamp: dated)
            }
            guard
                let estimate = partition.estimatedTimestamp(of: rule.nextReadable, own: own, on: axis, now: now)
            else { return .unknown("the oldest unread record has not been looked at yet") }
            (timestamp, quality) = estimate
        }
        let position = max(history.commit?.offset ?? 0, partition.offsets?.logStart ?? 0)
        let mayBeCompactedAway = rule.nextReadable > position && topic.description.retention.isCompacted
        if rule.unreadable > 0 || mayBeCompactedAway { quality = .lowerBound }
        let (age, overflows) = now.wallMilliseconds.subtractingReportingOverflow(timestamp)
        return .milliseconds(overflows ? Int64.max : max(age, 0), quality)
    }

    /// Rates and the catch-up time of a row.
    private mutating func judge(_ place: Int, _ row: Int, records: Int64, into figures: inout GroupPartitionFigures) {
        let window = Self.nanoseconds(settings.trendWindowMilliseconds)
        let history = groups[place].rows[row]
        let partition = topics[Int(history.topic)].partitions[Int(history.partition)]
        let handled = history.commits.increase(over: window, on: axis)
        var arriving = partition.trend
        if let handled, let longer = arriving, longer.seconds > handled.seconds * 1.1 {
            // Compare like with like: what arrived since the group's commits are known.
            arriving = partition.end.increase(over: Int64(handled.seconds * 1e9), on: axis)
        }
        figures.recordsInPerSecond = arriving?.perSecond
        figures.recordsOutPerSecond = handled?.perSecond
        var evidence = CatchUpJudge.Evidence(
            lag: records,
            arriving: arriving?.perSecond ?? 0,
            handled: handled?.perSecond ?? 0,
            noise: 0,
            seconds: 0,
            isTooSparse: false
        )
        if let handled, arriving != nil, records > 0,
            let trend = groups[place].rows[row].lag.trend(over: window, on: axis)
        {
            evidence.noise = trend.noise
            evidence.seconds = min(trend.seconds, handled.seconds)
            evidence.isTooSparse = isTooSparse(history)
        }
        figures.catchUp = groups[place].rows[row].judge.judge(evidence, at: now.monotonicNanoseconds)
    }

    /// Whether a row's commits come so seldom that the window says little, and the present rest is a usual one.
    private func isTooSparse(_ row: RowHistory) -> Bool {
        guard let movedAt = row.movedAt else { return false }
        let usual = row.usualPause
        guard usual > Self.nanoseconds(settings.trendWindowMilliseconds) / 3 else { return false }
        return now.nanoseconds(since: movedAt) < usual &+ usual / 2
    }

    /// How long an active group's commit has rested though something is unread, milliseconds; nil when it moves as usual.
    private func restOfCommits(_ place: Int, _ row: Int) -> Int64? {
        let history = groups[place].rows[row]
        guard groups[place].wasActive, let behindSince = history.behindSince else { return nil }
        let rest = now.nanoseconds(since: max(history.movedAt ?? behindSince, behindSince))
        guard rest > max(Self.shortRestNanoseconds, history.usualPause &+ history.usualPause / 2) else { return nil }
        return rest / 1_000_000
    }

    /// Nothing is said of a rest shorter than this.
    private static var shortRestNanoseconds: Int64 { 5_000_000_000 }

    private mutating func noteWorst(_ figures: GroupPartitionFigures, _ place: Int, _ row: Int) {
        let topic = Int(groups[place].rows[row].topic)
        let partition = Int(groups[place].rows[row].partition)
        guard topic >= 0, partition >= 0, topicsProblem == nil else { return }
        if let worst = topics[topic].partitions[partition].worst {
            guard figures.lag.weight > worst.lag.weight else { return }
        }
        topics[topic].partitions[partition].worst = PartitionFigures.WorstLag(
            groupID: groups[place].description.groupID,
            lag: figures.lag
        )
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
