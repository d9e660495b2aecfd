import AlertRules
import Foundation
import SeededNumbers
import Testing

@Suite("Rules at work")
struct RuleEngineTests {
    private static let settings = EvaluationSettings()

    private func engine(_ rules: String) throws -> RuleEngine {
        let check = RuleCheck([("r.yml", rules)])
        try #require(!check.hasErrors, "\(check.problems)")
        return RuleEngine(files: check.files, settings: Self.settings)
    }

    private static func store(hours: Int64 = 6) -> FixedStepStore {
        FixedStepStore(historyMilliseconds: hours * 3_600_000, knownNames: MetricCatalogue.names)
    }

    /// A rule alone in a file.
    private static func alert(_ expression: String, _ more: String = "") -> String {
        "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: '\(expression)'\n\(more)"
    }

    private func word(_ engine: RuleEngine, _ store: some SeriesSource) -> String { engine.reports(store)[0].word }

    @Test("a metric nobody publishes, a range beyond what is kept, and no data are told apart from quiet")
    func words() throws {
        var store = Self.store()
        store.append(1, at: 0, name: "up", labels: .empty)
        for (expression, word) in [
            ("no_such_thing > 5", "no such metric: no_such_thing"),
            ("absent(no_such_thing)", "no such metric: no_such_thing"),
            ("up > 0 unless on () no_such_thing", "no such metric: no_such_thing"),
            ("max_over_time(up[30d]) > 5", "needs 30d, has 6h"),
            ("avg_over_time(up[3h]) > up offset 7h", "needs 7h, has 6h"),
            ("max_over_time(rate(up[3h])[4h:]) > 5", "needs 7h, has 6h"), ("kafka_brokers < 3", "no data"),
            ("absent(kafka_brokers)", "firing"), ("up > 5", "quiet"), ("up > 0", "firing"),
            ("up + on () group_left up{a!=\"b\"} > 5", "quiet"), ("up * on () vector(1) > bool 5", "firing"),
        ] {
            var engine = try engine(Self.alert(expression))
            #expect(self.word(engine, store) != "quiet", "a rule that was not evaluated yet is not quiet")
            _ = engine.evaluate(&store, at: 0)
            #expect(self.word(engine, store) == word, "\(expression)")
        }
    }

    @Test("an expression that fails leaves the states as they were, and says why")
    func failure() throws {
        var store = Self.store()
        var engine = try engine(Self.alert("kafka_brokers * on (a) kafka_topic_partitions > 0"))
        let labels = LabelSet(["a": "1"])
        for time in stride(from: 0, through: 30_000, by: 15_000) as StrideThrough<Int64> {
            store.append(1, at: time, name: "kafka_brokers", labels: labels)
            store.append(1, at: time, name: "kafka_topic_partitions", labels: labels)
            if time == 30_000 {
                store.append(1, at: time, name: "kafka_topic_partitions", labels: labels.setting("b", to: "2"))
            }
            _ = engine.evaluate(&store, at: time)
        }
        let report = engine.reports(store)[0]
        #expect(report.alerts.map(\.state) == [.firing])
        #expect(report.word.contains("found duplicate series for the match group {a=\"1\"} on the right hand-side"))
    }

    @Test("two samples that the rule's labels make equal are an error")
    func duplicates() throws {
        var store = Self.store()
        var engine = try engine(Self.alert("kafka_consumergroup_lag > 0", "    labels: {topic: all}\n"))
        for topic in ["a", "b"] {
            store.append(1, at: 0, name: "kafka_consumergroup_lag", labels: LabelSet(["topic": topic]))
        }
        #expect(engine.evaluate(&store, at: 0) == [])
        #expect(
            engine.reports(store)[0].problem
                == .failed("vector contains metrics with the same labelset after applying alert labels"))
    }

    @Test("two rules that record other values of a series at the same moment are an error, and the first stands")
    func duplicateSamples() throws {
        var store = Self.store()
        let rules = ["time() + 1", "time() + 1", "time() + 2"].map { "  - {record: x, expr: \($0)}\n" }
        var engine = try engine("groups:\n- name: g\n  rules:\n" + rules.joined())
        _ = engine.evaluate(&store, at: 0)
        #expect(engine.reports(store).map(\.problem) == [nil, nil, .failed("duplicate sample for timestamp")])
        let id = try #require(store.series(matching: VectorSelector(name: "x", matchers: [])).first?.id)
        #expect(store.newestSample(of: id, from: 0, through: 0)?.value == 1)
    }

    @Test("more alerts than the group's limit are an error, and none of them stays")
    func limit() throws {
        var store = Self.store()
        var engine = try engine(
            "groups:\n- name: g\n  limit: 1\n  rules:\n  - alert: A\n    expr: kafka_consumergroup_lag > 0\n")
        store.append(1, at: 0, name: "kafka_consumergroup_lag", labels: LabelSet(["topic": "a"]))
        #expect(engine.evaluate(&store, at: 0).map(\.kind) == [.fired])
        store.append(1, at: 15_000, name: "kafka_consumergroup_lag", labels: LabelSet(["topic": "b"]))
        _ = engine.evaluate(&store, at: 15_000)
        #expect(engine.reports(store)[0].problem == .failed("exceeded limit of 1 with 2 alerts"))
        #expect(engine.reports(store)[0].alerts == [])
    }

    @Test("a group with an interval of its own is evaluated only when it has passed")
    func interval() throws {
        var store = Self.store()
        var engine = try engine("groups:\n- name: g\n  interval: 1m\n  rules:\n  - record: x\n    expr: time()\n")
        for time in stride(from: 0, through: 150_000, by: 15_000) as StrideThrough<Int64> {
            _ = engine.evaluate(&store, at: time)
        }
        let selector = try #require(try PromQLParser.parse("x").selectors.first)
        var samples = SampleBuffer()
        store.samples(of: store.series(matching: selector)[0].id, from: 0, through: 200_000, into: &samples)
        #expect(samples.values == [0, 60, 120])
    }

    @Test("a resolved alert is kept a quarter of an hour, so that its end can be told")
    func retention() throws {
        var store = Self.store()
        var engine = try engine(Self.alert("up > 0"))
        store.append(1, at: 0, name: "up", labels: .empty)
        #expect(engine.evaluate(&store, at: 0).map(\.kind) == [.fired])
        store.append(0, at: 15_000, name: "up", labels: .empty)
        let events = engine.evaluate(&store, at: 15_000)
        #expect(events.map(\.kind) == [.resolved])
        #expect(events.first?.alert.resolvedAt == 15_000)
        _ = engine.evaluate(&store, at: 915_000)
        #expect(engine.reports(store)[0].alerts.map(\.state) == [.inactive])
        _ = engine.evaluate(&store, at: 930_000)
        #expect(engine.reports(store)[0].alerts == [])
    }

    @Test(
        "over a restart at any moment nothing fires anew, and nothing that was pending begins again",
        arguments: 1...5 as ClosedRange<UInt64>)
    func restart(seed: UInt64) throws {
        print("restart of rules: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let rules = Self.alert(
            "kafka_consumergroup_lag > 5",
            "    for: 1m\n    keep_firing_for: 45s\n    annotations: {s: \"{{ $value }}\"}\n")
        var (steady, restarted) = (try engine(rules), try engine(rules))
        var (store, other) = (Self.store(), Self.store())
        for step in 0..<200 as Range<Int64> {
            for group in ["a", "b", "c"] where Int.random(in: 0...9, using: &random) > 0 {
                let value = Double(Int.random(in: 0...7, using: &random) > 1 ? 9 : 0)
                let labels = LabelSet(["consumergroup": group])
                store.append(value, at: step * 15_000, name: "kafka_consumergroup_lag", labels: labels)
                other.append(value, at: step * 15_000, name: "kafka_consumergroup_lag", labels: labels)
            }
            let one = steady.evaluate(&store, at: step * 15_000)
            let two = restarted.evaluate(&other, at: step * 15_000)
            #expect(one == two, "seed \(seed), step \(step)")
            let kept = try JSONDecoder().decode(
                RuleEngine.KeptState.self, from: try JSONEncoder().encode(restarted.keptState))
            restarted = try engine(rules)
            restarted.restore(kept)
            #expect(restarted.keptState == steady.keptState, "seed \(seed), step \(step)")
        }
        var edited = try engine(rules.replacing("> 5", with: "> 6"))
        edited.restore(steady.keptState)
        #expect(edited.keptState.rules.isEmpty, "an edited rule begins anew")
    }
}
