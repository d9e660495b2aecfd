import BrokerCore
import Cluster
import Foundation
import Logging

/// A broker on a folder of its own, which goes with the value.
final class TestBroker: Sendable {
    /// The broker as verbs see it.
    let cluster: any Cluster
    /// The broker itself.
    let broker: Broker
    private let folder: URL

    /// Opens a broker without background jobs.
    ///
    /// - Parameter settings: Broker settings by Kafka's keys.
    init(_ settings: [(key: String, value: String)] = [], readOnly: Bool = false) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weir-shell-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let defaults = [(key: "offsets.topic.num.partitions", value: "3"), (key: "weir.flush.mode", value: "os")]
        broker = try Broker.open(
            BrokerConfiguration(
                dataDirectory: folder.path, settings: BrokerSettings(defaults + settings), backgroundJobs: false),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        broker.start()
        cluster = EmbeddedCluster(broker, readOnly: readOnly)
    }

    deinit {
        broker.close()
        try? FileManager.default.removeItem(at: folder)
    }
}
