import AlertRules
import ArgumentParser

/// `weir alerts test`.
struct AlertsTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs tests of alert rules, in the file format of promtool test rules.",
        discussion: """
            A test gives series and says what must fire and what expressions must come to. rule_files are found beside the test file. What comes \
            out otherwise is shown beside what was expected: = both, ≠ the value differs, < expected alone, > came alone. Exit codes: 0 all tests \
            passed, 1 some failed or a file cannot be used, 64 the command line is wrong.
            """
    )

    @Argument(help: "Files of tests.")
    var files: [String]

    @OptionGroup var prometheus: PrometheusOptions

    @Option(help: "Columns of the table of differences.")
    var width = 160

    func run() throws {
        var failed = false
        for file in files {
            let report = Self.report(file, version: prometheus.version, width: width)
            for line in report.lines { print(line) }
            failed = failed || !report.passed
        }
        if failed { throw ExitCode(1) }
    }

    /// What the tests of a file came to.
    static func report(_ path: String, version: PrometheusVersion, width: Int) -> (lines: [String], passed: Bool) {
        let title = "Unit Testing: \(path)"
        do {
            let read = RuleTestFileReader.read(text: try RuleText.read(path), file: path, version: version)
            guard let tests = read.tests, !read.problems.contains(where: { $0.severity == .error }) else {
                return ([title, "  FAILED:"] + read.problems.map { "    \($0)" }, false)
            }
            var texts: [(file: String, text: String)] = []
            for file in tests.ruleFiles.flatMap({ RuleText.files($0, beside: path) }) {
                texts.append((file, try RuleText.read(file)))
            }
            let rules = RuleCheck(texts, version: version)
            if rules.hasErrors {
                let errors = rules.problems.filter { $0.severity == .error }
                return ([title, "  FAILED:"] + errors.map { "    \($0)" }, false)
            }
            let failures = tests.tests.flatMap {
                RuleTestRun.failures(of: $0, in: tests, rules: rules.files, version: version)
            }
            if failures.isEmpty { return ([title, "  SUCCESS"], true) }
            return ([title, "  FAILED:"] + failures.flatMap { lines($0, file: path, width: width) }, false)
        } catch {
            return ([title, "  FAILED:", "    \(error)"], false)
        }
    }

    private static func lines(_ failure: RuleTestFailure, file: String, width: Int) -> [String] {
        let place = failure.position.map { ":\($0.line)" } ?? ""
        let head = "    \(file)\(place): \(failure.what)"
        if let error = failure.error { return ["\(head), err: \(error)"] }
        let rows = SideBySide.rows(expected: failure.expected, actual: failure.actual, width: width - 8)
        return [head] + rows.map { "        \($0)" }
    }
}
