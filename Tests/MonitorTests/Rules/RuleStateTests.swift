import AlertRules
import Monitor
import MonitorScript
import SeededNumbers
import Testing

/// One label set judged from its whole past, evaluation by evaluation: no state but the log of what was seen.
private struct NaiveAlert {
    /// What an evaluation saw; what it could not tell is left out.
    var past: [(milliseconds: Int64, holds: Bool)] = []

    enum State: Equatable { case quiet, pending(Int64), firing(Int64) }

    /// The state after the past so far: walks all of it anew.
    func state(hold: Int64, keep: Int64) -> State {
        var activeAt: Int64?
        var firedAt: Int64?
        var missed: Int64?
        for (now, holds) in past {
            if holds {
                missed = nil
                if activeAt == nil { activeAt = now }
                if firedAt == nil, let activeAt, now - activeAt >= hold { firedAt = now }
            } else if firedAt != nil {
                let since = missed ?? now
                missed = since
                if now - since >= keep {
                    (activeAt, firedAt, missed) = (nil, nil, nil)
                }
            } else {
                activeAt = nil
            }
        }
        if let firedAt { return .firing(firedAt) }
        return activeAt.map(State.pending) ?? .quiet
    }
}

/// Rules, series and ledger as the monitor has them, on readings that a test gives.
struct RuleRig {
    var engine: RuleEngine
    var series = RuleSeries(stepNames: .these([]), history: 0)
    var ledger = AlertLedger()

    static let metric = "kafka_consumergroup_lag"

    init(_ rule: String, expression: String = "\(RuleRig.metric) > 50000") throws {
        let text = "groups:\n- name: g\n  interval: 1s\n  rules:\n  - alert: lag\n    expr: \(expression)\n\(rule)"
        let check = RuleCheck([("r.yml", text)])
        try #require(!check.hasErrors, "\(check.problems)")
        engine = RuleEngine(files: check.files, settings: EvaluationSettings())
        engine.keepsObserved = true
    }

    @discardableResult
    mutating func evaluate(at time: Int64, _ reading: SeriesReading) -> [RuleEvent] {
        series.take([Self.metric], at: time) { _ in reading }
        let events = engine.evaluate(&series, at: time, usualInterval: 15_000, tick: 2000)
        ledger.take(engine.reports(series), at: time)
        return events
    }

    var board: AlertBoard { ledger.board(shiftedBy: 0) }

    static func sample(_ group: String, _ value: Double) -> SeriesSample {
        SeriesSample(labels: LabelSet(["consumergroup": group]), value: value)
    }
}

@Suite("States of alert rules")
struct RuleStateTests {
    private static let start: Int64 = 1_700_000_000_000

    @Test("states and events equal those of a model that walks the whole past", arguments: 0..<60)
    func equalsTheModel(round: UInt64) throws {
        let seed = 0xA1E7_0000 + round
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let hold = Int64([0, 1, 3, 10].randomElement(using: &random) ?? 0)
        let keep = Int64([0, 0, 2, 5].randomElement(using: &random) ?? 0)
        var rig = try RuleRig("    for: \(hold)s\n    keep_firing_for: \(keep)s\n")
        let groups = ["a", "b", "c"]
        var models = [String: NaiveAlert](uniqueKeysWithValues: groups.map { ($0, NaiveAlert()) })
        var time = Self.start
        for _ in 0..<300 {
            time += Int64.random(in: 500...1500, using: &random)
            let before = models.mapValues { $0.state(hold: hold * 1000, keep: keep * 1000) }
            let events: [RuleEvent]
            if Int.random(in: 0..<15, using: &random) == 0 {
                events = rig.evaluate(at: time, .unavailable("groups: no answer"))
                #expect(rig.board.problems["lag"] == "groups: no answer")
            } else {
                var samples: [SeriesSample] = []
                var unreadable: [LabelSet] = []
                for group in groups {
                    switch Int.random(in: 0..<20, using: &random) {
                    case 0: unreadable.append(LabelSet(["consumergroup": group]))
                    case 1: models[group]?.past.append((time, false))
                    default:
                        // Runs of the same answer, so that holds are reached.
                        let holds =
                            Int.random(in: 0..<6, using: &random) == 0
                            ? Bool.random(using: &random) : models[group]?.past.last?.holds ?? false
                        models[group]?.past.append((time, holds))
                        samples.append(RuleRig.sample(group, holds ? 84_100 : 12))
                    }
                }
                events = rig.evaluate(at: time, .samples(samples, unreadable: unreadable))
                #expect(rig.board.problems.isEmpty)
            }
            var expectedEvents: [String] = []
            for group in groups {
                let after = models[group]?.state(hold: hold * 1000, keep: keep * 1000) ?? .quiet
                let instance = rig.board.instances.first { $0.subject == group }
                let found: NaiveAlert.State =
                    switch instance?.state {
                    case .pending(let since): .pending(since)
                    case .firing(let since): .firing(since)
                    case .quiet, .untold, nil: .quiet
                    }
                #expect(found == after, "group \(group) at \(time)")
                if case .firing = after {
                    if case .firing = before[group] {} else { expectedEvents.append("fired \(group)") }
                } else if case .firing = before[group] {
                    expectedEvents.append("resolved \(group)")
                }
            }
            #expect(
                Set(events.map { "\($0.kind.rawValue) \($0.alert.labels["consumergroup"] ?? "")" })
                    == Set(expectedEvents))
            #expect(
                Set(rig.ledger.history.prefix(events.count).map { "\($0.kind.rawValue) \($0.subject)" })
                    == Set(expectedEvents))
        }
    }

    @Test("a rule on a metric nobody publishes says so, has a row, and is no green light")
    func unknownMetric() throws {
        var rig = try RuleRig("")
        rig.evaluate(at: 0, .noSuchSeries)
        #expect(rig.board.problems["lag"] == "no such metric: kafka_consumergroup_lag")
        #expect(rig.board.instances.map(\.state) == [.untold("no such metric: kafka_consumergroup_lag")])
        rig.evaluate(at: 15_000, .samples([]))
        #expect(rig.board.instances.map(\.state) == [.untold("no data")] && rig.board.problems.isEmpty)
        rig.evaluate(at: 30_000, .samples([RuleRig.sample("a", 1)]))
        #expect(rig.board.instances.map(\.state) == [.quiet] && rig.board.instances.first?.value == 1)
    }

    @Test("events say what was seen and what it had been")
    func eventsInWords() throws {
        var rig = try RuleRig("    for: 30s\n")
        for second in 0...60 as ClosedRange<Int64> {
            let value = second < 50 ? 50_200 + Double(second) * 1000 : 310
            rig.evaluate(at: second * 1000, .samples([RuleRig.sample("fraud-scorer", value)]))
        }
        #expect(
            rig.board.history.map { "\($0.kind.rawValue) \($0.rule) \($0.subject) \($0.detail)" } == [
                "resolved lag fraud-scorer 310 (was 99.2k for 20s)",
                "fired lag fraud-scorer 80.2k > 50k for 30s",
            ]
        )
    }

    @Test("an instance remembers when it was pending, passed, fired and resolved, with what was seen")
    func events() throws {
        var rig = try RuleRig("    for: 2s\n")
        let values: [Double] = [1, 60_000, 1, 70_000, 70_000, 80_000, 2]
        for (second, value) in values.enumerated() {
            rig.evaluate(at: Int64(second) * 1000, .samples([RuleRig.sample("a", value)]))
        }
        let events = rig.board.instances.first?.events ?? []
        #expect(
            events.reversed().map { "\($0.at) \($0.kind.rawValue) \($0.detail)" } == [
                "1000 pending 60k > 50k for 2s", "2000 passed 1 (was 60k for 1s)", "3000 pending 70k > 50k for 2s",
                "5000 fired 80k > 50k for 2s", "6000 resolved 2 (was 80k for 1s)",
            ])
        // What did not fire is no news for everybody.
        #expect(rig.board.history.map(\.kind) == [.resolved, .fired])
    }

    @Test("a resolved instance is remembered for fifteen minutes after its series has gone, then forgotten")
    func resolvedIsRemembered() throws {
        var rig = try RuleRig("")
        rig.evaluate(at: 0, .samples([RuleRig.sample("a", 84_100), RuleRig.sample("b", 1)]))
        #expect(rig.board.instances.count == 2)
        rig.evaluate(at: 1000, .samples([RuleRig.sample("c", 1)]))
        #expect(rig.board.instances.map(\.subject) == ["a", "c"])
        #expect(rig.board.instances.first?.value == nil)
        rig.evaluate(at: 900_000, .samples([RuleRig.sample("c", 1)]))
        #expect(rig.board.instances.count == 2)
        rig.evaluate(at: 902_001, .samples([RuleRig.sample("c", 1)]))
        #expect(rig.board.instances.map(\.subject) == ["c"])
        #expect(rig.ledger.history.count == 2)
    }

    @Test("a rule's labels join the sample's; what they make equal is an error that leaves states as they are")
    func ruleLabels() throws {
        var rig = try RuleRig("    labels: {severity: page}\n")
        rig.evaluate(at: 0, .samples([RuleRig.sample("a", 84_100)]))
        #expect(rig.board.instances.first?.labels == ["consumergroup": "a", "severity": "page"])
        #expect(rig.board.rules.first?.severity == .critical)
        var blunt = try RuleRig("    labels: {consumergroup: all}\n")
        blunt.evaluate(at: 0, .samples([RuleRig.sample("a", 84_100)]))
        blunt.evaluate(at: 1000, .samples([RuleRig.sample("a", 84_100), RuleRig.sample("b", 90_000)]))
        #expect(blunt.board.problems["lag"]?.contains("same labelset") == true)
        #expect(blunt.board.instances.first?.state == .firing(since: 0))
    }

    @Test("history, samples and quiet instances are bounded; what fires is always there")
    func bounds() throws {
        var rig = try RuleRig("")
        for turn in 0..<1200 as Range<Int64> {
            rig.evaluate(
                at: turn * 5000, .samples([RuleRig.sample("a", turn.isMultiple(of: 2) ? 84_100 : 1)]))
        }
        #expect(rig.ledger.history.count == AlertLedger.historyLimit)
        #expect(rig.board.instances.first?.recent.count == AlertInstance.recentLimit)
        #expect(rig.board.instances.first?.events.count == AlertInstance.eventLimit)
        var wide = try RuleRig("")
        let many = (0..<3000).map { RuleRig.sample("g\($0)", $0 == 2999 ? 84_100 : 1) }
        wide.evaluate(at: 0, .samples(many))
        #expect(wide.board.instances.count == 1001)
        #expect(wide.board.instances.first?.subject == "g2999")
    }
}

@Suite("Series for rules")
struct RuleSeriesTests {
    private static let name = RuleRig.metric
    private static let labels = LabelSet(["consumergroup": "a"])

    private func value(_ expression: String, _ series: RuleSeries, at time: Int64) throws -> [Double] {
        var evaluator = Evaluator(source: series, settings: EvaluationSettings())
        guard case .vector(let samples) = try evaluator.evaluate(try PromQLParser.parse(expression), at: time) else {
            return []
        }
        return samples.map(\.value)
    }

    @Test(
        "a selector without a range reads the newest poll; ranges and offsets read steps of 15 s, however often is polled"
    )
    func newestAndSteps() throws {
        var series = RuleSeries(stepNames: .these([Self.name]), history: 600_000)
        for second in 0...100 as ClosedRange<Int64> {
            series.take([Self.name], at: second * 1000) { _ in
                .samples([RuleRig.sample("a", Double(second))])
            }
        }
        #expect(try value(Self.name, series, at: 100_000) == [100])
        #expect(try value("count_over_time(\(Self.name)[1m])", series, at: 100_000) == [4])
        #expect(try value("max_over_time(\(Self.name)[1m])", series, at: 100_000) == [90])
        #expect(try value("\(Self.name) offset 50s", series, at: 100_000) == [45])
        let rate = try #require(try value("rate(\(Self.name)[1m])", series, at: 100_000).first)
        #expect(abs(rate - 1) < 1e-9, "a second each second, not \(rate)")
    }

    @Test("what a poll could not read is stale at once, and there again with the next poll that reads it")
    func gaps() throws {
        var series = RuleSeries(stepNames: .these([Self.name]), history: 600_000)
        series.take([Self.name], at: 0) { _ in .samples([RuleRig.sample("a", 1), RuleRig.sample("b", 2)]) }
        series.take([Self.name], at: 15_000) { _ in
            .samples([RuleRig.sample("b", 2)], unreadable: [Self.labels])
        }
        #expect(try value(Self.name, series, at: 15_000) == [2])
        #expect(series.gap(in: Self.name) == .some([Self.labels]))
        series.take([Self.name], at: 30_000) { _ in .unavailable("no answer") }
        #expect(try value(Self.name, series, at: 30_000) == [])
        #expect(series.gap(in: Self.name) == .all("no answer"))
        series.take([Self.name], at: 45_000) { _ in .samples([RuleRig.sample("a", 3)]) }
        #expect(try value(Self.name, series, at: 45_000) == [3])
        #expect(series.gap(in: Self.name) == nil)
        #expect(try value("count_over_time(\(Self.name){consumergroup=\"a\"}[5m])", series, at: 45_000) == [2])
    }

    @Test("series that have ended for longer than anybody looks back are forgotten, and come again as new ones")
    func forgetting() throws {
        var series = RuleSeries(stepNames: .these([Self.name]), history: 0)
        series.take([Self.name], at: 0) { _ in .samples([RuleRig.sample("a", 1)]) }
        series.take([Self.name], at: 15_000) { _ in .samples([]) }
        #expect(series.seriesCount == 1)
        for step in 2...60 as ClosedRange<Int64> { series.take([Self.name], at: step * 15_000) { _ in .samples([]) } }
        #expect(series.seriesCount == 0)
        for step in 61...70 as ClosedRange<Int64> {
            series.take([Self.name], at: step * 15_000) { _ in .samples([RuleRig.sample("a", Double(step))]) }
        }
        #expect(try value("count_over_time(\(Self.name)[10m])", series, at: 70 * 15_000) == [10])
    }

    @Test("under other rules series keep what these look back on")
    func moved() throws {
        var series = RuleSeries(stepNames: .these([Self.name]), history: 600_000)
        for step in 0...20 as ClosedRange<Int64> {
            series.take([Self.name], at: step * 15_000) { _ in .samples([RuleRig.sample("a", Double(step))]) }
        }
        let same = series.moved(to: .these([Self.name]), history: 3_600_000, at: 300_000)
        #expect(try value("count_over_time(\(Self.name)[5m])", same, at: 300_000) == [20])
        let none = series.moved(to: .these([]), history: 0, at: 300_000)
        #expect(try value("count_over_time(\(Self.name)[5m])", none, at: 300_000) == [])
        #expect(try value(Self.name, none, at: 300_000) == [20])
    }
}
