package import WindowedMetrics

/// Where one alert instance stands, and how an evaluation moves it: Prometheus' rules (`rules/alerting.go`, Eval).
///
/// A condition that holds makes the instance pending, and firing once it has held for the rule's `for`; with a `for` of 0 in the same evaluation. A pending
/// one that is missed once is forgotten. A firing one that is missed goes on firing for `keep_firing_for`, then resolves.
/// Durations are measured on the monotonic clock, so that a leap of the wall clock neither fires nor delays anything.
package struct HoldDown: Sendable, Equatable {
    /// The states.
    package enum State: Sendable, Equatable {
        /// The condition does not hold.
        case quiet
        /// It holds since then, but not long enough yet.
        case pending(since: Moment)
        /// It fires since then; `missedSince` is set while only `keep_firing_for` holds it.
        case firing(since: Moment, activeSince: Moment, missedSince: Moment?)
    }

    /// What an evaluation brought about.
    package enum Transition: Sendable, Equatable {
        /// It began to fire.
        case fired
        /// It stopped firing after this many milliseconds.
        case resolved(afterMilliseconds: Int64)
        /// Pending was forgotten.
        case forgotten
    }

    /// Where it stands.
    package private(set) var state = State.quiet

    /// A quiet instance.
    package init() {}

    /// An instance as it was kept over a restart.
    init(restoring state: State) { self.state = state }

    /// Moves by one evaluation.
    ///
    /// - Parameters:
    ///   - holds: The condition held in this evaluation; false also when the sample is missing.
    ///   - hold: The rule's `for`, milliseconds.
    ///   - keepFiring: The rule's `keep_firing_for`, milliseconds.
    ///   - now: The evaluation's time.
    /// - Returns: What changed; nil when nothing an operator is told of.
    package mutating func step(holds: Bool, hold: Int64, keepFiring: Int64, now: Moment) -> Transition? {
        switch state {
        case .quiet:
            guard holds else { return nil }
            return wait(since: now, hold: hold, now: now)
        case .pending(let since):
            guard holds else {
                state = .quiet
                return .forgotten
            }
            return wait(since: since, hold: hold, now: now)
        case .firing(let since, let activeSince, let missedSince):
            if holds {
                state = .firing(since: since, activeSince: activeSince, missedSince: nil)
                return nil
            }
            let missed = missedSince ?? now
            if now.milliseconds(since: missed) < keepFiring {
                state = .firing(since: since, activeSince: activeSince, missedSince: missed)
                return nil
            }
            state = .quiet
            return .resolved(afterMilliseconds: now.milliseconds(since: since))
        }
    }

    private mutating func wait(since: Moment, hold: Int64, now: Moment) -> Transition? {
        guard now.milliseconds(since: since) >= hold else {
            state = .pending(since: since)
            return nil
        }
        state = .firing(since: now, activeSince: since, missedSince: nil)
        return .fired
    }
}
