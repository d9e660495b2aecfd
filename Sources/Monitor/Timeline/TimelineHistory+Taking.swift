import AlertRules
import Cluster
import WindowedMetrics

extension TimelineHistory {
    /// The clock may have been set back by less than this; nothing is kept until it has caught up, milliseconds.
    private static let smallLeap: Int64 = 60_000

    /// Takes a poll's snapshot.
    ///
    /// - Parameters:
    ///   - topicsRead: Whether topics could be read in it: else what is missing is not gone.
    ///   - groupsRead: Likewise of groups.
    mutating func take(_ snapshot: Snapshot, topicsRead: Bool = true, groupsRead: Bool = true) {
        let now = snapshot.takenAt
        guard now > 0 else { return }
        if let last = takenAt, now <= last {
            guard last &- now > Self.smallLeap else { return }
            forget(from: now)
        }
        let seen = Seen(topics: topicsRead, groups: groupsRead)
        watch.factsStand = []
        noteChanges(in: snapshot, seen)
        takenAt = now
        takeCluster(snapshot)
        takeTopics(snapshot, isComplete: topicsRead)
        takeGroups(snapshot, isComplete: groupsRead)
        takeAlerts(snapshot)
        if partitionSeries.wants(now) {
            takePartitions(snapshot)
            takeRows(snapshot)
            trim(at: now)
            keepLimit()
        }
    }

    /// What of a snapshot was read in its poll.
    struct Seen {
        var topics: Bool
        var groups: Bool
    }

    private mutating func takeCluster(_ it: Snapshot) {
        let values: [Int64] = [
            KeptNumber.rounded(it.bytesIn.values.last), KeptNumber.rounded(it.bytesOut.values.last),
            KeptNumber.rounded(it.recordsInPerSecond), KeptNumber.rounded(it.recordsOutPerSecond),
            it.bytesInQuality == .exact ? 0 : 1,
        ]
        clusterSeries.take(values.map { [$0] }, count: 1, at: it.takenAt)
    }

    private mutating func takeTopics(_ it: Snapshot, isComplete: Bool) {
        var columns = Columns(TopicColumn.allCases.count, count: topics.count)
        var gone = Set(topicFacts.places.filter { topicFacts.latest($0) != nil })
        for (index, topic) in it.topics.enumerated() {
            let guess = watch.topicOrder.indices.contains(index) ? watch.topicOrder[index] : -1
            guard let place = topics.place(of: topic.description.name, guess: guess, at: it.takenAt) else { continue }
            if guess != place { watch.setTopic(place, at: index) }
            gone.remove(place)
            let stands =
                watch.factsStand.indices.contains(index)
                ? watch.factsStand[index] : topicFacts.latest(place)?.describes(topic.description) == true
            if !stands {
                topicFacts.note(TopicFacts(topic.description), of: place, at: it.takenAt)
            }
            columns.set(TopicColumn.rate.rawValue, place, KeptNumber.rounded(topic.recordsInPerSecond))
            columns.set(TopicColumn.staleSince.rawValue, place, KeptCodes.optional(topic.staleSince))
            columns.set(TopicColumn.size.rawValue, place, KeptCodes.optional(topic.sizeBytes))
            columns.set(TopicColumn.dirty.rawValue, place, KeptNumber.rounded(topic.dirtyRatio))
        }
        if isComplete { for place in gone { topicFacts.note(nil, of: place, at: it.takenAt) } }
        topicSeries.take(columns.values, count: topics.count, at: it.takenAt)
    }

    private mutating func takeGroups(_ it: Snapshot, isComplete: Bool) {
        var columns = Columns(GroupColumn.allCases.count, count: groups.count)
        var gone = Set(groupFacts.places.filter { groupFacts.latest($0) != nil })
        for (index, group) in it.groups.enumerated() {
            let guess = watch.groupOrder.indices.contains(index) ? watch.groupOrder[index] : -1
            guard let place = groups.place(of: group.description.groupID, guess: guess, at: it.takenAt) else {
                continue
            }
            if guess != place { watch.setGroup(place, at: index) }
            gone.remove(place)
            groupFacts.note(GroupFacts(group.description), of: place, at: it.takenAt)
            let lag = KeptCodes.lag(group.lag)
            func set(_ column: GroupColumn, _ value: Int64) { columns.set(column.rawValue, place, value) }
            set(.lag, lag)
            set(.peak, lag)
            set(.age, KeptCodes.age(group.age))
            set(.out, KeptNumber.rounded(group.recordsOutPerSecond))
            set(.change, KeptNumber.rounded(group.lagChangePerSecond))
            set(.catchUp, KeptCodes.catchUp(group.catchUp))
            set(.stopped, KeptCodes.optional(group.stoppedMilliseconds.map { $0 / 1000 }))
            set(.stateSince, KeptCodes.optional(group.stateSince))
            set(.staleSince, KeptCodes.optional(group.staleSince))
            columns.set(from: GroupColumn.status.rawValue, place, KeptStatus.numbers(group.status))
            set(.verdict, Int64(group.loss.verdict.rawValue))
            set(.horizon, KeptHorizon.number(group.loss.horizon))
            if group.loss.lost > 0 {
                set(.lost, KeptNumber.whole(group.loss.lost))
                set(.lostSince, KeptCodes.optional(group.loss.since))
            }
        }
        if isComplete { for place in gone { groupFacts.note(nil, of: place, at: it.takenAt) } }
        groupSeries.take(columns.values, count: groups.count, at: it.takenAt)
    }

    private mutating func takeAlerts(_ it: Snapshot) {
        var columns = Columns(AlertColumn.allCases.count, count: alerts.count)
        for alert in it.alerts.instances {
            guard let since = alert.state.since else { continue }
            let key = AlertKey(rule: alert.rule, subject: alert.subject, labels: alert.labels)
            guard let place = alerts.place(of: key, at: it.takenAt) else { continue }
            columns.set(AlertColumn.state.rawValue, place, alert.isFiring ? 2 : 1)
            columns.set(AlertColumn.since.rawValue, place, KeptNumber.whole(since))
            columns.set(AlertColumn.value.rawValue, place, KeptNumber.rounded(alert.value))
        }
        alertSeries.take(columns.values, count: alerts.count, at: it.takenAt)
    }

    private mutating func takePartitions(_ it: Snapshot) {
        var columns = Columns(PartitionColumn.allCases.count, count: partitions.count)
        for topic in it.topics {
            guard let topicPlace = topics.place(of: topic.description.name) else { continue }
            for partition in topic.partitions where partition.staleSince == nil {
                let key = PartitionKey(topic: Int32(topicPlace), partition: partition.description.partition)
                guard let offsets = partition.description.offsets,
                    let place = partitions.place(of: key, guess: watch.nextPartition, at: it.takenAt)
                else { continue }
                watch.nextPartition = place + 1
                columns.set(PartitionColumn.end.rawValue, place, KeptNumber.whole(offsets.highWatermark))
                columns.set(PartitionColumn.start.rawValue, place, KeptNumber.whole(offsets.logStart))
                columns.set(
                    PartitionColumn.unstable.rawValue, place,
                    KeptNumber.whole(offsets.highWatermark &- offsets.lastStable))
            }
        }
        watch.nextPartition = 0
        partitionSeries.take(columns.values, count: partitions.count, at: it.takenAt)
    }

    private mutating func takeRows(_ it: Snapshot) {
        var columns = Columns(RowColumn.allCases.count, count: rows.count)
        for group in it.groups {
            guard let groupPlace = groups.place(of: group.description.groupID) else { continue }
            var topic = (name: "", place: -1)
            for row in group.partitions where row.staleSince == nil {
                if row.topicPartition.topic != topic.name || topic.place < 0 {
                    let place = topics.place(of: row.topicPartition.topic, at: it.takenAt)
                    topic = (row.topicPartition.topic, place ?? -1)
                }
                guard topic.place >= 0 else { continue }
                let key = RowKey(
                    group: Int32(groupPlace), topic: Int32(topic.place), partition: row.topicPartition.partition)
                guard let place = rows.place(of: key, guess: watch.nextRow, at: it.takenAt) else { continue }
                watch.nextRow = place + 1
                var behind: Int64?
                if let commit = row.commit, let offsets = row.offsets {
                    behind = offsets.highWatermark.subtractingReportingOverflow(commit.offset).partialValue
                }
                columns.set(RowColumn.lag.rawValue, place, KeptCodes.lag(row.lag, behind: behind))
                if let behind { columns.set(RowColumn.behind.rawValue, place, KeptNumber.whole(behind)) }
                if row.unreadable > 0 {
                    columns.set(RowColumn.unreadable.rawValue, place, KeptNumber.whole(row.unreadable))
                }
                columns.set(RowColumn.age.rawValue, place, KeptCodes.age(row.age))
                columns.set(from: RowColumn.status.rawValue, place, KeptStatus.numbers(row.status))
                columns.set(RowColumn.verdict.rawValue, place, Int64(row.loss.verdict.rawValue))
                columns.set(RowColumn.horizon.rawValue, place, KeptHorizon.number(row.loss.horizon))
                if let lost = row.loss.lost {
                    columns.set(RowColumn.lost.rawValue, place, KeptNumber.whole(lost.records))
                }
            }
        }
        watch.nextRow = 0
        rowSeries.take(columns.values, count: rows.count, at: it.takenAt)
    }
}

/// Numbers by column and place, absent where none was set.
private struct Columns {
    private(set) var values: [[Int64]]

    init(_ columns: Int, count: Int) {
        values = Array(repeating: Array(repeating: KeptNumber.absent, count: count), count: columns)
    }

    /// Sets one column after the other.
    mutating func set(from column: Int, _ place: Int, _ values: [Int64]) {
        for (offset, value) in values.enumerated() where value != KeptNumber.absent {
            set(column + offset, place, value)
        }
    }

    mutating func set(_ column: Int, _ place: Int, _ value: Int64) {
        if values[column].count <= place {
            let more = place + 1 - values[column].count
            values[column].append(contentsOf: repeatElement(KeptNumber.absent, count: more))
        }
        values[column][place] = value
    }
}
