import ArgumentParser
import BrokerCore
import ClusterClient
import Console
import Foundation
import Logging

/// `weir`: the console on the broker of a data directory, or on a cluster of other processes.
struct ConsoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "Opens the console on the broker of a data directory, or on a running cluster (the default command)."
    )

    @OptionGroup var attachOptions: AttachOptions
    @OptionGroup var dataOptions: DataOptions
    @OptionGroup var options: BrokerOptions
    @OptionGroup var screen: ScreenOptions
    @OptionGroup var plain: PlainOptions

    func run() throws {
        Console.preventInteractiveBacktrace()
        signal(SIGPIPE, SIG_IGN)
        let configuration = try Configuration.ofUser()
        try ConsoleSession.logToFile(in: dataOptions.directory)
        let logger = Logger(label: "weir")
        for warning in configuration.warnings { logger.warning("\(warning)") }
        if let cluster = attachOptions.attach {
            let (entry, name) = try ClusterEntry.named(cluster, in: configuration, write: attachOptions.write)
            return try attach(entry, name, configuration)
        }
        let running: RunningBroker
        do {
            running = try start(logger, configuration)
        } catch {
            guard let offer = HolderOffer(error) else { throw error }
            // Who wants a page wants it from whoever has the directory; nothing is changed by it.
            if plain.isOn { return try look(at: offer.listener, configuration) }
            guard HolderOffer.canAsk else { throw error }
            return try take(offer, configuration)
        }
        try running.writeReadyFile(options.readyFile)
        try ConsoleSession(running).run(screen, configuration, plain: plain)
    }

    private func start(_ logger: Logger, _ configuration: Configuration) throws -> RunningBroker {
        let settings = try options.brokerSettings()
        return try RunningBroker(
            BrokerConfiguration(dataDirectory: dataOptions.directory, settings: settings),
            server: options.server(settings),
            readOnly: screen.readOnly,
            polling: configuration.console.polling,
            notify: plain.isOn ? NotifyEntries() : configuration.notify,
            scramUsers: options.newScramUsers(),
            metrics: options.metricsAddress(),
            logger: logger
        )
    }

    private func attach(_ entry: ClusterEntry, _ name: String?, _ configuration: Configuration) throws {
        var entry = entry
        if screen.readOnly { entry.settings.isReadOnly = true }
        let session = try AttachedSession(
            to: entry, name: name, stateDirectory: "\(dataOptions.directory)/state",
            polling: configuration.console.polling, notify: plain.isOn ? NotifyEntries() : configuration.notify)
        try session.run(screen, configuration, plain: plain, metrics: try options.metricsAddress())
    }

    private func look(at listener: String, _ configuration: Configuration) throws {
        var entry = ClusterEntry(bootstrap: try BrokerAddress.list(parsing: listener))
        entry.settings.isReadOnly = true
        try attach(entry, nil, configuration)
    }

    private func take(_ offer: HolderOffer, _ configuration: Configuration) throws {
        let choice = offer.ask()
        guard choice != .quit else { throw ExitCode(1) }
        var entry = ClusterEntry(bootstrap: try BrokerAddress.list(parsing: offer.listener))
        entry.settings.isReadOnly = choice == .attach
        try attach(entry, nil, configuration)
    }
}
