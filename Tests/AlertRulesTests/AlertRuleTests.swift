import AlertRules
import Testing

@Suite("Alert rules as people see them")
struct AlertRuleTests {
    /// The first rule of a file that says this of one.
    private func rule(_ text: String) throws -> AlertRule {
        let check = RuleCheck([("r.yml", "groups:\n- name: g\n  rules:\n  - alert: A\n" + text)])
        try #require(!check.hasErrors, "\(check.problems)")
        return AlertRule(try #require(check.files.first?.rules.first), group: "g", file: "r.yml")
    }

    @Test(
        "a limit is shown of a plain comparison with a number alone, whichever side the number stands on",
        arguments: [
            ("up > 5", "> 5"), ("5 < up", "> 5"), ("(sum by (topic) (up)) >= (2 * 1024)", ">= 2048"),
            ("up == -1", "== -1"),
            ("up > bool 5", nil), ("up > up offset 5m", nil), ("up > 5 and up < 9", nil), ("up + 5", nil),
            ("absent(up)", nil), ("up > time()", nil),
        ] as [(String, String?)])
    func thresholds(expression: String, limit: String?) throws {
        let parsed = try PromQLParser.parse(expression)
        let threshold = parsed.plainComparison?.threshold
        #expect(threshold.map { "\($0.comparison.rawValue) \(GoNumber.general($0.limit))" } == limit)
    }

    @Test(
        "a limit is never rounded to another one",
        arguments: [
            (.count, 1.05, "1.05"), (.count, 50_000, "50k"), (.count, 1_050, "1.05k"), (.count, 0.000_01, "1e-05"),
            (.count, 1_234_567, "1234567"), (.ratio, 0.995, "99.5%"), (.bytes, 1_610_612_736, "1.5G"),
            (.seconds, 30, "30s"), (.seconds, 150, "150s"), (.seconds, 300, "5m"), (.milliseconds, 86_400_000, "24h"),
            (.milliseconds, 216_000_000, "60h"), (.seconds, 0.25, "250ms"), (.seconds, 0, "0s"),
        ] as [(AlertRule.Unit, Double, String)])
    func exactLimits(unit: AlertRule.Unit, limit: Double, text: String) { #expect(unit.exactText(limit) == text) }

    @Test("what a rule says of itself in annotations counts, and otherwise what its metric's name tells")
    func metadata() throws {
        let plain = try rule("    expr: weir_disk_used_ratio > 0.9\n    for: 1m\n    labels: {severity: page}\n")
        #expect(plain.unit == .ratio && plain.opens == "6" && plain.severity == .critical && plain.summary.isEmpty)
        #expect(plain.conditionText == "> 90% for 60s")
        let group = try rule("    expr: max by (group) (kafka_consumergroup_group_lag_seconds) > 30\n")
        #expect(group.unit == .seconds && group.opens == "3" && group.severity == .warning)
        let rate = try rule("    expr: rate(kafka_log_log_size[5m]) > 30\n")
        #expect(rate.unit == .count, "a rate of bytes is no number of bytes")
        let said = try rule(
            "    expr: up == 0\n    annotations: {unit: flag, flag: gone, opens: topics, description: It is gone.}\n")
        #expect(said.unit == .flag && said.valueText(1) == "gone" && said.opens == "2" && said.summary == "It is gone.")
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

    @Test(
        "the shipped rules are without fault, have names of their own, and each opens a screen and reads a metric there is"
    )
    func shipped() {
        let (file, problems) = DefaultRules.read
        #expect(problems.isEmpty)
        let check = RuleCheck([(DefaultRules.fileName, DefaultRules.text)])
        #expect(check.problems.isEmpty)
        let rules = file.groups.flatMap { group in
            group.rules.map { AlertRule($0, group: group.name, file: file.file) }
        }
        #expect(rules.count == 12 && Set(rules.map(\.name)).count == rules.count)
        #expect(rules.allSatisfy { ["2", "3", "6"].contains($0.opens) && !$0.summary.isEmpty && $0.threshold != nil })
    }
}
