package import Cluster
import ClusterRequests
import KafkaProtocol
import Synchronization

/// A Kafka cluster as the monitor, the console and the command line see it: `Cluster` over Kafka's protocol, brokers from 2.1 on.
///
/// Requests go where they belong: to leaders, coordinators, the controller, found through Metadata and FindCoordinator and found anew
/// when an answer shows that they moved. A poll asks all brokers at the same time and waits for none longer than ``PollSettings`` says;
/// what a silent broker alone knows is missing, with why, and the rest is live.
package final class KafkaCluster: RequestSending {
    /// What is known of the cluster.
    struct State: Sendable {
        var map = ClusterMap()
        /// When all topics were last asked for, uptime milliseconds; nil for never, or when what came is known to be old.
        var mapReadAt: Int64?
        var health = BrokerHealth()
        /// When silent brokers were last tried, uptime milliseconds.
        var probedAt: Int64?
        var coordinators = Coordinators()
        var listing = GroupListing()
        var offsets = KnownOffsets()
        var sizes = KnownSizes()
        var retention = KnownRetention()
    }

    let settings: ClientSettings
    let polling: PollSettings
    let channel: any BrokerChannel
    let clock: ClientClock
    let state = Mutex(State())
    /// Compaction asked for by a temporary change of topic settings; set once, by whoever attaches.
    let compaction = Mutex<(any SettingsCompaction)?>(nil)

    /// A cluster behind a channel. Sends nothing yet.
    ///
    /// - Parameters:
    ///   - settings: Where the cluster is, and whether it may be changed.
    ///   - channel: What carries the requests; closed with the cluster.
    ///   - polling: How fresh descriptions are.
    package init(
        settings: ClientSettings, channel: any BrokerChannel, polling: PollSettings = PollSettings(),
        clock: ClientClock = .system
    ) {
        self.settings = settings
        self.channel = channel
        self.polling = polling
        self.clock = clock
    }

    /// A cluster reached over connections of its own. Sends nothing yet; ``close()`` must be called in the end.
    package static func attach(_ settings: ClientSettings, polling: PollSettings = PollSettings()) -> KafkaCluster {
        KafkaCluster(settings: settings, channel: BrokerConnections(settings: settings), polling: polling)
    }

    /// Takes back the settings of compactions under way, then closes every connection. What else is under way fails.
    package func close() async {
        let compaction = compaction.withLock { compaction in
            defer { compaction = nil }
            return compaction
        }
        await compaction?.close()
        await channel.close()
    }

    package var capabilities: Capabilities {
        settings.isReadOnly ? [.compactionBySettings] : [.compactionBySettings, .write]
    }

    package var cost: RequestCost? { channel.cost }

    package var writeRemedy: String {
        "the cluster is attached to for reading only; allow changes where it is named, in the configuration or on the command line"
    }

    package func segments(of partition: TopicPartition) async throws(ClusterError) -> [SegmentDescription] {
        throw .unsupported("\(partition): Kafka's protocol does not tell segments; only the embedded broker can")
    }

    // MARK: Status

    package func status() async throws(ClusterError) -> ClusterStatus {
        let map = try await map()
        let problems = state.withLock { $0.health.problems }
        var brokers = map.brokers.values.map { BrokerDescription($0, isController: $0.nodeID == map.controller) }
        brokers += map.missing.values.map { BrokerDescription($0, isController: false) }
        brokers.sort { $0.nodeID < $1.nodeID }
        let missing = map.missing.mapValues {
            "not in the cluster any more, but partitions have copies on \($0.address)"
        }
        return ClusterStatus(
            clusterID: map.clusterID,
            brokers: brokers,
            problems: problems.merging(missing) { $1 },
            requestedCompactions: await compaction.withLock { $0 }?.runs ?? []
        )
    }
}

extension BrokerDescription {
    init(_ broker: ClusterMap.Broker, isController: Bool) {
        self.init(
            nodeID: broker.nodeID, host: broker.address.host, port: broker.address.port, rack: broker.rack,
            isController: isController)
    }
}

/// Compaction of an attached cluster: its cleaner takes no orders, but settings of a topic can be changed for a while.
package protocol SettingsCompaction: CompactionControl {
    /// Runs asked for: active ones first, then the latest ended ones.
    var runs: [CompactionRun] { get async }

    /// Puts back every setting that is changed at the moment, and waits until that is done.
    func close() async
}

/// Compaction, by whoever fills the place.
extension KafkaCluster {
    /// Gives compaction over to something that changes settings.
    package func use(_ compaction: any SettingsCompaction) { self.compaction.withLock { $0 = compaction } }

    package func previewCompaction(
        of partitions: [TopicPartition], rollActive: Bool
    ) async throws(ClusterError) -> [CompactionPreview] {
        try await compactor().previewCompaction(of: partitions, rollActive: rollActive)
    }

    package func compact(_ partitions: [TopicPartition], rollActive: Bool) async throws(ClusterError) {
        try requireWrite()
        try await compactor().compact(partitions, rollActive: rollActive)
    }

    package func stopCompaction(of partitions: [TopicPartition]) async throws(ClusterError) {
        try requireWrite()
        try await compactor().stopCompaction(of: partitions)
    }

    private func compactor() throws(ClusterError) -> any SettingsCompaction {
        guard let compaction = compaction.withLock({ $0 }) else {
            throw .unsupported(
                "Kafka's cleaner takes no orders over the protocol; compaction works on the embedded broker")
        }
        return compaction
    }
}
