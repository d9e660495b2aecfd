/// Everything the monitor, the console and the command line may ask of a cluster, embedded or attached.
///
/// The embedded broker answers by direct calls, a client by the Kafka protocol; neither side's types appear here. Calls that read
/// give what could be read, with the rest marked in `problem` fields or as a failure of its own; they throw only when nothing
/// could be had. Calls that change the cluster refuse with `.readOnly` where `capabilities` lacks `.write`.
package protocol Cluster: ClusterReading, TransactionReading, RecordAccess, TransactionalWriting, TopicAdministration,
    GroupAdministration, CompactionControl
{
    /// What this peer can do beyond Kafka's protocol.
    var capabilities: Capabilities { get }

    /// What talking to the cluster has cost it so far; nil where no request is sent (the embedded broker).
    var cost: RequestCost? { get }

    /// How to let acts that change the cluster through, for the error that refuses them.
    var writeRemedy: String { get }
}

/// The state of the cluster, as the monitor polls it.
package protocol ClusterReading: Sendable {
    /// The brokers and the state of the cluster.
    func status() async throws(ClusterError) -> ClusterStatus

    /// Groups with members and commits, ascending by id. Read this *before* `topics`: then an end offset is never older than a commit.
    ///
    /// - Parameter names: The groups wanted, nil for all. A group that does not exist is left out.
    func groups(named names: [String]?) async throws(ClusterError) -> [GroupDescription]

    /// Topics with the state of their partitions, ascending by name.
    ///
    /// - Parameters:
    ///   - names: The topics wanted, nil for all. A topic that does not exist is left out.
    ///   - detail: What to tell of them.
    func topics(named names: [String]?, detail: TopicDetail) async throws(ClusterError) -> [TopicDescription]

    /// The segments of one partition, oldest first.
    ///
    /// - Throws: `.unsupported` where `capabilities` lacks `.segments`.
    func segments(of partition: TopicPartition) async throws(ClusterError) -> [SegmentDescription]

    /// The log directories of brokers with the partitions in them, ascending by broker and path.
    ///
    /// - Parameter brokers: Node ids, nil for all.
    /// - Throws: `.invalid` for a broker that is not there.
    func logDirectories(ofBrokers brokers: [Int32]?) async throws(ClusterError) -> [LogDirectoryDescription]
}

/// Transactions and the producers behind them.
package protocol TransactionReading: Sendable {
    /// The transactions of all coordinators, and what is open on partitions.
    ///
    /// - Parameter held: Partitions where something may be open: those whose last stable offset lies below the high watermark.
    /// - Throws: `.unsupported` where the peer tells nothing of transactions (before Kafka 3.0).
    func transactions(holding held: [TopicPartition]) async throws(ClusterError) -> TransactionListing

    /// The producers that a partition remembers, ascending by id.
    ///
    /// - Throws: `.unsupported` where the peer does not tell (before Kafka 2.8).
    func producers(of partition: TopicPartition) async throws(ClusterError) -> [ProducerDescription]
}

/// Records and offsets: reading, looking up, writing and deleting.
package protocol RecordAccess: Sendable {
    /// Reads records of several partitions at once.
    ///
    /// - Returns: An entry for each partition asked for.
    func fetch(_ starts: [FetchStart], limits: FetchLimits) async -> [TopicPartition: Result<
        FetchedRecords, ClusterError
    >]

    /// Looks up offsets by their place in time or in the log.
    ///
    /// - Returns: An entry for each partition asked for.
    func offsets(of partitions: [TopicPartition], at spec: OffsetSpec) async
        -> [TopicPartition: Result<FoundOffset, ClusterError>]

    /// Appends records to one partition, as one batch, and waits until all in-sync replicas have it.
    func produce(_ records: [NewRecord], to partition: TopicPartition, compression: String) async throws(ClusterError)
        -> ProducedBatch

    /// Moves log starts up, so that what lies before is no longer read (DeleteRecords, KIP-107).
    ///
    /// - Parameter offsets: The new log start of each partition; -1 for its high watermark.
    /// - Returns: For each partition the log start it has now.
    func deleteRecords(before offsets: [TopicPartition: Int64]) async throws(ClusterError)
        -> [TopicPartition: Result<Int64, ClusterError>]
}

/// Topics and settings: reading and changing.
package protocol TopicAdministration: Sendable {
    /// Creates a topic.
    ///
    /// - Parameter validateOnly: Only checks whether it could be created.
    func createTopic(_ topic: NewTopic, validateOnly: Bool) async throws(ClusterError)

    /// Deletes a topic with all its records.
    func deleteTopic(_ name: String) async throws(ClusterError)

    /// Raises the number of a topic's partitions.
    ///
    /// - Parameter total: How many there shall be in all.
    func addPartitions(to topic: String, total: Int32) async throws(ClusterError)

    /// The effective settings of a topic, a broker or of all brokers together, ascending by name.
    func configuration(of resource: ConfigResource) async throws(ClusterError) -> [ConfigEntry]

    /// Changes settings one by one (IncrementalAlterConfigs, KIP-339); those not named stay.
    ///
    /// - Parameter validateOnly: Only checks whether they could be changed.
    func alterConfiguration(of resource: ConfigResource, _ changes: [ConfigChange], validateOnly: Bool)
        async throws(ClusterError)
}

/// Groups: moving and deleting committed offsets, deleting groups.
package protocol GroupAdministration: Sendable {
    /// Commits offsets for a group that has no active members.
    ///
    /// - Returns: For each partition nothing, or why it was refused.
    func commit(_ offsets: [TopicPartition: Int64], group: String) async throws(ClusterError)
        -> [TopicPartition: Result<Void, ClusterError>]

    /// Deletes committed offsets of partitions whose topics no active member subscribes to (KIP-496).
    ///
    /// - Returns: For each partition nothing, or why it was refused.
    func deleteOffsets(of partitions: [TopicPartition], group: String) async throws(ClusterError)
        -> [TopicPartition: Result<Void, ClusterError>]

    /// Deletes a group without active members, with its offsets.
    func deleteGroup(_ name: String) async throws(ClusterError)
}

/// Compaction on demand.
package protocol CompactionControl: Sendable {
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

extension ClusterReading {
    /// All groups with members and commits, ascending by id.
    package func groups() async throws(ClusterError) -> [GroupDescription] { try await groups(named: nil) }

    /// All topics with all that is known of their partitions, ascending by name.
    package func topics() async throws(ClusterError) -> [TopicDescription] {
        try await topics(named: nil, detail: .figures)
    }
}

extension RecordAccess {
    /// Reads records of one partition from an offset on; below the log start it reads from the log start.
    package func fetch(
        _ partition: TopicPartition, from offset: Int64, limits: FetchLimits
    ) async throws(ClusterError) -> FetchedRecords {
        let answer = await fetch([FetchStart(partition, from: offset)], limits: limits)[partition]
        guard let answer else { throw .unavailable("\(partition): the answer left the partition out") }
        return try answer.get()
    }

    /// Looks up one partition's offset.
    package func offset(of partition: TopicPartition, at spec: OffsetSpec) async throws(ClusterError) -> FoundOffset {
        guard let answer = await offsets(of: [partition], at: spec)[partition] else {
            throw .unavailable("\(partition): the answer left the partition out")
        }
        return try answer.get()
    }
}
