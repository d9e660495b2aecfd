import Cluster
import ClusterClient
import Console
import Foundation
import Logging
import Monitor

/// The console on a cluster of other processes, from the first frame until it is closed.
struct AttachedSession: ConsoleHost {
    private let cluster: KafkaCluster
    private let monitor: Monitor
    private let entry: ClusterEntry
    private let name: String?

    /// Attaches to a cluster: one of its brokers must answer, so that a wrong address or password is said at once.
    ///
    /// - Parameter name: The name the configuration file has for it; nil for none.
    /// - Throws: `ClusterError`.
    init(to entry: ClusterEntry, name: String?, stateDirectory: String) throws {
        let cluster = KafkaCluster.attach(entry.settings)
        self.cluster = cluster
        self.entry = entry
        self.name = name
        monitor = Monitor(of: cluster)
        do {
            try waitingFor { () async throws(ClusterError) in
                try await cluster.keepCompactionJournal(below: stateDirectory)
            }
        } catch {
            waitingFor { await cluster.close() }
            throw error
        }
        monitor.start()
    }

    func connectedClients() -> Int { 0 }

    func refresh() { monitor.refreshNow() }

    /// Shows the console on this thread until it ends, then hangs up.
    ///
    /// - Throws: `ConsoleError` where the terminal or the theme cannot be used.
    func run(_ screen: ScreenOptions) throws {
        defer {
            let (cluster, monitor) = (cluster, monitor)
            waitingFor {
                await monitor.stop()
                await cluster.close()
            }
        }
        var options = screen.console(address: entry.settings.bootstrap.map { "\($0)" }.joined(separator: ","))
        options.isEmbedded = false
        _ = try MonitoredConsole.run(on: cluster, watchedBy: monitor, host: self, options: options)
    }
}
