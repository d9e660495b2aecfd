import Cluster
import Monitor

/// What a group's figures mean, in sentences an operator can act on.
enum GroupReading {
    /// The most important first; at least one.
    static func sentences(_ group: GroupFigures, span: String, zone: TimeZoneChoice) -> [String] {
        var found: [String] = []
        if let problem = group.description.problem { found.append("Some figures are missing: \(problem).") }
        let status = StatusText.sentence(group)
        found += [LossText.lost(group, zone), status, LossText.losing(group)].compactMap { $0 }
        if status == nil, let ahead = group.partitions.first(where: \.isAheadOfEnd) {
            found.append(
                "The commit of \(ahead.topicPartition) lies past the end of the log: the topic was made anew or cut.")
        }
        if status == nil, group.description.members.isEmpty, let lag = group.lag.records, lag > 0 {
            found.append("No member is alive and \(Figures.short(lag)) records wait: its consumers have stopped.")
        }
        let never = group.partitions.filter { $0.catchUp == .never }.max {
            (GroupTables.change($0) ?? 0) < (GroupTables.change($1) ?? 0)
        }
        if let never, let arriving = never.recordsInPerSecond, let handled = never.recordsOutPerSecond,
            arriving >= handled
        {
            found += falling(never, arriving: arriving, handled: handled, in: group, span)
        }
        if found.isEmpty { found.append(calm(group)) }
        return found
    }

    private static func falling(
        _ it: GroupPartitionFigures, arriving: Double, handled: Double, in group: GroupFigures, _ span: String
    ) -> [String] {
        guard let client = it.clientID else {
            return ["\(it.topicPartition) receives \(Figures.short(arriving))/s and nobody is assigned to it."]
        }
        let pace =
            "\(it.topicPartition) receives \(Figures.short(arriving))/s, \(client) handles \(Figures.short(handled))/s"
        var second = "Needs ≥ \(Figures.short((arriving - handled).rounded(.up) + 1))/s more"
        let others = group.partitions.filter { $0.memberID == it.memberID && $0.topicPartition != it.topicPartition }
            .map { "\($0.topicPartition)" }
        if !others.isEmpty {
            second += ", or move \(it.topicPartition) off \(client), which also owns \(list(others))"
        }
        return [pace + ": at this pace it never catches up (\(span)).", second + "."]
    }

    private static func calm(_ group: GroupFigures) -> String {
        switch (group.lag, group.catchUp) {
        case (.noCommit, _): return "The group has not committed yet: where it stands is not known to the cluster."
        case (.unknown(let reason), _): return "The lag could not be read: \(reason)."
        case (.records(0, _), _): return "Everything is read."
        case (.records(let count, _), .after(let seconds)):
            let time = Durations.long(milliseconds: Int64(min(1e12, max(0, seconds)) * 1000))
            return "\(Figures.short(count)) records wait; at this pace the slowest partition is caught up in \(time)."
        case (.records(let count, _), .unknown):
            return "\(Figures.short(count)) records wait; too little was seen yet to say whether they become fewer."
        case (.records(let count, _), .never):
            return "\(Figures.short(count)) records wait, and at this pace they do not become fewer."
        case (.records(let count, _), .steady), (.records(let count, _), .done):
            return "\(Figures.short(count)) records wait; the group keeps pace with what arrives."
        }
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(2)
        if names.count > 2 { return shown.joined(separator: ", ") + " and \(names.count - 2) more" }
        guard let last = shown.last, shown.count > 1 else { return shown.joined() }
        return shown.dropLast().joined(separator: ", ") + " and " + last
    }
}
