import Foundation
import TerminalHarness
import Testing

#if canImport(CVTerm)
    /// A folder with a broker's data, the console's own state and a configuration, and the real binary run on them.
    final class AttachedStage {
        /// How long anything may take before a test says that it does not happen.
        static let patience = 60.0

        private let folder: TemporaryFolder

        /// Makes the folder; nothing runs yet.
        init() throws { folder = try TemporaryFolder() }

        /// The broker's data directory.
        var data: URL { folder.url.appending(path: "data") }

        /// The data directory of a console that has no broker of its own.
        var ownData: URL { folder.url.appending(path: "own") }

        /// What `XDG_CONFIG_HOME` is set to.
        var configuration: URL { folder.url.appending(path: "config") }

        /// Writes the user's configuration file.
        func configure(_ text: String) throws {
            let home = configuration.appending(path: "weir")
            try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: home.appending(path: "config.yaml"))
        }

        /// Starts the broker without a screen.
        func serve(listen: String = "127.0.0.1:0") throws -> WeirProcess {
            try WeirProcess(dataDirectory: data, listen: listen)
        }

        /// Starts the binary on a terminal.
        func terminal(_ arguments: [String]) throws -> HeadlessTerminal {
            try #require(
                HeadlessTerminal(
                    WeirProcess.binary.path, arguments, rows: 30, columns: 120,
                    environment: HeadlessTerminal.environment + ["XDG_CONFIG_HOME=\(configuration.path)"]))
        }

        /// Opens the console on a running cluster, and waits for its board.
        func attach(_ cluster: String, _ options: String...) throws -> HeadlessTerminal {
            let terminal = try terminal(["--data", ownData.path, "--attach", cluster] + options)
            terminal.expect("throughput")
            return terminal
        }

        /// Runs a verb to its end.
        func weir(_ arguments: [String], on cluster: String) throws -> Ran {
            try run(
                "/usr/bin/env",
                [
                    "XDG_CONFIG_HOME=\(configuration.path)", "XDG_DATA_HOME=\(folder.url.path)",
                    WeirProcess.binary.path,
                ] + arguments + ["--bootstrap-server", cluster])
        }

        /// Writes lines with kcat, which must be told that they arrived.
        func produce(_ lines: [String], to topic: String, on address: String, _ options: String...) throws {
            let ran = try run(
                "/usr/bin/kcat", ["-P", "-b", address, "-t", topic] + options,
                input: Data(lines.map { "\($0)\n" }.joined().utf8))
            #expect(ran.status == 0, "\(ran.errors)")
        }

        /// Reads what is left for a group with kcat, commits and leaves.
        func consume(_ topic: String, as group: String, on address: String) throws -> Int {
            try run(
                "/usr/bin/kcat",
                ["-b", address, "-G", group, "-e", "-q", "-X", "auto.offset.reset=earliest", topic]
            ).output.split(separator: "\n").count
        }
    }

    extension HeadlessTerminal {
        /// Expects the screen to show a text in time.
        func expect(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
            let isShown = waitFor(text, seconds: AttachedStage.patience)
            #expect(isShown, "no \(text) on:\n\(self.text)", sourceLocation: sourceLocation)
        }

        /// Expects the screen to match a pattern in time.
        func expect(_ pattern: some RegexComponent, sourceLocation: SourceLocation = #_sourceLocation) {
            let isShown = wait(seconds: AttachedStage.patience) { $0.text.contains(pattern) }
            #expect(isShown, "the pattern is not on:\n\(self.text)", sourceLocation: sourceLocation)
        }

        /// Goes to a topic's own screen.
        func openTopic(_ topic: String) {
            type("2")
            expect("partitions of all topics")
            // ctrl-u: what an earlier filter looked for is still in the prompt.
            type("/\u{15}\(topic)\r\r")
            expect("\u{2510}\(topic)\u{250c}")
        }
    }
#endif
