package import Cluster
import Monitor

/// A cluster that answers from the sample data and changes nothing.
package struct SampleCluster: Cluster {
    /// A cluster.
    package init() {}

    package var capabilities: Capabilities { SampleData.snapshot().capabilities }

    package func status() async throws(ClusterError) -> ClusterStatus {
        guard let status = SampleData.snapshot().status else { throw .unavailable("no status") }
        return status
    }

    package func groups() async throws(ClusterError) -> [GroupDescription] { SampleData.groups().map(\.description) }

    package func topics() async throws(ClusterError) -> [TopicDescription] {
        SampleData.snapshot().topics.map(\.description)
    }

    package func segments(of partition: TopicPartition) async throws(ClusterError) -> [SegmentDescription] {
        SampleData.segments(of: partition)
    }

    package func configuration(ofTopic topic: String) async throws(ClusterError) -> [ConfigEntry] {
        SampleData.configuration()
    }

    package func fetch(
        _ partition: TopicPartition,
        from offset: Int64,
        maxRecords: Int,
        maxBytes: Int,
        maxValueBytes: Int
    ) async throws(ClusterError) -> FetchedRecords {
        SampleData.fetch(partition, from: offset, maxRecords: maxRecords)
    }

    package func offset(of partition: TopicPartition, at spec: OffsetSpec) async throws(ClusterError) -> FoundOffset {
        FoundOffset(offset: nil, timestamp: nil)
    }

    package func previewCompaction(
        of partitions: [TopicPartition],
        rollActive: Bool
    ) async throws(ClusterError) -> [CompactionPreview] {
        SampleData.previews(partitions, rollActive: rollActive)
    }

    package func compact(_ partitions: [TopicPartition], rollActive: Bool) async throws(ClusterError) {}

    package func stopCompaction(of partitions: [TopicPartition]) async throws(ClusterError) {}
}
