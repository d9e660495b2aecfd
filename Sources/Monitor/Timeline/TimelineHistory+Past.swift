import AlertRules
import Cluster
import WindowedMetrics

/// What a snapshot of the past says of itself.
package struct PastMoment: Sendable, Equatable {
    /// How far apart the kept moments around it are, milliseconds.
    package var stepMilliseconds: Int64
    /// When the partitions' figures in it were read, wall milliseconds: up to a minute before; nil when none were.
    package var partitionsAt: Int64?
    /// The oldest moment kept, wall milliseconds.
    package var oldest: Int64

    /// What a snapshot of the past says of itself.
    package init(stepMilliseconds: Int64, partitionsAt: Int64?, oldest: Int64) {
        self.stepMilliseconds = stepMilliseconds
        self.partitionsAt = partitionsAt
        self.oldest = oldest
    }
}

extension TimelineHistory {
    /// How much of a series before the moment a snapshot of the past carries, milliseconds: what the group screen draws.
    private static let seriesWindow: Int64 = 300_000
    /// Partitions' figures older than this are no part of a moment, milliseconds.
    private static let partitionPatience: Int64 = 90_000

    /// The board of the newest moment kept at or before one. What was not kept is absent; nothing in it is of another moment.
    ///
    /// - Parameters:
    ///   - time: Wall milliseconds.
    ///   - rules: The alert rules, for what their values mean.
    ///   - capabilities: What the peer can do now.
    /// - Returns: Nil when nothing so old is kept.
    /// - Throws: `PackedError` where what was kept cannot be read.
    func snapshot(
        atOrBefore time: Int64, rules: [AlertRule], capabilities: Capabilities
    ) throws(PackedError) -> Snapshot? {
        guard let now = self.time(atOrBefore: time) else { return nil }
        let range = max(now &- Self.seriesWindow, 0)...max(now, 0)
        let cluster = try clusterSeries.values(atOrBefore: now, columns: ClusterColumn.numbers, places: 1)
        func total(_ column: ClusterColumn) -> Double? {
            cluster.flatMap { $0.values[column.rawValue].first }.flatMap(KeptNumber.value(ofRounded:))
        }
        let minute = try PastMinute(self, at: now, patience: Self.partitionPatience)
        let groups = try pastGroups(at: now, range, minute)
        let topics = try pastTopics(at: now, range, minute, groups)
        let bytes = try clusterRates(range)
        var poll = PollFacts()
        poll.intervalMilliseconds = clusterSeries.step(for: now...now, columns: [0])?.milliseconds ?? 1000
        var snapshot = Snapshot(
            sequence: 0,
            takenAt: now,
            status: nil,
            // What only the present can tell (segments, the cleaner's state) is not asked for.
            capabilities: capabilities.intersection([.write, .compaction, .compactionBySettings, .commitTimestamps]),
            topics: topics,
            groups: groups,
            alerts: try pastAlerts(at: now, rules),
            bytesIn: bytes.0,
            bytesOut: bytes.1,
            recordsInPerSecond: total(.recordsIn),
            recordsOutPerSecond: total(.recordsOut),
            poll: poll,
            bytesInQuality: cluster?.values[ClusterColumn.bytesAreEstimated.rawValue].first == 1 ? .estimated : .exact
        )
        snapshot.changes = changes.upTo(now)
        snapshot.past = PastMoment(
            stepMilliseconds: poll.intervalMilliseconds, partitionsAt: minute.time, oldest: firstTime ?? now)
        return snapshot
    }

    private func clusterRates(_ range: ClosedRange<Int64>) throws(PackedError) -> (Series, Series) {
        let columns: Set<Int> = [ClusterColumn.bytesIn.rawValue, ClusterColumn.bytesOut.rawValue]
        guard let step = clusterSeries.step(for: range, columns: columns) else { return (Series(), Series()) }
        var lines = (PastLine(range, step), PastLine(range, step))
        try clusterSeries.visit(range, columns: columns, places: 1) { time, values in
            lines.0.put(values[ClusterColumn.bytesIn.rawValue].first.flatMap(KeptNumber.value(ofRounded:)), at: time)
            lines.1.put(values[ClusterColumn.bytesOut.rawValue].first.flatMap(KeptNumber.value(ofRounded:)), at: time)
        }
        return (lines.0.series, lines.1.series)
    }

    /// One column of all places over a range, as series by place.
    ///
    /// - Parameter newest: What each place held at the range's end: coarse steps need not have a moment there.
    private func series(
        of history: SteppedHistory, column: Int, places: Int, _ range: ClosedRange<Int64>, wanted: [Int],
        newest: [Int64]?, _ value: (Int64) -> Double?
    ) throws(PackedError) -> [Int: Series] {
        guard let step = history.step(for: range, columns: [column]), !wanted.isEmpty else { return [:] }
        var lines = wanted.map { _ in PastLine(range, step) }
        try history.visit(range, columns: [column], places: places) { time, values in
            let codes = values[column]
            for (index, place) in wanted.enumerated() where place < codes.count && codes[place] != KeptNumber.absent {
                lines[index].put(value(codes[place]), at: time)
            }
        }
        if let newest {
            for (index, place) in wanted.enumerated() where place < newest.count && newest[place] != KeptNumber.absent {
                lines[index].put(value(newest[place]), at: range.upperBound)
            }
        }
        return Dictionary(zip(wanted, lines.map(\.series))) { first, _ in first }
    }

    private func pastTopics(
        at now: Int64, _ range: ClosedRange<Int64>, _ minute: PastMinute, _ readers: [GroupFigures]
    ) throws(PackedError) -> [TopicFigures] {
        let there = topicFacts.places.filter { topicFacts.value(of: $0, at: now) != nil }
        let fine = try topicSeries.values(
            atOrBefore: now, columns: [TopicColumn.rate.rawValue, TopicColumn.staleSince.rawValue],
            places: topics.count)
        let coarse = try topicSeries.values(
            atOrBefore: now, columns: [TopicColumn.size.rawValue, TopicColumn.dirty.rawValue], places: topics.count)
        let rates = try series(
            of: topicSeries, column: TopicColumn.rate.rawValue, places: topics.count, range, wanted: there,
            newest: fine?.values[TopicColumn.rate.rawValue], KeptNumber.value(ofRounded:))
        let groupIDs = Self.groupIDs(of: readers)
        let worst = Self.worstLags(of: readers)
        var figures: [TopicFigures] = []
        for place in there {
            guard let name = topics.key(at: place), let facts = topicFacts.value(of: place, at: now) else { continue }
            func fresh(_ column: TopicColumn) -> Int64 { Self.value(fine, column.rawValue, place) }
            func each(_ column: TopicColumn) -> Int64 { Self.value(coarse, column.rawValue, place) }
            let partitions = facts.partitions.map { it in
                minute.partition(it, topic: place, worst: worst[TopicPartition(topic: name, partition: it.number)])
            }
            var it = TopicFigures(
                description: TopicDescription(
                    name: name, topicID: facts.topicID, isInternal: facts.isInternal,
                    replicationFactor: facts.replicationFactor, retention: facts.retention,
                    partitions: partitions.map(\.description)),
                recordsInPerSecond: KeptNumber.value(ofRounded: fresh(.rate)),
                rateHistory: rates[place] ?? Series(),
                partitions: partitions,
                groupIDs: groupIDs[name] ?? [],
                staleSince: KeptCodes.value(fresh(.staleSince)))
            if now &- (coarse?.time ?? 0) < Self.partitionPatience {
                it.sizeBytes = KeptCodes.value(each(.size))
                it.dirtyRatio = KeptNumber.value(ofRounded: each(.dirty))
            }
            figures.append(it)
        }
        return figures.sorted { $0.description.name < $1.description.name }
    }

    private func pastGroups(
        at now: Int64, _ range: ClosedRange<Int64>, _ minute: PastMinute
    ) throws(PackedError) -> [GroupFigures] {
        let there = groupFacts.places.filter { groupFacts.value(of: $0, at: now) != nil }
        let kept = try groupSeries.values(
            atOrBefore: now, columns: GroupColumn.numbers.subtracting([GroupColumn.peak.rawValue]),
            places: groups.count)
        // Coarser steps know the largest lag of each: a peak between two of their moments is drawn, not lost.
        let isFine = groupSeries.step(for: range, columns: [GroupColumn.lag.rawValue])?.isFinest ?? true
        let lags = try series(
            of: groupSeries, column: (isFine ? GroupColumn.lag : .peak).rawValue, places: groups.count, range,
            wanted: there, newest: kept?.values[GroupColumn.lag.rawValue]
        ) { KeptCodes.lag(ofCode: $0)?.records.map(Double.init) }
        var figures: [GroupFigures] = []
        for place in there {
            guard let id = groups.key(at: place), let facts = groupFacts.value(of: place, at: now) else { continue }
            func code(_ column: GroupColumn) -> Int64 { Self.value(kept, column.rawValue, place) }
            let partitions = minute.rows(of: place, facts)
            let unknown = KeptCodes.unread
            var group = GroupFigures(
                description: facts.description(id, commits: partitions.compactMap(\.commit)),
                lag: KeptCodes.lag(ofCode: code(.lag)) ?? .unknown(unknown),
                age: KeptCodes.age(ofCode: code(.age)) ?? .unknown(unknown),
                catchUp: KeptCodes.catchUp(ofCode: code(.catchUp)),
                lagChangePerSecond: KeptNumber.value(ofRounded: code(.change)),
                recordsOutPerSecond: KeptNumber.value(ofRounded: code(.out)),
                lagHistory: lags[place] ?? Series(),
                partitions: partitions,
                stateSince: KeptCodes.value(code(.stateSince)),
                staleSince: KeptCodes.value(code(.staleSince)),
                stoppedMilliseconds: KeptCodes.value(code(.stopped)).map { $0 &* 1000 })
            let numbers = (0..<KeptStatus.width).map { Self.value(kept, GroupColumn.status.rawValue + $0, place) }
            group.status = KeptStatus.figure(numbers) ?? StatusFigure(.unknown, .unreadable(unknown))
            group.statusPartition = partitions.first { $0.status.status == group.status.status }?.topicPartition
            group.loss.verdict = LossVerdict(rawValue: Int(clamping: code(.verdict))) ?? .none
            group.loss.horizon = KeptHorizon.horizon(code(.horizon)) ?? .unknown(unknown)
            group.loss.partition = partitions.first { $0.loss.verdict == group.loss.verdict }?.topicPartition
            group.loss.lost = KeptCodes.value(code(.lost)) ?? 0
            group.loss.since = KeptCodes.value(code(.lostSince))
            figures.append(group)
        }
        return figures.sorted { $0.description.groupID < $1.description.groupID }
    }

    private func pastAlerts(at now: Int64, _ rules: [AlertRule]) throws(PackedError) -> AlertBoard {
        let kept = try alertSeries.values(atOrBefore: now, columns: AlertColumn.numbers, places: alerts.count)
        var instances: [AlertInstance] = []
        for place in 0..<alerts.count {
            let state = Self.value(kept, AlertColumn.state.rawValue, place)
            guard let key = alerts.key(at: place), state == 1 || state == 2 else { continue }
            let since = Self.value(kept, AlertColumn.since.rawValue, place)
            instances.append(
                AlertInstance(
                    rule: key.rule, subject: key.subject, labels: key.labels,
                    state: state == 2 ? .firing(since: since) : .pending(since: since),
                    value: KeptNumber.value(ofRounded: Self.value(kept, AlertColumn.value.rawValue, place)),
                    changedAt: since))
        }
        let severities = Dictionary(rules.map { ($0.name, $0.severity) }, uniquingKeysWith: { first, _ in first })
        func rank(_ it: AlertInstance) -> (Int, AlertRule.Severity) {
            (it.isFiring ? 1 : 0, severities[it.rule] ?? .info)
        }
        let history = changes.upTo(now).compactMap { change -> AlertEvent? in
            guard change.kind == .alertFired || change.kind == .alertResolved else { return nil }
            return AlertEvent(
                at: change.at, kind: change.kind == .alertFired ? .fired : .resolved, rule: change.origin,
                subject: change.subject, detail: change.detail)
        }
        return AlertBoard(
            rules: rules, instances: instances.sorted { rank($0) > rank($1) },
            history: Array(history.prefix(AlertLedger.historyLimit)))
    }

    private static func value(_ kept: (time: Int64, values: [[Int64]])?, _ column: Int, _ place: Int) -> Int64 {
        guard let values = kept?.values[column], place < values.count else { return KeptNumber.absent }
        return values[place]
    }

    private static func groupIDs(of groups: [GroupFigures]) -> [String: [String]] {
        var ids: [String: [String]] = [:]
        for group in groups {
            for topic in Set(group.partitions.map(\.topicPartition.topic)) {
                ids[topic, default: []].append(group.description.groupID)
            }
        }
        return ids
    }

    private static func worstLags(of groups: [GroupFigures]) -> [TopicPartition: PartitionFigures.WorstLag] {
        var worst: [TopicPartition: PartitionFigures.WorstLag] = [:]
        for group in groups {
            for row in group.partitions {
                if let known = worst[row.topicPartition], row.lag.records ?? -1 <= known.lag.records ?? -1 { continue }
                worst[row.topicPartition] = PartitionFigures.WorstLag(
                    groupID: group.description.groupID, lag: row.lag)
            }
        }
        return worst
    }
}

/// A line of samples at even steps up to a moment, filled from kept moments that need not be even.
private struct PastLine {
    private var values: [Double]
    private let end: Int64
    private let step: Int64

    init(_ range: ClosedRange<Int64>, _ step: HistoryStep) {
        self.step = step.milliseconds
        end = range.upperBound
        let count = min(max((range.upperBound &- range.lowerBound) / step.milliseconds, 1), 3600)
        values = Array(repeating: .nan, count: Int(count))
    }

    mutating func put(_ value: Double?, at time: Int64) {
        guard let value else { return }
        let back = Int((end &- time &+ step / 2) / step)
        guard back >= 0, back < values.count else { return }
        values[values.count - 1 - back] = value
    }

    /// The samples from the first known one on.
    var series: Series {
        Series(values: Array(values.drop { $0.isNaN }), stepMilliseconds: step)
    }
}
