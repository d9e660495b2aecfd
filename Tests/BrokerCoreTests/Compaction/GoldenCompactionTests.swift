import Cluster
import Foundation
import KafkaProtocol
import NIOCore
import Testing

@testable import BrokerCore

@Suite("Compaction against what Kafka's cleaner wrote")
struct GoldenCompactionTests {
    /// The small part of the golden that is kept with the tests has one partition less.
    private static let partitions = ["latest-0", "latest-1", "latest-tx-0", "latest-pid-0"].filter { name in
        LogGolden.partitions("compact-0-before").contains { "\($0)" == name }
    }

    @Test("cleaning what Kafka cleaned gives Kafka's batches", arguments: partitions)
    func firstCleaning(name: String) throws {
        let log = try GoldenLog(copying: "compact-0-before", partition: name)
        log.clock.set(try GoldenLog.cleanedAt("compact-1-cleaned", name))
        let preview = try log.clean(from: nil, writes: false)
        let outcome = try log.clean(from: nil, writes: true)
        #expect(preview == outcome)
        expectSame(try log.batches(), try GoldenLog.expectedBatches("compact-1-cleaned", name))
        #expect(try outcome.cleanedUpTo == GoldenLog.cleanerCheckpoint("compact-1-cleaned", name))
        try log.reopen()
        expectSame(try log.batches(), try GoldenLog.expectedBatches("compact-1-cleaned", name))
    }

    @Test("cleaning again after the fillers and past the horizon gives Kafka's batches", arguments: partitions)
    func secondCleaning(name: String) throws {
        let log = try GoldenLog(copying: "compact-1-cleaned", partition: name)
        log.clock.set(try GoldenLog.cleanedAt("compact-2-tombstones-gone", name))
        var fillers = GoldenLog.fillers[...]
        // Kafka's cleaner ran while the fillers came in: each of its rounds is repeated when the log had come as far.
        for round in try GoldenLog.rounds("compact-2-tombstones-gone", name) {
            while try log.activeBaseOffset < round.upperBound, let filler = fillers.popFirst() {
                try log.append(filler: filler)
            }
            let preview = try log.clean(from: round.lowerBound, writes: false)
            let outcome = try log.clean(from: round.lowerBound, writes: true)
            #expect(preview == outcome)
            #expect(outcome.cleanedUpTo == round.upperBound)
        }
        for filler in fillers { try log.append(filler: filler) }
        expectSame(try log.batches(), try GoldenLog.expectedBatches("compact-2-tombstones-gone", name))
    }
}

/// Expects equal batches, and says which differ.
private func expectSame(_ seen: [BatchFacts], _ expected: [BatchFacts]) {
    let differences = seen.difference(from: expected).map { change in
        switch change {
        case .insert(_, let batch, _): "ours only  \(batch)"
        case .remove(_, let batch, _): "Kafka only \(batch)"
        }
    }
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
}

/// What a test compares of a batch: all that compaction decides.
struct BatchFacts: Equatable, CustomStringConvertible {
    var segment: Int64
    var baseOffset: Int64
    var count: Int
    var attributes: Int
    var maxTimestamp: Int64
    var deleteHorizonMs: Int64?

    var description: String {
        "\(segment): \(baseOffset)×\(count) attributes \(attributes) max \(maxTimestamp) horizon \(deleteHorizonMs ?? -1)"
    }
}

/// A copy of one golden partition, opened as a log.
final class GoldenLog {
    let clock = TestClock(1_795_248_260_000)
    private let name: String
    private let directory: URL
    private let config: LogConfig
    private var log: PartitionLog

    /// Copies a partition's directory and opens it.
    init(copying golden: String, partition name: String) throws {
        self.name = name
        directory = FileManager.default.temporaryDirectory.appending(path: "weir-golden-\(UUID().uuidString)/\(name)")
        try FileManager.default.createDirectory(
            at: directory.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: Self.folder(golden).appending(path: "log-dir/\(name)"), to: directory)
        // The golden may be read-only; its copy is written to.
        for file in try FileManager.default.contentsOfDirectory(atPath: directory.path) {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644], ofItemAtPath: directory.appending(path: file).path)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.path)
        var config = LogConfig()
        config.segmentBytes = name == "latest-pid-0" ? 1024 : 4096
        config.indexIntervalBytes = 512
        config.segmentIndexBytes = 4096
        config.cleanupPolicy = .compact
        config.minCleanableDirtyRatio = 0.01
        config.deleteRetentionMs = 20_000
        self.config = config
        log = try Self.open(name, directory, config, clock)
    }

    deinit { try? FileManager.default.removeItem(at: directory.deletingLastPathComponent()) }

    private static func open(
        _ name: String,
        _ directory: URL,
        _ config: LogConfig,
        _ clock: TestClock
    ) throws -> PartitionLog {
        let dash = try #require(name.lastIndex(of: "-"))
        return try PartitionLog.open(
            topicPartition: TopicPartition(
                topic: String(name[..<dash]),
                partition: try #require(Int32(name[name.index(after: dash)...]))
            ),
            topicID: nil,
            directory: directory.path,
            config: config,
            hadCleanShutdown: true,
            storage: DiskStorage(),
            clock: clock
        )
    }

    /// Closes in order and opens again.
    func reopen() throws {
        try log.close(clean: true)
        log = try Self.open(name, directory, config, clock)
    }

    /// Runs the cleaner, or computes what it would do.
    func clean(from checkpoint: Int64?, writes: Bool) throws -> CleanerRun.Outcome {
        // As the broker does before it cleans; the golden's records are a day older than their log.
        log.removeExpiredProducers(expirationMs: 86_400_000)
        let now = clock.wallMilliseconds
        let range = CleanableRange(
            segments: try log.segments,
            offsets: log.offsets,
            checkpoint: checkpoint,
            config: config,
            now: now
        )
        let run = CleanerRun(log: log, range: range, now: now)
        return try run.run(writes: writes) { _ in true }
    }

    /// The sixty filler records that were written between the two cleanings, in the batches they came in.
    static let fillers = [0..<1] + stride(from: 1, to: 60, by: 5).map { $0..<min(60, $0 + 5) }

    /// Where the active segment begins.
    var activeBaseOffset: Int64 {
        get throws { try #require(try log.segments.last).baseOffset }
    }

    /// Appends one batch of filler records.
    func append(filler batch: Range<Int>) throws {
        var builder = RecordBatchBuilder()
        for index in batch {
            let number = String(repeating: "-", count: 62 - String(index).count) + String(index)
            builder.append(
                timestamp: 1_795_248_307_305,
                key: ByteBuffer(string: "filler-\(index % 3)"),
                value: ByteBuffer(string: "roll the active segment \(number)")
            )
        }
        _ = try log.append(try builder.build(), origin: .coordinator)
    }

    /// The batches of the log as they are, empty segments apart.
    func batches() throws -> [BatchFacts] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".log") }.sorted()
            .flatMap { file -> [BatchFacts] in
                let bytes = ByteBuffer(bytes: try Data(contentsOf: directory.appending(path: file)))
                let segment = try #require(Int64(file.dropLast(4)))
                return RecordBatches(bytes).map { batch in
                    #expect(batch.header.hasValidChecksum(in: batch.bytes))
                    return BatchFacts(
                        segment: segment,
                        baseOffset: batch.header.baseOffset,
                        count: Int(batch.header.recordCount),
                        attributes: Int(batch.header.attributes.rawValue),
                        maxTimestamp: batch.header.maxTimestamp,
                        deleteHorizonMs: batch.header.deleteHorizon
                    )
                }
            }.map(Self.withoutFillerTime)
    }

    /// Filler records carry the time of their own writing, which says nothing here.
    private static func withoutFillerTime(_ facts: BatchFacts) -> BatchFacts {
        var facts = facts
        if facts.maxTimestamp >= 1_795_248_300_000 { facts.maxTimestamp = 0 }
        return facts
    }

    // MARK: The golden

    static func folder(_ golden: String) -> URL { URL(filePath: LogGolden.root).appending(path: golden) }

    private struct ExpectedFile: Decodable {
        struct Batch: Decodable {
            var baseOffset: Int64
            var count: Int
            var attributes: Int
            var maxTimestamp: Int64
            var deleteHorizonMs: Int64?
        }
        var file: String
        var batches: [Batch]
    }

    static func expectedBatches(_ golden: String, _ partition: String) throws -> [BatchFacts] {
        let lines = try String(contentsOf: folder(golden).appending(path: "expected-batches.jsonl"), encoding: .utf8)
        return try lines.split(separator: "\n").map { try JSONDecoder().decode(ExpectedFile.self, from: Data($0.utf8)) }
            .filter { $0.file.hasPrefix("\(partition)/") }
            .sorted { $0.file < $1.file }
            .flatMap { file -> [BatchFacts] in
                let name = file.file.dropFirst(partition.count + 1).dropLast(4)
                let segment = try #require(Int64(name))
                return file.batches.map { batch in
                    BatchFacts(
                        segment: segment,
                        baseOffset: batch.baseOffset,
                        count: batch.count,
                        attributes: batch.attributes,
                        maxTimestamp: batch.maxTimestamp,
                        deleteHorizonMs: batch.deleteHorizonMs
                    )
                }
            }.map(withoutFillerTime)
    }

    static func cleanerCheckpoint(_ golden: String, _ partition: String) throws -> Int64 {
        let text = try String(
            contentsOf: folder(golden).appending(path: "log-dir/cleaner-offset-checkpoint"), encoding: .utf8)
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 3, "\(parts[0])-\(parts[1])" == partition { return try #require(Int64(parts[2])) }
        }
        throw CocoaError(.fileReadUnknown)
    }

    /// When Kafka last cleaned a partition: the latest horizon it stamped, less `delete.retention.ms`. Where it stamped none, any
    /// time of that day does.
    static func cleanedAt(_ golden: String, _ partition: String) throws -> Int64 {
        let horizon = try expectedBatches(golden, partition).compactMap(\.deleteHorizonMs).max()
        return (horizon ?? 1_795_248_284_062) - 20_000
    }

    /// The offset ranges that Kafka's cleaner indexed, one a run, from its log.
    static func rounds(_ golden: String, _ partition: String) throws -> [Range<Int64>] {
        let text = try String(contentsOf: folder(golden).appending(path: "cleaner-log.txt"), encoding: .utf8)
        let pattern = try Regex<(Substring, Substring, Substring)>(
            "for log \(partition) .*range \\[([0-9]+), ([0-9]+)\\)")
        return try text.matches(of: pattern).map {
            try #require(Int64($0.output.1))..<(try #require(Int64($0.output.2)))
        }
    }
}
