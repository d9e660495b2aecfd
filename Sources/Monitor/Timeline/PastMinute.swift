import Cluster
import WindowedMetrics

/// Partitions as they were at the minute before a moment, and by how much they had moved since the minute before that.
struct PastMinute {
    /// When they were read, wall milliseconds; nil when nothing was within patience of the moment.
    let time: Int64?
    private let history: TimelineHistory
    private var partitions: [[Int64]] = []
    private var rows: [[Int64]] = []
    private var rowsByGroup: [Int: [Int]] = [:]
    /// The minute before, with how many seconds earlier it was; nil for none, or when it lies farther back.
    private var before: (seconds: Double, partitions: [[Int64]], rows: [[Int64]])?

    /// Reads the minute.
    ///
    /// - Parameter patience: Partitions read longer before the moment than this, milliseconds, are no part of it.
    init(_ history: TimelineHistory, at now: Int64, patience: Int64) throws(PackedError) {
        self.history = history
        guard let found = try Self.read(history, atOrBefore: now), now &- found.time < patience else {
            time = nil
            return
        }
        time = found.time
        partitions = found.partitions
        rows = found.rows
        if let earlier = try Self.read(history, atOrBefore: found.time &- 1), found.time &- earlier.time < patience {
            before = (Double(found.time &- earlier.time) / 1000, earlier.partitions, earlier.rows)
        }
        guard let lags = rows.first else { return }
        for place in lags.indices where lags[place] != KeptNumber.absent {
            guard let key = history.rows.key(at: place) else { continue }
            rowsByGroup[Int(key.group), default: []].append(place)
        }
    }

    private static func read(
        _ history: TimelineHistory, atOrBefore time: Int64
    ) throws(PackedError) -> (time: Int64, partitions: [[Int64]], rows: [[Int64]])? {
        guard
            let partitions = try history.partitionSeries.values(
                atOrBefore: time, columns: PartitionColumn.numbers, places: history.partitions.count)
        else { return nil }
        let rows = try history.rowSeries.values(
            atOrBefore: partitions.time, columns: RowColumn.numbers, places: history.rows.count)
        // Both are taken together; rows of another minute are none.
        return (partitions.time, partitions.values, rows?.time == partitions.time ? rows?.values ?? [] : [])
    }

    private static func number(_ values: [[Int64]], _ column: Int, _ place: Int?) -> Int64? {
        guard let place, values.indices.contains(column), place < values[column].count else { return nil }
        return KeptCodes.value(values[column][place])
    }

    /// A partition's bounds then.
    private func offsets(_ topic: Int, _ number: Int32) -> PartitionOffsets? {
        let place = history.partitions.place(of: PartitionKey(topic: Int32(clamping: topic), partition: number))
        guard let end = Self.number(partitions, PartitionColumn.end.rawValue, place) else { return nil }
        return PartitionOffsets(
            logStart: Self.number(partitions, PartitionColumn.start.rawValue, place) ?? 0,
            highWatermark: end,
            lastStable: end &- (Self.number(partitions, PartitionColumn.unstable.rawValue, place) ?? 0))
    }

    /// Records per second that a partition's end rose by within the minute.
    private func arriving(_ topic: Int, _ number: Int32) -> Double? {
        let place = history.partitions.place(of: PartitionKey(topic: Int32(clamping: topic), partition: number))
        guard let before, let end = Self.number(partitions, PartitionColumn.end.rawValue, place),
            let earlier = Self.number(before.partitions, PartitionColumn.end.rawValue, place), end >= earlier
        else { return nil }
        return Double(end &- earlier) / before.seconds
    }

    /// A partition's figures then.
    func partition(
        _ facts: TopicFacts.Partition, topic: Int, worst: PartitionFigures.WorstLag?
    ) -> PartitionFigures {
        PartitionFigures(
            description: PartitionDescription(
                partition: facts.number, leader: facts.leader, replicas: facts.replicas, inSyncReplicas: facts.inSync,
                offsets: offsets(topic, facts.number)),
            recordsInPerSecond: arriving(topic, facts.number),
            worstLag: worst)
    }

    /// A group's partitions then.
    func rows(of group: Int, _ facts: GroupFacts) -> [GroupPartitionFigures] {
        var owners: [TopicPartition: GroupMember] = [:]
        for member in facts.members { for place in member.assignment { owners[place] = member } }
        var figures = (rowsByGroup[group] ?? []).compactMap { place -> GroupPartitionFigures? in
            guard let key = history.rows.key(at: place), let topic = history.topics.key(at: Int(key.topic)) else {
                return nil
            }
            let it = TopicPartition(topic: topic, partition: key.partition)
            return row(it, place, key, owners[it])
        }
        figures.sort { $0.topicPartition < $1.topicPartition }
        return figures
    }

    private func row(
        _ it: TopicPartition, _ place: Int, _ key: RowKey, _ owner: GroupMember?
    ) -> GroupPartitionFigures {
        func code(_ column: RowColumn) -> Int64 { Self.number(rows, column.rawValue, place) ?? KeptNumber.absent }
        let offsets = offsets(Int(key.topic), key.partition)
        var commit: CommittedOffset?
        if let end = offsets?.highWatermark, let behind = KeptCodes.value(code(.behind)) {
            commit = CommittedOffset(topicPartition: it, offset: end &- behind)
        }
        var figures = GroupPartitionFigures(
            topicPartition: it, memberID: owner?.memberID, clientID: owner?.clientID, commit: commit, offsets: offsets,
            lag: KeptCodes.lag(ofCode: code(.lag), behind: KeptCodes.value(code(.behind)))
                ?? .unknown(KeptCodes.unread),
            unreadable: KeptCodes.value(code(.unreadable)) ?? 0,
            age: KeptCodes.age(ofCode: code(.age)) ?? .unknown(KeptCodes.unread))
        let numbers = (0..<KeptStatus.width).map { offset in
            Self.number(rows, RowColumn.status.rawValue + offset, place) ?? KeptNumber.absent
        }
        figures.status = KeptStatus.figure(numbers) ?? StatusFigure(.unknown, .unreadable(KeptCodes.unread))
        figures.loss.verdict = LossVerdict(rawValue: Int(clamping: code(.verdict))) ?? .none
        figures.loss.horizon = KeptHorizon.horizon(code(.horizon)) ?? .unknown(KeptCodes.unread)
        if let lost = KeptCodes.value(code(.lost)) {
            figures.loss.lost = LossFigure(records: lost, since: nil, cause: .unknown, upTo: offsets?.logStart ?? 0)
        }
        figures.isAheadOfEnd = (KeptCodes.value(code(.behind)) ?? 0) < 0
        figures.recordsInPerSecond = arriving(Int(key.topic), key.partition)
        if let before, let commit, let behind = Self.number(before.rows, RowColumn.behind.rawValue, place) {
            let partition = history.partitions.place(of: PartitionKey(topic: key.topic, partition: key.partition))
            if let end = Self.number(before.partitions, PartitionColumn.end.rawValue, partition),
                commit.offset >= end &- behind
            {
                figures.recordsOutPerSecond = Double(commit.offset &- (end &- behind)) / before.seconds
            }
        }
        return figures
    }
}
