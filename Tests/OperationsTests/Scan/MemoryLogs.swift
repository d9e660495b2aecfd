import Cluster
import Synchronization

/// Logs in memory that answer fetches as a broker does: portions, gaps, control batches, and failures where a test wants them.
final class MemoryLogs: RecordAccess {
    /// One partition's log.
    struct Log: Sendable {
        /// Ascending by offset, with gaps.
        var records: [FetchedRecord]
        var bounds: PartitionOffsets
    }

    private struct State {
        var logs: [TopicPartition: Log]
        var fetches = 0
    }

    private let state: Mutex<State>
    /// Decides whether the nth fetch of a partition fails, and how.
    private let failure: @Sendable (TopicPartition, Int) -> ClusterError?

    init(
        _ logs: [TopicPartition: Log],
        failure: @escaping @Sendable (TopicPartition, Int) -> ClusterError? = { _, _ in nil }
    ) {
        state = Mutex(State(logs: logs))
        self.failure = failure
    }

    /// How many fetches were asked for.
    var fetches: Int { state.withLock { $0.fetches } }

    /// Changes a log, as retention does.
    func change(_ place: TopicPartition, _ body: (inout Log) -> Void) {
        state.withLock { it in
            guard var log = it.logs[place] else { return }
            body(&log)
            it.logs[place] = log
        }
    }

    func fetch(
        _ starts: [FetchStart], limits: FetchLimits
    ) async -> [TopicPartition: Result<FetchedRecords, ClusterError>] {
        state.withLock { it in
            it.fetches += 1
            var answers: [TopicPartition: Result<FetchedRecords, ClusterError>] = [:]
            for start in starts {
                guard let log = it.logs[start.topicPartition] else {
                    answers[start.topicPartition] = .failure(.unknownTopicOrPartition("\(start.topicPartition)"))
                    continue
                }
                if let error = failure(start.topicPartition, it.fetches) {
                    answers[start.topicPartition] = .failure(error)
                    continue
                }
                let from = max(start.offset, log.bounds.logStart)
                let records = Array(log.records.lazy.filter { $0.offset >= from }.prefix(limits.maxRecords))
                // A portion that takes all there is goes on behind the gaps at the end, too.
                let isAll = records.last?.offset == log.records.last?.offset || records.isEmpty
                let next = isAll ? log.bounds.highWatermark : (records.last?.offset ?? from) + 1
                answers[start.topicPartition] = .success(
                    FetchedRecords(
                        records: records, nextOffset: min(next, log.bounds.highWatermark), offsets: log.bounds))
            }
            return answers
        }
    }

    func offsets(
        of partitions: [TopicPartition], at spec: OffsetSpec
    ) async -> [TopicPartition: Result<FoundOffset, ClusterError>] {
        state.withLock { it in
            var found: [TopicPartition: Result<FoundOffset, ClusterError>] = [:]
            for place in partitions {
                guard let log = it.logs[place] else {
                    found[place] = .failure(.unknownTopicOrPartition("\(place)"))
                    continue
                }
                switch spec {
                case .earliest: found[place] = .success(FoundOffset(offset: log.bounds.logStart, timestamp: nil))
                case .latest: found[place] = .success(FoundOffset(offset: log.bounds.highWatermark, timestamp: nil))
                case .timestamp(let time):
                    let record = log.records.first { $0.timestamp >= time }
                    found[place] = .success(FoundOffset(offset: record?.offset, timestamp: record?.timestamp))
                case .maxTimestamp:
                    let record = log.records.max { $0.timestamp < $1.timestamp }
                    found[place] = .success(FoundOffset(offset: record?.offset, timestamp: record?.timestamp))
                }
            }
            return found
        }
    }

    func produce(
        _ records: [NewRecord], to partition: TopicPartition, compression: String
    ) async throws(ClusterError) -> ProducedBatch { throw .readOnly("these logs stay as they are") }

    func deleteRecords(
        before offsets: [TopicPartition: Int64]
    ) async throws(ClusterError) -> [TopicPartition: Result<Int64, ClusterError>] {
        throw .readOnly("these logs stay as they are")
    }
}

extension MemoryLogs.Log {
    /// A log of plain records without gaps, the first at offset 0, one a second from 1,000,000 ms on.
    static func plain(_ count: Int) -> MemoryLogs.Log {
        MemoryLogs.Log(
            records: (0..<count).map { number in
                FetchedRecord(
                    offset: Int64(number), timestamp: 1_000_000 + Int64(number) * 1000,
                    key: Array("k\(number % 10)".utf8),
                    value: Array("value \(number)".utf8))
            },
            bounds: PartitionOffsets(logStart: 0, highWatermark: Int64(count)))
    }

    /// Any log: gaps, a log start above 0, an end behind the last record.
    static func random(_ random: inout SeededRandom) -> MemoryLogs.Log {
        var offset = Int64(random.number(0...20))
        let start = offset
        var records: [FetchedRecord] = []
        for _ in 0..<random.number(0...60) {
            offset += random.chance(3) ? Int64(random.number(1...9)) : 0
            let value: [UInt8]? = random.chance(5) ? nil : Array(repeating: 7, count: random.number(0...40))
            records.append(
                FetchedRecord(
                    offset: offset, timestamp: random.chance(9) ? -1 : offset * 10 + Int64(random.number(0...30)),
                    key: random.chance(4) ? nil : [UInt8(random.number(0...20))], value: value))
            offset += 1
        }
        offset += Int64(random.number(0...5))
        return MemoryLogs.Log(records: records, bounds: PartitionOffsets(logStart: start, highWatermark: offset))
    }
}
