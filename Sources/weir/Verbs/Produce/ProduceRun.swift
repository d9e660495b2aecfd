import Cluster

/// Gathers records by partition and writes them, a batch a partition at a time, so that order within a partition is the input's.
struct ProduceRun {
    private let cluster: any Cluster
    private let target: Target
    private var batches: [Int32: Batch] = [:]
    /// The partition that records without a key go to until the next flush, as Kafka's sticky partitioner does.
    private var sticky: Int32
    /// What has become of the records so far.
    private(set) var tally = Tally()

    /// Where records go.
    struct Target: Sendable {
        var topic: String
        /// How many partitions the topic has, from 1.
        var partitions: Int32
        /// The partition of every record; nil chooses by key.
        var fixed: Int32?
        /// Kafka's name of the codec.
        var compression: String
    }

    /// What has become of records.
    struct Tally: Sendable, Equatable {
        var written = 0
        var failed = 0
        var partitions: Set<Int32> = []
    }

    /// Records of one partition with the lines they came from.
    private struct Batch: Sendable {
        var records: [NewRecord] = []
        var lines: [Int] = []
        var bytes = 0
    }

    /// What became of one batch or a part of it.
    private struct Outcome: Sendable {
        var partition: Int32
        var lines: [Int]
        var error: ClusterError?
    }

    /// A batch stays below Kafka's default `max.message.bytes`, unless one record alone is larger.
    private static let batchBytes = 900_000
    /// What a record costs in a batch besides its own bytes, about.
    private static let recordOverhead = 32
    /// How many partitions are written at once.
    private static let writers = 32

    /// A run that has written nothing yet.
    init(to target: Target, on cluster: any Cluster) {
        (self.cluster, self.target) = (cluster, target)
        sticky = Int32.random(in: 0..<max(1, target.partitions))
    }

    /// Puts a record to those that the next flush writes.
    mutating func add(_ record: NewRecord, line: Int) {
        let partition =
            target.fixed ?? record.key.map { KeyPartitioner.partition(of: $0, partitions: target.partitions) } ?? sticky
        let headers = record.headers.reduce(0) { $0 + $1.name.utf8.count + ($1.value?.count ?? 0) }
        batches[partition, default: Batch()].records.append(record)
        batches[partition, default: Batch()].lines.append(line)
        batches[partition, default: Batch()].bytes +=
            (record.key?.count ?? 0) + (record.value?.count ?? 0) + headers + Self.recordOverhead
    }

    /// Writes what has been gathered, and says what was not taken.
    ///
    /// - Throws: `ClusterError` for what would meet every further record, too.
    mutating func flush(_ shell: Shell) async throws {
        let full = batches
        batches = [:]
        sticky = (sticky + 1) % max(1, target.partitions)
        var fatal: ClusterError?
        for outcome in await written(full) {
            guard let error = outcome.error else {
                tally.written += outcome.lines.count
                tally.partitions.insert(outcome.partition)
                continue
            }
            tally.failed += outcome.lines.count
            try shell.say("Error: \(Self.name(outcome.lines)) to \(target.topic)-\(outcome.partition): \(error)")
            if !error.isOfTheseRecordsOnly { fatal = error }
        }
        if let fatal { throw fatal }
    }

    private func written(_ full: [Int32: Batch]) async -> [Outcome] {
        await withTaskGroup(of: [Outcome].self) { group in
            var outcomes: [Outcome] = []
            for (index, (partition, batch)) in full.sorted(by: { $0.key < $1.key }).enumerated() {
                if index >= Self.writers, let ended = await group.next() { outcomes += ended }
                group.addTask { await write(batch, to: partition) }
            }
            for await ended in group { outcomes += ended }
            return outcomes
        }
    }

    /// Writes a batch in parts of a size that brokers take; halves what is too large for this one.
    private func write(_ batch: Batch, to partition: Int32) async -> [Outcome] {
        var outcomes: [Outcome] = []
        let parts = batch.bytes / Self.batchBytes + 1
        var pending = Self.split(0..<batch.records.count, into: parts)
        while let range = pending.popLast() {
            let lines = Array(batch.lines[range])
            do throws(ClusterError) {
                _ = try await cluster.produce(
                    Array(batch.records[range]),
                    to: TopicPartition(topic: target.topic, partition: partition), compression: target.compression)
                outcomes.append(Outcome(partition: partition, lines: lines))
            } catch {
                if range.count > 1, error.isTooLarge {
                    pending += Self.split(range, into: 2)
                    continue
                }
                outcomes.append(Outcome(partition: partition, lines: lines, error: error))
                guard error.isOfTheseRecordsOnly else {
                    let rest = pending.reversed().flatMap { batch.lines[$0] }
                    if !rest.isEmpty { outcomes.append(Outcome(partition: partition, lines: rest, error: error)) }
                    break
                }
            }
        }
        return outcomes
    }

    /// Parts of a range, none empty, the first one last.
    private static func split(_ range: Range<Int>, into parts: Int) -> [Range<Int>] {
        let size = max(1, (range.count + parts - 1) / max(1, parts))
        return stride(from: range.lowerBound, to: range.upperBound, by: size).map {
            $0..<min($0 + size, range.upperBound)
        }.reversed()
    }

    private static func name(_ lines: [Int]) -> String {
        guard let first = lines.first, let last = lines.last, lines.count > 1 else {
            return "line \(lines.first ?? 0)"
        }
        return "\(lines.count) records of lines \(first) to \(last)"
    }
}

extension ClusterError {
    /// `MESSAGE_TOO_LARGE` and `RECORD_LIST_TOO_LARGE`.
    fileprivate var isTooLarge: Bool {
        if case .refused(let refusal) = self { refusal.code == 10 || refusal.code == 18 } else { false }
    }

    /// True when other records may still be taken.
    fileprivate var isOfTheseRecordsOnly: Bool {
        if case .refused = self { true } else { false }
    }
}
