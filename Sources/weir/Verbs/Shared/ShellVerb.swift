import ArgumentParser
import BrokerCore
import Cluster
import Foundation
import Logging
import Synchronization

/// A command for the shell that does its work through `Cluster`, wherever the cluster is.
///
/// ```swift
/// struct Names: ShellVerb {
///     static let configuration = CommandConfiguration(commandName: "names", abstract: "Prints topic names.")
///     @OptionGroup var reach: ClusterOptions
///
///     func run(on cluster: any Cluster, _ shell: Shell) async throws {
///         try shell.lines(try await cluster.topics(named: nil, detail: .layout).map(\.name))
///     }
/// }
/// ```
protocol ShellVerb: ParsableCommand, Sendable {
    /// Where the cluster is.
    var reach: ClusterOptions { get }

    /// Whether this command line changes the cluster; one that does not gets a client that refuses changes.
    var changesCluster: Bool { get }

    /// Whether the verb asks for compactions or their previews.
    static var compacts: Bool { get }

    /// Does the work.
    ///
    /// - Throws: `VerbFailure` or `ClusterError`, which become the message and the exit code.
    func run(on cluster: any Cluster, _ shell: Shell) async throws
}

extension ShellVerb {
    var changesCluster: Bool { false }
    static var compacts: Bool { false }

    /// Runs as the process's own work, and ends it with the exit code. Ctrl-c and SIGTERM cancel the work's task.
    func run() throws { try runOnCluster() }

    /// Reaches the cluster that the command line names and does the work there.
    func runOnCluster() throws {
        try runAsProcess { [self] in
            let reached = try await ReachedCluster.reach(
                reach, isReadOnly: !changesCluster, compacts: Self.compacts, verb: Self.verbName,
                gathersProduce: true)
            do {
                do {
                    try await run(on: reached.cluster, .standard)
                } catch {
                    // The failure that came first is the one to be told.
                    try? await reached.finish()
                    throw error
                }
                try await reached.finish()
            } catch {
                await reached.close()
                throw error
            }
            await reached.close()
        }
    }

    /// Opens the broker of a data directory in this process, for as long as the work on it takes. It logs to the directory's file.
    func runOnBroker(of folder: String, _ work: @escaping @Sendable (Broker) async throws -> Void) throws {
        try ConsoleSession.logToFile(in: folder)
        try runAsProcess {
            let broker = try Broker.open(BrokerConfiguration(dataDirectory: folder), logger: Logger(label: "weir"))
            defer { broker.close() }
            broker.start()
            try await work(broker)
        }
    }

    /// Does work as the process's own, and ends it with the exit code.
    func runAsProcess(_ work: @escaping @Sendable () async throws -> Void) throws {
        // Output that nobody reads any more is an error of the write.
        signal(SIGPIPE, SIG_IGN)
        let code = Mutex<Int32>(0)
        let task = Task { [self] in
            let ended = await exitCode(in: .standard, work)
            code.withLock { $0 = ended }
        }
        let interruption = Interruption { task.cancel() }
        waitingFor { await task.value }
        withExtendedLifetime(interruption) {}
        let ended = code.withLock { $0 }
        if ended != 0 { throw ExitCode(ended) }
    }

    /// What the audit log calls it: `weir topics delete`.
    private static var verbName: String {
        let group = CommandLine.arguments.dropFirst().first { !$0.hasPrefix("-") } ?? ""
        let name = configuration.commandName ?? ""
        return group == name ? "weir \(name)" : "weir \(group) \(name)"
    }

    /// Runs on a cluster that has been reached, says what went wrong, and gives the exit code.
    func exitCode(on cluster: any Cluster, _ shell: Shell) async -> Int32 {
        await exitCode(in: shell) { try await run(on: cluster, shell) }
    }

    private func exitCode(in shell: Shell, _ work: () async throws -> Void) async -> Int32 {
        do {
            try await work()
            try shell.flush()
            return 0
        } catch {
            // Whatever a cancelled task runs into, the reason is that it was cancelled.
            let failure = Task.isCancelled ? VerbFailure(.interrupted, "") : VerbFailure(error)
            // An error that cannot be said any more still shows in the exit code.
            if !failure.message.isEmpty { try? shell.say("Error: \(failure.message)") }
            try? shell.flush()
            return failure.kind.rawValue
        }
    }
}
