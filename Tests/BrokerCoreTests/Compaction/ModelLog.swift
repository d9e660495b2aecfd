import Cluster
import KafkaProtocol
import NIOCore
import SeededNumbers
import Testing

@testable import BrokerCore

/// A compacted log next to all that was ever written to it, with what a consumer must still find.
final class ModelLog {
    /// A record as it was written.
    struct Written: Equatable {
        var key: String
        var value: String?
        var timestamp: Int64
        var headers: [String]
        /// Its transaction, or nil.
        var transaction: Int?
    }

    enum Fate { case open, committed, aborted }

    private struct Producer {
        var sequence: Int32 = 0
        var transaction: Int?
    }

    let clock: TestClock
    let config: LogConfig
    var limits = CleanerRun.Limits()
    private(set) var log: PartitionLog
    private(set) var checkpoint: Int64?
    private(set) var written: [Int64: Written] = [:]
    private var fates: [Fate] = []
    private var producers: [Int64: Producer] = [:]
    /// When a cleaning first met each tombstone, plus delete.retention.ms.
    private var horizons: [Int64: Int64] = [:]
    private var lastCleaning: Int64 = 0
    private var hadFullMap = false
    private var storage: any Storage
    private let directory: String
    /// Goes away with the log; nil on a simulated disk.
    private let temporary: TemporaryDirectory?
    private let keys: Int
    private let name = TopicPartition(topic: "model", partition: 0)

    /// An empty log on the real disk, or on a simulated one that has a directory `/data`.
    init(keys: Int, segmentBytes: Int, on disk: SimulatedDisk? = nil) throws {
        self.keys = keys
        temporary = disk == nil ? try TemporaryDirectory() : nil
        directory = "\(temporary?.path ?? "/data")/model-0"
        storage = disk ?? DiskStorage(descriptorLimit: 64)
        clock = TestClock(1_795_000_000_000)
        var config = LogConfig()
        config.cleanupPolicy = .compact
        config.segmentBytes = segmentBytes
        config.indexIntervalBytes = 256
        config.deleteRetentionMs = 20_000
        self.config = config
        log = try PartitionLog.create(
            topicPartition: name,
            topicID: .zero,
            directory: directory,
            config: config,
            storage: storage,
            clock: clock
        )
    }

    // MARK: Writing

    /// Appends one to six records, with or without a producer, in a transaction or not.
    func append(_ random: inout SeededGenerator) throws {
        let producer: Int64? = random.chance(60) ? Int64.random(in: 1...4, using: &random) : nil
        var transaction: Int?
        // Producers 3 and 4 write transactions only.
        if let producer, producer >= 3 {
            if producers[producer]?.transaction == nil {
                fates.append(.open)
                producers[producer, default: Producer()].transaction = fates.count - 1
            }
            transaction = producers[producer]?.transaction
        }
        var builder = RecordBatchBuilder(
            codec: random.chance(50) ? .none : CompressionCodec.allCases.randomElement(using: &random) ?? .none,
            attributes: transaction == nil ? [] : .transactional,
            producerID: producer ?? -1,
            producerEpoch: producer == nil ? -1 : 0,
            baseSequence: producer.map { producers[$0]?.sequence ?? 0 } ?? -1
        )
        var records: [Written] = []
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let record = Written(
                key: "key-\(Int.random(in: 0..<keys, using: &random))",
                value: random.chance(20) ? nil : String(repeating: "v", count: Int.random(in: 0...40, using: &random)),
                timestamp: clock.wallMilliseconds - Int64.random(in: 0...500, using: &random),
                headers: random.chance(20) ? ["trace", "trace"] : [],
                transaction: transaction
            )
            records.append(record)
            builder.append(
                timestamp: record.timestamp,
                key: ByteBuffer(string: record.key),
                value: record.value.map { ByteBuffer(string: $0) },
                headers: record.headers.map { Record.Header(name: ByteBuffer(string: $0), value: nil) }
            )
        }
        let result = try log.append(try builder.build(), origin: .client)
        for (index, record) in records.enumerated() { written[result.baseOffset + Int64(index)] = record }
        if let producer { producers[producer, default: Producer()].sequence += Int32(records.count) }
    }

    /// Ends an open transaction, if there is one.
    func endTransaction(_ random: inout SeededGenerator) throws {
        let open = producers.keys.sorted().filter { producers[$0]?.transaction != nil }
        guard let producer = open.randomElement(using: &random), let transaction = producers[producer]?.transaction
        else {
            return
        }
        let commits = random.chance(50)
        var builder = RecordBatchBuilder(
            attributes: [.transactional, .control],
            producerID: producer,
            producerEpoch: 0
        )
        var key = ByteBuffer()
        key.writeMultipleIntegers(Int16(0), commits ? Int16(1) : Int16(0))
        var value = ByteBuffer()
        value.writeMultipleIntegers(Int16(0), Int32(0))
        builder.append(timestamp: clock.wallMilliseconds, key: key, value: value)
        _ = try log.append(try builder.build(), origin: .coordinator)
        fates[transaction] = commits ? .committed : .aborted
        producers[producer]?.transaction = nil
    }

    /// Opens the log again, after closing it in order or as after a kill.
    func reopen(clean: Bool) throws {
        let before = log.producers.producers.mapValues {
            "\($0.epoch) \($0.lastSequence) \($0.transactionFirstOffset ?? -1)"
        }
        let offsets = log.offsets
        if !clean { try log.flush() }
        try log.close(clean: clean)
        log = try PartitionLog.open(
            topicPartition: name,
            topicID: .zero,
            directory: directory,
            config: config,
            recoveryPoint: clean ? offsets.end : 0,
            hadCleanShutdown: clean,
            storage: storage,
            clock: clock
        )
        #expect(log.recovery.cuts.isEmpty && log.recovery.quarantines.isEmpty)
        #expect(log.offsets.end == offsets.end)
        #expect(log.offsets.lastStable == offsets.lastStable)
        let after = log.producers.producers.mapValues {
            "\($0.epoch) \($0.lastSequence) \($0.transactionFirstOffset ?? -1)"
        }
        #expect(after == before)
    }

    /// Opens the log as the power cut left it on a disk; everything written before was flushed.
    func reopen(after crash: SimulatedDisk) throws {
        let end = log.offsets.end
        storage = crash
        log = try PartitionLog.open(
            topicPartition: name,
            topicID: .zero,
            directory: directory,
            config: config,
            recoveryPoint: end,
            hadCleanShutdown: false,
            storage: storage,
            clock: clock
        )
        #expect(log.offsets.end == end)
        #expect(log.recovery.quarantines.isEmpty)
    }

    // MARK: Cleaning

    /// What can be cleaned now.
    func range(rollsActive: Bool = false) throws -> CleanableRange {
        CleanableRange(
            segments: try log.segments,
            offsets: log.offsets,
            checkpoint: checkpoint,
            config: config,
            rollsActive: rollsActive,
            now: clock.wallMilliseconds
        )
    }

    /// Runs the cleaner and holds what it did to what its preview said.
    func clean(rollsActive: Bool, stopAfter: Int? = nil) throws {
        let now = clock.wallMilliseconds
        let range = try range(rollsActive: rollsActive)
        let preview = try CleanerRun(log: log, range: range, now: now, limits: limits).run(writes: false) { _ in true }
        if rollsActive { try log.rollActiveSegment() }
        let size = log.size
        let offsets = log.offsets
        var reports = 0
        let outcome = try CleanerRun(log: log, range: try self.range(), now: now, limits: limits).run(writes: true) {
            _ in
            reports += 1
            return stopAfter.map { reports <= $0 } ?? true
        }
        if !outcome.wasStopped { #expect(outcome == preview) }
        #expect(size - log.size == outcome.bytesRemoved)
        #expect(log.offsets.end == offsets.end)
        #expect(log.offsets.lastStable == offsets.lastStable)
        #expect(outcome.cleanedUpTo <= range.firstUncleanableOffset)
        if outcome.cleanedUpTo < range.firstUncleanableOffset { hadFullMap = true }
        for (offset, record) in written where record.value == nil && offset < range.firstUncleanableOffset {
            horizons[offset] = horizons[offset] ?? now + config.deleteRetentionMs
        }
        lastCleaning = now
        if !outcome.wasStopped { checkpoint = outcome.cleanedUpTo }
    }

    // MARK: Checking

    /// Reads as a consumer of committed records does, and compares with what was written.
    func check(_ context: String) throws {
        let found = try committed()
        for (offset, record) in found {
            #expect(written[offset] == record, "\(context): offset \(offset) changed")
        }
        var expected: [String: (offset: Int64, value: String?)] = [:]
        for offset in written.keys.sorted() where offset < log.offsets.lastStable {
            guard let record = written[offset], record.transaction.map({ fates[$0] == .committed }) ?? true else {
                continue
            }
            expected[record.key] = (offset, record.value)
        }
        var seen: [String: Int64] = [:]
        for offset in found.keys.sorted() {
            guard let record = found[offset] else { continue }
            #expect(record.transaction.map { fates[$0] == .committed } ?? true, "\(context): aborted \(offset) is read")
            if offset < checkpoint ?? 0, let earlier = seen[record.key] {
                Issue.record("\(context): \(record.key) at \(earlier) and \(offset), both cleaned")
            }
            seen[record.key] = offset
        }
        for (key, latest) in expected {
            if latest.value != nil {
                #expect(seen[key] == latest.offset, "\(context): the newest \(key) is at \(latest.offset)")
                continue
            }
            let horizon = horizons[latest.offset] ?? .max
            if lastCleaning < horizon {
                #expect(seen[key] == latest.offset, "\(context): tombstone of \(key) at \(latest.offset) left early")
            } else if !hadFullMap && latest.offset < checkpoint ?? 0 {
                #expect(seen[key] == nil, "\(context): \(key) at \(latest.offset) outlived its horizon")
            }
        }
        #expect(Set(seen.keys).isSubset(of: expected.keys), "\(context): keys that never were")
    }

    /// The committed records by offset, filtered as clients filter.
    private func committed() throws -> [Int64: Written] {
        var found: [Int64: Written] = [:]
        var from = log.offsets.start
        while from < log.offsets.lastStable {
            let result = try log.read(from: from, maxBytes: 2048, minOneBatch: true, isolation: .readCommitted)
            guard result.records.readableBytes > 0 else { break }
            var aborted = result.abortedTransactions.sorted { $0.firstOffset < $1.firstOffset }[...]
            var ongoing: Set<Int64> = []
            for batch in RecordBatches(result.records) {
                let header = batch.header
                while let next = aborted.first, next.firstOffset <= header.lastOffset {
                    ongoing.insert(next.producerID)
                    aborted.removeFirst()
                }
                if header.isControl {
                    if try ControlMarker(batch) == .abort { ongoing.remove(header.producerID) }
                    continue
                }
                if header.isTransactional && ongoing.contains(header.producerID) { continue }
                try batch.records(limit: 1 << 20).forEach { record in
                    found[record.offset] = Written(
                        key: record.key.map { String(buffer: $0) } ?? "",
                        value: record.value.map { String(buffer: $0) },
                        timestamp: record.timestamp,
                        headers: record.headers.map { String(buffer: $0.name) },
                        transaction: written[record.offset]?.transaction
                    )
                    return true
                }
            }
            from = result.nextOffset
        }
        return found
    }
}
