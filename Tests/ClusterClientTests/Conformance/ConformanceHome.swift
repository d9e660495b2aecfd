import BrokerCore
import BrokerServer
import Cluster
import Foundation
import KafkaProtocol
import Logging
import NIOCore
import Synchronization

/// One broker, reached in two ways: by direct calls and over its listener.
final class ConformanceHome: Sendable {
    /// A `Cluster` with the name that failures call it by.
    struct Side: Sendable {
        var name: String
        var cluster: any Cluster
    }

    let broker: Broker
    private let folder: URL
    private let server: Mutex<BrokerServer?>
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    /// Where the listener is, also while it is stopped.
    let address: ListenerAddress

    /// Opens a broker in a folder of its own. Background jobs are off: only what a test does changes anything.
    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-conform-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var settings = BrokerSettings()
        for (key, value) in [
            "offsets.topic.num.partitions": "2", "weir.flush.mode": "os", "auto.create.topics.enable": "true",
            "group.max.session.timeout.ms": "1800000",
        ] { try settings.set(key, to: value) }
        broker = try Broker.open(
            BrokerConfiguration(dataDirectory: folder.path, settings: settings, backgroundJobs: false), logger: logger)
        broker.start()
        var configuration = ServerConfiguration()
        configuration.listeners = [Listener(ListenerAddress(host: "127.0.0.1", port: 0))]
        let started = try BrokerServer.start(for: broker, configuration: configuration, logger: logger)
        address = started.addresses[0]
        broker.announce(listener: "\(address)")
        server = Mutex(started)
    }

    /// Stops the listener; connections break.
    func stopListening() {
        server.withLock { current in
            current?.stop()
            current = nil
        }
    }

    /// Starts the listener again at its address.
    func listenAgain() throws {
        var configuration = ServerConfiguration()
        configuration.listeners = [Listener(address)]
        let started = try BrokerServer.start(for: broker, configuration: configuration, logger: logger)
        server.withLock { $0 = started }
    }

    /// Stops all and removes the folder.
    func close() {
        stopListening()
        broker.close()
        // Nothing depends on the folder being gone.
        try? FileManager.default.removeItem(at: folder)
    }

    /// Puts a member into a group that stays until it leaves; it subscribes to one topic and is assigned partition 0.
    ///
    /// - Returns: The member's id.
    func join(_ group: String, topic: String) async -> String {
        let context = RequestContext(clientID: "reader", clientHost: "/127.0.0.1", apiVersion: 3)
        var subscription = ByteBuffer()
        subscription.writeMultipleIntegers(Int16(0), Int32(1), Int16(topic.utf8.count))
        subscription.writeString(topic)
        subscription.writeInteger(Int32(-1))
        var assignment = ByteBuffer()
        assignment.writeMultipleIntegers(Int16(0), Int32(1), Int16(topic.utf8.count))
        assignment.writeString(topic)
        assignment.writeMultipleIntegers(Int32(1), Int32(0), Int32(-1))
        let request = JoinGroupRequest(
            groupID: group, sessionTimeoutMs: 1_800_000, rebalanceTimeoutMs: 60_000, memberID: "",
            protocolType: "consumer", protocols: [.init(name: "range", metadata: subscription)])
        let joined = await withCheckedContinuation { continuation in
            broker.groups.join(request, context: context) { continuation.resume(returning: $0) }
        }
        let sync = SyncGroupRequest(
            groupID: group, generationID: joined.generationID, memberID: joined.memberID,
            assignments: [.init(memberID: joined.memberID, assignment: assignment)])
        _ = await withCheckedContinuation { continuation in
            broker.groups.sync(sync, context: context) { continuation.resume(returning: $0) }
        }
        return joined.memberID
    }

    /// Takes a member out of its group.
    func leave(_ group: String, member: String) {
        let context = RequestContext(clientID: "reader", clientHost: "/127.0.0.1", apiVersion: 1)
        _ = broker.groups.leave(LeaveGroupRequest(groupID: group, memberID: member), context: context)
    }
}

/// Waits for a condition with a deadline; false if it never came true.
func eventually(seconds: Double = 60, _ condition: () async throws -> Bool) async rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try await !condition() {
        // What came true while this waited for its turn on a busy machine counts.
        guard ContinuousClock.now < deadline else { return try await condition() }
        // Leaves the processor to those the condition depends on; the condition decides, not the time.
        try? await Task.sleep(for: .milliseconds(2))
    }
    return true
}
