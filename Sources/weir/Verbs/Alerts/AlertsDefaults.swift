import AlertRules
import ArgumentParser

/// `weir alerts defaults`.
struct AlertsDefaults: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "defaults",
        abstract: "Prints the rules that weir ships, as a file to edit a copy of.",
        discussion: """
            weir alerts defaults > rules.yaml, then edit it and start with --no-default-rules --rules rules.yaml. To have rules of your own beside \
            the shipped ones, --rules alone is enough.
            """
    )

    func run() throws { print(DefaultRules.text, terminator: "") }
}
