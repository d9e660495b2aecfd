package import AlertRules
package import WindowedMetrics

/// The loaded rules at work on one poll after another: which metrics are read when, the line of time they are judged on, and the board for people.
///
/// `(state, snapshot, moment) -> state`: no clock and no files. The line of time begins at the wall clock's time and goes on with the monotonic
/// clock, so that a leap of the wall clock neither fires nor delays anything.
package struct RuleWatch: Sendable {
    /// After a restart alerts wait so long for their metrics, milliseconds: statuses and trends are judged by windows of a minute, then rules hold.
    static let patience: Int64 = 150_000

    /// The rules at work.
    package private(set) var loaded: LoadedRules
    private var engine: RuleEngine
    private var series: RuleSeries
    private var ledger = AlertLedger()
    private var needs: Needs
    /// The wall clock at the beginning, less the monotonic clock's milliseconds.
    private var anchor: Int64?
    /// From the line to the wall clock, milliseconds.
    private var shift: Int64 = 0
    private var time: Int64 = 0
    /// Whether something began to fire or ended since it was last asked.
    private var hasNews = false

    /// Which metrics are read, and how far back.
    private struct Needs: Sendable {
        /// Read with every poll.
        var live: [String] = []
        /// Read when a step begins.
        var stepped: [String] = []
        var stepNames = RuleSeries.StepNames.these([])
        var history: Int64 = 0

        init(_ files: [RuleFile]) {
            var (live, all, looksBack): (Set<String>, Set<String>, Set<String>) = ([], [], [])
            var looksBackOnAll = false
            for group in files.flatMap(\.groups) {
                for rule in group.rules {
                    let named = rule.expression.selectors.compactMap(\.exactName)
                    let isOpen = named.count < rule.expression.selectors.count
                    let names = isOpen ? Set(SnapshotSeries.names) : Set(named)
                    all.formUnion(names)
                    if group.intervalMilliseconds ?? RuleSeries.stepMilliseconds < RuleSeries.stepMilliseconds {
                        live.formUnion(names)
                    }
                    guard rule.expression.historyNeeded > 0 else { continue }
                    history = max(history, rule.expression.historyNeeded)
                    looksBack.formUnion(named)
                    looksBackOnAll = looksBackOnAll || isOpen
                }
            }
            let known = Set(SnapshotSeries.names).union(MetricCatalogue.names)
            self.live = live.intersection(known).sorted()
            stepped = all.intersection(known).sorted()
            stepNames = looksBackOnAll ? .all : .these(looksBack)
        }
    }

    /// Rules that have seen nothing.
    package init(_ loaded: LoadedRules) {
        self.loaded = loaded
        needs = Needs(loaded.files)
        series = RuleSeries(stepNames: needs.stepNames, history: needs.history)
        engine = Self.engine(loaded)
    }

    private static func engine(_ loaded: LoadedRules) -> RuleEngine {
        var engine = RuleEngine(files: loaded.files, settings: EvaluationSettings(version: loaded.version))
        engine.keepsObserved = true
        return engine
    }

    // MARK: Evaluation

    /// Evaluates the rules that are due on a snapshot.
    ///
    /// - Parameters:
    ///   - snapshot: The snapshot as series.
    ///   - now: The poll's time.
    ///   - interval: How far apart polls are, milliseconds.
    mutating func evaluate(_ snapshot: inout SnapshotSeries, at now: Moment, interval: Int64) {
        time = line(at: now)
        shift = now.wallMilliseconds - time
        let names = series.beginsStep(at: time) ? needs.stepped : needs.live
        series.take(names, at: time) { snapshot.read($0) }
        let events = engine.evaluate(
            &series, at: time, usualInterval: RuleSeries.stepMilliseconds, tick: interval)
        ledger.take(engine.reports(series), at: time)
        hasNews = hasNews || !events.isEmpty
    }

    /// Whether something began to fire or ended since it was last asked.
    mutating func takeNews() -> Bool {
        defer { hasNews = false }
        return hasNews
    }

    /// The board as of the last evaluation.
    package func board() -> AlertBoard {
        var problems = loaded.problems.map(\.description)
        if series.isFull {
            problems.append(
                "rules look back on more series than \(RuleSeries.sampleLimit >> 17) MiB hold: the newest are left out")
        }
        return ledger.board(shiftedBy: shift, fileProblems: problems)
    }

    // MARK: Other rules

    /// Puts other rules to work. Alerts of rules that stand in both go on as they are.
    package mutating func use(_ new: LoadedRules) {
        let kept = engine.keptState
        series.end(engine.recordedNames, at: time)
        loaded = new
        needs = Needs(new.files)
        series = series.moved(to: needs.stepNames, history: needs.history, at: time)
        engine = Self.engine(new)
        engine.restore(kept)
        ledger.reload()
    }

    // MARK: Kept over a restart

    /// The steps that rules look back on, times on the wall clock's line.
    var keptSeries: [KeptSteps] { series.kept.map { $0.shifted(by: shift) } }

    /// Puts the steps that an earlier run kept before those of this one.
    mutating func restore(_ kept: [KeptSteps], at now: Moment) {
        let line = line(at: now)
        series.restore(kept.map { $0.shifted(by: line - now.wallMilliseconds) }, at: line)
    }

    /// The present on the rules' line of time, which begins with the first moment asked for.
    private mutating func line(at now: Moment) -> Int64 {
        let monotonic = now.monotonicNanoseconds / 1_000_000
        let anchor = self.anchor ?? (now.wallMilliseconds - monotonic)
        self.anchor = anchor
        return anchor + monotonic
    }

    /// What is kept, times on the wall clock's line.
    package var keptState: KeptRuleState {
        KeptRuleState(
            alerts: engine.keptState.shifted(by: shift), history: ledger.board(shiftedBy: shift).history)
    }

    /// Takes over what an earlier run kept.
    ///
    /// - Parameter now: The present.
    package mutating func restore(_ kept: KeptRuleState, at now: Moment) {
        let line = line(at: now)
        let shift = line - now.wallMilliseconds
        engine.restore(kept.alerts.shifted(by: shift), patientUntil: line + Self.patience)
        ledger.restore(
            history: kept.history.map { event in
                var event = event
                event.at += shift
                return event
            }, toldUntil: line)
    }
}

/// What of the rules outlives a restart.
package struct KeptRuleState: Sendable, Codable, Equatable {
    /// What is pending or firing, or resolved lately.
    package var alerts: RuleEngine.KeptState
    /// What fired and resolved, newest first.
    package var history: [AlertEvent]
}
