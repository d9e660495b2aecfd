import AlertRules
import Foundation
import SeededNumbers
import Testing

@Suite("Rules against promtool", .enabled(if: Promtool.isAvailable, "\(Promtool.missing)"))
struct RuleDifferentialTests {
    private static let moments = ["0s", "90s", "3m", "5m", "6m", "470s", "9m", "12m", "15m", "20m", "26m"]

    /// A file of tests with nothing expected.
    private func tests(_ series: [(metric: String, values: String)], alerts: String) -> String {
        var text =
            "rule_files: [rules.yml]\nevaluation_interval: 1m\ngroup_eval_order: [recording, alerts]\ntests:\n- interval: 1m\n  input_series:\n"
        for (metric, values) in series {
            text += "  - series: \(RuleTestGenerator.quoted(metric))\n    values: \(RuleTestGenerator.quoted(values))\n"
        }
        return text + "  alert_rule_test:\n" + alerts
    }

    /// What Weir says fires, as the checks of a test file.
    private func firing(_ tests: String, _ rules: RuleFile) throws -> String {
        let read = RuleTestFileReader.read(text: tests, file: "tests.yml", version: .two)
        #expect(read.problems == [])
        let file = try #require(read.tests)
        let failures = RuleTestRun.failures(of: file.tests[0], in: file, rules: [rules], version: .two)
        var text = ""
        for failure in failures {
            #expect(failure.error == nil, "\(failure)")
        }
        let firing = RuleTestRun.firing(in: file.tests[0], of: file, rules: [rules], version: .two)
        for (check, alerts) in zip(file.tests[0].alerts, firing) {
            let moment = PrometheusDuration.text(milliseconds: check.time)
            text += "  - eval_time: \(moment)\n    alertname: \(check.name)\n    exp_alerts:\n"
            for alert in alerts {
                text += "    - exp_labels:\n"
                for label in alert.labels.labels where label.name != "alertname" {
                    text += "        \(label.name): \(RuleTestGenerator.quoted(label.value))\n"
                }
                text += "      exp_annotations:\n"
                for (name, value) in alert.annotations.sorted(by: { $0.key < $1.key }) {
                    text += "        \(name): \(RuleTestGenerator.quoted(value))\n"
                }
            }
        }
        return text
    }

    @Test(
        "what fires, with labels and annotations, is what promtool says fires", arguments: 1...6 as ClosedRange<UInt64>)
    func randomRules(seed: UInt64) throws {
        let given = ProcessInfo.processInfo.environment["WEIR_PROMQL_SEED"].flatMap(UInt64.init)
        let seed = given.map { $0 &+ seed } ?? seed
        print("rules against promtool: seed \(seed)")
        var generator = RuleTestGenerator(seed: seed)
        let (rules, series) = (generator.rules(), generator.series())
        let check = RuleCheck([("rules.yml", rules)], version: .two)
        #expect(!check.hasErrors, "\(check.problems)")
        let names = check.files[0].rules.filter { $0.kind == .alert }.map(\.name)
        let empty = names.flatMap { name in
            Self.moments.map { "  - eval_time: \($0)\n    alertname: \(name)\n    exp_alerts: []\n" }
        }.joined()
        let alerts = try firing(tests(series, alerts: empty), check.files[0])
        #expect(alerts.contains("exp_labels"), "nothing fires: nothing is compared")
        let text = tests(series, alerts: alerts)
        let theirs = try Promtool.withFolder(["rules.yml": rules, "tests.yml": text]) {
            try Promtool.run(["test", "rules", "tests.yml"], in: $0)
        }
        #expect(theirs.code == 0, "seed \(seed)\n\(rules)\n\(theirs.text)")
        // And a check that is wrong fails with both.
        let wrong = text.replacing(
            "exp_annotations:\n        a0: '", with: "exp_annotations:\n        a0: 'not ", maxReplacements: 1)
        let failed = try Promtool.withFolder(["rules.yml": rules, "tests.yml": wrong]) {
            try Promtool.run(["test", "rules", "tests.yml"], in: $0)
        }
        #expect(failed.code == 1)
        let file = try #require(RuleTestFileReader.read(text: wrong, file: "tests.yml", version: .two).tests)
        #expect(RuleTestRun.failures(of: file.tests[0], in: file, rules: check.files, version: .two).count == 1)
    }

    @Test(
        "regular expressions match what RE2 matches, and give the same groups", arguments: 1...3 as ClosedRange<UInt64>)
    func regularExpressions(seed: UInt64) throws {
        print("regular expressions against promtool: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let atoms = [
            "a", "b", ".", "[ab]", "[^a]", "(a|b)", "(?:ab|a)", "(a*)", "\\\\d", "\\\\w", "(?i:A)", "x{2,3}", "(b+?)",
            "^", "$",
            "[[:alpha:]]", "\\\\s", "(.*)", "(.+?)", "[a-c1-3]", "\\\\b", "\\\\.", "(?P<n>a)", "é", "(|a)", "\\\\x61",
            "\\\\pL", "[\\\\d.]",
        ]
        let suffixes = ["", "", "", "*", "+", "?", "*?", "{2}", "{0,2}"]
        let texts = ["a", "ab", "aab", "b1", "xx", "a.b", "A b", "é", "bbb", "a1 b2", "cab", "xxx"]
        let series = texts.enumerated().map { ("s{v=\"\($0.element)\",n=\"\($0.offset)\"}", "1") }
        let checks = (0..<400).map { _ in
            let pattern = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                (atoms.randomElement(using: &random) ?? "") + (suffixes.randomElement(using: &random) ?? "")
            }.joined()
            return (expression: "label_replace(s, \"out\", \"$1|${2}|$n\", \"v\", \"\(pattern)\")", time: "0s")
        }
        let theirs = try Promtool.outcomes(of: checks, series: series, interval: "1m")
        try #require(theirs.count == checks.count)
        var store = SampleStore()
        for (metric, _) in series {
            let (name, labels) = try SeriesNotation.metric(metric)
            store.append(1, at: 0, name: name, labels: labels)
        }
        for (check, their) in zip(checks, theirs) {
            let our: ExpressionOutcome
            do {
                let expression = try PromQLParser.parse(check.expression, version: .two)
                var evaluator = Evaluator(source: store, settings: EvaluationSettings(version: .two))
                our = .init(try evaluator.evaluate(expression, at: 0))
            } catch {
                our = .error("\(error)")
            }
            #expect(
                our.agrees(with: their), "seed \(seed): \(check.expression)\n  promtool \(their)\n  weir     \(our)")
        }
    }
}
