import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import SeededNumbers

/// One seeded life of a log on a ``SimulatedDisk``: work, a crash somewhere inside of it, recovery (which may crash
/// too), and the question whether every promise was kept; a few times over.
struct CrashRun {
    static let root = "/log"
    static let directory = "/log/t-0"
    static let partition = TopicPartition(topic: "t", partition: 0)
    static let topicID = KafkaUUID(high: 1, low: 2)

    var random: SeededGenerator
    var disk = SimulatedDisk(directories: [root])
    let clock = TestClock()
    var model = CrashModel()
    var log: PartitionLog?
    /// Every third life is one of preallocated segments.
    let preallocates: Bool
    let ignoredSync: (@Sendable (StorageError.Operation, String) -> Bool)?
    /// What was done, for the report of a failure.
    var history: [String] = []

    init(seed: UInt64, ignoring ignoredSync: (@Sendable (StorageError.Operation, String) -> Bool)? = nil) {
        random = SeededGenerator(seed: seed)
        preallocates = seed % 3 == 0
        self.ignoredSync = ignoredSync
        if let ignoredSync { disk.ignoreSyncs(ignoredSync) }
    }

    private var config: LogConfig {
        var config = LogConfig()
        config.segmentBytes = 700
        config.indexIntervalBytes = 100
        config.segmentIndexBytes = 4096
        config.retentionMs = -1
        config.fileDeleteDelayMs = 10
        config.preallocate = preallocates
        return config
    }

    /// Lives through `rounds` crashes.
    mutating func run(rounds: Int) throws {
        for _ in 0..<rounds {
            disk.plan(.powerCut, atCall: 1 + random.below(90))
            do {
                if log == nil { try openOrCreate() }
                for _ in 0..<40 {
                    if log == nil { try openOrCreate() }
                    try step()
                }
            } catch let error as CrashModel.Broken {
                throw error
            } catch {
                guard disk.isDead else { throw error }
                history.append("\(error)")
            }
            history.append("crash")
            disk = disk.crashed(using: &random)
            if let ignoredSync { disk.ignoreSyncs(ignoredSync) }
            log = nil
            try recover()
        }
    }

    /// Opens after a crash; the opening may be the next crash.
    private mutating func recover() throws {
        while true {
            if random.chance(30) { disk.plan(.powerCut, atCall: 1 + random.below(12)) }
            do {
                try openOrCreate()
                disk.unplan()
                break
            } catch {
                guard disk.isDead else { throw error }
                history.append("crash while opening \(error)")
                disk = disk.crashed(using: &random)
                if let ignoredSync { disk.ignoreSyncs(ignoredSync) }
            }
        }
        guard let log else { return }
        history.append("opened \(log.offsets) \(log.recovery)")
        history.append(
            "files \(try disk.list(Self.directory)) \(try log.segments.map { "\($0.baseOffset):\($0.bytes)" })")
        try model.verify(log)
        try retry(log)
    }

    private mutating func openOrCreate() throws {
        guard try disk.status(of: Self.directory) != nil else {
            log = try PartitionLog.create(
                topicPartition: Self.partition,
                topicID: Self.topicID,
                directory: Self.directory,
                config: config,
                storage: disk,
                clock: clock
            )
            history.append("created")
            return
        }
        let isClean = try CleanShutdownMarker.take(from: Self.root, on: disk)
        let recoveryPoints = try OffsetCheckpoint.load(.recoveryPoint, from: Self.root, on: disk)
        let starts = try OffsetCheckpoint.load(.logStart, from: Self.root, on: disk)
        log = try PartitionLog.open(
            topicPartition: Self.partition,
            topicID: Self.topicID,
            directory: Self.directory,
            config: config,
            recoveryPoint: recoveryPoints.offsets[Self.partition] ?? 0,
            logStartOffset: starts.offsets[Self.partition] ?? 0,
            hadCleanShutdown: isClean,
            storage: disk,
            clock: clock
        )
    }

    // MARK: - Work

    private mutating func step() throws {
        guard let log else { return }
        clock.advance(Int64(random.below(5)))
        switch random.below(100) {
        case 0..<52: try append(log)
        case 52..<68: try flush(log)
        case 68..<71:
            history.append("roll")
            try log.rollActiveSegment()
        case 71..<78: try checkpoint(log)
        case 78..<82: try retain(log)
        case 82..<85: try delete(log)
        case 85..<91: try compact(log)
        case 91..<93:
            clock.advance(20)
            try log.removeDeletedFiles()
        case 93..<96:
            history.append("killed")
            try log.close(clean: false)
            try reopen()
        default:
            history.append("stopped")
            try log.close(clean: true)
            try OffsetCheckpoint([Self.partition: log.offsets.recoveryPoint]).store(
                .recoveryPoint, in: Self.root, on: disk)
            try storeStart(log)
            try CleanShutdownMarker().store(in: Self.root, on: disk)
            try reopen()
        }
    }

    private mutating func reopen() throws {
        log = nil
        try openOrCreate()
        guard let log else { return }
        history.append("opened \(log.offsets)")
        try model.verify(log)
        try retry(log)
    }

    private mutating func append(_ log: PartitionLog) throws {
        let index = random.below(model.producers.count)
        let producer = model.producers[index]
        let records = (0..<(1 + random.below(3))).map { number in
            CrashModel.Record(
                producer: producer.id,
                sequence: producer.next + Int32(number),
                key: "k\(random.below(6))",
                value: "\(producer.id)/\(producer.next)/" + String(repeating: "x", count: random.below(120)),
                timestamp: clock.wallMilliseconds
            )
        }
        let batch = CrashModel.Batch(sequence: producer.next, records: records)
        model.producers[index].next += Int32(records.count)
        model.producers[index].unacknowledged.append(batch)
        try send(batch, of: producer.id, log)
    }

    private mutating func send(_ batch: CrashModel.Batch, of producer: Int64, _ log: PartitionLog) throws {
        let bytes = try CrashModel.bytes(batch, producer: producer)
        // The power may go after the bytes were written.
        let likely = log.offsets.end
        let known = model.records
        for (number, record) in batch.records.enumerated() { model.records[likely + Int64(number)] = record }
        let result = try log.append(bytes)
        history.append("append \(producer):\(batch.sequence) at \(result.baseOffset) \(result.isDuplicate)")
        guard result.isDuplicate else {
            guard result.baseOffset == likely else { throw CrashModel.Broken("appended at \(result.baseOffset)") }
            return
        }
        model.records = known
        for (number, record) in batch.records.enumerated() {
            // A duplicate may have been compacted away, but never be another record.
            guard let there = known[result.baseOffset + Int64(number)] else { continue }
            guard there == record else {
                throw CrashModel.Broken("\(record) was answered as a duplicate at \(result.baseOffset)")
            }
        }
    }

    /// Producers send again what was not acknowledged, as after a lost connection.
    private mutating func retry(_ log: PartitionLog) throws {
        for index in model.producers.indices {
            let producer = model.producers[index]
            do {
                for batch in producer.unacknowledged { try send(batch, of: producer.id, log) }
            } catch let error as LogError {
                guard case .outOfOrderSequence = error else { throw error }
                // A batch before was lost: the producer gives up and begins anew under another id.
                for (offset, record) in model.records where record.producer == producer.id {
                    if offset >= log.offsets.end { model.records[offset] = nil }
                }
                model.producers[index] = CrashModel.Producer(id: model.nextProducerID)
                model.nextProducerID += 1
            }
        }
    }

    private mutating func flush(_ log: PartitionLog) throws {
        let end = log.offsets.end
        try log.flush()
        history.append("flushed to \(end)")
        guard log.offsets.recoveryPoint >= end else {
            throw CrashModel.Broken("a flush left the recovery point behind")
        }
        model.acknowledged.formUnion(model.records.keys.filter { $0 < end && $0 >= log.offsets.start })
        for index in model.producers.indices {
            model.producers[index].unacknowledged = []
            model.producers[index].acknowledged = model.producers[index].next - 1
        }
    }

    private mutating func checkpoint(_ log: PartitionLog) throws {
        history.append("checkpoint \(log.offsets.recoveryPoint)")
        try OffsetCheckpoint([Self.partition: log.offsets.recoveryPoint]).store(.recoveryPoint, in: Self.root, on: disk)
        try storeStart(log)
    }

    private func storeStart(_ log: PartitionLog) throws {
        let starts: [TopicPartition: Int64] = log.needsLogStartCheckpoint ? [Self.partition: log.offsets.start] : [:]
        try OffsetCheckpoint(starts).store(.logStart, in: Self.root, on: disk)
    }

    private mutating func retain(_ log: PartitionLog) throws {
        var config = config
        config.retentionBytes = Int64(random.below(2500))
        log.updateConfig(config)
        defer { log.updateConfig(self.config) }
        model.allowedStart = max(model.allowedStart, log.offsets.end)
        let result = try log.enforceRetention()
        history.append("retention to \(result.logStartOffset)")
        if !result.removals.isEmpty { model.durableStart = max(model.durableStart, result.logStartOffset) }
        model.allowedStart = max(model.durableStart, log.offsets.start)
    }

    private mutating func delete(_ log: PartitionLog) throws {
        let offsets = log.offsets
        let target = Int64.random(in: offsets.start...offsets.end, using: &random)
        model.allowedStart = max(model.allowedStart, target)
        let start = try log.deleteRecords(before: target)
        try storeStart(log)
        history.append("deleted before \(start)")
        model.durableStart = max(model.durableStart, start)
    }

    /// Drops batches whose records all have newer ones of the same keys, in some neighbouring segments.
    private mutating func compact(_ log: PartitionLog) throws {
        let segments = try log.segments.filter { !$0.isActive }
        guard !segments.isEmpty else { return }
        let first = random.below(segments.count)
        let group = segments[first..<min(segments.count, first + 1 + random.below(3))]
        var latest: [String: Int64] = [:]
        var batches: [Int64: [RecordBatch]] = [:]
        for segment in segments {
            let bytes = try log.bytes(ofSegment: segment.baseOffset, from: 0, maxBytes: 1 << 20) ?? ByteBuffer()
            batches[segment.baseOffset] = Array(RecordBatches(bytes))
            for batch in batches[segment.baseOffset] ?? [] {
                for record in try CrashModel.records(batch) { latest[record.record.key] = record.offset }
            }
        }
        guard let base = group.first?.baseOffset else { return }
        let all = group.flatMap { batches[$0.baseOffset] ?? [] }
        let cleaned = try log.beginCleanedSegment(at: base)
        let producers = log.producers.producers
        for (index, batch) in all.enumerated() {
            // As Kafka's cleaner: the newest batch of a producer stays for its sequence numbers, the last for the end.
            let keeps =
                try CrashModel.records(batch).contains { latest[$0.record.key] == $0.offset }
                || producers[batch.header.producerID]?.lastDataOffset == batch.header.lastOffset
            if keeps || index == all.count - 1 { try cleaned.append(batch.bytes, [batch.header]) }
        }
        model.isCompacted = true
        let isDone = try log.replaceSegments(with: [cleaned], replacing: group.map(\.baseOffset))
        history.append("compacted \(group.map(\.baseOffset)) \(isDone)")
        // The whole log was flushed for it, but nobody was told.
    }
}
