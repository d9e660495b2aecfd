import AlertRules
import ArgumentParser
import BrokerCore
import Cluster
import Foundation
import Logging
import Monitor

/// `weir alerts run`.
struct AlertsRun: ShellVerb {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Holds alert rules against a cluster once and says which fire, for cron.",
        discussion: """
            Without --rules the console's rules are held: the shipped ones and those of the configuration file. Several of the shipped ones read \
            figures that show only with --observe 1m; one that the cluster tells nothing for, as another broker's disk, does not count (n/a).

            A condition that holds counts as firing, whatever the rule's for: says, because one look cannot wait for it; with --honour-for \
            it must hold as long while --observe lasts. A rule that looks back (rate, offset, …) further than --observe, or reads figures \
            that show only when a cluster is watched for a while, is unknown and says what it needs.

            Exit codes: 0 nothing fires, 1 something fires, 2 nothing fires and of some rules it cannot be told, 64 the command line or a \
            file is wrong, 69 the cluster cannot be reached, 130 interrupted.
            """
    )

    @Flag(help: "Looks once and ends; weir serve watches all the time.")
    var once = false

    @Option(
        name: .customLong("rules"),
        help: ArgumentHelp(
            "A file of alert rules, in place of the shipped ones and the configuration's; may be repeated.",
            valueName: "file"))
    var files: [String] = []

    @Option(help: ArgumentHelp("How long to look, as 30s or 6m.", valueName: "time"))
    var observe = "0s"

    @Flag(help: "A condition fires only when it has held for the rule's for:.")
    var honourFor = false

    @OptionGroup var prometheus: PrometheusOptions
    @OptionGroup var reach: ClusterOptions
    @OptionGroup var dataOptions: DataOptions
    @OptionGroup var output: OutputOptions

    /// Milliseconds between two polls at least and at most.
    private static let pauses: ClosedRange<Int64> = 1000...15_000

    func validate() throws {
        guard once else { throw ValidationError("say --once; weir serve watches all the time") }
        guard PrometheusDuration.milliseconds(observe) != nil else {
            throw ValidationError("--observe \(observe): write a time as 30s or 6m")
        }
    }

    func run() throws {
        guard dataOptions.data != nil else { return try runOnCluster() }
        try ConsoleSession.logToFile(in: dataOptions.directory)
        let folder = dataOptions.directory
        try runAsProcess { [self] in
            let broker = try Broker.open(BrokerConfiguration(dataDirectory: folder), logger: Logger(label: "weir"))
            defer { broker.close() }
            broker.start()
            try await run(on: EmbeddedCluster(broker, readOnly: true), .standard)
        }
    }

    func run(on cluster: any Cluster, _ shell: Shell) async throws {
        var look = RuleLook(
            try rules(try Configuration.ofUser()), version: prometheus.version, honoursFor: honourFor)
        let monitor = Monitor(of: cluster)
        let duration = PrometheusDuration.milliseconds(observe) ?? 0
        let pause = min(max(duration / 20, Self.pauses.lowerBound), Self.pauses.upperBound)
        let end = ContinuousClock.now + .milliseconds(duration)
        while true {
            look.take(await monitor.poll())
            try Task.checkCancellation()
            let rest = ContinuousClock.now.duration(to: end)
            guard rest > .zero else { break }
            // The time between looks is what is looked for.
            try await Task.sleep(for: min(rest, .milliseconds(pause)))
        }
        let verdicts = look.verdicts
        try tell(verdicts, shell)
        let code = RuleLook.exitCode(verdicts)
        if code != 0 { throw VerbFailure(code == 1 ? .notDone : .unknown, "") }
    }

    /// The files named here, or else the rules that the console has.
    ///
    /// - Throws: `VerbFailure` for files that cannot be used.
    func rules(_ configuration: Configuration) throws(VerbFailure) -> [RuleFile] {
        var source =
            files.isEmpty
            ? configuration.ruleSource(version: prometheus.version)
            : RuleFileSource(files, shipsDefaults: false, version: prometheus.version)
        let loaded = source.load()
        let errors = loaded.problems.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw VerbFailure(.usage, errors.map(\.description).joined(separator: "\n"))
        }
        return loaded.files
    }

    private func tell(_ verdicts: [RuleLook.Verdict], _ shell: Shell) throws(VerbFailure) {
        guard !output.json else {
            return try shell.json(["rules": .array(verdicts.map(Self.json))])
        }
        for verdict in verdicts {
            let reason = verdict.reason.map { "  \($0)" } ?? ""
            let state = verdict.state.rawValue
            guard !verdict.alerts.isEmpty else {
                try shell.line("\(Self.padded(state))\(verdict.rule)\(reason)")
                continue
            }
            for alert in verdict.alerts {
                let labels = alert.labels.removing(["alertname"])
                try shell.line("\(Self.padded(state))\(verdict.rule)  \(labels)  \(alert.value)\(reason)")
            }
        }
    }

    private static func padded(_ state: String) -> String {
        state + String(repeating: " ", count: max(9 - state.count, 1))
    }

    private static func json(_ verdict: RuleLook.Verdict) -> JSONValue {
        let alerts = verdict.alerts.map { alert -> JSONValue in
            let labels = alert.labels.labels.map { JSONValue.Member(name: $0.name, value: .string($0.value)) }
            return ["labels": .object(labels), "value": .number(alert.value)]
        }
        return [
            "group": .string(verdict.group), "rule": .string(verdict.rule), "state": .string(verdict.state.rawValue),
            "reason": JSONValue(verdict.reason), "alerts": .array(alerts),
        ]
    }
}
