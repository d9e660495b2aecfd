package import AlertRules

/// What a receiver was told of each group last, by which the same is not told twice: Alertmanager's notification log, kept over a restart.
package struct NotificationLog: Sendable, Equatable {
    /// The last message of a group.
    package struct Entry: Sendable, Equatable, Codable {
        /// When it was delivered, wall milliseconds.
        package var at: Int64
        /// The alerts that fired in it.
        package var firing: Set<AlertFingerprint>
        /// The alerts whose end it told.
        package var resolved: Set<AlertFingerprint>
    }

    private var entries: [LabelSet: Entry] = [:]

    /// Nothing was told yet.
    package init() {}

    /// What was told of a group; nil for nothing.
    package subscript(group: LabelSet) -> Entry? {
        get { entries[group] }
        set { entries[group] = newValue }
    }

    /// Whether a group's alerts are to be told now, by Alertmanager's rules (`DedupStage.needsUpdate`).
    package func needsMessage(
        of group: LabelSet, firing: Set<AlertFingerprint>, resolved: Set<AlertFingerprint>, policy: GroupingPolicy,
        at time: Int64
    ) -> Bool {
        // Nobody needs to hear of the end of what he never heard of.
        guard let entry = entries[group] else { return !firing.isEmpty }
        if !firing.isSubset(of: entry.firing) { return true }
        if firing.isEmpty { return !entry.firing.isEmpty }
        if policy.sendsResolved, !resolved.isSubset(of: entry.resolved) { return true }
        return time &- entry.at > policy.repeatInterval
    }

    /// At least so long it is remembered what was told, milliseconds: a receiver may be away for a while.
    package static let shortestLife: Int64 = 86_400_000

    /// Forgets what is so old that it would be told again anyway: after twice the repeat interval, as Alertmanager does, or a day.
    package mutating func expire(_ policy: GroupingPolicy, at time: Int64) {
        let (life, overflows) = policy.repeatInterval.multipliedReportingOverflow(by: 2)
        guard !overflows else { return }
        entries = entries.filter { time &- $0.value.at <= max(life, Self.shortestLife) }
    }
}

extension NotificationLog: Codable {
    private struct KeptEntry: Codable {
        var group: [String: String]
        var last: Entry
    }

    package init(from decoder: any Decoder) throws {
        let kept = try decoder.singleValueContainer().decode([KeptEntry].self)
        entries = Dictionary(kept.map { (LabelSet($0.group), $0.last) }) { first, _ in first }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let ordered = entries.sorted { $0.key < $1.key }
        try container.encode(ordered.map { KeptEntry(group: $0.key.values, last: $0.value) })
    }
}
