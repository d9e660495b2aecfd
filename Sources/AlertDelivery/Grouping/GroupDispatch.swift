package import AlertRules

/// Tells one receiver of alerts in groups, as Alertmanager's dispatcher does: `(state, event, moment) -> state, effects`, nothing else.
///
/// A new group waits `groupWait`, then it is looked at each `groupInterval`; a look leads to a message where the log of what was told says
/// so. One message is under way at a time. One that fails for a passing reason is tried again with growing waits, each time with the alerts
/// as they are then; one that is refused waits for the group's next look.
package struct GroupDispatch: Sendable {
    /// What a receiver is told at once.
    package struct Message: Sendable, Equatable {
        /// The labels that the group's alerts share by `groupBy`.
        package var group: LabelSet
        /// The alerts, ordered by their labels; those that ended have an end.
        package var alerts: [DeliverableAlert]
        /// True while any of them fires.
        package var isFiring: Bool { alerts.contains(where: \.isFiring) }
    }

    /// What happens to it.
    package enum Event: Sendable, Equatable {
        /// These alerts fire, or ended lately; all of them, each time.
        case alerts([DeliverableAlert])
        /// Time went by.
        case tick
        /// The message under way was delivered.
        case delivered
        /// The message under way was not delivered; it may be another time, or else the receiver refused it.
        case failed(mayRetry: Bool)
    }

    /// What it wants to be done.
    package enum Effect: Sendable, Equatable {
        /// Deliver this; `delivered` or `failed` is the answer.
        case send(Message)
        /// The log has changed and must be kept.
        case keepLog
    }

    private struct Group: Sendable {
        var alerts: [AlertFingerprint: DeliverableAlert] = [:]
        /// When it is looked at next, wall milliseconds.
        var dueAt: Int64
        var wasLookedAt = false
        /// It waits for its turn.
        var isQueued = false
    }

    /// A message on its way, or waiting for the next try.
    private struct Transfer: Sendable {
        var message: Message
        var tries: Int
        /// When it is tried again; nil while it is on its way.
        var retryAt: Int64?
    }

    private let policy: GroupingPolicy
    /// What was told of each group.
    package private(set) var log: NotificationLog
    private var groups: [LabelSet: Group] = [:]
    /// Groups whose look has come, in order.
    private var queue: [LabelSet] = []
    private var transfer: Transfer?

    /// A dispatch that knows of no alert.
    ///
    /// - Parameter log: What was told before.
    package init(policy: GroupingPolicy, log: NotificationLog = NotificationLog()) {
        self.policy = policy
        self.log = log
    }

    /// When the next `tick` is wanted, wall milliseconds; nil while nothing waits.
    package var wakeAt: Int64? {
        (groups.values.map(\.dueAt) + [transfer?.retryAt].compactMap { $0 }).min()
    }

    /// Groups that wait for their turn, or for the next try.
    package var waiting: Int {
        guard let failed = transfer, failed.retryAt != nil else { return queue.count }
        // What is said of its group by then goes with it.
        return 1 + queue.count { $0 != failed.message.group }
    }

    /// When the message that failed is tried again, wall milliseconds; nil while none waits for it.
    package var retryAt: Int64? { transfer?.retryAt }

    /// Moves by an event.
    ///
    /// - Parameter time: Wall milliseconds. Should the clock go back, no wait is longer for it than from now on.
    package mutating func handle(_ event: Event, at time: Int64) -> [Effect] {
        var effects: [Effect] = []
        switch event {
        case .alerts(let alerts): take(alerts, at: time)
        case .tick: break
        case .delivered: conclude(at: time, &effects)
        case .failed(let mayRetry): fail(mayRetry: mayRetry, at: time)
        }
        look(at: time)
        advance(at: time, &effects)
        return effects
    }

    // MARK: Alerts

    private mutating func take(_ alerts: [DeliverableAlert], at time: Int64) {
        for alert in alerts {
            let key = policy.groupBy.map(alert.labels.keeping) ?? alert.labels
            let fingerprint = alert.fingerprint
            guard var group = groups[key] else {
                // An end makes no group, unless the beginning was told before a restart.
                guard alert.isFiring || log[key]?.firing.contains(fingerprint) == true else { continue }
                let isOld = alert.startsAt &+ policy.groupWait < time
                let due = isOld ? time : time &+ policy.groupWait
                groups[key] = Group(alerts: [fingerprint: alert], dueAt: due)
                continue
            }
            if !alert.isFiring, group.alerts[fingerprint] == nil,
                log[key]?.firing.contains(fingerprint) != true
            {
                continue
            }
            group.alerts[fingerprint] = alert
            if !group.wasLookedAt, alert.startsAt &+ policy.groupWait < time { group.dueAt = min(group.dueAt, time) }
            groups[key] = group
        }
    }

    // MARK: Looks

    /// Queues the groups whose time has come.
    private mutating func look(at time: Int64) {
        let longest = max(policy.groupWait, policy.groupInterval)
        for (key, group) in groups where group.dueAt > time &+ longest { groups[key]?.dueAt = time &+ longest }
        for key in groups.filter({ $0.value.dueAt <= time }).keys.sorted() {
            groups[key]?.dueAt = time &+ policy.groupInterval
            groups[key]?.wasLookedAt = true
            let waitsForRetry = transfer?.message.group == key && transfer?.retryAt != nil
            guard groups[key]?.isQueued == false, !waitsForRetry else { continue }
            groups[key]?.isQueued = true
            queue.append(key)
        }
        if let retryAt = transfer?.retryAt {
            transfer?.retryAt = min(retryAt, time &+ RetryBackoff.milliseconds(afterTry: .max))
        }
    }

    /// Sends the next message, if none is under way.
    private mutating func advance(at time: Int64, _ effects: inout [Effect]) {
        if let waiting = transfer {
            guard let retryAt = waiting.retryAt, retryAt <= time else { return }
            transfer = nil
            send(waiting.message.group, tries: waiting.tries, at: time, &effects)
        }
        while transfer == nil, let key = queue.first {
            queue.removeFirst()
            groups[key]?.isQueued = false
            send(key, tries: 0, at: time, &effects)
        }
    }

    /// Sends what a group has to say, if anything.
    private mutating func send(_ key: LabelSet, tries: Int, at time: Int64, _ effects: inout [Effect]) {
        guard let group = groups[key] else { return }
        let alerts = group.alerts.filter { !$0.value.isHeld }
        let firing = Set(alerts.lazy.filter { $0.value.isFiring }.map(\.key))
        let resolved = Set(alerts.lazy.filter { !$0.value.isFiring }.map(\.key))
        log.expire(policy, at: time)
        guard !alerts.isEmpty, log.needsMessage(of: key, firing: firing, resolved: resolved, policy: policy, at: time)
        else { return forgetEnded(of: key, told: group.alerts) }
        let told = alerts.filter { policy.sendsResolved || $0.value.isFiring }
        let message = Message(group: key, alerts: alerts.values.sorted { $0.labels < $1.labels })
        transfer = Transfer(message: message, tries: tries + 1)
        // A receiver that does not want to hear of ends is told nothing; the log knows all the same.
        guard !told.isEmpty else { return conclude(at: time, &effects) }
        effects.append(.send(Message(group: key, alerts: told.values.sorted { $0.labels < $1.labels })))
    }

    // MARK: Answers

    private mutating func conclude(at time: Int64, _ effects: inout [Effect]) {
        guard let done = transfer, done.retryAt == nil else { return }
        transfer = nil
        let told = Dictionary(done.message.alerts.map { ($0.fingerprint, $0) }) { first, _ in first }
        log[done.message.group] = NotificationLog.Entry(
            at: time,
            firing: Set(told.lazy.filter { $0.value.isFiring }.map(\.key)),
            resolved: Set(told.lazy.filter { !$0.value.isFiring }.map(\.key)))
        forgetEnded(of: done.message.group, told: told)
        effects.append(.keepLog)
    }

    private mutating func fail(mayRetry: Bool, at time: Int64) {
        guard let failed = transfer, failed.retryAt == nil else { return }
        transfer = nil
        guard mayRetry else { return }
        transfer = failed
        transfer?.retryAt = time &+ RetryBackoff.milliseconds(afterTry: failed.tries)
    }

    /// Forgets alerts whose end was told, unless they came back meanwhile; and the group with the last of them.
    private mutating func forgetEnded(of key: LabelSet, told: [AlertFingerprint: DeliverableAlert]) {
        guard var group = groups[key] else { return }
        group.alerts = group.alerts.filter { fingerprint, alert in
            alert.isFiring || told[fingerprint].map { $0.endsAt != alert.endsAt } ?? true
        }
        groups[key] = group.alerts.isEmpty ? nil : group
    }
}
