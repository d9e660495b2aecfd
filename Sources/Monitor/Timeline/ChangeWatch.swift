import AlertRules
import Cluster
import WindowedMetrics

/// What a poll is compared with to see what changed; nothing of it outlives the process.
struct ChangeWatch: Sendable {
    /// What is remembered of a group.
    struct Group: Sendable {
        var state: GroupState
        /// Its rows, which the monitor holds, too.
        var rows: [GroupPartitionFigures]
    }

    /// Log starts and ends of each topic's partitions, in their order, by the topic's name.
    var logStarts: [String: [PartitionOffsets?]] = [:]
    var groups: [String: Group] = [:]
    /// The end of the compaction run that ended last.
    var lastRunEnd: Int64?
    /// The newest alert event.
    var lastAlert: AlertEvent?
    var silentBrokers: Set<Int32> = []
    /// Whether a poll was seen by this process.
    var hasSeen = false

    /// Whether the kept facts of a topic are still true, by position in the newest poll's list; empty where nobody looked.
    var factsStand: [Bool] = []

    /// Places by position in the lists of the last poll: where a thing stands that stood there before.
    private(set) var topicOrder: [Int] = []
    private(set) var groupOrder: [Int] = []
    var nextPartition = 0
    var nextRow = 0

    mutating func setTopic(_ place: Int, at index: Int) { Self.set(&topicOrder, place, index) }
    mutating func setGroup(_ place: Int, at index: Int) { Self.set(&groupOrder, place, index) }

    private static func set(_ order: inout [Int], _ place: Int, _ index: Int) {
        if index < order.count { order[index] = place } else if index == order.count { order.append(place) }
    }
}

extension TimelineHistory {
    /// Compares a snapshot with what was known and notes what changed.
    mutating func noteChanges(in new: Snapshot, _ seen: Seen) {
        let isFirst = !watch.hasSeen
        // Of a cluster never seen before nothing has changed yet.
        let isKnown = takenAt != nil
        if seen.topics { noteTopics(new, isKnown: isKnown, isFirst: isFirst) }
        if seen.groups { noteGroups(new, isKnown: isKnown, isFirst: isFirst) }
        noteBroker(new, isFirst: isFirst)
        noteAlerts(new)
        if seen.topics, seen.groups { watch.hasSeen = true }
    }

    private mutating func noteTopics(_ new: Snapshot, isKnown: Bool, isFirst: Bool) {
        let away = isFirst ? ", while nobody watched" : ""
        var names = Set<String>(minimumCapacity: new.topics.count)
        watch.factsStand.removeAll(keepingCapacity: true)
        for topic in new.topics {
            let name = topic.description.name
            names.insert(name)
            func add(_ kind: Change.Kind, _ detail: String, count: Int64 = 0) {
                changes.add(
                    Change(at: new.takenAt, kind: kind, subject: name, topic: name, detail: detail, count: count))
            }
            defer { watch.logStarts[name] = topic.partitions.map(\.description.offsets) }
            let size = topic.partitions.count == 1 ? "1 partition" : "\(topic.partitions.count) partitions"
            guard let before = topics.place(of: name).flatMap(topicFacts.latest) else {
                if isKnown { add(.topicCreated, size + away) }
                watch.factsStand.append(false)
                continue
            }
            let stands = before.describes(topic.description)
            watch.factsStand.append(stands)
            let facts = stands ? before : TopicFacts(topic.description)
            if let old = before.topicID, let id = facts.topicID, old != id {
                add(.topicDeleted, "and made anew" + away)
                add(.topicCreated, size + away)
                continue
            }
            if facts.partitions.count > before.partitions.count {
                add(.partitionsAdded, "\(before.partitions.count) → \(facts.partitions.count)" + away)
            }
            if topic.description.problem == nil {
                for it in before.changedSettings(to: facts) {
                    add(.settings, "\(it.name) \(it.before) → \(it.after)" + away)
                }
            }
            let deleted = deletedRecords(topic)
            if deleted > 0 { add(.recordsDeleted, "the log start moved up", count: deleted) }
        }
        for place in topicFacts.places where topicFacts.latest(place) != nil {
            guard let name = topics.key(at: place), !names.contains(name) else { continue }
            watch.logStarts[name] = nil
            changes.add(
                Change(
                    at: new.takenAt, kind: .topicDeleted, subject: name, topic: name,
                    detail: "with all its records" + away))
        }
    }

    /// By how much log starts moved up since the last poll, all partitions.
    private func deletedRecords(_ topic: TopicFigures) -> Int64 {
        guard let before = watch.logStarts[topic.description.name] else { return 0 }
        var sum: Int64 = 0
        for (old, partition) in zip(before, topic.partitions) {
            guard let old, let now = partition.description.offsets, now.logStart > old.logStart,
                now.highWatermark >= old.highWatermark
            else { continue }
            sum = sum.addingReportingOverflow(now.logStart &- old.logStart).partialValue
        }
        return max(sum, 0)
    }

    private mutating func noteGroups(_ new: Snapshot, isKnown: Bool, isFirst: Bool) {
        let away = isFirst ? ", while nobody watched" : ""
        var ids = Set<String>(minimumCapacity: new.groups.count)
        for group in new.groups {
            let id = group.description.groupID
            ids.insert(id)
            if group.description.problem == nil, let before = groups.place(of: id).flatMap(groupFacts.latest) {
                noteRebalance(of: group, before, at: new.takenAt, away)
                noteCommits(of: group, at: new.takenAt)
            }
            if group.staleSince == nil {
                watch.groups[id] = ChangeWatch.Group(state: group.description.state, rows: group.partitions)
            }
        }
        for place in groupFacts.places where groupFacts.latest(place) != nil {
            guard let id = groups.key(at: place), !ids.contains(id) else { continue }
            watch.groups[id] = nil
            guard new.silentBrokers.isEmpty else { continue }
            changes.add(
                Change(at: new.takenAt, kind: .groupDeleted, subject: id, group: id, detail: "with its offsets" + away))
        }
    }

    private mutating func noteRebalance(
        of group: GroupFigures, _ before: GroupFacts, at now: Int64, _ away: String
    ) {
        let it = group.description
        let members =
            before.members.count == it.members.count ? "" : ", members \(before.members.count) → \(it.members.count)"
        let isNewGeneration = it.generation >= 0 && before.generation >= 0 && it.generation > before.generation
        let isBlind = it.generation < 0 && Set(before.members.map(\.memberID)) != Set(it.members.map(\.memberID))
        guard isNewGeneration || isBlind else { return }
        let what = isNewGeneration ? "generation \(before.generation) → \(it.generation)" : "other members"
        changes.add(
            Change(
                at: now, kind: .rebalanced, subject: it.groupID, group: it.groupID, detail: what + members + away))
    }

    /// A commit that went back, or moved in any way while the group had no member: somebody moved it.
    private mutating func noteCommits(of group: GroupFigures, at now: Int64) {
        guard let before = watch.groups[group.description.groupID], group.staleSince == nil else { return }
        let id = group.description.groupID
        let isEmpty = group.description.members.isEmpty && group.description.state == .empty && before.state == .empty
        // A group that only commits has no members ever: its commits going on are its work.
        let isReset = isEmpty && group.description.protocolType == "consumer"
        var next = 0
        var moved: (count: Int64, topic: String, isBack: Bool)?
        let (rows, known) = (group.partitions, before.rows)
        for row in rows.indices {
            guard let offset = rows[row].commit?.offset else { continue }
            let place = rows[row].topicPartition
            while next < known.count, known[next].topicPartition != place, known[next].topicPartition < place {
                next += 1
            }
            guard next < known.count, known[next].topicPartition == place, let old = known[next].commit?.offset else {
                continue
            }
            guard offset < old || (isReset && offset != old) else { continue }
            moved = ((moved?.count ?? 0) + 1, moved?.topic ?? place.topic, offset < old)
        }
        guard let moved else { return }
        let way = moved.isBack ? "back" : "on"
        changes.add(
            Change(
                at: now, kind: isReset ? .offsetsReset : .commitsRewound, subject: id, topic: moved.topic, group: id,
                detail: isReset
                    ? "moved \(way) on \(moved.topic), partitions"
                    : "a lower offset was committed on \(moved.topic), partitions",
                count: moved.count))
    }

    private mutating func noteBroker(_ new: Snapshot, isFirst: Bool) {
        guard let status = new.status, new.statusStaleSince == nil else { return }
        if let started = status.embedded?.startedAt {
            if let before = brokerStartedAt, before != started {
                changes.add(Change(at: started, kind: .restarted, subject: "broker", detail: "the broker was started"))
            }
            brokerStartedAt = started
        }
        let since = watch.lastRunEnd ?? takenAt ?? new.takenAt
        var newest = since
        for run in status.compactionRuns {
            guard let ended = run.endedAt, ended > since else { continue }
            newest = max(newest, ended)
            let topic = run.topicPartition.topic
            let how: String
            switch run.phase {
            case .failed(let reason): how = "failed: \(reason); partitions"
            case .stopped: how = "stopped, partitions"
            default: how = run.isOnDemand ? "on demand, partitions" : "by the cleaner, partitions"
            }
            changes.add(Change(at: ended, kind: .compacted, subject: topic, topic: topic, detail: how, count: 1))
        }
        watch.lastRunEnd = newest
        let silent = Set(new.silentBrokers.keys)
        for id in silent.subtracting(watch.silentBrokers).sorted() {
            changes.add(
                Change(
                    at: new.silentBrokers[id]?.since ?? new.takenAt, kind: .brokerLost, subject: "broker \(id)",
                    detail: new.silentBrokers[id]?.reason ?? ""))
        }
        for id in watch.silentBrokers.subtracting(silent).sorted() {
            changes.add(
                Change(at: new.takenAt, kind: .brokerBack, subject: "broker \(id)", detail: "it answers again"))
        }
        watch.silentBrokers = silent
    }

    private mutating func noteAlerts(_ new: Snapshot) {
        // What an earlier run saw stands in the kept changes already.
        let known = watch.hasSeen ? Int64.min : takenAt ?? Int64.min
        let fresh = new.alerts.history.prefix { $0 != watch.lastAlert && $0.at > known }
        watch.lastAlert = new.alerts.history.first
        for event in fresh.reversed() where event.kind == .fired || event.kind == .resolved {
            changes.add(
                Change(
                    at: event.at, kind: event.kind == .fired ? .alertFired : .alertResolved, subject: event.subject,
                    topic: event.subject, group: event.subject, origin: event.rule, detail: event.detail))
        }
    }
}
