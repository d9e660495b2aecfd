import Cluster
import Monitor
import Synchronization
import WindowedMetrics

/// Numbers that are the same again for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A log with every record it holds.
struct Log {
    var topicID = "first"
    var start: Int64 = 0
    var end: Int64 = 0
    /// Offset and timestamp of each record, ascending; gaps are where compaction or a marker left none.
    var records: [(offset: Int64, timestamp: Int64)] = []
    var isCompacted = false
    var firstDirty: Int64 = 0
    var isEligible = false
    var lastCleanedAt: Int64?
    /// Why its bounds cannot be read; nil when they can.
    var problem: String?

    mutating func append(_ count: Int64, at wall: Int64) {
        for _ in 0..<count {
            records.append((end, wall))
            end += 1
        }
    }

    mutating func deleteRecords(below offset: Int64) {
        start = max(start, offset)
        records.removeAll { $0.offset < start }
    }

    /// The first record at or after an offset.
    func first(from offset: Int64) -> (offset: Int64, timestamp: Int64)? {
        var low = 0
        var high = records.count
        while low < high {
            let middle = (low + high) / 2
            if records[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low < records.count ? records[low] : nil
    }
}

/// A group as a coordinator knows it.
struct WorldGroup {
    var assignment: [TopicPartition] = []
    var commits: [TopicPartition: Int64] = [:]
    var protocolType = "consumer"
}

/// A cluster whose every record is known, with failures on demand.
struct World {
    var logs: [TopicPartition: Log] = [:]
    var groups: [String: WorldGroup] = [:]
    var topicsFail = false
    var groupsFail = false
    var statusFails = false
    var isOffline = false
    var fetches = 0
    var fetchesFail = false

    var topicNames: [String] { Set(logs.keys.map(\.topic)).sorted() }
}

/// `Cluster` on a `World`.
final class FakeCluster: Cluster {
    let world: Mutex<World>

    init(_ world: World) { self.world = Mutex(world) }

    var capabilities: Capabilities { [.exactCleaning] }

    func status() async throws(ClusterError) -> ClusterStatus {
        try world.withLock { world throws(ClusterError) in
            if world.statusFails { throw .unavailable("no answer") }
            let broker = EmbeddedStatus(
                startedAt: 0,
                dataDirectory: "/data",
                flushMode: "commit",
                diskFreeBytes: 500,
                diskTotalBytes: 1000,
                offlineReason: world.isOffline ? "fsync failed" : nil
            )
            return ClusterStatus(clusterID: "c", brokers: [], embedded: broker)
        }
    }

    func groups() async throws(ClusterError) -> [GroupDescription] {
        try world.withLock { world throws(ClusterError) in
            if world.groupsFail { throw .unavailable("the coordinator does not answer") }
            return world.groups.map { id, group in
                GroupDescription(
                    groupID: id,
                    state: group.assignment.isEmpty ? .empty : .stable,
                    protocolType: group.protocolType,
                    members: group.assignment.isEmpty
                        ? []
                        : [
                            GroupMember(
                                memberID: "\(id)-1",
                                clientID: "\(id)-client",
                                clientHost: "/127.0.0.1",
                                assignment: group.assignment.sorted()
                            )
                        ],
                    commits: group.commits.sorted { $0.key < $1.key }
                        .map { CommittedOffset(topicPartition: $0.key, offset: $0.value) }
                )
            }
        }
    }

    func topics() async throws(ClusterError) -> [TopicDescription] {
        try world.withLock { world throws(ClusterError) in
            if world.topicsFail { throw .unavailable("metadata timed out") }
            return world.topicNames.map { name in
                let logs = world.logs.filter { $0.key.topic == name }.sorted { $0.key < $1.key }
                var retention = TopicRetention()
                retention.isCompacted = logs.contains { $0.value.isCompacted }
                return TopicDescription(
                    name: name,
                    topicID: logs.first?.value.topicID,
                    retention: retention,
                    partitions: logs.map { Self.description(of: $0.value, number: $0.key.partition) }
                )
            }
        }
    }

    private static func description(of log: Log, number: Int32) -> PartitionDescription {
        PartitionDescription(
            partition: number,
            offsets: log.problem == nil ? PartitionOffsets(logStart: log.start, highWatermark: log.end) : nil,
            sizeBytes: Int64(log.records.count) * 100,
            cleaning: log.isCompacted && log.problem == nil
                ? CleaningState(
                    firstDirtyOffset: log.firstDirty,
                    firstUncleanableOffset: log.end,
                    cleanBytes: 100,
                    cleanableBytes: 300,
                    uncleanableBytes: 0,
                    isEligible: log.isEligible,
                    lastCleanedAt: log.lastCleanedAt
                ) : nil,
            problem: log.problem
        )
    }

    func fetch(
        _ partition: TopicPartition,
        from offset: Int64,
        maxRecords: Int,
        maxBytes: Int,
        maxValueBytes: Int
    ) async throws(ClusterError) -> FetchedRecords {
        try world.withLock { world throws(ClusterError) in
            world.fetches += 1
            if world.fetchesFail { throw .unavailable("fetch timed out") }
            guard let log = world.logs[partition] else { throw .unknownTopicOrPartition("\(partition)") }
            let found = log.first(from: max(offset, log.start))
            return FetchedRecords(
                records: found.map { [FetchedRecord(offset: $0.offset, timestamp: $0.timestamp, key: nil, value: nil)] }
                    ?? [],
                nextOffset: found.map { $0.offset + 1 } ?? log.end,
                offsets: PartitionOffsets(logStart: log.start, highWatermark: log.end)
            )
        }
    }

    func segments(of partition: TopicPartition) async throws(ClusterError) -> [SegmentDescription] { [] }
    func configuration(ofTopic topic: String) async throws(ClusterError) -> [ConfigEntry] { [] }
    func offset(of partition: TopicPartition, at spec: OffsetSpec) async throws(ClusterError) -> FoundOffset {
        FoundOffset(offset: nil, timestamp: nil)
    }
    func previewCompaction(
        of partitions: [TopicPartition],
        rollActive: Bool
    ) async throws(ClusterError) -> [CompactionPreview] { [] }
    func compact(_ partitions: [TopicPartition], rollActive: Bool) async throws(ClusterError) {}
    func stopCompaction(of partitions: [TopicPartition]) async throws(ClusterError) {}
}

/// A clock that moves when the test says so.
final class ScriptedClock: MonitorClock {
    static let start: Int64 = 1_700_000_000_000

    private let moment = Mutex(Moment(wallMilliseconds: ScriptedClock.start, monotonicNanoseconds: 7_000_000_000))

    func now() -> Moment { moment.withLock { $0 } }

    func sleep(milliseconds: Int64) async { await Task.yield() }

    /// Time passes on both clocks.
    func pass(milliseconds: Int64) {
        moment.withLock {
            $0.wallMilliseconds += milliseconds
            $0.monotonicNanoseconds += milliseconds * 1_000_000
        }
    }

    /// The wall clock is set anew; the monotonic one does not notice.
    func leap(milliseconds: Int64) {
        moment.withLock { $0.wallMilliseconds += milliseconds }
    }
}
