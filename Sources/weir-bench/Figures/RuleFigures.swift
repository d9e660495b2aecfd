import AlertRules

/// What evaluating many rules over many series costs: a thousand rules of the usual forms on ten thousand series with half an hour of history.
struct RuleFigures {
    let context: FigureContext

    /// Takes the figures.
    func run() {
        var scene = RuleScene()
        let name = "\(scene.ruleCount) rules over \(scene.seriesCount) series, \(scene.readCount) series read"
        var quiet: [Double] = []
        for round in 0..<20 {
            let watch = Stopwatch()
            scene.evaluate()
            // In the first round every selector finds its series.
            if round > 0 { quiet.append(watch.seconds * 1e3) }
            scene.poll()
        }
        context.table.add(Row(name, "ms", Sample(quiet), aim: "≤ 100 ms"))
        let found = context.rounds.measure {
            scene.change()
            let watch = Stopwatch()
            scene.evaluate()
            return watch.seconds * 1e3
        }
        context.table.add(Row("  after a series has come or gone", "ms", found))
    }
}

/// Rules and series for the figures.
struct RuleScene {
    private static let step: Int64 = 15_000
    private static let metrics = 100
    private static let perMetric = 100
    /// Forms of rules that collections have, `#` for a metric.
    private static let forms = [
        "# > 100000", "sum by (topic) (#) > 1e9", "rate(#[5m]) < 0", "max by (group) (rate(#[5m])) > 1e6",
        "# / on (topic, group) group_left () # > 2", "increase(#{topic=~\"topic-[0-4].*\"}[5m]) < 0",
        "avg_over_time(#[5m]) > 1e9", "#{group!=\"g1\"} == -1 and on (topic) # > 0", "absent(#)",
        "predict_linear(#{group=\"g1\"}[10m], 3600) < 0",
    ]

    private var store = FixedStepStore(historyMilliseconds: 1_800_000, knownNames: [])
    private var engine: RuleEngine
    private var ids: [Int] = []
    private var time: Int64 = 0
    let ruleCount: Int

    init() {
        let rules = (0..<Self.metrics).flatMap { metric in
            Self.forms.map { $0.replacing("#", with: "metric_\(metric)_total") }
        }
        ruleCount = rules.count
        let text = rules.enumerated().map { "  - alert: Rule\($0.offset)\n    expr: '\($0.element)'\n    for: 1m\n" }
        let check = RuleCheck([("rules.yml", "groups:\n- name: g\n  rules:\n" + text.joined())])
        precondition(!check.hasErrors, "the rules of the figures cannot be read: \(check.problems)")
        engine = RuleEngine(files: check.files, settings: EvaluationSettings())
        for metric in 0..<Self.metrics {
            for series in 0..<Self.perMetric {
                let labels = LabelSet([
                    "topic": "topic-\(series / 5)", "group": "g\(series % 5)", "cluster": "local",
                    "instance": "127.0.0.1:9092",
                ])
                ids.append(store.append(1, at: 0, name: "metric_\(metric)_total", labels: labels))
            }
        }
        for _ in 0..<120 { poll() }
    }

    /// Series that there are.
    var seriesCount: Int { store.seriesCount }

    /// Series that the rules' selectors find, each as often as it is found.
    var readCount: Int {
        engine.reports(store).reduce(0) { count, report in
            count + report.rule.expression.selectors.reduce(0) { $0 + store.series(matching: $1).count }
        }
    }

    /// Takes the next samples.
    mutating func poll() {
        time += Self.step
        for (place, id) in ids.enumerated() {
            store.record(Double(time / Self.step) * Double(place % 97 + 1), at: time, of: id)
        }
    }

    /// Evaluates every rule once.
    mutating func evaluate() { _ = engine.evaluate(&store, at: time) }

    /// Lets a series come, so that what selectors found no longer holds.
    mutating func change() {
        time += Self.step
        store.append(1, at: time, name: "come_\(time)", labels: .empty)
        for id in ids { store.record(Double(time), at: time, of: id) }
    }
}
