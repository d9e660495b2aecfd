import WindowedMetrics

/// One rule with the state of every label set it has met.
struct RuleState: Sendable {
    /// One label set's state.
    struct Instance: Sendable {
        let labels: LabelSet
        let subject: String
        var holdDown = HoldDown()
        var value: Double?
        /// The last value for which the comparison held.
        var lastActiveValue: Double?
        /// When the state last changed.
        var changedAt: Moment?
        /// The evaluation that last saw a sample or an unreadable mark.
        var seen: UInt64 = 0
        /// Samples at even steps, oldest first.
        var recent: [Double] = []
        var recentAt: Moment?
        /// What happened to it, newest first, with times on both clocks.
        var events: [(at: Moment, event: AlertEvent)] = []
    }

    /// Memory bounds and how long a resolved instance is remembered.
    enum Bounds {
        /// Prometheus keeps resolved alerts this long, milliseconds.
        static let resolvedRetention: Int64 = 900_000
        /// Samples kept of an instance.
        static let recentSamples = AlertInstance.recentLimit
        /// Milliseconds between two of them: ten minutes in all.
        static let recentStep: Int64 = 5000
        /// A rule with more instances than this keeps samples of those alone that are pending or firing.
        static let instancesWithSamples = 1000
    }

    let rule: AlertRule
    private(set) var instances: [Instance] = []
    private(set) var problem: String?

    private var positions: [LabelSet: Int] = [:]
    private var evaluation: UInt64 = 0

    init(rule: AlertRule) {
        self.rule = rule
    }

    /// Evaluates the rule once.
    mutating func evaluate(_ reading: SeriesReading, at now: Moment, into events: inout [AlertEvent]) {
        switch reading {
        case .noSuchSeries:
            problem = "no such metric: \(rule.series)"
        case .unavailable(let reason):
            problem = reason
        case .samples(let samples, let unreadable):
            evaluation &+= 1
            var places: [Int] = []
            places.reserveCapacity(samples.count)
            for sample in samples {
                let place = place(of: labels(sample.labels))
                guard instances[place].seen != evaluation else {
                    problem = "two samples with the labels of \(instances[place].subject)"
                    return
                }
                instances[place].seen = evaluation
                places.append(place)
            }
            problem = nil
            for labels in unreadable {
                if let place = positions[self.labels(labels)] { instances[place].seen = evaluation }
            }
            for (sample, place) in zip(samples, places) { take(sample.value, at: place, now: now, into: &events) }
            missTheUnseen(at: now, into: &events)
        }
    }

    /// An instance's labels: the sample's, with the rule's added or in their place.
    private func labels(_ labels: LabelSet) -> LabelSet {
        rule.labels.isEmpty ? labels : LabelSet(labels.values.merging(rule.labels) { _, added in added })
    }

    /// Finds an instance or makes it.
    private mutating func place(of labels: LabelSet) -> Int {
        if let place = positions[labels] { return place }
        let place = instances.count
        positions[labels] = place
        instances.append(Instance(labels: labels, subject: labels.subject ?? rule.topic))
        return place
    }

    private mutating func take(_ value: Double, at place: Int, now: Moment, into events: inout [AlertEvent]) {
        let holds = rule.holds(for: value)
        instances[place].value = value
        if holds { instances[place].lastActiveValue = value }
        remember(value, at: place, now: now)
        step(place, holds: holds, at: now, into: &events)
    }

    private mutating func step(_ position: Int, holds: Bool, at now: Moment, into events: inout [AlertEvent]) {
        let before = instances[position].holdDown.state
        let transition = instances[position].holdDown.step(
            holds: holds,
            hold: rule.holdMilliseconds,
            keepFiring: rule.keepFiringMilliseconds,
            now: now
        )
        switch transition {
        case .fired:
            events.append(note(.fired, position, firedText(position), now))
        case .resolved(let milliseconds):
            events.append(note(.resolved, position, resolvedText(position, after: milliseconds), now))
        case .forgotten:
            var held: Int64 = 0
            if case .pending(let since) = before { held = now.milliseconds(since: since) }
            _ = note(.passed, position, resolvedText(position, after: held), now)
        case nil:
            if before == .quiet, instances[position].holdDown.state != .quiet {
                _ = note(.pending, position, firedText(position), now)
            }
        }
    }

    /// Notes that an instance changed its state.
    private mutating func note(
        _ kind: AlertEvent.Kind, _ position: Int, _ detail: String, _ now: Moment
    ) -> AlertEvent {
        let event = event(kind, position, detail, now)
        instances[position].changedAt = now
        instances[position].events.insert((now, event), at: 0)
        if instances[position].events.count > AlertInstance.eventLimit { instances[position].events.removeLast() }
        return event
    }

    /// Treats what had no sample as missed, and forgets what has been quiet and gone for long.
    private mutating func missTheUnseen(at now: Moment, into events: inout [AlertEvent]) {
        var forgets = false
        for position in instances.indices where instances[position].seen != evaluation {
            instances[position].value = nil
            step(position, holds: false, at: now, into: &events)
            if isForgettable(instances[position], at: now) { forgets = true }
        }
        guard forgets else { return }
        instances = instances.filter { !isForgettable($0, at: now) }
        positions = [:]
        for (position, instance) in instances.enumerated() { positions[instance.labels] = position }
    }

    private func isForgettable(_ instance: Instance, at now: Moment) -> Bool {
        guard instance.seen != evaluation, case .quiet = instance.holdDown.state else { return false }
        guard let changedAt = instance.changedAt else { return true }
        return now.milliseconds(since: changedAt) > Bounds.resolvedRetention
    }

    private mutating func remember(_ value: Double, at position: Int, now: Moment) {
        if instances.count > Bounds.instancesWithSamples, case .quiet = instances[position].holdDown.state {
            if !instances[position].recent.isEmpty { instances[position].recent = [] }
            return
        }
        if let last = instances[position].recentAt, now.milliseconds(since: last) < Bounds.recentStep { return }
        if instances[position].recent.count >= Bounds.recentSamples { instances[position].recent.removeFirst() }
        instances[position].recent.append(value)
        instances[position].recentAt = now
    }

    private func event(_ kind: AlertEvent.Kind, _ position: Int, _ detail: String, _ now: Moment) -> AlertEvent {
        AlertEvent(
            at: now.wallMilliseconds,
            kind: kind,
            rule: rule.name,
            subject: instances[position].subject,
            detail: detail
        )
    }

    private func firedText(_ position: Int) -> String {
        let value = instances[position].value.map(rule.valueText) ?? "?"
        let condition = rule.conditionText
        return condition.isEmpty ? value : "\(value) \(condition)"
    }

    private func resolvedText(_ position: Int, after milliseconds: Int64) -> String {
        let instance = instances[position]
        let duration = AlertRule.Unit.durationText(milliseconds: Double(milliseconds))
        let value = instance.value.map(rule.valueText) ?? "gone"
        return "\(value) (was \(instance.lastActiveValue.map(rule.valueText) ?? "?") for \(duration))"
    }
}
