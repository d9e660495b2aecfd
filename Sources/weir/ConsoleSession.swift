import AlertRules
import ArgumentParser
import BrokerCore
import BrokerServer
import Cluster
import Console
import Foundation
import LiveQueries
import Logging
import Monitor
import Operations

/// The console on a running broker, from the first frame until the broker has stopped.
struct ConsoleSession: ConsoleHost {
    private let running: RunningBroker
    /// Whether the broker outlives its terminal.
    private let outlivesTerminal: Bool

    /// A session on a broker that runs already.
    ///
    /// - Parameter outlivesTerminal: The broker serves on when the terminal is gone; a demo, which nobody could find again, does not.
    init(_ running: RunningBroker, outlivesTerminal: Bool = true) {
        self.running = running
        self.outlivesTerminal = outlivesTerminal
    }

    func connectedClients() -> Int { running.server.connectionCount }

    func refresh() { running.monitor.refreshNow() }

    func acknowledge(_ losses: [AlertMarks.Loss]) { running.monitor.acknowledge(losses) }
    var timeline: Timeline? { running.monitor.timeline }
    var queries: (any QueryService)? { running.queries }

    private var state: KeptState { KeptState(in: running.broker.configuration.stateDirectory, audit: running.audit) }

    func keep(_ settings: KeptSettings) throws(SettingsError) { try state.keep(settings) }
    func alertMarks(cluster: String) throws(AlertMarksError) -> AlertMarks { try state.alertMarks(cluster: cluster) }

    func keep(_ marks: AlertMarks, cluster: String) throws(AlertMarksError) -> String? {
        running.notifications?.use(marks)
        return try state.keep(marks, cluster: cluster)
    }

    var attention: AsyncStream<Attention> { running.notifications?.attention ?? AsyncStream { $0.finish() } }
    var deliveries: AsyncStream<DeliveryBoard> { running.notifications?.boards ?? AsyncStream { $0.finish() } }

    func auditEvents(_ count: Int) async throws(ClusterError) -> AuditExcerpt { try await running.audit.newest(count) }

    /// Shows the console on this thread; when it ends the broker stops, or serves on without a screen until it is told to stop.
    ///
    /// - Parameters:
    ///   - configuration: What counts where the command line says nothing.
    ///   - plain: Prints a page instead of opening a screen.
    ///   - beforeStopping: Runs before the broker is stopped, whatever the end.
    /// - Throws: `ConsoleError` where the terminal or the theme cannot be used; the broker is stopped then.
    func run(
        _ options: ScreenOptions, _ configuration: Configuration, plain: PlainOptions? = nil,
        beforeStopping: () -> Void = {}
    ) throws {
        defer {
            beforeStopping()
            running.stop()
        }
        // The console takes SIGHUP for itself and then gives it back: to be ignored, so that a lost terminal ends nothing midway.
        signal(SIGHUP, SIG_IGN)
        let (kept, warning) = state.settings()
        var console = options.console(address: running.address, configuration, kept: kept, warning: warning)
        console.stateDirectory = running.broker.configuration.stateDirectory
        if let plain, plain.isOn {
            return try MonitoredConsole.print(
                plain, on: running.audited, watchedBy: running.monitor, host: self, options: console)
        }
        let end = try MonitoredConsole.run(
            on: running.audited, watchedBy: running.monitor, host: self, options: console)
        if end == .keepServing || (end == .terminalLost && outlivesTerminal) {
            serveOn(hasTerminal: end == .keepServing)
        }
    }

    private func serveOn(hasTerminal: Bool) {
        let stop = SignalWait([SIGTERM, SIGINT])
        let logger = Logger(label: "weir")
        if hasTerminal {
            print("weir serves on at \(running.address) without a screen; ctrl-c or kill \(getpid()) stops it")
        } else {
            logger.notice("the terminal is gone; serving on without a screen", metadata: ["pid": "\(getpid())"])
        }
        stop.wait()
        logger.notice("stopping")
    }

    /// Sends log lines to `weir.log` in Weir's own part of a data directory: the terminal belongs to the console.
    ///
    /// - Throws: Foundation's error with the path when the file cannot be opened.
    static func logToFile(in dataDirectory: String) throws {
        let folder = "\(dataDirectory)/state"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let sink = try LineLogHandler.Sink(appendingTo: "\(folder)/weir.log")
        LoggingSystem.bootstrap { LineLogHandler(label: $0, sink: sink) }
    }
}
