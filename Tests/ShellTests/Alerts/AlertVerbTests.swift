import AlertRules
import ArgumentParser
import Foundation
import Testing

@testable import weir

@Suite("weir alerts")
struct AlertVerbTests {
    /// Runs `body` with a folder that holds files and is deleted afterwards.
    private func withFiles(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-alerts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        try body(folder.path)
    }

    private static let rules = """
        groups:
        - name: lag
          rules:
          - record: group:lag:sum
            expr: sum by (consumergroup) (kafka_consumergroup_lag)
          - alert: Behind
            expr: group:lag:sum > 100
            for: 2m
            annotations: {summary: "{{ $labels.consumergroup }} is {{ $value | humanize }} behind"}
        """

    private static func tests(_ summary: String) -> String {
        """
        rule_files: ['*.rules.yml']
        evaluation_interval: 1m
        tests:
        - name: billing
          interval: 1m
          input_series:
          - {series: 'kafka_consumergroup_lag{consumergroup="billing",topic="orders"}', values: '0x3 1500x10'}
          alert_rule_test:
          - {eval_time: 5m, alertname: Behind}
          - eval_time: 6m
            alertname: Behind
            exp_alerts:
            - exp_labels: {consumergroup: billing}
              exp_annotations: {summary: "\(summary)"}
          promql_expr_test:
          - expr: group:lag:sum
            eval_time: 4m
            exp_samples: [{labels: 'group:lag:sum{consumergroup="billing"}', value: 1500}]
        """
    }

    @Test("check counts rules, names unknown metrics, and says what is wrong with its place")
    func check() throws {
        let wrong = "alerts:\n- name: A\n  expr: kafka_consumergroup_lags > 1\n- name: B\n  expr: rate(up)\n"
        try withFiles(["good.yml": Self.rules, "wrong.yml": wrong]) { folder in
            let good = AlertsCheck.report(["\(folder)/good.yml"], version: .three)
            #expect(good.lines == ["\(folder)/good.yml: 2 rules in 1 group"])
            #expect((good.errors, good.warnings) == (0, 0))
            let bad = AlertsCheck.report(["\(folder)/wrong.yml", "\(folder)/none.yml"], version: .three)
            #expect((bad.errors, bad.warnings) == (2, 1))
            #expect(bad.lines.contains { $0.hasPrefix("\(folder)/none.yml: error: cannot be read") }, "\(bad.lines)")
            #expect(
                bad.lines.contains(
                    "\(folder)/wrong.yml:2:3: warning: A: no such metric: \"kafka_consumergroup_lags\"; did you mean \"kafka_consumergroup_lag\"?"
                ), "\(bad.lines)")
            #expect(
                bad.lines.contains(
                    "\(folder)/wrong.yml:5:14: error: argument 1 of rate must be a range vector, not an instant vector; add a range such as [5m]: \"up\""
                ), "\(bad.lines)")
        }
    }

    @Test("test finds rule files beside the tests, and shows what came beside what was expected")
    func test() throws {
        let files = [
            "a.rules.yml": Self.rules, "good.yml": Self.tests("billing is 1.5k behind"),
            "bad.yml": Self.tests("billing is late"),
        ]
        try withFiles(files) { folder in
            let good = AlertsTest.report("\(folder)/good.yml", version: .three, width: 200)
            #expect(good.passed && good.lines == ["Unit Testing: \(folder)/good.yml", "  SUCCESS"], "\(good.lines)")
            let bad = AlertsTest.report("\(folder)/bad.yml", version: .three, width: 240)
            #expect(!bad.passed)
            let labels = "{alertname=\"Behind\", consumergroup=\"billing\"}"
            let expected = "\(labels) summary=\"billing is late\""
            let head =
                "        expected" + String(repeating: " ", count: expected.count - "expected".count) + "   actual"
            #expect(
                bad.lines == [
                    "Unit Testing: \(folder)/bad.yml", "  FAILED:",
                    "    \(folder)/bad.yml:10: billing: alert: Behind, time: 6m", head,
                    "        " + String(repeating: " ", count: expected.count)
                        + " > \(labels) summary=\"billing is 1.5k behind\"",
                    "        \(expected) < ",
                ], "\(bad.lines.joined(separator: "\n"))")
        }
    }

    @Test("a version is 2 or 3")
    func versions() throws {
        #expect(try AlertsCheck.parse(["--prometheus=2", "x"]).prometheus.version == .two)
        #expect(try AlertsCheck.parse(["x"]).prometheus.version == .three)
        #expect(throws: (any Error).self) { try AlertsCheck.parse(["--prometheus=4", "x"]) }
        #expect(throws: (any Error).self) { try AlertsTest.parse([]) }
    }
}
