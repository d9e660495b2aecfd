import BrokerCore
import BrokerServer
import Cluster
import ClusterClient
import Foundation
import KafkaProtocol
import Logging
import NIOCore
import Synchronization

/// A real broker in this process whose listener can be taken away and brought back on the same port.
final class TransportBroker: Sendable {
    let address: BrokerAddress
    private let broker: Broker
    private let folder: URL
    private let server: Mutex<BrokerServer?>
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-client-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var settings = BrokerSettings()
        try settings.set("offsets.topic.num.partitions", to: "3")
        try settings.set("weir.flush.mode", to: "os")
        broker = try Broker.open(
            BrokerConfiguration(dataDirectory: folder.path, settings: settings), logger: Self.quiet)
        broker.start()
        let started = try Self.listen(broker, port: 0)
        address = BrokerAddress(host: "127.0.0.1", port: started.addresses[0].port)
        server = Mutex(started)
    }

    private static func listen(_ broker: Broker, port: Int) throws -> BrokerServer {
        var configuration = ServerConfiguration()
        configuration.listeners = [Listener(ListenerAddress(host: "127.0.0.1", port: port))]
        configuration.drainMilliseconds = 100
        return try BrokerServer.start(for: broker, configuration: configuration, logger: quiet)
    }

    /// Requests answered by API, over the present listener's life.
    var requestCounts: [String: Int64] {
        let requests = server.withLock { $0?.service.requests ?? [] }
        return Dictionary(requests.map { ($0.api, $0.requests) }) { first, _ in first }
    }
    /// Whether a request waits for its answer on a connection that has got its versions.
    var holdsRequest: Bool {
        requestCounts["ApiVersions"] != nil && clients.contains { $0.requestsInFlight == 1 }
    }
    /// What the open connections say of themselves.
    var clients: [ConnectionDescription] { server.withLock { $0?.service.connections ?? [] } }

    /// Closes the listener and every connection.
    func goAway() {
        server.withLock { server in
            server?.stop()
            server = nil
        }
    }

    /// Listens again where it did.
    func comeBack() throws {
        let started = try Self.listen(broker, port: address.port)
        server.withLock { $0 = started }
    }

    /// Stops everything and removes the folder.
    func stop() {
        goAway()
        broker.close()
        try? FileManager.default.removeItem(at: folder)
    }
}

extension BrokerConnections {
    /// Runs `body` with connections that are closed after it.
    static func with<Value>(
        _ settings: ClientSettings, _ body: (BrokerConnections) async throws -> Value
    ) async throws -> Value {
        let connections = BrokerConnections(settings: settings)
        do {
            let value = try await body(connections)
            await connections.close()
            return value
        } catch {
            await connections.close()
            throw error
        }
    }
}

extension ClientSettings {
    /// Settings for a test: patient where a loaded machine is slow, quick to try again.
    static func test(_ broker: BrokerAddress) -> ClientSettings {
        var settings = ClientSettings(bootstrap: [broker])
        settings.connectTimeoutMilliseconds = 30_000
        settings.requestTimeoutMilliseconds = 60_000
        settings.firstBackoffMilliseconds = 5
        settings.longestBackoffMilliseconds = 100
        return settings
    }
}

enum TransportWait {
    /// Waits for a condition with a deadline; false if it never came true.
    static func until(seconds: Double = 60, _ condition: () async -> Bool) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while await !condition() {
            // What came true while this waited for its turn on a busy machine counts.
            guard ContinuousClock.now < deadline else { return await condition() }
            // Leaves the processor to those the condition depends on; the condition decides, not the time.
            try? await Task.sleep(for: .milliseconds(1))
        }
        return true
    }
}
