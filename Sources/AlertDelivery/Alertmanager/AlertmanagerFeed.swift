/// Tells an Alertmanager what fires, as Prometheus does (`rules.sendAlerts`): again each `resendDelay` while it fires, each time with an end
/// four delays ahead, so that Alertmanager takes for ended what it hears no more of; and of an end for a quarter of an hour.
///
/// Grouping and repeating are Alertmanager's own business. Nothing waits in a queue: what a failed message held is still true, or no longer,
/// at the next try.
package struct AlertmanagerFeed: Sendable {
    /// An alert of a message.
    package struct Post: Sendable, Equatable {
        /// The alert.
        package var alert: DeliverableAlert
        /// Until when Alertmanager takes it for firing unless it hears more, or when it ended, wall milliseconds.
        package var endsAt: Int64
    }

    /// What happens to it.
    package enum Event: Sendable, Equatable {
        /// These alerts fire, or ended lately; all of them, each time.
        case alerts([DeliverableAlert])
        /// Time went by.
        case tick
        /// The message under way was delivered.
        case delivered
        /// The message under way was not delivered.
        case failed
    }

    /// What it wants to be done.
    package enum Effect: Sendable, Equatable {
        /// Post these.
        case send([Post])
    }

    /// Prometheus' `--rules.alert.resend-delay`, milliseconds.
    package static let resendDelay: Int64 = 60_000
    /// The end lies so many delays ahead: two messages may be lost.
    package static let validDelays: Int64 = 4
    /// Alerts of one message at most, Prometheus' `maxBatchSize`.
    package static let batchSize = 64

    private var alerts: [DeliverableAlert] = []
    /// When each alert was sent last.
    private var sentAt: [AlertFingerprint: Int64] = [:]
    /// Alerts of the message under way, with when they had been sent before.
    private var underway: [AlertFingerprint: Int64?]?
    private var tries = 0
    /// When what failed is tried again, wall milliseconds; nil while nothing waits for it.
    package private(set) var retryAt: Int64?

    /// A feed that has sent nothing.
    package init() {}

    /// When the next `tick` is wanted, wall milliseconds; nil while nothing waits.
    package var wakeAt: Int64? {
        if underway != nil { return nil }
        if let retryAt { return retryAt }
        return alerts.lazy.filter { !$0.isHeld }.compactMap { sentAt[$0.fingerprint] }.min().map {
            $0 &+ Self.resendDelay &+ 1
        }
    }

    /// Alerts that wait for the next try.
    package var waiting: Int { retryAt == nil ? 0 : alerts.count { sentAt[$0.fingerprint] == nil && !$0.isHeld } }

    /// Moves by an event.
    ///
    /// - Parameter time: Wall milliseconds.
    package mutating func handle(_ event: Event, at time: Int64) -> [Effect] {
        switch event {
        case .alerts(let all):
            alerts = all
            let known = Set(all.lazy.map(\.fingerprint))
            sentAt = sentAt.filter { known.contains($0.key) }
        case .tick: break
        case .delivered:
            underway = nil
            tries = 0
        case .failed:
            for (fingerprint, before) in underway ?? [:] { sentAt[fingerprint] = before }
            underway = nil
            tries += 1
            retryAt = time &+ RetryBackoff.milliseconds(afterTry: tries)
        }
        return advance(at: time)
    }

    private mutating func advance(at time: Int64) -> [Effect] {
        guard underway == nil else { return [] }
        if let wait = retryAt {
            // Should the clock go back, the wait is no longer for it.
            retryAt = min(wait, time &+ RetryBackoff.milliseconds(afterTry: .max))
            guard wait <= time else { return [] }
            retryAt = nil
        }
        let sent = sentAt
        let due = alerts.map { ($0.fingerprint, $0) }.filter { Self.isDue($0.1, sentAt: sent[$0.0], at: time) }
        let batch = due.sorted { (sent[$0.0] ?? .min, $0.0) < (sent[$1.0] ?? .min, $1.0) }.prefix(Self.batchSize)
        guard !batch.isEmpty else { return [] }
        var before: [AlertFingerprint: Int64?] = [:]
        for (fingerprint, _) in batch {
            before.updateValue(sentAt[fingerprint], forKey: fingerprint)
            sentAt[fingerprint] = time
        }
        underway = before
        let validUntil = time &+ Self.validDelays * Self.resendDelay
        return [.send(batch.map { Post(alert: $0.1, endsAt: $0.1.endsAt ?? validUntil) })]
    }

    /// Whether an alert is to be sent, by Prometheus' `needsSending`.
    private static func isDue(_ alert: DeliverableAlert, sentAt: Int64?, at time: Int64) -> Bool {
        guard !alert.isHeld else { return false }
        guard let sentAt else { return true }
        if let endsAt = alert.endsAt, endsAt > sentAt { return true }
        return sentAt &+ resendDelay < time || sentAt > time
    }
}
