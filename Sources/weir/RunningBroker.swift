import AlertDelivery
import AlertRules
import BrokerCore
import BrokerServer
import Cluster
import Foundation
import LiveQueries
import Logging
import MetricsEndpoint
import Monitor
import Operations

/// The broker with its listener and its monitor: what `weir`, `weir demo` and `weir serve` have in common.
struct RunningBroker {
    /// The broker.
    let broker: Broker
    /// Its listener.
    let server: BrokerServer
    /// The broker as the monitor and the console see it.
    let cluster: EmbeddedCluster
    /// What watches it.
    let monitor: Monitor
    /// What Prometheus asks; nil where it may not.
    private let metrics: MetricsServer?
    /// Who is told of alerts; nil for nobody.
    let notifications: Notifications?
    /// Where the console's acts are put down.
    let audit: AuditLog
    /// The broker as the console acts on it: every change leaves its events in the audit log.
    let audited: AuditedCluster
    /// What runs statements over its topics.
    let queries: LiveQueryService

    /// Opens the broker on its directory, lets clients in, and starts to watch.
    ///
    /// - Parameters:
    ///   - readOnly: The console may not change anything; clients still may.
    ///   - polling: How often it is looked at.
    ///   - rules: The alert rules at work.
    ///   - notify: Who is told of alerts.
    ///   - scramUsers: Users who may log in from now on.
    ///   - metrics: Where Prometheus may read what is known; nil for nowhere.
    ///   - prepare: Runs when the broker works, before anybody watches it.
    /// - Throws: `BrokerError`, `ServerError`, `MetricsServerError`, what `prepare` throws; nothing is left running then.
    init(
        _ configuration: BrokerConfiguration,
        server settings: ServerConfiguration,
        readOnly: Bool,
        polling: MonitorSettings = MonitorSettings(),
        rules: RuleKeeper = RuleKeeper(),
        notify: NotifyEntries = NotifyEntries(),
        scramUsers: [NewScramUser] = [],
        metrics: ListenerAddress? = nil,
        logger: Logger,
        prepare: (Broker) throws -> Void = { _ in }
    ) throws {
        broker = try Broker.open(configuration, logger: logger)
        do {
            try broker.scramUsers.set(scramUsers)
            server = try BrokerServer.start(for: broker, configuration: settings, logger: logger)
        } catch {
            broker.close()
            throw error
        }
        broker.announce(listener: Self.openAddress(of: server))
        for listener in settings.listeners where listener.sasl?.mechanisms.contains(.plain) == true {
            guard listener.tls == nil, !listener.address.isLoopback else { continue }
            logger.warning("\(listener.name): PLAIN sends passwords as they are, and nothing encrypts them here")
        }
        broker.start()
        do {
            try prepare(broker)
        } catch {
            server.stop()
            broker.close()
            throw error
        }
        let cluster = EmbeddedCluster(broker, readOnly: readOnly)
        cluster.use(server)
        self.cluster = cluster
        let topic = AuditTopic(on: cluster) { record async throws(ClusterError) in
            try await cluster.append(toAuditLog: record)
        }
        let timeline = Timeline()
        timeline.keep(in: configuration.stateDirectory) { logger.warning("\($0)") }
        audit = AuditLog(
            TimelineJournal(journal: topic, timeline: timeline), actor: .ofProcess("console"), cluster: broker.clusterID
        )
        audited = AuditedCluster(cluster, log: audit)
        queries = LiveQueryService(on: audited, keptIn: "\(configuration.stateDirectory)/queries")
        rules.keep(in: configuration.stateDirectory) { logger.warning("\($0)") }
        monitor = Monitor(of: cluster, rules: rules, settings: polling, timeline: timeline)
        do {
            self.metrics = try MetricsServer.start(metrics, of: monitor, logger: logger)
        } catch {
            server.stop()
            broker.close()
            throw error
        }
        let folder = configuration.stateDirectory
        notifications = Notifications.start(
            notify, of: monitor, cluster: broker.clusterID, memory: DeliveryMemory(in: folder),
            marks: Self.marks(of: broker.clusterID, in: KeptState(in: folder, audit: audit), logger), logger: logger)
        monitor.start()
        // What a query has to restore may take a while; nobody waits for it.
        let queries = queries
        Task { await queries.start() }
    }

    /// The operator's marks on alerts; none where they cannot be read, which is said.
    private static func marks(of cluster: String, in kept: KeptState, _ logger: Logger) -> AlertMarks {
        do {
            return try kept.alertMarks(cluster: cluster)
        } catch {
            logger.warning("acknowledged and silenced alerts are told like others: \(error)")
            return AlertMarks()
        }
    }

    /// The address clients are told, `host:port`; of several listeners the first one that asks nobody who they are.
    var address: String { Self.openAddress(of: server) }

    private static func openAddress(of server: BrokerServer) -> String {
        let open = server.bound.first { $0.listener.securityProtocol == .plaintext } ?? server.bound.first
        return open.map { "\($0.advertised)" } ?? ""
    }

    /// Writes the address for those who wait for it: a line, whole or not at all. Several listeners have a line each, with their names.
    ///
    /// - Throws: Foundation's error with the path.
    func writeReadyFile(_ path: String?) throws {
        guard let path else { return }
        let lines =
            server.bound.count == 1
            ? [address] : server.bound.map { "\($0.listener.name)://\($0.advertised)" }
        try Data(lines.map { "\($0)\n" }.joined().utf8).write(to: URL(filePath: path), options: .atomic)
    }

    /// Stops in order: queries commit, nobody watches, no more clients, then the broker, closed as Kafka closes. Waits until all has ended.
    func stop() {
        notifications?.stop()
        metrics?.stop()
        let (queries, monitor) = (queries, monitor)
        waitingFor {
            await queries.stop()
            await monitor.stop()
        }
        server.stop()
        broker.close()
    }
}
