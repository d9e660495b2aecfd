package import Cluster
import Monitor
import MonitorScript

/// A cluster that answers from the sample data and changes nothing.
package struct SampleCluster: ReadOnlyFake {
    /// A cluster.
    package init() {}

    package var capabilities: Capabilities { SampleData.snapshot().capabilities }

    package func status() async throws(ClusterError) -> ClusterStatus {
        guard let status = SampleData.snapshot().status else { throw .unavailable("no status") }
        return status
    }

    package func groups(named names: [String]?) async throws(ClusterError) -> [GroupDescription] {
        SampleData.groups().map(\.description)
    }

    package func topics(named names: [String]?, detail: TopicDetail) async throws(ClusterError) -> [TopicDescription] {
        SampleData.snapshot().topics.map(\.description)
    }

    package func segments(of partition: TopicPartition) async throws(ClusterError) -> [SegmentDescription] {
        SampleData.segments(of: partition)
    }

    package func transactions(holding held: [TopicPartition]) async throws(ClusterError) -> TransactionListing {
        SampleData.transactionListing()
    }

    package func producers(of partition: TopicPartition) async throws(ClusterError) -> [ProducerDescription] {
        SampleData.producers()
    }

    package func configuration(of resource: ConfigResource) async throws(ClusterError) -> [ConfigEntry] {
        SampleData.configuration()
    }

    package func fetch(
        _ starts: [FetchStart], limits: FetchLimits
    ) async -> [TopicPartition: Result<FetchedRecords, ClusterError>] {
        var answers: [TopicPartition: Result<FetchedRecords, ClusterError>] = [:]
        for start in starts {
            answers[start.topicPartition] = .success(
                SampleData.fetch(start.topicPartition, from: start.offset, maxRecords: limits.maxRecords))
        }
        return answers
    }

    package func previewCompaction(
        of partitions: [TopicPartition],
        rollActive: Bool
    ) async throws(ClusterError) -> [CompactionPreview] {
        SampleData.previews(partitions, rollActive: rollActive)
    }
}
