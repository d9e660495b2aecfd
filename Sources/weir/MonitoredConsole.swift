import ArgumentParser
import Cluster
import Console
import Monitor
import Synchronization

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

    /// Prints a page on standard output, without a screen.
    ///
    /// - Throws: `ExitCode` where the cluster says nothing or nobody reads any more, as the verbs do.
    static func print(
        _ plain: PlainOptions, on cluster: any Cluster, watchedBy monitor: Monitor, host: any ConsoleHost,
        options: ConsoleOptions
    ) throws {
        let (snapshots, feed) = AsyncStream.makeStream(of: Snapshot.self, bufferingPolicy: .bufferingNewest(1))
        let subscription = monitor.subscribe { feed.yield(monitor.snapshot) }
        defer {
            monitor.unsubscribe(subscription)
            feed.finish()
        }
        let stopped = Atomic(false)
        let interruption = Interruption { stopped.store(true, ordering: .relaxed) }
        defer { withExtendedLifetime(interruption) {} }
        var failure: VerbFailure?
        let isAnswered = PlainConsole.run(
            cluster: cluster, snapshots: snapshots, host: host, options: options, page: try plain.request(),
            format: plain.json ? .json : .text, watches: plain.watch,
            isStopped: { stopped.load(ordering: .relaxed) }
        ) { text in
            do throws(VerbFailure) {
                try Shell.standard.output.write(Array(text.utf8))
                try Shell.standard.flush()
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw ExitCode(failure.kind.rawValue) }
        guard isAnswered || stopped.load(ordering: .relaxed) else {
            try Shell.standard.say("Error: the cluster did not tell its state in time")
            throw ExitCode(VerbFailure.Kind.unreachable.rawValue)
        }
    }
}
