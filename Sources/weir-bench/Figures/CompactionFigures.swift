import BrokerCore
import Cluster
import DemoWorkload
import Foundation
import KafkaProtocol
import NIOCore

/// One run of the cleaner over a topic whose keys are written over and over, against reading all of it and writing what stays.
struct CompactionFigures {
    private static let valueBytes = 230
    private static let batchRecords = 64

    let context: FigureContext

    /// Takes the figures; each round cleans the same segments, linked into a new folder.
    func run() throws {
        let original = context.workplace.fresh("compaction")
        let records = try fill(original)
        defer { context.workplace.remove(original) }
        var peak: [Double] = []
        var processor: [Double] = []
        var removed: Int64 = 0
        var bytes: Int64 = 0
        let rounds = Rounds(min(context.rounds.count, 3))
        let results = try rounds.alternate {
            let folder = context.workplace.fresh("compaction")
            try link(original, folder)
            defer { context.workplace.remove(folder) }
            let files = ProcessFiles()
            files.forgetPeak()
            let before = files.residentBytes
            let (outcome, seconds, processorSeconds) = try clean(folder)
            processor.append(processorSeconds / (Double(outcome.bytesBefore) / 1e9))
            peak.append((files.peakResidentBytes - before) / 1e6)
            removed = outcome.recordsRemoved
            bytes = outcome.bytesBefore
            return Double(outcome.bytesBefore) / 1e6 / seconds
        } _: {
            try copy(original)
        }
        context.table.note(
            "compaction: \(bytes / 1_000_000) MB in, \(records) records, \(context.keys) keys, \(removed) records removed"
        )
        context.table.add(
            Row(
                "compaction, MB of log read once", "MB/s", Sample(results.map(\.first)),
                baseline: ("read(), write() a fourth", Sample(results.map(\.second)))))
        context.table.add(Row("  processor time", "s/GB", Sample(Array(processor.dropFirst()))))
        context.table.add(Row("  peak of resident memory on top", "MB", Sample(Array(peak.dropFirst()))))
    }

    /// Writes the topic: keys in random order, each about as often as any other.
    private func fill(_ folder: String) throws -> Int {
        let log = try open(folder, creating: true)
        var random = SeededRandom(seed: 11)
        var written = 0
        var records = 0
        while written < context.topicBytes {
            var builder = RecordBatchBuilder()
            for _ in 0..<Self.batchRecords {
                let key = ByteBuffer(string: "account-\(random.next() % UInt64(context.keys))")
                let value = PreparedBatch.value(Self.valueBytes, &random)
                builder.append(timestamp: 1_790_000_000_000, key: key, value: value)
            }
            let batch = try builder.build()
            _ = try log.append(batch)
            written += batch.readableBytes
            records += builder.count
        }
        try log.rollActiveSegment()
        try log.close(clean: true)
        return records
    }

    private func clean(_ folder: String) throws -> (CleanerRun.Outcome, seconds: Double, processorSeconds: Double) {
        let log = try open(folder, creating: false)
        let now = SystemClock().wallMilliseconds
        let range = CleanableRange(
            segments: try log.segments, offsets: log.offsets, checkpoint: nil, config: log.config, now: now)
        let watch = Stopwatch()
        let processor = ProcessorWatch()
        let outcome = try CleanerRun(log: log, range: range, now: now).run(writes: true) { _ in true }
        let (seconds, processorSeconds) = (watch.seconds, processor.milliseconds / 1e3)
        try log.close(clean: false)
        return (outcome, seconds, processorSeconds)
    }

    private func open(_ folder: String, creating: Bool) throws -> PartitionLog {
        var config = LogConfig()
        config.cleanupPolicy = .compact
        let partition = TopicPartition(topic: "accounts", partition: 0)
        let path = "\(folder)/accounts-0"
        if creating {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            return try PartitionLog.create(
                topicPartition: partition, topicID: .random(), directory: path, config: config, storage: DiskStorage(),
                clock: SystemClock())
        }
        return try PartitionLog.open(
            topicPartition: partition, topicID: nil, directory: path, config: config, hadCleanShutdown: true,
            storage: DiskStorage(), clock: SystemClock())
    }

    /// Makes a folder whose files are the other's: the cleaner replaces segments and never writes into them.
    private func link(_ original: String, _ folder: String) throws {
        let manager = FileManager.default
        try manager.createDirectory(atPath: "\(folder)/accounts-0", withIntermediateDirectories: true)
        for name in try manager.contentsOfDirectory(atPath: "\(original)/accounts-0") {
            try manager.linkItem(atPath: "\(original)/accounts-0/\(name)", toPath: "\(folder)/accounts-0/\(name)")
        }
    }

    /// Reads all segments and writes a fourth of each chunk elsewhere, synced: as little as any cleaner could do.
    private func copy(_ original: String) throws -> Double {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(original)/accounts-0")
        let target = try PlainFile(context.workplace.fresh("plain"))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        var bytes = 0
        let watch = Stopwatch()
        for name in names.sorted() where name.hasSuffix(".log") {
            let source = try PlainFile(reading: "\(original)/accounts-0/\(name)")
            var position = 0
            while true {
                let got = try source.read(at: position, into: buffer)
                guard got > 0 else { break }
                position += got
                try target.write(UnsafeRawBufferPointer(rebasing: buffer[..<(got / 4)]))
            }
            bytes += position
        }
        try target.sync()
        return Double(bytes) / 1e6 / watch.seconds
    }
}
