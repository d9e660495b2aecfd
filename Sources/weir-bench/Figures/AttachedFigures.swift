import BrokerServer
import Cluster
import ClusterClient
import Dispatch
import Logging
import Synchronization

/// Polls of an attached cluster over loopback, as the monitor makes them: groups first, then topics with their figures.
///
/// Broker and client share the process, so that a figure has the work of both.
struct AttachedFigures {
    let context: FigureContext

    /// Takes the figures of a small cluster and of a large one.
    func run() throws {
        try take(partitions: 50, groups: 100, commitsPerGroup: 50, aim: "≤ 50 ms")
        try take(partitions: context.partitions, groups: context.groups, commitsPerGroup: 10, aim: "≤ 1000 ms")
    }

    private func take(partitions: Int, groups: Int, commitsPerGroup: Int, aim: String) throws {
        let path = context.workplace.fresh("attached")
        let polled = try PolledBroker(
            at: path, partitions: partitions, perTopic: min(partitions, 100), groups: groups,
            commitsPerGroup: commitsPerGroup)
        var configuration = ServerConfiguration()
        configuration.listeners = [Listener(ListenerAddress(host: "127.0.0.1", port: 0))]
        let quiet = Logger(label: "weir-bench") { _ in SwiftLogNoOpLogHandler() }
        let server = try BrokerServer.start(for: polled.broker, configuration: configuration, logger: quiet)
        let address = BrokerAddress(host: "127.0.0.1", port: server.addresses[0].port)
        let before = ProcessFiles().residentBytes
        let cluster = KafkaCluster.attach(ClientSettings(bootstrap: [address]))
        defer {
            Self.wait { await cluster.close() }
            server.stop()
            polled.close()
            context.workplace.remove(path)
        }
        let name = "attached poll of \(partitions) partitions, \(groups) groups x \(commitsPerGroup)"
        let first = try Self.poll(cluster, partitions: partitions, groups: groups)
        context.table.add(Row("\(name), the first", "ms", Sample([first])))
        var costs: [RequestCost] = []
        let later = try context.rounds.measure {
            let start = cluster.cost ?? RequestCost()
            let milliseconds = try Self.poll(cluster, partitions: partitions, groups: groups)
            let end = cluster.cost ?? RequestCost()
            costs.append(
                RequestCost(
                    requests: end.requests - start.requests, bytesSent: end.bytesSent - start.bytesSent,
                    bytesReceived: end.bytesReceived - start.bytesReceived))
            return milliseconds
        }
        context.table.add(Row("\(name), later", "ms", later, aim: aim))
        context.table.add(Row("  requests of a poll", "", Sample(costs.map { Double($0.requests) })))
        context.table.add(Row("  sent in a poll", "KB", Sample(costs.map { Double($0.bytesSent) / 1e3 })))
        context.table.add(Row("  received in a poll", "KB", Sample(costs.map { Double($0.bytesReceived) / 1e3 })))
        let memory = (ProcessFiles().residentBytes - before) / 1e6
        context.table.add(Row("  resident memory that polling added to client and broker", "MB", Sample([memory])))
    }

    /// Polls once, and blocks until the descriptions are there.
    ///
    /// - Returns: Milliseconds.
    private static func poll(_ cluster: KafkaCluster, partitions: Int, groups: Int) throws -> Double {
        let watch = Stopwatch()
        let outcome = wait { () -> Result<(groups: Int, partitions: Int), ClusterError> in
            do throws(ClusterError) {
                let groups = try await cluster.groups()
                let topics = try await cluster.topics()
                let known = topics.flatMap(\.partitions).filter { $0.offsets != nil }
                return .success((groups.filter { !$0.commits.isEmpty }.count, known.count))
            } catch {
                return .failure(error)
            }
        }
        let milliseconds = watch.milliseconds
        let told = try outcome.get()
        guard told.groups == groups, told.partitions >= partitions else {
            throw BenchError("a poll told of \(told.groups) groups and \(told.partitions) partitions")
        }
        return milliseconds
    }

    /// Runs something asynchronous, and blocks until it is done.
    private static func wait<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
        let value = Mutex<Value?>(nil)
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            let outcome = await body()
            value.withLock { $0 = outcome }
            done.signal()
        }
        while true {
            done.wait()
            if let value = value.withLock({ $0 }) { return value }
        }
    }
}
