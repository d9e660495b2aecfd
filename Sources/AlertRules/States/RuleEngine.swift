/// Loaded rules with the state of all their alerts: `(state, series, moment) -> state, events`, nothing else.
///
/// Rules are evaluated group by group, a group's rules one after another, so that one can read what an earlier one has recorded at the same moment.
/// Times are milliseconds on the line that the samples' times lie on.
package struct RuleEngine: Sendable {
    private struct Group: Sendable {
        var file: String
        var name: String
        var intervalMilliseconds: Int64?
        var queryOffset: Int64
        var limit: Int
        var runs: [RuleRun]
        var evaluatedAt: Int64?
    }

    /// What is read by a rule, found when it is loaded.
    private struct Needs: Sendable {
        var selectors: [VectorSelector]
        var names: [String]
        var history: Int64
        /// The expression as a plain comparison, which is evaluated once for both: what is looked at, and what of it is too much.
        var comparison: Expression.PlainComparison?
        /// What is looked at besides, where the expression is none.
        var observed: Expression?

        init(_ expression: Expression) {
            selectors = expression.selectors
            names = Set(selectors.compactMap(\.exactName)).sorted()
            history = expression.historyNeeded
            comparison = expression.plainComparison
            observed = comparison == nil ? expression.observed : nil
        }
    }

    /// By whose rules expressions are evaluated.
    package let settings: EvaluationSettings
    /// Labels of the whole installation, for templates.
    package var externalLabels: [String: String] = [:]
    /// Where people find the installation, for templates.
    package var externalURL = ""
    /// Whether reports tell what alerting rules look at, too, whether or not their conditions hold.
    package var keepsObserved = false

    private var groups: [Group]
    private var needs: [[Needs]]
    private let madeNames: Set<String>
    private var memory = EvaluationMemory()

    /// An engine in which nothing has been evaluated.
    package init(files: [RuleFile], settings: EvaluationSettings) {
        self.settings = settings
        groups = files.flatMap { file in
            file.groups.map { group in
                Group(
                    file: file.file, name: group.name, intervalMilliseconds: group.intervalMilliseconds,
                    queryOffset: group.queryOffsetMilliseconds, limit: group.limit,
                    runs: group.rules.map(RuleRun.init))
            }
        }
        needs = groups.map { group in group.runs.map { Needs($0.rule.expression) } }
        let recorded = files.flatMap(\.rules).lazy.filter { $0.kind == .record }.map(\.name)
        madeNames = Set(recorded).union([RuleRun.alertsName, RuleRun.alertsForStateName])
    }

    // MARK: Evaluation

    /// Evaluates the groups that are due: those without an interval of their own each time, the others when a step of theirs has begun.
    ///
    /// - Parameters:
    ///   - usualInterval: The interval of groups without one, milliseconds; 0 for each time.
    ///   - tick: How far apart these calls are, milliseconds: a group is evaluated no more often, and one that asks for it each time.
    /// - Returns: What began to fire and what ended, in the order of the rules.
    package mutating func evaluate<Source: RecordingSource>(
        _ source: inout Source, at time: Int64, usualInterval: Int64 = 0, tick: Int64 = 0
    ) -> [RuleEvent] {
        var events: [RuleEvent] = []
        for place in groups.indices {
            let interval = groups[place].intervalMilliseconds ?? usualInterval
            if interval > tick, let last = groups[place].evaluatedAt, time / interval == last / interval { continue }
            evaluate(group: place, &source, at: time, into: &events)
        }
        return events
    }

    /// Evaluates every group, whatever its interval: what tests of rules do.
    package mutating func evaluateAll<Source: RecordingSource>(
        _ source: inout Source, at time: Int64
    ) -> [RuleEvent] {
        var events: [RuleEvent] = []
        for place in groups.indices { evaluate(group: place, &source, at: time, into: &events) }
        return events
    }

    private mutating func evaluate<Source: RecordingSource>(
        group place: Int, _ source: inout Source, at time: Int64, into events: inout [RuleEvent]
    ) {
        groups[place].evaluatedAt = time
        let moment = time - groups[place].queryOffset
        let limit = groups[place].limit
        var written: [RuleRun.SeriesKey: Double] = [:]
        for number in groups[place].runs.indices {
            do {
                let samples = try look(place, number, source, at: moment)
                let series: [VectorSample]
                if groups[place].runs[number].rule.kind == .record {
                    series = try groups[place].runs[number].recorded(samples, limit: limit)
                } else {
                    let moved = try groups[place].runs[number].moveAlerts(
                        samples, limit: limit, gaps: needs[place][number].names.compactMap(source.gap), at: time,
                        labels: externalLabels, url: externalURL)
                    events += moved.events
                    series = moved.series
                }
                var hasDuplicate = false
                for sample in series {
                    let key = RuleRun.SeriesKey(name: sample.name, labels: sample.labels)
                    // The first rule's sample stands; the same one again does no harm.
                    if let earlier = written[key] {
                        hasDuplicate = hasDuplicate || earlier.bitPattern != sample.value.bitPattern
                        continue
                    }
                    written[key] = sample.value
                    source.append(sample.value, at: moment, name: sample.name, labels: sample.labels)
                }
                for key in groups[place].runs[number].ended(by: series) where written[key] == nil {
                    source.append(StalenessMarker.value, at: moment, name: key.name, labels: key.labels)
                }
                if hasDuplicate, groups[place].runs[number].rule.kind == .record {
                    groups[place].runs[number].fail("duplicate sample for timestamp")
                }
            } catch {
                groups[place].runs[number].fail(error.reason)
            }
        }
    }

    /// What a rule's expression gives. Where it is asked for, what the rule looks at is noted on the way.
    private mutating func look(
        _ place: Int, _ number: Int, _ source: some RecordingSource, at time: Int64
    ) throws(EvaluationError) -> [VectorSample] {
        let rule = groups[place].runs[number].rule
        guard keepsObserved, rule.kind == .alert else { return try samples(of: rule.expression, source, at: time) }
        if let plain = needs[place][number].comparison {
            let all = try samples(of: plain.vector, source, at: time)
            groups[place].runs[number].observe(all, externalLabels, externalURL)
            return all.filter { plain.threshold.holds(for: $0.value) }
        }
        let samples = try samples(of: rule.expression, source, at: time)
        let seen = try needs[place][number].observed.map { expression throws(EvaluationError) in
            try self.samples(of: expression, source, at: time)
        }
        groups[place].runs[number].observe(seen ?? samples, externalLabels, externalURL)
        return samples
    }

    private mutating func samples(
        of expression: Expression, _ source: some RecordingSource, at time: Int64
    ) throws(EvaluationError) -> [VectorSample] {
        // The memory moves into the evaluator and back, so that it is never copied.
        var taken = EvaluationMemory()
        swap(&taken, &memory)
        var evaluator = Evaluator(source: source, settings: settings, memory: consume taken)
        defer { swap(&evaluator.memory, &memory) }
        switch try evaluator.evaluate(expression, at: time) {
        case .vector(let samples): return samples
        case .scalar(let value): return [VectorSample(labels: .empty, value: value)]
        case .string: throw EvaluationError("rule result is not a vector or scalar")
        }
    }

    // MARK: Reports

    /// How each rule stands.
    package func reports(_ source: some SeriesSource) -> [RuleReport] {
        zip(groups, needs).flatMap { group, needs in
            zip(group.runs, needs).map { run, needs in
                let gaps = needs.names.compactMap(source.gap)
                return RuleReport(
                    file: group.file, group: group.name, rule: run.rule, alerts: run.alerts, observed: run.observed,
                    gaps: gaps, sampleCount: run.sampleCount, problem: problem(run, needs, gaps, source),
                    readsNothing: run.sampleCount == 0 && run.observed.isEmpty
                        && needs.selectors.allSatisfy { source.series(matching: $0).isEmpty })
            }
        }
    }

    private func problem(
        _ run: RuleRun, _ needs: Needs, _ gaps: [ReadingGap], _ source: some SeriesSource
    ) -> RuleProblem? {
        let unknown = needs.names.filter { !madeNames.contains($0) && !source.knows(metric: $0) }
        if !unknown.isEmpty { return .noSuchMetric(unknown) }
        if needs.history > source.historyMilliseconds {
            return .needsHistory(needed: needs.history, kept: source.historyMilliseconds)
        }
        if let failure = run.failure { return .failed(failure) }
        for case .all(let reason) in gaps { return .unreadable(reason) }
        return nil
    }

    /// The names of the metrics that rules make.
    package var recordedNames: Set<String> { madeNames }

    // MARK: Kept over a restart

    /// The alerts of all rules, as they are kept over a restart.
    package struct KeptState: Sendable, Codable, Equatable {
        /// One rule's alerts.
        package struct Rule: Sendable, Codable, Equatable {
            /// What tells the rule from all others: its file, group and name, its expression and its labels. A rule that was edited begins anew.
            package var identity: [String]
            /// Its alerts.
            package var alerts: [ActiveAlert]
        }

        /// The rules that have alerts.
        package var rules: [Rule]

        /// The alerts with all their times moved, milliseconds.
        package func shifted(by milliseconds: Int64) -> KeptState {
            KeptState(
                rules: rules.map { rule in
                    Rule(identity: rule.identity, alerts: rule.alerts.map { $0.shifted(by: milliseconds) })
                })
        }
    }

    /// What must be kept.
    package var keptState: KeptState {
        KeptState(
            rules: groups.flatMap { group in
                group.runs.filter { !$0.alerts.isEmpty }.map {
                    KeptState.Rule(identity: Self.identity(group, $0.rule), alerts: $0.alerts)
                }
            })
    }

    /// Takes over what was kept; alerts of rules that are no longer loaded, or were edited, are dropped.
    ///
    /// - Parameter patientUntil: Until then an alert whose sample is missing is waited for: after a restart the windows that metrics are made of must
    ///   fill again first.
    package mutating func restore(_ kept: KeptState, patientUntil: Int64 = .min) {
        let alerts = Dictionary(kept.rules.map { ($0.identity, $0.alerts) }) { first, _ in first }
        for place in groups.indices {
            for number in groups[place].runs.indices {
                let identity = Self.identity(groups[place], groups[place].runs[number].rule)
                if let found = alerts[identity] {
                    groups[place].runs[number].restore(found, patientUntil: patientUntil)
                }
            }
        }
    }

    private static func identity(_ group: Group, _ rule: RuleDefinition) -> [String] {
        [group.file, group.name, rule.name, rule.expression.description]
            + rule.labels.map { "\($0.name)=\($0.template.source)" }
    }
}
