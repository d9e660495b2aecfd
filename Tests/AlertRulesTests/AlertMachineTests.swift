import AlertRules
import Testing
import WindowedMetrics

/// Numbers that are the same again for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// One label set judged from its whole past, evaluation by evaluation: no state but the log of what was seen.
struct NaiveAlert {
    /// What an evaluation saw; nil where it could not tell.
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

@Suite("Alert machine")
struct AlertMachineTests {
    static func rule(hold: Int64, keep: Int64 = 0, labels: [String: String] = [:]) -> AlertRule {
        AlertRule(
            name: "lag",
            series: "kafka_consumergroup_lag",
            comparison: .greater,
            limit: 50_000,
            holdMilliseconds: hold,
            severity: .warning,
            labels: labels,
            summary: "Consumer group falling behind",
            opens: "3",
            unit: .count,
            keepFiringMilliseconds: keep
        )
    }

    static func moment(_ milliseconds: Int64, leap: Int64 = 0) -> Moment {
        Moment(
            wallMilliseconds: 1_700_000_000_000 + milliseconds + leap, monotonicNanoseconds: milliseconds * 1_000_000)
    }

    static func sample(_ group: String, _ value: Double) -> SeriesSample {
        SeriesSample(labels: LabelSet(["consumergroup": group]), value: value)
    }

    @Test("states and events equal those of a model that walks the whole past", arguments: 0..<60)
    func equalsTheModel(round: UInt64) throws {
        let seed = 0xA1E7_0000 + round
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let hold = [0, 1000, 3000, 10_000].randomElement(using: &random) ?? 0
        let keep = [0, 0, 2000, 5000].randomElement(using: &random) ?? 0
        var machine = AlertMachine(rules: [Self.rule(hold: Int64(hold), keep: Int64(keep))])
        let groups = ["a", "b", "c"]
        var models = [String: NaiveAlert](uniqueKeysWithValues: groups.map { ($0, NaiveAlert()) })
        var time: Int64 = 0
        var leap: Int64 = 0
        for _ in 0..<300 {
            time += Int64.random(in: 500...1500, using: &random)
            if Int.random(in: 0..<40, using: &random) == 0 {
                leap += Int64.random(in: -90_000_000...90_000_000, using: &random)
            }
            let now = Self.moment(time, leap: leap)
            let before = models.mapValues { $0.state(hold: Int64(hold), keep: Int64(keep)) }
            let events: [AlertEvent]
            if Int.random(in: 0..<15, using: &random) == 0 {
                events = machine.evaluate(at: now) { _ in .unavailable("groups: no answer") }
                #expect(machine.board().problems["lag"] == "groups: no answer")
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
                        samples.append(Self.sample(group, holds ? 84_100 : 12))
                    }
                }
                events = machine.evaluate(at: now) { _ in .samples(samples, unreadable: unreadable) }
            }
            let board = machine.board()
            var expectedEvents: [String] = []
            for group in groups {
                let after = models[group]?.state(hold: Int64(hold), keep: Int64(keep)) ?? .quiet
                let instance = board.instances.first { $0.subject == group }
                let found: NaiveAlert.State =
                    switch instance?.state {
                    case .pending(let since): .pending(since - leap - 1_700_000_000_000)
                    case .firing(let since): .firing(since - leap - 1_700_000_000_000)
                    case .quiet, nil: .quiet
                    }
                #expect(found == after, "group \(group) at \(time)")
                if case .firing = after {
                    if case .firing = before[group] {} else { expectedEvents.append("fired \(group)") }
                } else if case .firing = before[group] {
                    expectedEvents.append("resolved \(group)")
                }
            }
            #expect(Set(events.map { "\($0.kind.rawValue) \($0.subject)" }) == Set(expectedEvents))
            #expect(Array(machine.history.prefix(events.count)) == events.reversed())
        }
    }

    @Test("a rule on a metric nobody publishes says so, and is no green light")
    func unknownMetric() {
        var machine = AlertMachine(rules: [Self.rule(hold: 0)])
        machine.evaluate(at: Self.moment(0)) { _ in .noSuchSeries }
        let board = machine.board()
        #expect(board.problems["lag"] == "no such metric: kafka_consumergroup_lag")
        #expect(board.instances.isEmpty)
    }

    @Test("events say what was seen and what it had been")
    func eventsInWords() {
        var machine = AlertMachine(rules: [Self.rule(hold: 30_000)])
        for second in 0...60 as ClosedRange<Int64> {
            let value = second < 50 ? 50_200 + Double(second) * 1000 : 310
            machine.evaluate(at: Self.moment(second * 1000)) { _ in .samples([Self.sample("fraud-scorer", value)]) }
        }
        #expect(
            machine.history.map { "\($0.kind.rawValue) \($0.rule) \($0.subject) \($0.detail)" } == [
                "resolved lag fraud-scorer 310 (was 99.2k for 20s)",
                "fired lag fraud-scorer 80.2k > 50k for 30s",
            ]
        )
    }

    @Test("a resolved instance is remembered for fifteen minutes after its series has gone, then forgotten")
    func resolvedIsRemembered() {
        var machine = AlertMachine(rules: [Self.rule(hold: 0)])
        machine.evaluate(at: Self.moment(0)) { _ in .samples([Self.sample("a", 84_100), Self.sample("b", 1)]) }
        #expect(machine.board().instances.count == 2)
        machine.evaluate(at: Self.moment(1000)) { _ in .samples([]) }
        #expect(machine.board().instances.map(\.subject) == ["a"])
        #expect(machine.board().instances.first?.value == nil)
        machine.evaluate(at: Self.moment(900_000)) { _ in .samples([]) }
        #expect(machine.board().instances.count == 1)
        machine.evaluate(at: Self.moment(902_001)) { _ in .samples([]) }
        #expect(machine.board().instances.isEmpty)
        #expect(machine.history.count == 2)
    }

    @Test("two samples with the same labels are an error that leaves states as they are")
    func duplicates() {
        var machine = AlertMachine(rules: [Self.rule(hold: 0)])
        machine.evaluate(at: Self.moment(0)) { _ in .samples([Self.sample("a", 84_100)]) }
        machine.evaluate(at: Self.moment(1000)) { _ in .samples([Self.sample("a", 1), Self.sample("a", 2)]) }
        #expect(machine.board().problems["lag"] == "two samples with the labels of a")
        #expect(machine.board().instances.first?.state == .firing(since: 1_700_000_000_000))
        machine.evaluate(at: Self.moment(2000)) { _ in .samples([Self.sample("a", 1)]) }
        #expect(machine.board().problems.isEmpty)
        #expect(machine.board().instances.first?.state == .quiet)
    }

    @Test("a rule's labels join the sample's, and make one of what they cannot tell apart")
    func ruleLabels() {
        var machine = AlertMachine(rules: [Self.rule(hold: 0, labels: ["severity": "page"])])
        machine.evaluate(at: Self.moment(0)) { _ in .samples([Self.sample("a", 84_100)]) }
        #expect(machine.board().instances.first?.labels == ["consumergroup": "a", "severity": "page"])
        var blunt = AlertMachine(rules: [Self.rule(hold: 0, labels: ["consumergroup": "all"])])
        blunt.evaluate(at: Self.moment(0)) { _ in .samples([Self.sample("a", 84_100), Self.sample("b", 1)]) }
        #expect(blunt.board().problems["lag"] == "two samples with the labels of all")
    }

    @Test("history and samples are bounded")
    func bounds() {
        var machine = AlertMachine(rules: [Self.rule(hold: 0)])
        for turn in 0..<2000 as Range<Int64> {
            machine.evaluate(at: Self.moment(turn * 5000)) { _ in
                .samples([Self.sample("a", turn.isMultiple(of: 2) ? 84_100 : 1)])
            }
        }
        #expect(machine.history.count == AlertMachine.historyLimit)
        #expect(machine.board().instances.first?.recent.count == 120)
        #expect(machine.history.first?.at ?? 0 > machine.history.last?.at ?? 0)
    }

    @Test(
        "values are written as people read them",
        arguments: [
            (AlertRule.Unit.count, 84_100, "84.1k"), (.count, 12, "12"), (.count, 1_000_000, "1M"),
            (.count, 0.25, "0.3"),
            (.seconds, 41, "41s"), (.seconds, 720, "12m"), (.ratio, 0.71, "71%"), (.ratio, 0.044, "4.4%"),
            (.bytes, 2_040_109_466, "1.9G"), (.milliseconds, 250, "250ms"), (.flag, 1, "yes"),
            (.count, -1, "-1"), (.count, -1500, "-1.5k"), (.count, .nan, "?"), (.count, .infinity, "∞"),
        ]
    )
    func units(unit: AlertRule.Unit, value: Double, text: String) {
        #expect(unit.text(value) == text)
    }

    @Test("every built-in rule has a name of its own and opens a screen")
    func builtIns() {
        let rules = BuiltInRules.all
        #expect(Set(rules.map(\.name)).count == rules.count)
        #expect(rules.allSatisfy { !$0.opens.isEmpty && !$0.summary.isEmpty })
    }
}
