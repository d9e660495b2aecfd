import AlertRules
import RuleSamples
import Testing

@Suite("Files of rules")
struct RuleFileTests {
    @Test("the short form loads as it stands: severity is a label, summary an annotation")
    func shortForm() throws {
        let check = RuleCheck([("alerts.yml", RuleSamples.short)])
        #expect(check.problems == [])
        let rules = check.files[0].rules
        #expect(rules.map(\.name) == ["ConsumerLag", "UnderReplicatedPartitions", "ProducerErrorRate"])
        #expect(rules.map(\.holdMilliseconds) == [300_000, 60_000, 120_000])
        #expect(rules[0].labels.map { "\($0.name)=\($0.template.source)" } == ["severity=warning"])
        #expect(
            rules[0].annotations.map { "\($0.name)=\($0.template.source)" } == ["summary=Consumer group falling behind"]
        )
        #expect(rules[2].expression.description == "rate(kafka_producer_record_error_total[5m]) > 0")
        #expect(rules[1].position == TextPosition(line: 9, column: 5))
    }

    @Test("groups load from Prometheus' files and from Kubernetes' objects around them")
    func groups() throws {
        let groups = """
            groups:
              - name: kafka
                interval: 30s
                query_offset: 15s
                limit: 10
                labels: {team: stream, severity: info}
                rules:
                  - record: topic:lag:sum
                    expr: |
                      sum by (topic) (
                        kafka_consumergroup_lag
                      )
                  - alert: "Lag [high] of it"
                    expr: topic:lag:sum > 1e5 AND on () vector(1) > 0
                    for: 1w
                    keep_firing_for: 1h30m
                    labels: {severity: page}
                    annotations: {summary: "{{ $labels.topic }}: {{ $value | humanize }}"}
            """
        let wrapped =
            "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: x}\nspec:\n"
            + groups.split(separator: "\n").map { "  \($0)\n" }.joined()
        for text in [groups, wrapped, "---\n" + wrapped + "---\n" + wrapped.replacing("name: kafka", with: "name: b")] {
            let check = RuleCheck([("r.yml", text)])
            #expect(check.problems == [])
            let group = try #require(check.files[0].groups.first)
            #expect((group.intervalMilliseconds, group.queryOffsetMilliseconds, group.limit) == (30_000, 15_000, 10))
            #expect(group.rules.map(\.kind) == [.record, .alert])
            let alert = group.rules[1]
            #expect((alert.holdMilliseconds, alert.keepFiringMilliseconds) == (604_800_000, 5_400_000))
            #expect(
                alert.labels.map { "\($0.name)=\($0.template.source)" }.sorted() == ["severity=page", "team=stream"])
        }
    }

    @Test("everything that is wrong is said at once, with its place and the likely word")
    func problems() {
        let text = """
            groups:
              - name: a
                rules:
                  - alert: One
                    expr: rate(kafka_consumergroup_lag) > 0
                    four: 5m
                  - alert: Two
                    expr: |
                      sum(kafka_brokers)
                        > cuont(up)
                  - alert: Three
                    record: x
                    expr: up
                  - record: up-to
                    expr: up
                    for: 5m
                  - alert: Four
                    expr: "kafka_consumergroup_lags > 1"
                    for: 5 minutes
                    annotations: {x: "{{ range query }}"}
                  - alert: Five
                  - alert: Six
                    expr: up[5m]
              - name: a
                limits: 5
            """
        let check = RuleCheck([("r.yml", text)])
        #expect(
            check.problems.map(\.description) == [
                "r.yml:5:20: error: argument 1 of rate must be a range vector, not an instant vector; add a range such as [5m]: \"kafka_consumergroup_lag\"",
                "r.yml:6:9: error: unknown key \"four\" in a rule; did you mean \"for\"?",
                "r.yml:10:15: error: unknown function: \"cuont\"; did you mean \"count\"?",
                "r.yml:11:9: error: a rule needs either alert or record, and not both",
                "r.yml:14:17: error: \"up-to\" is no name of a metric",
                "r.yml:16:14: error: a recording rule has no for",
                "r.yml:17:9: warning: Four: no such metric: \"kafka_consumergroup_lags\"; did you mean \"kafka_consumergroup_lag\"?",
                "r.yml:19:14: error: for must be a duration such as 5m, 1h30m or 1w, not \"5 minutes\"",
                "r.yml:20:26: warning: {{ range query }} is not a form Weir fills in: it stays as text",
                "r.yml:21:9: error: a rule needs an expr",
                "r.yml:23:15: error: a rule's expr must give an instant vector, not a range vector",
                "r.yml:24:11: error: two groups are named \"a\"",
                "r.yml:25:5: error: unknown key \"limits\" in a group; did you mean \"limit\"?",
            ])
    }

    @Test("what is no file of rules is said to be none")
    func noRules() {
        for (text, reason) in [
            ("groups: 5", "groups must be a list"), ("- a", "a file of rules has the key groups, or alerts"),
            ("kind: Pod\nspec: {}", "kind must be PrometheusRule, not \"Pod\""),
            ("a: [", "this is no YAML: did not find expected node content"),
            ("groups: []\ngroups: []", "\"groups\" is said twice"),
        ] {
            let problems = RuleCheck([("r.yml", text)]).problems
            #expect(problems.map(\.reason) == [reason])
        }
        #expect(RuleCheck([("r.yml", "")]).problems == [])
    }

    @Test("a template that Prometheus would refuse, or whose parentheses nest without end, is an error with its place")
    func templates() {
        let deep = String(repeating: "(", count: 25_000)
        let closed = deep + "$value" + String(repeating: ")", count: 25_000)
        for (text, problem) in [
            ("{{ $value ", "6:23: error: this is no template: unclosed action"),
            ("a {{ $value }} {{", "6:38: error: this is no template: unclosed action"),
            ("b {{/* {{ }}", "6:25: error: this is no template: unclosed action"),
            ("c {{ \(closed) }}", "6:25: error: this is no template: parentheses are nested too deeply"),
            ("d {{ \(deep) }}", "6:25: error: this is no template: parentheses are nested too deeply"),
            ("{{ (((($value)))) }}", nil), ("{{ `}}` }} {{/* \" }} */}}", nil), ("}}", nil),
        ] as [(String, String?)] {
            let rules = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n    annotations: {s: '\(text)'}"
            #expect(RuleCheck([("r.yml", rules)]).problems.map(\.description) == problem.map { ["r.yml:\($0)"] } ?? [])
        }
    }

    @Test("merge keys, a byte order mark and a recording rule's empty alerting keys are read as Prometheus reads them")
    func yamlForms() throws {
        let check = RuleCheck([
            (
                "r.yml",
                """
                \u{FEFF}groups:
                - name: g
                  rules:
                  - &a {alert: A, expr: up, labels: &l {x: "1", y: "2"}}
                  - {<<: *a, alert: B, labels: {<<: [*l, {z: "3", y: "4"}], x: "5"}}
                  - {record: r, expr: up, for: 0s, keep_firing_for: 0s, annotations: {}}
                """
            )
        ])
        #expect(check.problems == [])
        let rules = check.files[0].rules
        #expect(rules.map(\.name) == ["A", "B", "r"])
        #expect(rules[1].labels.map { "\($0.name)=\($0.template.source)" }.sorted() == ["x=5", "y=2", "z=3"])
        let kept = (1...9).map {
            "  - &k\($0) {<<: [\(Array(repeating: "*k\($0 - 1)", count: 9).joined(separator: ", "))]}\n"
        }
        let multiplied = "groups:\n- name: g\n  rules:\n  - &k0 {alert: A, expr: up}\n" + kept.joined()
        #expect(RuleCheck([("r.yml", multiplied)]).problems.map(\.reason).contains("too many merged mappings"))
    }

    @Test("durations are Prometheus'")
    func durations() {
        let table: [(String, Int64?, String)] = [
            ("5m", 300_000, "5m"), ("1h30m", 5_400_000, "1h30m"), ("90m", 5_400_000, "1h30m"),
            ("1w", 604_800_000, "1w"),
            ("0", 0, "0s"), ("250ms", 250, "250ms"), ("1y", 31_536_000_000, "1y"), ("8d", 691_200_000, "8d"),
            ("1m1h", nil, ""), ("m", nil, ""), ("5", nil, ""), ("-5m", nil, ""), ("1.5h", nil, ""), ("5m5m", nil, ""),
            ("99999999999y", nil, ""), ("9223372036854775807ms", nil, ""), ("", nil, ""),
        ]
        for (text, milliseconds, printed) in table {
            #expect(PrometheusDuration.milliseconds(text) == milliseconds, "\(text)")
            if let milliseconds { #expect(PrometheusDuration.text(milliseconds: milliseconds) == printed) }
        }
    }
}
