import WindowedMetrics

/// One alert of a loaded rule: one sample that its expression gave, from pending to resolved.
package struct ActiveAlert: Sendable, Equatable {
    /// Where an alert stands, with Prometheus' words.
    package enum State: String, Sendable, Codable {
        case pending
        case firing
        /// No longer active; kept for a while so that its end can be told.
        case inactive
    }

    /// The sample's labels with the rule's, and `alertname`.
    package let labels: LabelSet
    /// The rule's annotations, filled in with the newest sample.
    package var annotations: [String: String]
    /// The newest sample's value.
    package var value: Double
    /// When the expression first gave it, milliseconds.
    package private(set) var activeAt: Int64
    /// When it resolved, milliseconds.
    package var resolvedAt: Int64?

    private var holdDown = HoldDown()

    /// How long a resolved alert is kept, milliseconds: Prometheus' `resolvedRetention`.
    package static let resolvedRetention: Int64 = 900_000

    init(labels: LabelSet, annotations: [String: String], value: Double, activeAt: Int64) {
        self.labels = labels
        self.annotations = annotations
        self.value = value
        self.activeAt = activeAt
    }

    /// Where it stands.
    package var state: State {
        switch holdDown.state {
        case .quiet: .inactive
        case .pending: .pending
        case .firing: .firing
        }
    }

    /// When it began to fire, milliseconds; nil unless it fires.
    package var firedAt: Int64? {
        if case .firing(let since, _, _) = holdDown.state { since.wallMilliseconds } else { nil }
    }

    /// Since when the expression has not given it, while `keep_firing_for` holds it, milliseconds.
    package var missingSince: Int64? {
        if case .firing(_, _, let missed) = holdDown.state { missed?.wallMilliseconds } else { nil }
    }

    /// Moves by one evaluation, `rules/alerting.go`'s way.
    ///
    /// - Returns: What changed.
    mutating func step(isThere: Bool, rule: RuleDefinition, at time: Int64) -> HoldDown.Transition? {
        let transition = holdDown.step(
            holds: isThere, hold: rule.holdMilliseconds, keepFiring: rule.keepFiringMilliseconds,
            now: Moment(line: time)
        )
        if case .resolved = transition { resolvedAt = time }
        return transition
    }

    /// Whether it is over and its end has been told for long enough, or never began to fire.
    func isForgettable(at time: Int64) -> Bool {
        guard state == .inactive else { return false }
        guard let resolvedAt else { return true }
        return time - resolvedAt > Self.resolvedRetention
    }
}

extension ActiveAlert {
    /// The alert with all its times moved, milliseconds: from one line of time to another.
    package func shifted(by milliseconds: Int64) -> ActiveAlert {
        var alert = self
        alert.activeAt += milliseconds
        alert.resolvedAt = resolvedAt.map { $0 + milliseconds }
        let active = Moment(line: alert.activeAt)
        switch holdDown.state {
        case .quiet: break
        case .pending: alert.holdDown = HoldDown(restoring: .pending(since: active))
        case .firing(let since, _, let missed):
            let moved = { (moment: Moment) in Moment(line: moment.wallMilliseconds + milliseconds) }
            alert.holdDown = HoldDown(
                restoring: .firing(since: moved(since), activeSince: active, missedSince: missed.map(moved)))
        }
        return alert
    }
}

extension Moment {
    /// A moment on the line that samples' times lie on, which never goes back.
    init(line milliseconds: Int64) {
        self.init(
            wallMilliseconds: milliseconds,
            monotonicNanoseconds: milliseconds.multipliedReportingOverflow(by: 1_000_000).partialValue)
    }
}

// MARK: Kept over a restart

extension ActiveAlert: Codable {
    private enum CodingKeys: String, CodingKey {
        case labels, annotations, value, activeAt, resolvedAt, firedAt, missingSince, state
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(labels.values, forKey: .labels)
        try container.encode(annotations, forKey: .annotations)
        // JSON has no NaN and no infinities.
        try container.encode(GoNumber.general(value), forKey: .value)
        try container.encode(activeAt, forKey: .activeAt)
        try container.encode(state, forKey: .state)
        try container.encodeIfPresent(resolvedAt, forKey: .resolvedAt)
        try container.encodeIfPresent(firedAt, forKey: .firedAt)
        try container.encodeIfPresent(missingSince, forKey: .missingSince)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        labels = LabelSet(try container.decode([String: String].self, forKey: .labels))
        annotations = try container.decode([String: String].self, forKey: .annotations)
        let text = try container.decode(String.self, forKey: .value)
        value = Double(text) ?? .nan
        activeAt = try container.decode(Int64.self, forKey: .activeAt)
        resolvedAt = try container.decodeIfPresent(Int64.self, forKey: .resolvedAt)
        let fired = try container.decodeIfPresent(Int64.self, forKey: .firedAt)
        let missing = try container.decodeIfPresent(Int64.self, forKey: .missingSince)
        let active = Moment(line: activeAt)
        switch try container.decode(State.self, forKey: .state) {
        case .inactive: break
        case .pending: holdDown = HoldDown(restoring: .pending(since: active))
        case .firing:
            holdDown = HoldDown(
                restoring: .firing(
                    since: Moment(line: fired ?? activeAt), activeSince: active,
                    missedSince: missing.map(Moment.init(line:)))
            )
        }
    }
}
