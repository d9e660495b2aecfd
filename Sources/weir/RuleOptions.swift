import AlertRules
import ArgumentParser
import Foundation
import Monitor

/// The options of every command that watches a cluster: which alert rules are at work.
struct RuleOptions: ParsableArguments {
    @Option(
        name: .customLong("rules"),
        help: ArgumentHelp(
            "A file of alert rules beside the shipped ones, read again when it changes: Prometheus' groups:, a PrometheusRule, or alerts:. Say it "
                + "again for more.", valueName: "file"))
    var files: [String] = []

    @Flag(help: "Leaves out the rules that weir ships; see weir alerts defaults.")
    var noDefaultRules = false

    /// The rules asked for here and by the configuration.
    ///
    /// - Throws: `ValidationError` for a file that cannot be used: later it would leave its former rules at work, now there are none.
    func keeper(_ configuration: Configuration) throws -> RuleKeeper {
        var source = configuration.ruleSource(adding: files, shipsDefaults: !noDefaultRules)
        let loaded = source.load()
        let errors = loaded.problems.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw ValidationError(errors.map(\.description).joined(separator: "\n"))
        }
        return RuleKeeper(loaded, source: source)
    }
}

extension Configuration {
    /// The rules that the configuration asks for, and files beside them; nobody has read them yet.
    func ruleSource(
        adding files: [String] = [], shipsDefaults: Bool = true, version: PrometheusVersion = .three
    ) -> RuleFileSource {
        RuleFileSource(
            rules.map { NSString(string: $0).expandingTildeInPath } + files,
            shipsDefaults: shipsDefaults && hasDefaultRules, version: version)
    }
}
