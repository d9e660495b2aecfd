import AlertRules
import ArgumentParser

/// `weir alerts`: files of alert rules and of their tests.
struct AlertsCommand: VerbGroup {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "Checks alert rules, and runs their tests.",
        discussion: """
            Rules are those of Prometheus: files with groups:, PrometheusRule objects of Kubernetes, and the short form alerts: with name, expr, \
            for, severity and summary.
            """,
        subcommands: [AlertsCheck.self, AlertsTest.self, AlertsRun.self]
    )
}

/// Which Prometheus' rules expressions follow.
struct PrometheusOptions: ParsableArguments {
    @Option(
        name: .customLong("prometheus"),
        help: ArgumentHelp(
            "Whose rules: 3, or 2, where a range includes its older edge and a dot no line's end.",
            valueName: "version"))
    var version = PrometheusVersion.three
}

extension PrometheusVersion: ExpressibleByArgument {
    /// `2` or `3`.
    public init?(argument: String) {
        guard let number = Int(argument), let version = PrometheusVersion(rawValue: number) else { return nil }
        self = version
    }
}
