import AlertRules
import ChildProcess
import Cluster
import Foundation
import Monitor
import MonitorScript
import Synchronization
import Testing
import WindowedMetrics

/// Debian's promtool, the judge of what rules mean.
private enum Judge {
    /// A folder of Debian's Prometheus and promtool: installed, or unpacked without its service.
    private static let folder = ProcessInfo.processInfo.environment["WEIR_PROMETHEUS"] ?? "/usr/bin"
    static let isThere =
        ProcessInfo.processInfo.environment["WEIR_TESTS_MUST_NOT_SKIP"] != nil
        || FileManager.default.isExecutableFile(atPath: "\(folder)/promtool")

    /// Runs it on files that are deleted afterwards; gives what it printed and its exit code.
    static func run(_ arguments: [String], files: [String: String]) throws -> (text: String, code: Int32) {
        let place = FileManager.default.temporaryDirectory.appending(path: "weir-judge-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        for (name, text) in files {
            try text.write(to: place.appending(path: name), atomically: true, encoding: .utf8)
        }
        let pipe = Pipe()
        let process = ChildProcess()
        process.executableURL = URL(filePath: "\(folder)/promtool")
        process.arguments = arguments
        process.currentDirectoryURL = place
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (String(decoding: output, as: UTF8.self), process.terminationStatus)
    }
}

/// What a monitor saw second by second, as a file of rule tests: the series as they were, and what fired then.
private struct History {
    private let names = Set(DefaultRules.read.rules.rules.flatMap { $0.expression.selectors.compactMap(\.exactName) })
    private var values: [String: [Int: Double]] = [:]
    private var checks = ""
    private(set) var firing: Set<String> = []
    private var seconds = 0

    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

    mutating func take(_ snapshot: Snapshot, checks isChecked: Bool) {
        var series = SnapshotSeries(snapshot: snapshot)
        for name in names.sorted() {
            guard case .samples(let samples, let unreadable) = series.read(name), unreadable.isEmpty else { continue }
            for sample in samples {
                let text = VectorSample(name: name, labels: sample.labels, value: sample.value).metricText
                values[text, default: [:]][seconds] = sample.value
            }
        }
        if isChecked { check(snapshot.alerts) }
        seconds += 1
    }

    private mutating func check(_ board: AlertBoard) {
        for rule in board.rules {
            checks += "  - eval_time: \(seconds)s\n    alertname: \(rule.name)\n    exp_alerts:\n"
            for alert in board.instances where alert.rule == rule.name && alert.isFiring {
                firing.insert(rule.name)
                checks += "    - exp_labels:\n"
                for (name, value) in alert.labels.sorted(by: { $0.key < $1.key }) {
                    checks += "        \(name): \(Self.quoted(value))\n"
                }
                checks += "      exp_annotations:\n"
                for (name, value) in alert.annotations.sorted(by: { $0.key < $1.key }) {
                    checks += "        \(name): \(Self.quoted(value))\n"
                }
            }
        }
    }

    /// The file of tests.
    var tests: String {
        var text = "rule_files: [rules.yaml]\nevaluation_interval: 1s\ntests:\n- interval: 1s\n  input_series:\n"
        for (metric, samples) in values.sorted(by: { $0.key < $1.key }) {
            var notation: [String] = []
            for second in 0..<seconds {
                if let value = samples[second] {
                    notation.append(GoNumber.general(value))
                } else {
                    notation.append(samples[second - 1] == nil ? "_" : "stale")
                }
            }
            text += "  - series: \(Self.quoted(metric))\n    values: \(Self.quoted(notation.joined(separator: " ")))\n"
        }
        return text + "  alert_rule_test:\n" + checks
    }
}

@Suite("Shipped alert rules against promtool", .enabled(if: Judge.isThere, "needs promtool, of Debian's prometheus"))
struct DefaultRulePromtoolTests {
    @Test("promtool takes the shipped file")
    func check() throws {
        let outcome = try Judge.run(["check", "rules", "rules.yaml"], files: ["rules.yaml": DefaultRules.text])
        #expect(outcome.code == 0 && outcome.text.contains("12 rules found"), "\(outcome.text)")
    }

    @Test("over a scripted history of faults the monitor, weir alerts test and promtool say the same fires")
    func history() async throws {
        let compacted = TopicPartition(topic: "balances", partition: 0)
        let orders = TopicPartition(topic: "orders", partition: 0)
        var world = World()
        world.logs[compacted] = Log(isCompacted: true)
        world.logs[orders] = Log()
        world.groups["reader"] = WorldGroup(assignment: [orders], commits: [orders: 0])
        world.groups["gone"] = WorldGroup(commits: [orders: 0])
        let (cluster, clock) = (FakeCluster(world), ScriptedClock())
        let monitor = Monitor(of: cluster, clock: clock)
        var history = History()
        for second in 0..<420 {
            clock.pass(milliseconds: 1000)
            let wall = clock.now().wallMilliseconds
            cluster.world.withLock { world in
                world.logs[compacted]?.append(5, at: wall)
                world.logs[orders]?.append(20, at: wall)
                if !(60..<240).contains(second) { world.groups["reader"]?.commits[orders] = world.logs[orders]?.end }
                if second == 250 { world.groups["gone"] = nil }
                if second == 300 { world.logs[orders]?.deleteRecords(below: 2000) }
                if second == 300 { world.groups["behind"] = WorldGroup(assignment: [orders], commits: [orders: 100]) }
                world.isOffline = (100..<120).contains(second) || (130..<150).contains(second)
                world.diskFree = (200..<320).contains(second) ? 50 : 500
                world.quarantined = second >= 350 ? 2 : 0
            }
            history.take(await monitor.poll(), checks: second.isMultiple(of: 10))
        }
        #expect(
            history.firing.isSuperset(of: [
                "group.age", "group.stopped", "group.catch-up", "broker.log-directory", "broker.disk",
                "broker.quarantine",
            ]), "\(history.firing)")
        let tests = history.tests
        let read = RuleTestFileReader.read(text: tests, file: "tests.yaml", version: .two)
        #expect(read.problems.isEmpty)
        let file = try #require(read.tests)
        for test in file.tests {
            let failures = RuleTestRun.failures(of: test, in: file, rules: [DefaultRules.read.rules], version: .two)
            #expect(failures.isEmpty, "weir alerts test: \(failures.prefix(3))")
        }
        let outcome = try Judge.run(
            ["test", "rules", "tests.yaml"], files: ["rules.yaml": DefaultRules.text, "tests.yaml": tests])
        #expect(outcome.code == 0, "promtool: \(outcome.text.prefix(3000))")
    }
}
