import AlertDelivery
import AlertRules
import BrokerServer
import Cluster
import ClusterClient
import Console
import Foundation
import LiveQueries
import Logging
import MetricsEndpoint
import Monitor
import Operations

/// The console on a cluster of other processes, from the first frame until it is closed.
struct AttachedSession: ConsoleHost {
    private let cluster: KafkaCluster
    private let monitor: Monitor
    private let entry: ClusterEntry
    private let name: String?
    private let audit: AuditLog
    private let audited: AuditedCluster
    private let state: KeptState
    private let notifications: Notifications?
    private let stateDirectory: String
    private let service: LiveQueryService

    /// Attaches to a cluster: one of its brokers must answer, so that a wrong address or password is said at once.
    ///
    /// - Parameters:
    ///   - name: The name the configuration file has for it; nil for none.
    ///   - polling: How often it is asked.
    ///   - rules: The alert rules at work.
    ///   - notify: Who is told of alerts.
    /// - Throws: `ClusterError`.
    init(
        to entry: ClusterEntry, name: String?, stateDirectory: String, polling: MonitorSettings, rules: RuleKeeper,
        notify: NotifyEntries = NotifyEntries()
    ) throws {
        let cluster = KafkaCluster.attach(entry.settings)
        self.cluster = cluster
        self.entry = entry
        self.name = name
        self.stateDirectory = stateDirectory
        rules.keep(in: stateDirectory) { Logger(label: "weir").warning("\($0)") }
        monitor = Monitor(of: cluster, rules: rules, settings: polling)
        monitor.timeline.keep(in: stateDirectory) { Logger(label: "weir").warning("\($0)") }
        do {
            let clusterID = try awaiting { () async throws(ClusterError) in
                try await cluster.keepCompactionJournal(below: stateDirectory)
                return try await cluster.status().clusterID
            }
            audit = AuditLog(
                TimelineJournal(
                    journal: AuditFile(stateDirectory: stateDirectory, clusterID: clusterID),
                    timeline: monitor.timeline),
                actor: .ofProcess("console"), cluster: clusterID)
            audited = AuditedCluster(cluster, log: audit)
            state = KeptState(in: stateDirectory, audit: audit)
            notifications = Notifications.start(
                notify, of: monitor, cluster: name ?? clusterID,
                memory: DeliveryMemory(in: stateDirectory, cluster: clusterID),
                marks: Self.marks(of: clusterID, in: state), logger: Logger(label: "weir"))
            service = LiveQueryService(on: audited, keptIn: nil)
        } catch {
            waitingFor { await cluster.close() }
            throw error
        }
        monitor.start()
    }

    /// The operator's marks on alerts; none where they cannot be read, which is said.
    private static func marks(of cluster: String, in kept: KeptState) -> AlertMarks {
        do {
            return try kept.alertMarks(cluster: cluster)
        } catch {
            Logger(label: "weir").warning("acknowledged and silenced alerts are told like others: \(error)")
            return AlertMarks()
        }
    }

    var attention: AsyncStream<Attention> { notifications?.attention ?? AsyncStream { $0.finish() } }
    var deliveries: AsyncStream<DeliveryBoard> { notifications?.boards ?? AsyncStream { $0.finish() } }

    func connectedClients() -> Int { 0 }

    func refresh() { monitor.refreshNow() }

    func acknowledge(_ losses: [AlertMarks.Loss]) { monitor.acknowledge(losses) }
    var timeline: Timeline? { monitor.timeline }
    var queries: (any QueryService)? { service }

    func keep(_ settings: KeptSettings) throws(SettingsError) { try state.keep(settings) }
    func alertMarks(cluster: String) throws(AlertMarksError) -> AlertMarks { try state.alertMarks(cluster: cluster) }

    func keep(_ marks: AlertMarks, cluster: String) throws(AlertMarksError) -> String? {
        notifications?.use(marks)
        return try state.keep(marks, cluster: cluster)
    }

    func auditEvents(_ count: Int) async throws(ClusterError) -> AuditExcerpt {
        // Another Weir's broker has a log of its own, of what was done at its console.
        let own = try await audit.newest(count)
        let topic = AuditTopic(on: cluster) { _ async throws(ClusterError) in
            throw .unsupported("the audit log of another broker is only read")
        }
        return own.joined(try await topic.newest(count), count)
    }

    /// Shows the console on this thread until it ends, then hangs up.
    ///
    /// - Parameter metrics: Where Prometheus may read what is known meanwhile; nil for nowhere.
    /// - Throws: `ConsoleError` where the terminal or the theme cannot be used, `MetricsServerError`.
    func run(
        _ screen: ScreenOptions, _ configuration: Configuration, plain: PlainOptions? = nil,
        metrics: ListenerAddress? = nil
    ) throws {
        defer {
            notifications?.stop()
            let (cluster, monitor, service) = (cluster, monitor, service)
            waitingFor {
                await service.stop()
                await monitor.stop()
                await cluster.close()
            }
        }
        let server = try MetricsServer.start(metrics, of: monitor, logger: Logger(label: "weir"))
        defer { server?.stop() }
        let (kept, warning) = state.settings()
        var options = screen.console(
            address: entry.settings.bootstrap.map { "\($0)" }.joined(separator: ","), configuration, kept: kept,
            warning: warning)
        options.frameColour = entry.colour
        options.isEmbedded = false
        options.stateDirectory = stateDirectory
        options.clusterName = name ?? ""
        options.isProduction = entry.isProduction
        if let plain, plain.isOn {
            return try MonitoredConsole.print(plain, on: audited, watchedBy: monitor, host: self, options: options)
        }
        _ = try MonitoredConsole.run(on: audited, watchedBy: monitor, host: self, options: options)
    }
}
