package import Cluster

/// A cluster for tests that answers only what a test gives it and refuses everything else.
package protocol ReadOnlyFake: Cluster {}

extension ReadOnlyFake {
    private var refusal: ClusterError { .readOnly(writeRemedy) }

    package var capabilities: Capabilities { [] }
    package var cost: RequestCost? { nil }
    package var writeRemedy: String { "this cluster is a fake" }

    package func segments(of partition: TopicPartition) async throws(ClusterError) -> [SegmentDescription] { [] }
    package func logDirectories(ofBrokers brokers: [Int32]?) async throws(ClusterError) -> [LogDirectoryDescription] {
        []
    }
    package func transactions(holding held: [TopicPartition]) async throws(ClusterError) -> TransactionListing {
        TransactionListing()
    }
    package func producers(of partition: TopicPartition) async throws(ClusterError) -> [ProducerDescription] { [] }
    package func offsets(
        of partitions: [TopicPartition], at spec: OffsetSpec
    ) async -> [TopicPartition: Result<FoundOffset, ClusterError>] {
        Dictionary(uniqueKeysWithValues: partitions.map { ($0, .success(FoundOffset(offset: nil, timestamp: nil))) })
    }
    package func produce(
        _ records: [NewRecord], to partition: TopicPartition, compression: String
    ) async throws(ClusterError) -> ProducedBatch { throw refusal }
    package func deleteRecords(
        before offsets: [TopicPartition: Int64]
    ) async throws(ClusterError) -> [TopicPartition: Result<Int64, ClusterError>] { throw refusal }
    package func openTransactions(as transactionalID: String) async throws(ClusterError) -> TransactionalWriter {
        throw refusal
    }
    package func commit(
        _ transaction: ClusterTransaction, by writer: inout TransactionalWriter
    ) async throws(ClusterError) { throw refusal }
    package func createTopic(_ topic: NewTopic, validateOnly: Bool) async throws(ClusterError) { throw refusal }
    package func deleteTopic(_ name: String) async throws(ClusterError) { throw refusal }
    package func addPartitions(to topic: String, total: Int32) async throws(ClusterError) { throw refusal }
    package func configuration(of resource: ConfigResource) async throws(ClusterError) -> [ConfigEntry] { [] }
    package func alterConfiguration(
        of resource: ConfigResource, _ changes: [ConfigChange], validateOnly: Bool
    ) async throws(ClusterError) { throw refusal }
    package func commit(
        _ offsets: [TopicPartition: Int64], group: String
    ) async throws(ClusterError) -> [TopicPartition: Result<Void, ClusterError>] { throw refusal }
    package func deleteOffsets(
        of partitions: [TopicPartition], group: String
    ) async throws(ClusterError) -> [TopicPartition: Result<Void, ClusterError>] { throw refusal }
    package func deleteGroup(_ name: String) async throws(ClusterError) { throw refusal }
    package func previewCompaction(
        of partitions: [TopicPartition], rollActive: Bool
    ) async throws(ClusterError) -> [CompactionPreview] { [] }
    package func compact(_ partitions: [TopicPartition], rollActive: Bool) async throws(ClusterError) {}
    package func stopCompaction(of partitions: [TopicPartition]) async throws(ClusterError) {}
}
