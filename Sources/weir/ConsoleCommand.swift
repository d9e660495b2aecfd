import ArgumentParser
import BrokerCore
import Console
import Foundation
import Logging

/// `weir`: the console on the broker of a data directory.
struct ConsoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Opens the console on the broker of a data directory (the default command)."
    )

    @OptionGroup var dataOptions: DataOptions
    @OptionGroup var options: BrokerOptions
    @OptionGroup var screen: ScreenOptions

    func run() throws {
        Console.preventInteractiveBacktrace()
        signal(SIGPIPE, SIG_IGN)
        try ConsoleSession.logToFile(in: dataOptions.directory)
        let settings = try options.brokerSettings()
        let running = try RunningBroker(
            BrokerConfiguration(dataDirectory: dataOptions.directory, settings: settings),
            server: options.server(settings),
            readOnly: screen.readOnly,
            logger: Logger(label: "weir")
        )
        try running.writeReadyFile(options.readyFile)
        try ConsoleSession(running).run(screen)
    }
}
