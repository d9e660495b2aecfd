/// What the operator said of alerts: which are known (acknowledged) and which are to be left alone for a while (muted).
///
/// Neither changes what the rules do: an alert fires and resolves all the same, it is only counted and listed otherwise. Both outlive a restart: the
/// marks are `Codable`, and an alert that was acknowledged before it has time to fire again.
package struct AlertMarks: Sendable, Equatable, Codable {
    /// One firing alert that somebody has seen.
    package struct Acknowledgement: Sendable, Equatable, Codable {
        /// The alert, `AlertInstance.id`.
        package var alert: String
        /// When it was acknowledged, wall milliseconds.
        package var at: Int64

        /// An acknowledgement.
        package init(alert: String, at: Int64) {
            self.alert = alert
            self.at = at
        }
    }

    /// A silence: alerts that are left alone for a while.
    package struct Mute: Sendable, Hashable, Codable {
        /// The rule; nil for every rule.
        package var rule: String?
        /// The subject; nil for every subject.
        package var subject: String?
        /// When it was made, wall milliseconds.
        package var at: Int64
        /// When it ends, wall milliseconds; nil when it ends with the firing.
        package var until: Int64?
        /// Why, in the operator's words; may be empty.
        package var reason: String

        /// A silence; at least one of rule and subject is named.
        package init(rule: String?, subject: String?, at: Int64, until: Int64?, reason: String) {
            self.rule = rule
            self.subject = subject
            self.at = at
            self.until = until
            self.reason = reason
        }

        /// Whether it is about an alert.
        package func covers(_ alert: AlertInstance) -> Bool {
            guard rule != nil || subject != nil else { return false }
            return (rule ?? alert.rule) == alert.rule && (subject ?? alert.subject) == alert.subject
        }
    }

    /// Records of a partition that a group lost, and that somebody knows of.
    package struct Loss: Sendable, Equatable, Codable {
        /// The group.
        package var group: String
        /// The topic.
        package var topic: String
        /// The partition's number.
        package var partition: Int32
        /// What was lost lies below this offset.
        package var upTo: Int64

        /// A loss somebody knows of.
        package init(group: String, topic: String, partition: Int32, upTo: Int64) {
            self.group = group
            self.topic = topic
            self.partition = partition
            self.upTo = upTo
        }
    }

    /// Losses somebody knows of; nil in marks that were kept before there were any.
    package private(set) var losses: [Loss]?
    /// At most so many are kept, the newest.
    package static let lossLimit = 10_000

    /// Firing alerts that were acknowledged.
    package private(set) var acknowledgements: [Acknowledgement] = []
    /// Silences, the newest last.
    package private(set) var mutes: [Mute] = []

    /// Marks whose alert was seen firing in this run: they end when it no longer fires.
    private var confirmedAlerts: Set<String> = []
    private var confirmedMutes: Set<Mute> = []
    /// When these marks were first held against a board, wall milliseconds.
    private var heldSince: Int64?

    private enum CodingKeys: String, CodingKey {
        case acknowledgements
        case mutes
        case losses
    }

    /// After a restart a mark waits this long for its alert to fire again, milliseconds: rules hold and histories fill meanwhile.
    package static let patienceMilliseconds: Int64 = 300_000

    /// No marks.
    package init() {}

    /// Whether an alert is acknowledged.
    package func isAcknowledged(_ alert: AlertInstance) -> Bool {
        guard alert.isFiring, !acknowledgements.isEmpty else { return false }
        let id = alert.id
        return acknowledgements.contains { $0.alert == id }
    }

    /// The silence that holds an alert; the longest where several do.
    package func mute(on alert: AlertInstance) -> Mute? {
        mutes.filter { $0.covers(alert) }.max { ($0.until ?? 0) < ($1.until ?? 0) }
    }

    /// Acknowledges a firing alert, or takes that back; does nothing to one that does not fire.
    package mutating func toggleAcknowledgement(of alert: AlertInstance, at now: Int64) {
        guard alert.isFiring else { return }
        let id = alert.id
        if acknowledgements.contains(where: { $0.alert == id }) {
            acknowledgements.removeAll { $0.alert == id }
        } else {
            acknowledgements.append(Acknowledgement(alert: id, at: now))
            confirmedAlerts.insert(id)
        }
    }

    /// Adds a silence.
    package mutating func add(_ mute: Mute) {
        mutes.append(mute)
        confirmedMutes.insert(mute)
    }

    /// Ends every silence that holds an alert.
    ///
    /// - Returns: The ones that ended.
    package mutating func unmute(_ alert: AlertInstance) -> [Mute] {
        let ended = mutes.filter { $0.covers(alert) }
        mutes.removeAll { $0.covers(alert) }
        return ended
    }

    /// Takes note of losses; one further on in the same partition takes the place of the one before.
    package mutating func acknowledge(_ new: [Loss]) {
        var all = losses ?? []
        for loss in new {
            all.removeAll { ($0.group, $0.topic, $0.partition) == (loss.group, loss.topic, loss.partition) }
            all.append(loss)
        }
        losses = all.isEmpty ? nil : Array(all.suffix(Self.lossLimit))
    }

    /// Takes in marks that were kept from before.
    package mutating func merge(_ kept: AlertMarks) {
        let own = losses ?? []
        losses = kept.losses
        acknowledge(own)
        let known = Set(acknowledgements.map(\.alert))
        acknowledgements = kept.acknowledgements.filter { !known.contains($0.alert) } + acknowledgements
        mutes = kept.mutes.filter { !mutes.contains($0) } + mutes
        heldSince = nil
    }

    /// Drops what has ended: an acknowledgement with the firing, a silence with its time or, if it was made so, with the firing.
    ///
    /// - Parameters:
    ///   - board: The newest board; one without rules says nothing.
    ///   - now: Wall milliseconds.
    /// - Returns: True when something was dropped.
    package mutating func settle(by board: AlertBoard, at now: Int64) -> Bool {
        guard !board.rules.isEmpty, !(acknowledgements.isEmpty && mutes.isEmpty) else { return false }
        let before = (acknowledgements.count, mutes.count)
        let since = heldSince ?? now
        heldSince = since
        let isPatient = now >= since && now &- since < Self.patienceMilliseconds
        let firing = board.instances.filter(\.isFiring)
        let ids = Set(firing.map(\.id))
        confirmedAlerts.formUnion(acknowledgements.lazy.map(\.alert).filter(ids.contains))
        acknowledgements = acknowledgements.filter { it in
            ids.contains(it.alert) || (isPatient && !confirmedAlerts.contains(it.alert))
        }
        let held = Set(mutes.filter { mute in mute.until == nil && firing.contains(where: mute.covers) })
        confirmedMutes.formUnion(held)
        mutes = mutes.filter { it in
            if let until = it.until { return until > now }
            return held.contains(it) || (isPatient && !confirmedMutes.contains(it))
        }
        return (acknowledgements.count, mutes.count) != before
    }
}
