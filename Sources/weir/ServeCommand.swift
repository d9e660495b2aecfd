import ArgumentParser
import BrokerCore
import Foundation
import Logging

/// `weir serve`: the broker without a screen.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the broker without a screen, logging to stderr."
    )

    @OptionGroup var dataOptions: DataOptions
    @OptionGroup var options: BrokerOptions

    func run() throws {
        let stop = SignalWait([SIGTERM, SIGINT])
        // A lost terminal is no reason to stop serving.
        signal(SIGHUP, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        let sink = LineLogHandler.Sink(.standardError)
        LoggingSystem.bootstrap { LineLogHandler(label: $0, sink: sink) }
        let settings = try options.brokerSettings()
        let configuration = try Configuration.ofUser()
        for warning in configuration.warnings { Logger(label: "weir").warning("\(warning)") }
        let running = try RunningBroker(
            BrokerConfiguration(dataDirectory: dataOptions.directory, settings: settings),
            server: options.server(settings),
            readOnly: false,
            notify: configuration.notify,
            scramUsers: options.newScramUsers(),
            metrics: options.metricsAddress(),
            logger: Logger(label: "weir")
        )
        try running.writeReadyFile(options.readyFile)
        stop.wait()
        Logger(label: "weir").notice("stopping")
        running.stop()
    }
}
