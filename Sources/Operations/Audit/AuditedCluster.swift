package import Cluster

/// A cluster of which every act that changes it leaves its intent and its outcome in the audit log.
///
/// An act whose intent cannot be written does not run. Reads go through untouched. Where nothing may be changed the act is refused
/// here already, before anything is written.
package final class AuditedCluster: Cluster {
    let inner: any Cluster
    let log: AuditLog
    /// Gathers what many `produce` calls write into one event a topic; nil writes one each.
    let stream: ProduceStream?

    /// A cluster with its log.
    ///
    /// - Parameter gathersProduce: Many calls of `produce` to a topic are one act, which ends with ``finish()``: for bulk loads.
    package init(_ inner: any Cluster, log: AuditLog, gathersProduce: Bool = false) {
        self.inner = inner
        self.log = log
        stream = gathersProduce ? ProduceStream(log) : nil
    }

    package var capabilities: Capabilities { inner.capabilities }
    package var cost: RequestCost? { inner.cost }
    package var writeRemedy: String { inner.writeRemedy }

    /// Writes what came of gathered acts.
    ///
    /// - Throws: `.storage` where that cannot be written.
    package func finish() async throws(ClusterError) { try await stream?.finish() }

    /// Does something between its two events.
    func record<Value: Sendable>(
        _ act: AuditAct,
        _ body: () async throws(ClusterError) -> Value,
        outcome: (Value) -> AuditOutcome = { _ in AuditOutcome() }
    ) async throws(ClusterError) -> Value {
        try requireWrite()
        return try await log.record(act, body, outcome: outcome)
    }

    func requireWrite() throws(ClusterError) {
        guard capabilities.contains(.write) else { throw .readOnly(writeRemedy) }
    }

    /// What came of an act on several partitions.
    static func outcome<Value>(
        _ results: [TopicPartition: Result<Value, ClusterError>], _ text: (Value) -> String
    ) -> AuditOutcome {
        var after: [String: String] = [:]
        var problems: [String] = []
        for (partition, result) in results.sorted(by: { $0.key < $1.key }) {
            switch result {
            case .success(let value): after["\(partition)"] = text(value)
            case .failure(let error): problems.append("\(partition): \(error)")
            }
        }
        let said = problems.prefix(100).joined(separator: "; ")
        let more = problems.count > 100 ? "; and \(problems.count - 100) more" : ""
        return AuditOutcome(
            after: after, problem: problems.isEmpty ? nil : said + more,
            isFailure: after.isEmpty && !problems.isEmpty)
    }

    // MARK: Reading

    package func status() async throws(ClusterError) -> ClusterStatus { try await inner.status() }

    package func groups(named names: [String]?) async throws(ClusterError) -> [GroupDescription] {
        try await inner.groups(named: names)
    }

    package func topics(named names: [String]?, detail: TopicDetail) async throws(ClusterError) -> [TopicDescription] {
        try await inner.topics(named: names, detail: detail)
    }

    package func segments(of partition: TopicPartition) async throws(ClusterError) -> [SegmentDescription] {
        try await inner.segments(of: partition)
    }

    package func logDirectories(
        ofBrokers brokers: [Int32]?
    ) async throws(ClusterError) -> [LogDirectoryDescription] {
        try await inner.logDirectories(ofBrokers: brokers)
    }

    package func transactions(holding held: [TopicPartition]) async throws(ClusterError) -> TransactionListing {
        try await inner.transactions(holding: held)
    }

    package func producers(of partition: TopicPartition) async throws(ClusterError) -> [ProducerDescription] {
        try await inner.producers(of: partition)
    }

    package func fetch(
        _ starts: [FetchStart], limits: FetchLimits
    ) async -> [TopicPartition: Result<FetchedRecords, ClusterError>] {
        await inner.fetch(starts, limits: limits)
    }

    package func offsets(
        of partitions: [TopicPartition], at spec: OffsetSpec
    ) async -> [TopicPartition: Result<FoundOffset, ClusterError>] {
        await inner.offsets(of: partitions, at: spec)
    }

    package func openTransactions(as transactionalID: String) async throws(ClusterError) -> TransactionalWriter {
        try await inner.openTransactions(as: transactionalID)
    }

    /// What programs write all the time, and whoever started them is in the log with that: it has no events of its own.
    package func commit(
        _ transaction: ClusterTransaction, by writer: inout TransactionalWriter
    ) async throws(ClusterError) {
        try await inner.commit(transaction, by: &writer)
    }

    package func configuration(of resource: ConfigResource) async throws(ClusterError) -> [ConfigEntry] {
        try await inner.configuration(of: resource)
    }

    package func previewCompaction(
        of partitions: [TopicPartition], rollActive: Bool
    ) async throws(ClusterError) -> [CompactionPreview] {
        try await inner.previewCompaction(of: partitions, rollActive: rollActive)
    }
}
