package import Cluster
import ClusterRequests
import Dispatch
import KafkaProtocol
import Synchronization

/// The embedded broker as the monitor and the console see it: direct calls, no protocol in between.
///
/// Descriptions are kept and made anew only for what changed since, so that asking each second costs little however many partitions there are.
package final class EmbeddedCluster: RequestSending {
    /// Whether acts that change the cluster are refused.
    package let isReadOnly: Bool
    let broker: Broker
    private let descriptions = Mutex(TopicDescriptions())
    /// Who serves the broker's clients; set once, by whoever listens.
    private let reporter = Mutex<(any ServiceReporting)?>(nil)
    /// Where work that reads the disk runs, so that no task's thread waits for it.
    let queue = DispatchQueue(label: "weir.embedded", qos: .userInitiated, attributes: .concurrent)

    /// The cluster of one broker.
    ///
    /// - Parameter readOnly: Refuses everything that changes the cluster.
    package init(_ broker: Broker, readOnly: Bool = false) {
        self.broker = broker
        isReadOnly = readOnly
    }

    /// From now on the status tells how clients are served.
    package func use(_ reporter: any ServiceReporting) { self.reporter.withLock { $0 = reporter } }

    package var capabilities: Capabilities {
        var capabilities: Capabilities = [.segments, .exactCleaning, .compaction, .commitTimestamps]
        if reporter.withLock({ $0 != nil }) { capabilities.insert(.service) }
        if !isReadOnly { capabilities.insert(.write) }
        return capabilities
    }

    package var cost: RequestCost? { nil }

    package var writeRemedy: String { "start without --read-only to change the cluster" }

    package func status() async throws(ClusterError) -> ClusterStatus {
        let space = DiskSpace(of: broker.directory.path)
        let counters = broker.counters
        return ClusterStatus(
            clusterID: broker.clusterID,
            brokers: [brokerDescription],
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
                quarantinedSegments: broker.directory.quarantinedSegments,
                recordsIn: counters.recordsIn.load(ordering: .relaxed),
                flushes: FlushTotals(
                    count: broker.writer.flusher.flushes.load(ordering: .relaxed),
                    nanoseconds: broker.writer.flusher.flushNanoseconds.load(ordering: .relaxed)),
                service: reporter.withLock { $0 }?.service
            )
        )
    }

    package func groups(named names: [String]?) async throws(ClusterError) -> [GroupDescription] {
        let coordinator = brokerDescription
        let all = broker.groups.snapshot().groups
        let wanted = names.map(Set.init)
        return all.lazy.map(\.description).filter { wanted?.contains($0.groupID) ?? true }.map {
            var group = $0
            group.coordinator = coordinator
            return group
        }
    }

    package func topics(named names: [String]?, detail: TopicDetail) async throws(ClusterError) -> [TopicDescription] {
        // The first time logs are opened; later almost nothing is read.
        let all = await onQueue { [self] in descriptions.withLock { $0.all(broker) } }
        guard let names else { return all }
        let wanted = Set(names)
        return all.filter { wanted.contains($0.name) }
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

    package func offsets(
        of partitions: [TopicPartition], at spec: OffsetSpec
    ) async -> [TopicPartition: Result<FoundOffset, ClusterError>] {
        let timestamp = spec.kafkaTimestamp
        return await onQueue { [broker] in
            var found: [TopicPartition: Result<FoundOffset, ClusterError>] = [:]
            for partition in partitions {
                let outcome = broker.offset(of: partition, timestamp: timestamp)
                found[partition] =
                    outcome.error == .none
                    ? .success(
                        FoundOffset(
                            offset: outcome.offset >= 0 ? outcome.offset : nil,
                            timestamp: outcome.timestamp >= 0 ? outcome.timestamp : nil))
                    : .failure(Self.failure(partition, outcome.error, in: broker))
            }
            return found
        }
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
        guard !isReadOnly else { throw .readOnly(writeRemedy) }
        if let reason = broker.offlineReason { throw .storage(reason) }
        _ = try compacted(partitions)
        broker.cleaner.run(partitions, rollsActive: rollActive)
    }

    package func stopCompaction(of partitions: [TopicPartition]) async throws(ClusterError) {
        guard !isReadOnly else { throw .readOnly(writeRemedy) }
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

    static func failure(_ partition: TopicPartition, _ error: ErrorCode, in broker: Broker) -> ClusterError {
        if error == .kafkaStorageError {
            let failure = broker.directory[partition]?.failure
            return .storage(failure.map { "\($0)" } ?? "\(partition) cannot be read (\(error))")
        }
        return ClusterError(error, "\(partition)")
    }

    /// The one broker there is.
    var brokerDescription: BrokerDescription {
        let address = broker.listenerAddress.flatMap(Self.hostAndPort)
        return BrokerDescription(
            nodeID: broker.nodeID, host: address?.host ?? "", port: address?.port ?? 0, rack: broker.rack)
    }

    private static func hostAndPort(_ address: String) -> (host: String, port: Int)? {
        guard let colon = address.lastIndex(of: ":"), let port = Int(address[address.index(after: colon)...]) else {
            return nil
        }
        return (String(address[..<colon]), port)
    }
}
