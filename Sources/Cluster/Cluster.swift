/// Everything the monitor and the console may ask of a cluster, embedded or attached.
///
/// The embedded broker answers by direct calls, a client by the Kafka protocol; neither side's types appear here. Calls that read
/// give what could be read, with the rest marked in `problem` fields; they throw only when nothing could be had.
package protocol Cluster: Sendable {
    /// What this peer can do beyond Kafka's protocol.
    var capabilities: Capabilities { get }

    /// The brokers and the state of the cluster.
    func status() async throws(ClusterError) -> ClusterStatus

    /// All groups with members and commits. Read this *before* `topics()`: then an end offset is never older than a commit.
    func groups() async throws(ClusterError) -> [GroupDescription]

    /// All topics with the state of their partitions, ascending by name.
    func topics() async throws(ClusterError) -> [TopicDescription]

    /// The segments of one partition, oldest first.
    ///
    /// - Throws: `.unsupported` where `capabilities` lacks `.segments`.
    func segments(of partition: TopicPartition) async throws(ClusterError) -> [SegmentDescription]

    /// The effective settings of a topic, ascending by name.
    func configuration(ofTopic topic: String) async throws(ClusterError) -> [ConfigEntry]

    /// Reads records from an offset on.
    ///
    /// - Parameters:
    ///   - partition: The partition.
    ///   - offset: The first offset wanted. Below the log start it reads from the log start.
    ///   - maxRecords: At most this many records.
    ///   - maxBytes: About this many bytes of batches; the first batch comes whole.
    ///   - maxValueBytes: Values are cut to this many bytes; `valueSize` keeps the full size.
    func fetch(
        _ partition: TopicPartition,
        from offset: Int64,
        maxRecords: Int,
        maxBytes: Int,
        maxValueBytes: Int
    ) async throws(ClusterError) -> FetchedRecords

    /// Looks up an offset by its place in time or in the log.
    func offset(of partition: TopicPartition, at spec: OffsetSpec) async throws(ClusterError) -> FoundOffset

    /// Computes what a compaction would do. Changes nothing.
    ///
    /// - Parameter rollActive: Counts the active segment as rolled first.
    func previewCompaction(
        of partitions: [TopicPartition],
        rollActive: Bool
    ) async throws(ClusterError) -> [CompactionPreview]

    /// Queues a compaction run of each partition; progress shows in `status()`.
    func compact(_ partitions: [TopicPartition], rollActive: Bool) async throws(ClusterError)

    /// Asks running and queued compactions of these partitions to stop at the next safe point.
    func stopCompaction(of partitions: [TopicPartition]) async throws(ClusterError)
}

/// What a peer can do beyond Kafka's protocol. A missing one shows as `—` with its reason, or as an estimate marked `≈`.
package struct Capabilities: OptionSet, Sendable {
    package let rawValue: Int

    /// Capabilities by bits.
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Segments can be listed.
    package static let segments = Capabilities(rawValue: 1 << 0)
    /// Dirty ratios are the cleaner's own.
    package static let exactCleaning = Capabilities(rawValue: 1 << 1)
    /// Compaction can be previewed, started and stopped.
    package static let compaction = Capabilities(rawValue: 1 << 2)
    /// Commits carry their time.
    package static let commitTimestamps = Capabilities(rawValue: 1 << 3)
    /// Acts that change the cluster are allowed (not read-only).
    package static let write = Capabilities(rawValue: 1 << 4)
}

/// Why a cluster could not do what was asked, in words for the operator.
package enum ClusterError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The topic or partition does not exist.
    case unknownTopicOrPartition(String)
    /// The peer cannot do this; says why.
    case unsupported(String)
    /// Read-only mode refuses acts that change the cluster.
    case readOnly
    /// The request is wrong; says what and how to mend it.
    case invalid(String)
    /// The cluster could not be reached or did not answer.
    case unavailable(String)
    /// The log directory is offline or damaged.
    case storage(String)

    package var description: String {
        switch self {
        case .unknownTopicOrPartition(let name): "\(name) does not exist"
        case .unsupported(let reason), .invalid(let reason), .unavailable(let reason), .storage(let reason): reason
        case .readOnly: "read-only: start without --read-only to change the cluster"
        }
    }
}
