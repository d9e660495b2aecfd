package import AlertRules
import Cluster
import Monitor

/// Where an alert stands once the operator's marks count.
enum AlertStanding: Equatable {
    case firing
    /// It fires, and somebody has seen it.
    case acknowledged
    case pending
    case quiet
    /// It is left alone, whatever it does.
    case muted
    /// Nothing can be said, for this reason: no green light.
    case untold(String)
}

/// How many alerts stand where.
struct AlertCounts: Equatable {
    var firing = 0
    var acknowledged = 0
    var pending = 0
    var quiet = 0
    var muted = 0
    /// Rules that nothing can be said of, those without data apart.
    var untold = 0

    /// `2 firing · 1 pending · 9 quiet`, with what is acknowledged and muted where there is any.
    var note: String {
        var text = "\(firing) firing · \(pending) pending · \(quiet) quiet"
        if acknowledged > 0 { text += " · \(acknowledged) acknowledged" }
        if muted > 0 { text += " · \(muted) muted" }
        if untold > 0 { text += " · \(untold) unknown" }
        return text
    }
}

extension ConsoleState {
    /// Where an alert stands.
    func standing(of alert: AlertInstance) -> AlertStanding {
        if marks.mute(on: alert) != nil { return .muted }
        return switch alert.state {
        case .firing: marks.isAcknowledged(alert) ? .acknowledged : .firing
        case .pending: .pending
        case .quiet: snapshot.alerts.problems[alert.rule].map { .untold($0) } ?? .quiet
        case .untold(let reason): .untold(reason)
        }
    }

    /// How many alerts stand where.
    var alertCounts: AlertCounts { kept(.alertCounts, of: alertBasis) { countAlerts() } }

    /// What alerts are listed and counted by.
    var alertBasis: TableBasis {
        TableBasis().and(snapshot.alerts.instances).and(snapshot.alerts.rules).and(marks.acknowledgements)
            .and(marks.mutes)
    }

    private func countAlerts() -> AlertCounts {
        var counts = AlertCounts()
        for index in snapshot.alerts.instances.indices {
            switch standing(of: snapshot.alerts.instances[index]) {
            case .firing: counts.firing += 1
            case .acknowledged: counts.acknowledged += 1
            case .pending: counts.pending += 1
            case .quiet: counts.quiet += 1
            case .muted: counts.muted += 1
            case .untold(let reason): counts.untold += AlertTables.isIdle(reason) ? 0 : 1
            }
        }
        return counts
    }

    /// An alert by its id.
    func alert(_ id: String) -> AlertInstance? {
        let all = snapshot.alerts.instances
        let bytes = Array(id.utf8)
        // An id begins with rule and subject. To spell out thousands would take longer than a frame may.
        return all.indices.first { place in
            bytes.begin(with: all[place].rule, and: all[place].subject) && all[place].id == id
        }.map { all[$0] }
    }

    /// The alert that `a`, `h` and `M` are about.
    package var selectedAlert: AlertInstance? {
        switch (page, box) {
        case (.dashboard, 2), (.alerts, 0): selectedID.flatMap(alert)
        case (.alert(let id), _): alert(id)
        default: nil
        }
    }

    /// The broker that `d` is about: the selected one, or the one in this process.
    package var selectedBroker: Int32? {
        guard page == .broker else { return nil }
        if isEmbedded { return snapshot.status?.brokers.first?.nodeID }
        return box == 0 ? selectedID.flatMap { Int32($0) } : nil
    }

    /// Opens what happened to the selected alert.
    mutating func openAlertHistory() -> [Effect] { selectedAlert.map { open(.alert($0.id)) } ?? [] }

    /// Opens the selected broker's settings.
    mutating func openBrokerConfiguration() -> [Effect] {
        selectedBroker.map { open(.brokerConfiguration($0)) } ?? []
    }

    /// Acknowledges the selected alert, or takes that back.
    mutating func toggleAcknowledgement() -> [Effect] {
        guard let alert = selectedAlert else { return [] }
        keepCursor()
        marks.toggleAcknowledgement(of: alert, at: now)
        let isKnown = marks.isAcknowledged(alert)
        say("\(alert.rule) \(alert.subject) " + (isKnown ? "is acknowledged while it fires" : "counts again"))
        return keepMarks()
    }

    /// Asks how to mute the selected alert, or unmutes it.
    mutating func toggleMute() -> [Effect] {
        guard let alert = selectedAlert else { return [] }
        keepCursor()
        let ended = marks.unmute(alert)
        guard ended.isEmpty else {
            say("no longer muted: " + ended.map(\.coverText).joined(separator: ", "))
            return keepMarks()
        }
        dialog = .mute(MuteDialog(alert))
        return []
    }

    /// Keeps the cursor on its alert, which a mark moves to another place.
    private mutating func keepCursor() {
        var state = listState(list)
        state.selected = selectedID ?? state.selected
        lists[list] = state
    }

    /// A key while it is asked how to mute.
    mutating func muteKey(_ key: Key, _ open: MuteDialog) -> [Effect] {
        var it = open
        switch key {
        case .escape:
            dialog = nil
            return []
        case .enter:
            dialog = nil
            let mute = it.mute(at: now)
            marks.add(mute)
            say("muted \(mute.coverText) \(endText(mute))")
            return keepMarks()
        case .tab: it.scope = it.scope.next
        case .backTab: it.scope = it.scope.next.next
        case .right, .down: it.moveLength(by: 1)
        case .left, .up: it.moveLength(by: -1)
        default: _ = it.reason.edit(key)
        }
        dialog = .mute(it)
        return []
    }

    /// `until 15:02:31 UTC`, or `until it resolves`.
    func endText(_ mute: AlertMarks.Mute) -> String {
        mute.until.map { "until \(momentText($0))" } ?? "until it resolves"
    }

    /// Reads the marks once it is known whose they are, and drops those that have ended.
    mutating func marksSaw(_ new: Snapshot) -> [Effect] {
        var effects: [Effect] = []
        if let cluster = new.status?.clusterID, !cluster.isEmpty, cluster != marksCluster {
            marksCluster = cluster
            effects.append(.loadMarks(cluster: cluster))
        }
        if marks.settle(by: new.alerts, at: new.takenAt) { effects += keepMarks() }
        return effects
    }

    /// Takes in marks that were kept from before.
    mutating func marksArrived(cluster: String, _ result: Result<AlertMarks, AlertMarksError>) -> [Effect] {
        guard cluster == marksCluster else { return [] }
        switch result {
        case .success(let kept):
            let isNew = !marks.acknowledgements.isEmpty || !marks.mutes.isEmpty
            marks.merge(kept)
            let known = marks.losses.map { [Effect.acknowledgeLosses($0)] } ?? []
            return known + (isNew ? keepMarks() : [])
        case .failure(let error):
            say("\(error)", .warn)
            return []
        }
    }

    func keepMarks() -> [Effect] { marksCluster.map { [.keepMarks(marks, cluster: $0)] } ?? [] }
}

extension [UInt8] {
    /// Whether it begins with two texts, a blank between them.
    fileprivate func begin(with first: String, and second: String) -> Bool {
        let (end, start) = (first.utf8.count, first.utf8.count + 1)
        guard count >= start + second.utf8.count, self[end] == UInt8(ascii: " ") else { return false }
        // The subject first: rules are few.
        return self[start..<(start + second.utf8.count)].elementsEqual(second.utf8)
            && self[..<end].elementsEqual(first.utf8)
    }
}

/// Asks which alerts are to be left alone, for how long and why.
package struct MuteDialog: Equatable, Sendable {
    /// Which alerts.
    package enum Scope: Int, Sendable, CaseIterable {
        /// The rule on this subject.
        case alert
        /// The rule on every subject.
        case rule
        /// Every rule on this subject.
        case subject

        var next: Scope { Scope(rawValue: (rawValue + 1) % Self.allCases.count) ?? .alert }
    }

    /// How long.
    package enum Length: Int, Sendable, CaseIterable {
        case quarter
        case hour
        case fourHours
        case day
        case untilResolved

        /// Milliseconds; nil for as long as the alert fires.
        var milliseconds: Int64? {
            switch self {
            case .quarter: 900_000
            case .hour: 3_600_000
            case .fourHours: 14_400_000
            case .day: 86_400_000
            case .untilResolved: nil
            }
        }

        /// What it is called.
        var word: String { milliseconds.map { Durations.setting(milliseconds: $0) } ?? "until resolved" }
    }

    /// The alert's rule.
    package var rule: String
    /// The alert's subject.
    package var subject: String
    /// Whether it fires: only then it can resolve.
    package var isFiring: Bool
    /// Which alerts.
    package var scope = Scope.alert
    /// How long.
    package var length = Length.hour
    /// Why.
    package var reason = Prompt(.reason)

    /// A question about an alert.
    package init(_ alert: AlertInstance) {
        rule = alert.rule
        subject = alert.subject
        isFiring = alert.isFiring
    }

    /// The lengths that can be chosen.
    var lengths: [Length] { Length.allCases.filter { $0 != .untilResolved || isFiring } }

    mutating func moveLength(by step: Int) {
        let place = lengths.firstIndex(of: length) ?? 0
        length = lengths[max(0, min(lengths.count - 1, place + step))]
    }

    /// What was asked for.
    func mute(at now: Int64) -> AlertMarks.Mute {
        AlertMarks.Mute(
            rule: scope == .subject ? nil : rule,
            subject: scope == .rule ? nil : subject,
            at: now,
            until: length.milliseconds.map { now &+ $0 },
            reason: reason.text.trimmingBlanks
        )
    }
}

extension AlertMarks.Mute {
    /// Which alerts it holds: `group.lag of fraud-scorer`, `group.lag of all`, `all of fraud-scorer`.
    var coverText: String { "\(rule ?? "all") of \(subject ?? "all")" }
}
