import Cluster
import StreamQuery

/// Records that wait for the next transaction.
struct PendingRecords: Sendable {
    /// So many bytes are not let wait for the end of the commit interval.
    static let enough = 4 << 20

    private let writer: SinkWriter
    private let sink: SinkPlan
    private let partitions: Int32
    private let limits: [String: Int]
    /// What a batch of one record holds besides the record's bytes, and more.
    private static let batchOverhead = 256
    private(set) var records: [TopicPartition: [NewRecord]] = [:]
    private(set) var bytes = 0
    private var keyless: Int32 = 0

    /// Records for a sink.
    ///
    /// - Parameter limits: The most bytes of a batch that topics take, as far as that is known.
    init(_ writer: SinkWriter, _ sink: SinkPlan, partitions: Int, limits: [String: Int]) {
        self.writer = writer
        self.sink = sink
        self.partitions = Int32(clamping: max(1, partitions))
        self.limits = limits
    }

    var isEmpty: Bool { records.isEmpty }

    /// Takes a row, in the sink's format.
    mutating func take(_ row: ResultRow, _ execution: inout QueryExecution) {
        guard let (key, value) = execution.record(row, writer), let timestamp = execution.timestamp(row, writer) else {
            return
        }
        take(
            NewRecord(key: key, value: value, timestamp: max(0, timestamp)), to: sink.topic,
            partition: partition(of: key), &execution)
    }

    /// Takes a record for a partition of a topic. One that is too large for it is left out and noted: it would stop the query for ever.
    mutating func take(_ record: NewRecord, to topic: String, partition: Int32, _ execution: inout QueryExecution) {
        let headers = record.headers.reduce(0) { $0 + $1.name.utf8.count + ($1.value?.count ?? 0) + 10 }
        let size = (record.key?.count ?? 0) + (record.value?.count ?? 0) + headers
        if let limit = limits[topic], size + Self.batchOverhead > limit {
            return execution.note(
                .result, "a record of \(size) bytes is more than \(topic) takes (max.message.bytes \(limit))")
        }
        records[TopicPartition(topic: topic, partition: partition), default: []].append(record)
        bytes += size + 64
    }

    /// Kafka Streams partitions windowed rows by their key without the window (`WindowedStreamPartitioner`).
    private mutating func partition(of key: [UInt8]?) -> Int32 {
        guard let key else {
            keyless = (keyless + 1) % partitions
            return keyless
        }
        let window =
            switch sink.window {
            case .time: 8
            case .session: 16
            case nil: 0
            }
        return KeyPartitioner.partition(of: Array(key.dropLast(window)), partitions: partitions)
    }

    /// What was taken is written.
    mutating func clear() {
        records = [:]
        bytes = 0
    }
}
