import Cluster
import Console
import Monitor

/// The console fed by a monitor.
enum MonitoredConsole {
    /// Shows the console on this thread until it ends.
    ///
    /// - Throws: `ConsoleError` where the terminal or the theme cannot be used.
    static func run(
        on cluster: any Cluster, watchedBy monitor: Monitor, host: any ConsoleHost, options: ConsoleOptions
    ) throws -> ConsoleEnd {
        let (snapshots, feed) = AsyncStream.makeStream(of: Snapshot.self, bufferingPolicy: .bufferingNewest(1))
        let subscription = monitor.subscribe { feed.yield(monitor.snapshot) }
        defer {
            monitor.unsubscribe(subscription)
            feed.finish()
        }
        return try Console.run(cluster: cluster, snapshots: snapshots, host: host, options: options)
    }
}
