/// The alerts that fire, and those that ended lately: what rules say at each evaluation made into alerts with a beginning and an end.
///
/// It is told all that fires, each time. An alert that is no longer among them has ended now; one that was known before a restart and has
/// not been seen since gets ``patienceMilliseconds`` to come back, because rules and histories fill again meanwhile.
package struct AlertBook: Sendable, Equatable {
    private struct Entry: Sendable, Equatable {
        var alert: DeliverableAlert
        /// It fired in this run.
        var isConfirmed: Bool
    }

    /// How long an alert that ended is told of, milliseconds: Prometheus' `resolvedRetention`.
    package static let resolvedRetention: Int64 = 900_000
    /// How long after a restart an alert may stay away, milliseconds.
    package static let patienceMilliseconds: Int64 = 300_000
    /// At most so many alerts that fire are told of, the newest: what Prometheus' own queue holds.
    package static let defaultLimit = 10_000

    private let limit: Int
    private var entries: [AlertFingerprint: Entry] = [:]
    private var leftOut: Set<AlertFingerprint> = []
    private var firstTakenAt: Int64?
    /// Alerts that were left out so far because too many fired at once.
    package private(set) var dropped: Int64 = 0

    /// A book.
    ///
    /// - Parameters:
    ///   - kept: Alerts that fired when an earlier run ended.
    ///   - limit: At most so many that fire are told of; at least 1.
    package init(kept: [DeliverableAlert] = [], limit: Int = AlertBook.defaultLimit) {
        self.limit = max(limit, 1)
        for alert in kept where alert.isFiring {
            entries[alert.fingerprint] = Entry(alert: alert, isConfirmed: false)
        }
    }

    /// Alerts that fire and those that ended lately, ordered by their labels.
    package var alerts: [DeliverableAlert] { entries.values.map(\.alert).sorted { $0.labels < $1.labels } }

    /// The same without those that only an earlier run saw.
    package var confirmed: [DeliverableAlert] {
        entries.values.filter { $0.isConfirmed || !$0.alert.isFiring }.map(\.alert).sorted { $0.labels < $1.labels }
    }

    /// Alerts that fire: what a later run must know.
    package var firing: [DeliverableAlert] { alerts.filter(\.isFiring) }

    /// Alerts that fire and are left out now because there are too many.
    package var leftOutNow: Int { leftOut.count }

    /// Takes all alerts that fire now.
    ///
    /// - Parameter time: Wall milliseconds.
    package mutating func take(_ firing: [DeliverableAlert], at time: Int64) {
        let since = firstTakenAt ?? time
        firstTakenAt = since
        var present: Set<AlertFingerprint> = []
        for alert in newest(firing.map { ($0.fingerprint, $0) }) {
            present.insert(alert.0)
            var alert = alert
            alert.1.endsAt = nil
            // An alert from before the restart goes on; its beginning is that of the first time.
            if let known = entries[alert.0], known.alert.isFiring {
                alert.1.startsAt = min(alert.1.startsAt, known.alert.startsAt)
            }
            entries[alert.0] = Entry(alert: alert.1, isConfirmed: true)
        }
        let isPatient = time >= since && time &- since < Self.patienceMilliseconds
        for (fingerprint, entry) in entries where entry.alert.isFiring && !present.contains(fingerprint) {
            if entry.isConfirmed || !isPatient {
                entries[fingerprint]?.alert.endsAt = max(time, entry.alert.startsAt)
                entries[fingerprint]?.alert.isHeld = false
            }
        }
        entries = entries.filter { _, entry in
            entry.alert.endsAt.map { time &- $0 <= Self.resolvedRetention } ?? true
        }
    }

    /// The newest alerts, as many as there may be; the others are counted.
    private mutating func newest(
        _ alerts: [(AlertFingerprint, DeliverableAlert)]
    ) -> [(AlertFingerprint, DeliverableAlert)] {
        guard alerts.count > limit else {
            leftOut = []
            return alerts
        }
        let ordered = alerts.sorted { ($0.1.startsAt, $0.0) > ($1.1.startsAt, $1.0) }
        let out = Set(ordered[limit...].map(\.0))
        dropped += Int64(out.subtracting(leftOut).count)
        leftOut = out
        return Array(ordered[..<limit])
    }
}
