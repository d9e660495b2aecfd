package import Cluster
import Dispatch
import KafkaProtocol
import Synchronization

/// The embedded broker as the monitor and the console see it: direct calls, no protocol in between.
///
/// Descriptions are kept and made anew only for what changed since, so that asking each second costs little however many partitions there are.
package final class EmbeddedCluster: Cluster {
    /// Whether acts that change the cluster are refused.
    package let isReadOnly: Bool
    let broker: Broker
    private let descriptions = Mutex(TopicDescriptions())
    /// Where work that reads the disk runs, so that no task's thread waits for it.
    private let queue = DispatchQueue(label: "weir.embedded", qos: .userInitiated, attributes: .concurrent)

    /// The cluster of one broker.
    ///
    /// - Parameter readOnly: Refuses everything that changes the cluster.
    package init(_ broker: Broker, readOnly: Bool = false) {
        self.broker = broker
        isReadOnly = readOnly
    }

    package var capabilities: Capabilities {
        var capabilities: Capabilities = [.segments, .exactCleaning, .compaction, .commitTimestamps]
        if !isReadOnly { capabilities.insert(.write) }
        return capabilities
    }

    package func status() async throws(ClusterError) -> ClusterStatus {
        let space = DiskSpace(of: broker.directory.path)
        let counters = broker.counters
        let address = broker.listenerAddress.flatMap(Self.hostAndPort)
        return ClusterStatus(
            clusterID: broker.clusterID,
            brokers: [
                BrokerDescription(
                    nodeID: broker.nodeID, host: address?.host ?? "", port: address?.port ?? 0, rack: broker.rack)
            ],
            embedded: EmbeddedStatus(
                startedAt: broker.startedAt,
                dataDirectory: broker.configuration.dataDirectory,
                flushMode: "\(broker.configuration.flushMode)",
                diskFreeBytes: space?.free,
                diskTotalBytes: space?.total,
                offlineReason: broker.offlineReason,
                connections: counters.connections.load(ordering: .relaxed),
                produceRequests: counters.produceRequests.load(ordering: .relaxed),
                fetchRequests: counters.fetchRequests.load(ordering: .relaxed),
                recordErrors: counters.recordErrors.load(ordering: .relaxed),
                bytesIn: counters.bytesIn.load(ordering: .relaxed),
                bytesOut: counters.bytesOut.load(ordering: .relaxed),
                compactionRuns: broker.cleaner.runs,
                recoveryNotes: broker.recoveryNotes,
                quarantinedSegments: broker.directory.quarantinedSegments
            )
        )
    }

    package func groups() async throws(ClusterError) -> [GroupDescription] {
        broker.groups.snapshot().groups.map(\.description)
    }

    package func topics() async throws(ClusterError) -> [TopicDescription] {
        // The first time logs are opened; later almost nothing is read.
        await onQueue { [self] in descriptions.withLock { $0.all(broker) } }
    }

    package func segments(of partition: TopicPartition) async throws(ClusterError) -> [SegmentDescription] {
        let found = try find(partition)
        guard found.isBorn else { return [] }
        return try await reading { () throws(LogError) in
            try found.log().segments.map { segment in
                SegmentDescription(
                    baseOffset: segment.baseOffset,
                    nextOffset: segment.nextOffset,
                    sizeBytes: segment.bytes,
                    largestTimestamp: segment.maxTimestamp >= 0 ? segment.maxTimestamp : nil,
                    isActive: segment.isActive
                )
            }
        }
    }

    package func configuration(ofTopic topic: String) async throws(ClusterError) -> [ConfigEntry] {
        let image = broker.topics.image
        guard image.topic(topic) != nil else { throw .unknownTopicOrPartition("topic \(topic)") }
        let layers = broker.topics.layers
        let overrides = image.overrides(ofTopic: topic)
        return TopicConfigKeys.all.map { key in
            let config = layers.topic(key, overrides: overrides)
            return ConfigEntry(name: key.name, value: config.value, source: config.source.described)
        }
    }

    package func offset(of partition: TopicPartition, at spec: OffsetSpec) async throws(ClusterError) -> FoundOffset {
        let found = try find(partition)
        let timestamp: Int64 =
            switch spec {
            case .latest: -1
            case .earliest: -2
            case .maxTimestamp: -3
            case .timestamp(let time): max(0, time)
            }
        let outcome = await onQueue { [broker] in broker.offset(of: partition, timestamp: timestamp) }
        guard outcome.error == .none else { throw Self.failure(found, outcome.error) }
        return FoundOffset(
            offset: outcome.offset >= 0 ? outcome.offset : nil,
            timestamp: outcome.timestamp >= 0 ? outcome.timestamp : nil)
    }

    // MARK: Compaction

    package func previewCompaction(
        of partitions: [TopicPartition], rollActive: Bool
    ) async throws(ClusterError) -> [CompactionPreview] {
        let found = try compacted(partitions)
        return try await reading { [broker] () throws(LogError) in
            var previews: [CompactionPreview] = []
            for partition in found {
                previews.append(try broker.cleaner.preview(of: partition, rollsActive: rollActive))
            }
            return previews
        }
    }

    package func compact(_ partitions: [TopicPartition], rollActive: Bool) async throws(ClusterError) {
        guard !isReadOnly else { throw .readOnly }
        if let reason = broker.offlineReason { throw .storage(reason) }
        _ = try compacted(partitions)
        broker.cleaner.run(partitions, rollsActive: rollActive)
    }

    package func stopCompaction(of partitions: [TopicPartition]) async throws(ClusterError) {
        guard !isReadOnly else { throw .readOnly }
        broker.cleaner.stop(partitions)
    }

    private func compacted(_ partitions: [TopicPartition]) throws(ClusterError) -> [Partition] {
        var found: [Partition] = []
        for name in partitions {
            let partition = try find(name)
            guard partition.settings.config.cleanupPolicy.contains(.compact) else {
                throw .invalid("\(name.topic) is not compacted: its cleanup.policy has no compact")
            }
            found.append(partition)
        }
        return found
    }

    // MARK: Helping

    func find(_ partition: TopicPartition) throws(ClusterError) -> Partition {
        guard let found = broker.directory[partition] else { throw .unknownTopicOrPartition("\(partition)") }
        return found
    }

    /// Runs `body` off the caller's thread.
    func onQueue<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body()) }
        }
    }

    /// Runs `body`, which reads the disk, off the caller's thread.
    func reading<Value: Sendable>(
        _ body: @escaping @Sendable () throws(LogError) -> Value
    ) async throws(ClusterError) -> Value {
        let result: Result<Value, LogError> = await onQueue {
            do throws(LogError) {
                return .success(try body())
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let value): return value
        case .failure(let error): throw .storage("\(error)")
        }
    }

    static func failure(_ partition: Partition, _ error: ErrorCode) -> ClusterError {
        error == .unknownTopicOrPartition
            ? .unknownTopicOrPartition("\(partition.topicPartition)")
            : .storage(partition.failure.map { "\($0)" } ?? "\(partition.topicPartition) cannot be read (\(error))")
    }

    private static func hostAndPort(_ address: String) -> (host: String, port: Int)? {
        guard let colon = address.lastIndex(of: ":"), let port = Int(address[address.index(after: colon)...]) else {
            return nil
        }
        return (String(address[..<colon]), port)
    }
}

extension ConfigSource {
    /// The same in the words that all sides share.
    fileprivate var described: ConfigEntry.Source {
        switch self {
        case .topic: .topic
        case .dynamicBroker, .dynamicDefaultBroker: .dynamicBroker
        case .staticBroker: .staticBroker
        case .defaultValue: .defaultValue
        }
    }
}
