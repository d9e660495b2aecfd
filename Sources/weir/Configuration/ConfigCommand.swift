import ArgumentParser
import Console
import Foundation

/// `weir config`: the configuration file and the keys.
struct ConfigCommand: VerbGroup {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Checks the configuration file, and prints the keys.",
        subcommands: [Check.self, Keys.self]
    )

    /// `weir config check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Reads a configuration file and says what is wrong with it.",
            discussion: """
                Exit codes: 0 the file can be used (warnings are said), 1 it cannot, or with --strict there are warnings. A file that is not \
                there can be used when it was not named: everything is then as it comes.
                """
        )

        @Argument(help: "The file; the user's own when none is named.")
        var file: String?

        @Flag(help: "Warnings count as errors.")
        var strict = false

        func run() throws {
            let report = Self.report(file, environment: ProcessInfo.processInfo.environment)
            for line in report.lines { print(line) }
            if report.errors > 0 || (strict && report.warnings > 0) { throw ExitCode(1) }
        }

        /// What is to be said of a file.
        static func report(
            _ file: String?, environment: [String: String]
        ) -> (lines: [String], errors: Int, warnings: Int) {
            guard let path = file ?? Configuration.path(environment) else {
                return (["there is no home directory to look for a configuration in"], 0, 0)
            }
            if file == nil, !FileManager.default.fileExists(atPath: path) {
                return (["\(path) is not there; everything is as it comes"], 0, 0)
            }
            do {
                let configuration = try Configuration.read(path)
                var warnings = configuration.warnings
                if let theme = configuration.theme {
                    do {
                        warnings += try ThemeLibrary(folder: ThemeLibrary.userFolder(environment: environment)).load(
                            theme
                        ).warnings
                    } catch {
                        return (
                            warnings.map { "warning: \($0)" } + ["error: \(path): theme: \(error)"], 1, warnings.count
                        )
                    }
                }
                let clusters = configuration.clusters.count
                let receivers = configuration.notify.receivers.count
                let told = receivers == 0 ? "" : ", \(receivers) receivers of alerts"
                let verdict = "\(path): \(warnings.isEmpty ? "good" : "can be used"), \(clusters) clusters\(told)"
                return (warnings.map { "warning: \($0)" } + [verdict], 0, warnings.count)
            } catch {
                return (["error: \(error)"], 1, 0)
            }
        }
    }

    /// `weir config keys`.
    struct Keys: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "keys",
            abstract: "Prints the keys of all pages as a Markdown table.",
            discussion: "The action's name is what keys: in the configuration file takes."
        )

        @Flag(help: "Prints the keys as Weir comes, whatever the configuration says.")
        var builtIn = false

        func run() throws {
            let keys = builtIn ? KeyOverrides.none : try Configuration.ofUser().console.keys
            for line in KeyTable.markdown(keys) { print(line) }
        }
    }
}
