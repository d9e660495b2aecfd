import AlertRules
import ArgumentParser

/// `weir alerts check`.
struct AlertsCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads files of alert rules and says what is wrong with them.",
        discussion: """
            An expression that is no PromQL, an unknown key or a name said twice is an error. A metric that Weir does not publish, and that no rule \
            in the files records, is a warning: the rule could never fire. Exit codes: 0 the files can be used, 1 they cannot, or with --strict \
            there are warnings, 64 the command line is wrong.
            """
    )

    @Argument(help: "Files of rules.")
    var files: [String]

    @OptionGroup var prometheus: PrometheusOptions

    @Flag(help: "Warnings count as errors.")
    var strict = false

    func run() throws {
        let report = Self.report(files, version: prometheus.version)
        for line in report.lines { print(line) }
        if report.errors > 0 || (strict && report.warnings > 0) { throw ExitCode(1) }
    }

    /// What is to be said of files.
    static func report(
        _ paths: [String], version: PrometheusVersion
    ) -> (lines: [String], errors: Int, warnings: Int) {
        var problems: [RuleFileProblem] = []
        var texts: [(file: String, text: String)] = []
        for path in paths {
            do {
                texts.append((path, try RuleText.read(path)))
            } catch {
                problems.append(error)
            }
        }
        let check = RuleCheck(texts, version: version)
        problems += check.problems
        let lines =
            problems.map(\.description)
            + check.files.map { "\($0.file): \(count($0.rules, "rule")) in \(count($0.groups, "group"))" }
        let errors = problems.count { $0.severity == .error }
        return (lines, errors, problems.count - errors)
    }

    private static func count(_ items: [some Any], _ word: String) -> String {
        "\(items.count) \(word)\(items.count == 1 ? "" : "s")"
    }
}
