import AlertDelivery
import AlertRules

/// Alertmanager's dispatcher, de-duplication and log, written down as its source has them, for receivers that always take a message.
struct NaiveAlertmanager {
    struct Told: Equatable, CustomStringConvertible {
        var at: Int64
        var group: String
        var firing: [String]
        var resolved: [String]

        var description: String { "\(at) \(group) firing \(firing) resolved \(resolved)" }
    }

    private struct Group {
        var alerts: [String: DeliverableAlert] = [:]
        var next: Int64
        var hasFlushed = false
    }

    private struct Entry {
        var at: Int64
        var firing: [String]
        var resolved: [String]
    }

    let policy: GroupingPolicy
    private var groups: [String: Group] = [:]
    private var log: [String: Entry] = [:]
    var told: [Told] = []

    init(policy: GroupingPolicy) { self.policy = policy }

    static func key(_ alert: DeliverableAlert, _ policy: GroupingPolicy) -> String {
        policy.groupBy.map { alert.labels.keeping($0).description } ?? alert.labels.description
    }

    /// `Dispatcher.processAlert` and `aggrGroup.insert`.
    mutating func insert(_ alert: DeliverableAlert, now: Int64) {
        let key = Self.key(alert, policy)
        var group = groups[key] ?? Group(next: now + policy.groupWait)
        group.alerts["\(alert.labels)"] = alert
        if !group.hasFlushed, alert.startsAt + policy.groupWait < now { group.next = min(group.next, now) }
        groups[key] = group
    }

    /// Changes whether an alert is held by a silence.
    mutating func hold(_ alert: DeliverableAlert, _ isHeld: Bool) {
        groups[Self.key(alert, policy)]?.alerts["\(alert.labels)"]?.isHeld = isHeld
    }

    /// `aggrGroup.run` where the timer has come.
    mutating func tick(now: Int64) {
        for key in groups.keys.sorted() {
            guard var group = groups[key], group.next <= now else { continue }
            group.next = now + policy.groupInterval
            group.hasFlushed = true
            groups[key] = group
            flush(key, now: now)
        }
    }

    private mutating func flush(_ key: String, now: Int64) {
        guard let group = groups[key] else { return }
        let shown = group.alerts.filter { !$0.value.isHeld }
        let firing = shown.filter { $0.value.endsAt == nil }.keys.sorted()
        let resolved = shown.filter { $0.value.endsAt != nil }.keys.sorted()
        if !shown.isEmpty, needsUpdate(log[key], firing, resolved, now: now) {
            if policy.sendsResolved || !firing.isEmpty {
                told.append(Told(at: now, group: key, firing: firing, resolved: policy.sendsResolved ? resolved : []))
            }
            log[key] = Entry(at: now, firing: firing, resolved: resolved)
        }
        let left = group.alerts.filter { $0.value.endsAt == nil }
        groups[key]?.alerts = left
        if left.isEmpty { groups[key] = nil }
    }

    /// `DedupStage.needsUpdate`.
    private func needsUpdate(_ entry: Entry?, _ firing: [String], _ resolved: [String], now: Int64) -> Bool {
        guard let entry, now - entry.at <= max(2 * policy.repeatInterval, 86_400_000) else { return !firing.isEmpty }
        if !firing.allSatisfy(entry.firing.contains) { return true }
        if firing.isEmpty { return !entry.firing.isEmpty }
        if policy.sendsResolved, !resolved.allSatisfy(entry.resolved.contains) { return true }
        return entry.at < now - policy.repeatInterval
    }
}
