import ArgumentParser
import BrokerCore
import BrokerServer
import Console
import DemoWorkload
import Foundation
import LiveQueries
import Logging

/// `weir demo`: the console on a temporary broker with a living workload.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Opens the console on a temporary broker with a living, reproducible workload."
    )

    @Option(help: "The records' seed: the same seed writes the same records.")
    var seed: UInt64 = 1

    @Option(help: "How much faster than life the workload runs, 0.1 to 100.")
    var speed = 1.0

    @Flag(help: "Runs without a screen until it is told to stop.")
    var headless = false

    @Flag(help: "Leaves out the faults that the workload plays: no group falls behind, sticks or stops.")
    var healthy = false

    @Flag(help: "Tells the receivers of the configuration file of the demo's alerts, too.")
    var notify = false

    @OptionGroup var options: BrokerOptions
    @OptionGroup var screen: ScreenOptions

    func validate() throws {
        guard (0.1...100).contains(speed) else { throw ValidationError("--speed \(speed): choose 0.1 to 100") }
    }

    func run() throws {
        if !headless { Console.preventInteractiveBacktrace() }
        let configuration = try headless && !notify ? Configuration() : Configuration.ofUser()
        signal(SIGPIPE, SIG_IGN)
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-demo-\(getpid())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try ConsoleSession.logToFile(in: folder)
        var prepared: DemoWorkload?
        let running = try start(in: folder, configuration) { broker in
            let workload = DemoWorkload(on: broker, seed: seed, speed: speed, plays: healthy ? .health : .faults)
            try workload.prepare()
            prepared = workload
        }
        let end = { [prepared] in
            waitingFor { () async -> Void in await prepared?.stop() }
        }
        do {
            prepared?.start()
            runStatements(running.queries)
            try running.writeReadyFile(options.readyFile)
        } catch {
            end()
            running.stop()
            throw error
        }
        guard headless else {
            return try ConsoleSession(running, outlivesTerminal: false).run(
                screen, configuration, beforeStopping: { _ = end() })
        }
        print("weir demo serves at \(running.address); ctrl-c stops it")
        SignalWait([SIGTERM, SIGINT]).wait()
        end()
        running.stop()
    }

    /// Runs the demo's statements, which takes nobody's time; one that fails is in the log.
    private func runStatements(_ queries: LiveQueryService) {
        Task {
            for case .failed(let reason) in await queries.run(DemoStatements.text) {
                Logger(label: "weir").error("the demo's statements: \(reason)")
            }
        }
    }

    /// Starts the broker where it was asked to listen, or, if only the default port is taken, on a free one.
    private func start(in folder: String, _ chosen: Configuration, prepare: (Broker) throws -> Void) throws
        -> RunningBroker
    {
        let settings = try options.brokerSettings()
        let configuration = try BrokerConfiguration(dataDirectory: folder, settings: settings)
        var server = try options.server(settings)
        let logger = Logger(label: "weir")
        do {
            return try RunningBroker(
                configuration, server: server, readOnly: screen.readOnly, polling: chosen.console.polling,
                notify: notify ? chosen.notify : NotifyEntries(), scramUsers: options.newScramUsers(),
                metrics: options.metricsAddress(), logger: logger, prepare: prepare
            )
        } catch ServerError.cannotBind(let address, _, isInUse: true) where address.port == 9092 {
            logger.notice("port 9092 is taken; taking a free one")
            for index in server.listeners.indices where server.listeners[index].address == address {
                server.listeners[index].address.port = 0
            }
            return try RunningBroker(
                configuration, server: server, readOnly: screen.readOnly, polling: chosen.console.polling,
                notify: notify ? chosen.notify : NotifyEntries(), scramUsers: options.newScramUsers(),
                metrics: options.metricsAddress(), logger: logger, prepare: prepare
            )
        }
    }
}
