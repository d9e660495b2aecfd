package import WindowedMetrics

/// All rules with the state of all their instances: `(state, samples, now) -> state, events`, nothing else.
///
/// Every sample of a rule's series is one instance, told apart by its labels. A rule whose series cannot be read leaves its instances as they are
/// and says so in the board's `problems`; so does one whose series nobody publishes.
package struct AlertMachine: Sendable {
    /// Events kept.
    package static let historyLimit = 500

    /// Fired and resolved events, newest first.
    package private(set) var history: [AlertEvent] = []

    private var states: [RuleState]
    private var evaluatedAt = Moment(wallMilliseconds: 0, monotonicNanoseconds: 0)

    /// A machine in which nothing has been evaluated.
    package init(rules: [AlertRule]) {
        states = rules.map(RuleState.init)
    }

    /// The rules, in the order they were given.
    package var rules: [AlertRule] { states.map(\.rule) }

    /// The names of all series the rules read.
    package var seriesNames: Set<String> { Set(states.map(\.rule.series)) }

    /// Evaluates every rule once.
    ///
    /// - Parameters:
    ///   - now: The time of this evaluation; later than the last one's on the monotonic clock.
    ///   - read: Gives the samples of a series; called once for each rule.
    /// - Returns: What fired and resolved, in the order of the rules.
    @discardableResult
    package mutating func evaluate(at now: Moment, read: (String) -> SeriesReading) -> [AlertEvent] {
        evaluatedAt = now
        var events: [AlertEvent] = []
        for index in states.indices {
            states[index].evaluate(read(states[index].rule.series), at: now, into: &events)
        }
        if !events.isEmpty {
            history = Array((events.reversed() + history).prefix(Self.historyLimit))
        }
        return events
    }

    /// The board as of the last evaluation: firing instances first (worst severity first), then pending, then quiet, each in the rules' order.
    package func board() -> AlertBoard {
        var firing: [(AlertRule.Severity, AlertInstance)] = []
        var pending: [(AlertRule.Severity, AlertInstance)] = []
        var quiet: [AlertInstance] = []
        var problems: [String: String] = [:]
        for state in states {
            if let problem = state.problem { problems[state.rule.name] = problem }
            for instance in state.instances {
                let shown = shown(instance, of: state.rule)
                switch shown.state {
                case .firing: firing.append((state.rule.severity, shown))
                case .pending: pending.append((state.rule.severity, shown))
                case .quiet: quiet.append(shown)
                }
            }
        }
        return AlertBoard(
            rules: rules,
            instances: Self.worstFirst(firing) + Self.worstFirst(pending) + quiet,
            history: history,
            problems: problems
        )
    }

    private func shown(_ instance: RuleState.Instance, of rule: AlertRule) -> AlertInstance {
        let state: AlertInstance.State =
            switch instance.holdDown.state {
            case .quiet: .quiet
            case .pending(let since): .pending(since: evaluatedAt.wallMilliseconds(of: since))
            case .firing(let since, _, _): .firing(since: evaluatedAt.wallMilliseconds(of: since))
            }
        return AlertInstance(
            rule: rule.name,
            subject: instance.subject,
            labels: instance.labels.values,
            state: state,
            value: instance.value,
            changedAt: instance.changedAt.map(evaluatedAt.wallMilliseconds(of:)),
            recent: instance.recent,
            events: instance.events.map { at, event in
                var event = event
                event.at = evaluatedAt.wallMilliseconds(of: at)
                return event
            }
        )
    }

    /// Orders by severity, keeping the order within one.
    private static func worstFirst(_ instances: [(AlertRule.Severity, AlertInstance)]) -> [AlertInstance] {
        [AlertRule.Severity.critical, .warning, .info].flatMap { severity in
            instances.lazy.filter { $0.0 == severity }.map(\.1)
        }
    }
}
