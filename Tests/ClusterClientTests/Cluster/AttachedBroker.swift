import BrokerCore
import BrokerServer
import Cluster
import ClusterRequests
import Foundation
import KafkaProtocol
import Logging
import NIOCore
import Testing

@testable import ClusterClient

/// A broker on a folder of its own with a server on a free port, seen directly and over the wire. The folder goes when it is stopped.
final class AttachedBroker: Sendable {
    let broker: Broker
    /// The broker by direct calls.
    let embedded: EmbeddedCluster
    /// The broker by Kafka's protocol, everything asked for each time.
    let attached: KafkaCluster
    private let server: BrokerServer
    private let folder: URL

    init(isReadOnly: Bool = false, settings: [String: String] = [:]) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-attached-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var brokerSettings = BrokerSettings()
        let defaults = ["offsets.topic.num.partitions": "3", "weir.flush.mode": "os"]
        for (key, value) in defaults.merging(settings, uniquingKeysWith: { $1 }) {
            try brokerSettings.set(key, to: value)
        }
        broker = try Broker.open(
            BrokerConfiguration(dataDirectory: folder.path, settings: brokerSettings), logger: quiet)
        broker.start()
        var configuration = ServerConfiguration()
        configuration.listeners = [Listener(ListenerAddress(host: "127.0.0.1", port: 0))]
        server = try BrokerServer.start(for: broker, configuration: configuration, logger: quiet)
        broker.announce(listener: "\(server.addresses[0])")
        embedded = EmbeddedCluster(broker, readOnly: isReadOnly)
        var client = ClientSettings(bootstrap: [BrokerAddress(host: "127.0.0.1", port: server.addresses[0].port)])
        client.isReadOnly = isReadOnly
        var polling = PollSettings.alwaysFresh
        // A machine under load is no silent broker.
        polling.patienceMilliseconds = 60_000
        attached = KafkaCluster.attach(client, polling: polling)
    }

    /// Stops all and removes the folder.
    func stop() async {
        await attached.close()
        server.stop()
        broker.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Both ways of seeing it.
    var both: [any Cluster] { [embedded, attached] }

    /// Joins a group as its only member, and is assigned all partitions of the topics.
    ///
    /// - Returns: The member id.
    func join(_ group: String, assigning partitions: [TopicPartition]) async throws -> String {
        var subscription = ByteBuffer()
        subscription.writeInteger(Int16(0))
        subscription.writeInteger(Int32(0))
        subscription.writeInteger(Int32(-1))
        var request = JoinGroupRequest()
        request.groupID = group
        request.sessionTimeoutMs = 60_000
        request.rebalanceTimeoutMs = 60_000
        request.protocolType = ConsumerSubscription.protocolType
        request.protocols = [.init(name: "range", metadata: subscription)]
        var joined = try await attached.send(request, to: .coordinator(group: group))
        if joined.errorCode == .memberIDRequired {
            request.memberID = joined.memberID
            joined = try await attached.send(request, to: .coordinator(group: group))
        }
        try #require(joined.errorCode == .none)
        var assignment = ByteBuffer()
        assignment.writeInteger(Int16(0))
        let topics = partitions.byTopic
        assignment.writeInteger(Int32(topics.count))
        for (topic, partitions) in topics {
            assignment.writeInteger(Int16(topic.utf8.count))
            assignment.writeString(topic)
            assignment.writeInteger(Int32(partitions.count))
            for partition in partitions { assignment.writeInteger(partition.partition) }
        }
        assignment.writeInteger(Int32(-1))
        var sync = SyncGroupRequest()
        sync.groupID = group
        sync.generationID = joined.generationID
        sync.memberID = joined.memberID
        sync.protocolType = ConsumerSubscription.protocolType
        sync.protocolName = "range"
        sync.assignments = [.init(memberID: joined.memberID, assignment: assignment)]
        let synced = try await attached.send(sync, to: .coordinator(group: group))
        try #require(synced.errorCode == .none)
        return joined.memberID
    }
}
