import Cluster
import WindowedMetrics

extension Derivation {
    /// One row that a group has in the newest poll.
    private struct RowKey {
        var topicPartition: TopicPartition
        var commit: Int32
        var member: Int32
    }

    /// Takes the groups of a poll.
    mutating func take(groups result: Result<[GroupDescription], ClusterError>) {
        let listed: [GroupDescription]
        switch result {
        case .failure(let error):
            groupsProblem = error.description
            problems.append("groups: \(error)")
            return
        case .success(let groups):
            groupsProblem = nil
            listed =
                zip(groups, groups.dropFirst()).allSatisfy { $0.groupID < $1.groupID }
                ? groups : groups.sorted { $0.groupID < $1.groupID }
        }
        let listedBefore = groupOrder
        groupOrder.removeAll(keepingCapacity: true)
        for description in listed {
            let place: Int
            if let known = groupPlaces[description.groupID] {
                place = known
                guard groups[place].listed != sequence else { continue }
                if groups[place].description.state != description.state, description.problem == nil {
                    groups[place].stateSince = now
                }
            } else {
                place = groups.count
                groups.append(GroupHistory(description, at: now))
                groupPlaces[description.groupID] = place
                if sequence > 1 { groups[place].stateSince = now }
            }
            groups[place].listed = sequence
            groupOrder.append(place)
            take(description, into: place)
        }
        keepGroupsOfSilentBrokers(listedBefore)
        forgetGroups()
    }

    /// Keeps groups that only their coordinator could have listed, and which does not answer: they are not gone.
    private mutating func keepGroupsOfSilentBrokers(_ before: [Int]) {
        guard !silentSince.isEmpty else { return }
        var isKept = false
        for place in before where groups[place].listed != sequence {
            guard let coordinator = groups[place].description.coordinator?.nodeID, silentSince[coordinator] != nil
            else {
                continue
            }
            groups[place].listed = sequence
            groups[place].isFresh = false
            groups[place].description.problem =
                status?.problems[coordinator] ?? "broker \(coordinator) does not answer"
            groupOrder.append(place)
            isKept = true
        }
        if isKept { groupOrder.sort { groups[$0].description.groupID < groups[$1].description.groupID } }
    }

    private mutating func take(_ new: GroupDescription, into place: Int) {
        if let problem = new.problem {
            let coordinator = new.coordinator ?? groups[place].description.coordinator
            let isNamed = coordinator.map { silentSince[$0.nodeID] != nil } ?? false
            // Where commits came, rows that lack theirs are marked themselves.
            if problems.count < 8, !isNamed, new.commits.isEmpty { problems.append("group \(new.groupID): \(problem)") }
            if new.commits.isEmpty, !groups[place].rows.isEmpty {
                // Nothing came: all that is shown is what was known before, and the reason.
                groups[place].description.problem = problem
                groups[place].isFresh = false
                return
            }
        }
        var new = new
        if new.problem != nil, new.state == .unknown {
            // The commits came, the coordinator's word on the members did not: what was known stays.
            new.state = groups[place].description.state
            new.members = groups[place].description.members
        }
        let keys = Self.keys(of: new)
        let isReset = Self.isLeftAlone(groups[place].description, new)
        groups[place].churn.take(new, after: groups[place].description, at: now.monotonicNanoseconds)
        groups[place].description = new
        groups[place].isFresh = true
        groups[place].readAt = now
        if !new.members.isEmpty { groups[place].wasActive = true }
        arrangeRows(of: place, by: keys, keepsOthers: new.problem != nil)

        let onlyCommits = new.protocolType.isEmpty
        var row = 0
        for key in keys {
            while groups[place].rows[row].topicPartition != key.topicPartition {
                groups[place].rows[row].isFresh = false
                row += 1
            }
            groups[place].rows[row].isFresh = true
            groups[place].rows[row].member = key.member
            let commit = key.commit >= 0 ? new.commits[Int(key.commit)] : nil
            let moved = groups[place].rows[row].take(commit, isReset: isReset, tick: tick, at: now)
            if moved, onlyCommits || !new.members.isEmpty { groups[place].wasActive = true }
            if !groups[place].wasActive, let at = commit?.committedAt,
                now.wallMilliseconds &- at < Self.formerlyActiveMilliseconds
            {
                groups[place].wasActive = true
            }
            row += 1
        }
        while row < groups[place].rows.count {
            groups[place].rows[row].isFresh = false
            row += 1
        }
    }

    /// True where nobody of the group can have committed since: it had no member, has none, and had none in between, which its generation would tell.
    private static func isLeftAlone(_ before: GroupDescription, _ after: GroupDescription) -> Bool {
        [before, after].allSatisfy { $0.state == .empty && $0.members.isEmpty && $0.protocolType == "consumer" }
            && before.generation == after.generation
    }

    /// A group that committed this shortly before it was first seen was at work.
    private static var formerlyActiveMilliseconds: Int64 { 600_000 }

    /// The partitions a group commits to or is assigned, ascending, each once.
    private static func keys(of group: GroupDescription) -> [RowKey] {
        var keys: [RowKey] = []
        keys.reserveCapacity(group.commits.count)
        for (index, commit) in group.commits.enumerated() {
            keys.append(RowKey(topicPartition: commit.topicPartition, commit: Int32(clamping: index), member: -1))
        }
        if !isAscending(keys) { keys = ascending(keys) }
        var assigned: [RowKey] = []
        for (index, member) in group.members.enumerated() {
            for partition in member.assignment {
                assigned.append(RowKey(topicPartition: partition, commit: -1, member: Int32(clamping: index)))
            }
        }
        guard !assigned.isEmpty else { return keys }
        if !isAscending(assigned) { assigned = ascending(assigned) }
        return merged(keys, assigned)
    }

    private static func isAscending(_ keys: [RowKey]) -> Bool {
        for index in keys.indices.dropFirst() where !(keys[index - 1].topicPartition < keys[index].topicPartition) {
            return false
        }
        return true
    }

    private static func ascending(_ keys: [RowKey]) -> [RowKey] {
        var result: [RowKey] = []
        for key in keys.sorted(by: { $0.topicPartition < $1.topicPartition })
        where result.last?.topicPartition != key.topicPartition {
            result.append(key)
        }
        return result
    }

    private static func merged(_ commits: [RowKey], _ assigned: [RowKey]) -> [RowKey] {
        var result: [RowKey] = []
        result.reserveCapacity(max(commits.count, assigned.count))
        var next = 0
        for key in commits {
            var key = key
            while next < assigned.count, assigned[next].topicPartition != key.topicPartition,
                assigned[next].topicPartition < key.topicPartition
            {
                result.append(assigned[next])
                next += 1
            }
            if next < assigned.count, assigned[next].topicPartition == key.topicPartition {
                key.member = assigned[next].member
                next += 1
            }
            result.append(key)
        }
        result.append(contentsOf: assigned[next...])
        return result
    }

    /// Gives the group one row a key, keeping the histories there are.
    private mutating func arrangeRows(of place: Int, by keys: [RowKey], keepsOthers: Bool) {
        let count = groups[place].rows.count
        if count == keys.count,
            (0..<count).allSatisfy({ groups[place].rows[$0].topicPartition == keys[$0].topicPartition })
        {
            return
        }
        var old = groups[place].rows[...]
        var rows: [RowHistory] = []
        rows.reserveCapacity(keys.count)
        for key in keys {
            while let row = old.first, row.topicPartition < key.topicPartition {
                if keepsOthers { rows.append(row) }
                old.removeFirst()
            }
            if let row = old.first, row.topicPartition == key.topicPartition {
                rows.append(row)
                old.removeFirst()
            } else {
                rows.append(RowHistory(key.topicPartition, at: now))
            }
        }
        if keepsOthers { rows.append(contentsOf: old) }
        groups[place].rows = rows
    }

    private mutating func forgetGroups() {
        guard groups.count > groupOrder.count else { return }
        let limit = settings.forgetAfterMilliseconds
        func isForgotten(_ group: GroupHistory) -> Bool {
            group.listed != sequence && now.milliseconds(since: group.readAt) > limit
        }
        guard groups.contains(where: isForgotten) else { return }
        let ids = groupOrder.map { groups[$0].description.groupID }
        groups = groups.filter { !isForgotten($0) }
        groupPlaces.removeAll(keepingCapacity: true)
        for (place, group) in groups.enumerated() { groupPlaces[group.description.groupID] = place }
        groupOrder = ids.compactMap { groupPlaces[$0] }
    }

    /// Finds each row's partition in the newest topics and drops what a row knew of a log that has changed since.
    mutating func alignRows() {
        for place in groupOrder {
            var topicName: String?
            var topic = -1
            for row in groups[place].rows.indices {
                let name = groups[place].rows[row].topicPartition.topic
                if name != topicName {
                    topicName = name
                    topic = topicPlaces[name] ?? -1
                    if topic >= 0, !isListed(topic: topic) { topic = -1 }
                    if topic >= 0 { note(group: place, readsTopic: topic) }
                }
                let number = groups[place].rows[row].topicPartition.partition
                let partition = topic >= 0 ? topics[topic].place(of: number) ?? -1 : -1
                groups[place].rows[row].topic = Int32(clamping: topic)
                groups[place].rows[row].partition = Int32(clamping: partition)
                if partition >= 0 {
                    let log = topics[topic].partitions[partition].facts
                    groups[place].rows[row].align(with: log, tick: tick, at: now)
                }
            }
        }
    }

    private mutating func note(group: Int, readsTopic topic: Int) {
        guard topicsProblem == nil else { return }
        topics[topic].groupIDs.append(groups[group].description.groupID)
    }
}
