import BrokerCore
import Cluster
import KafkaProtocol
import NIOCore
import Testing

@Suite("Opening a log after a crash")
struct GoldenRecoveryTests {
    @Test("keeps every record of a killed Kafka, and its offsets are those Kafka answered")
    func killed() throws {
        let expected = try LogGolden.offsets("kill9")
        for partition in LogGolden.partitions("kill9") {
            let opened = try Opened("kill9", partition)
            #expect(try opened.bytes() == LogGolden.logBytes("\(LogGolden.directory("kill9"))/\(partition)"))
            #expect(opened.log.recovery.cuts.isEmpty && opened.log.recovery.quarantines.isEmpty)
            if let offsets = expected[partition] {
                #expect(opened.log.offsets.start == offsets.start, "\(partition)")
                #expect(opened.log.offsets.highWatermark == offsets.high, "\(partition)")
                #expect(opened.log.offsets.lastStable == offsets.stable, "\(partition)")
            }
        }
    }

    @Test("leaves Kafka's index files once it was closed")
    func indexesOfRecovered() throws {
        let disk = DiskStorage(descriptorLimit: 64)
        for partition in LogGolden.partitions("kill9") {
            let opened = try Opened("kill9", partition)
            try opened.log.close(clean: true)
            let golden = "\(LogGolden.directory("kill9-recovered"))/\(partition)"
            for file in try disk.list(golden) {
                let found = try disk.readFile("\(opened.directory)/\(file)")
                #expect(found == (try disk.readFile("\(golden)/\(file)")), "\(partition)/\(file)")
            }
        }
    }

    @Test("cuts unfinished ends where Kafka does, and reads on behind damage where Kafka deletes")
    func torn() throws {
        let expected = try LogGolden.offsets("torn-recovered")
        for partition in LogGolden.partitions("torn") {
            let opened = try Opened("torn", partition)
            let report = opened.log.recovery
            if partition == TopicPartition(topic: "c1", partition: 1) {
                let whole = try LogGolden.logBytes("\(LogGolden.directory("kill9"))/\(partition)")
                let good = Array(RecordBatches(whole)).filter { $0.header.baseOffset != 44 }
                #expect(try Array(RecordBatches(opened.bytes())) == good)
                #expect(opened.log.offsets.end == 58)
                let quarantine = try #require(report.quarantines.first)
                #expect(quarantine.firstLostOffset == 44)
                #expect(quarantine.nextOffset == 45)
                #expect(quarantine.keptAs == "00000000000000000031.log.corrupt")
                let disk = DiskStorage(descriptorLimit: 64)
                let name = "00000000000000000031.log"
                #expect(
                    try disk.readFile("\(opened.directory)/\(name).corrupt")
                        == disk.readFile("\(LogGolden.directory("torn"))/\(partition)/\(name)")
                )
                let inGap = try opened.log.read(from: 44, maxBytes: 1)
                #expect(RecordBatches(inGap.records).map(\.header.baseOffset) == [45])
                #expect(try opened.log.segments.map(\.baseOffset) == [0, 31, 45])
            } else {
                let golden = try LogGolden.logBytes("\(LogGolden.directory("torn-recovered"))/\(partition)")
                #expect(try opened.bytes() == golden, "\(partition)")
                #expect(report.quarantines.isEmpty)
                if let offsets = expected[partition] {
                    #expect(opened.log.offsets.start == offsets.start, "\(partition)")
                    #expect(opened.log.offsets.end == offsets.high, "\(partition)")
                    #expect(opened.log.offsets.lastStable == offsets.stable, "\(partition)")
                    #expect(report.cuts.count == (partition.topic.hasPrefix("__") ? 0 : 1), "\(partition)")
                }
            }
        }
    }

    @Test("needs nothing of Kafka's logs that were closed in order", arguments: ["clean", "kill9-recovered", "groups"])
    func clean(name: String) throws {
        let offsets = try LogGolden.offsets(name)
        let starts = try LogGolden.checkpoint(name, .logStart)
        for partition in LogGolden.partitions(name) {
            let opened = try Opened(name, partition, clean: true, logStart: starts[partition] ?? 0)
            #expect(opened.log.recovery.scannedSegments.isEmpty && opened.log.recovery.rebuiltIndexes.isEmpty)
            if let expected = offsets[partition] {
                #expect(opened.log.offsets.start == expected.start, "\(partition)")
                #expect(opened.log.offsets.highWatermark == expected.high, "\(partition)")
                #expect(opened.log.offsets.lastStable == expected.stable, "\(partition)")
            }
            if opened.log.offsets.start == 0 {
                #expect(try opened.bytes() == LogGolden.logBytes("\(LogGolden.directory(name))/\(partition)"))
            }
        }
    }

    @Test("finds the same producers and aborted transactions by reading again as were in the files")
    func rebuiltState() throws {
        for partition in LogGolden.partitions("clean") where partition.topic == "tx" || partition.topic == "idem" {
            let clean = try Opened("clean", partition, clean: true)
            let again = try Opened("clean", partition, clean: false, without: [".snapshot", ".txnindex", "index"])
            // A snapshot keeps only the newest batch of each producer.
            let left = clean.log.producers.producers.mapValues(\.newestOnly)
            let right = again.log.producers.producers.mapValues(\.newestOnly)
            #expect(left == right, "\(partition)")
            #expect(clean.log.producers.openTransactions == again.log.producers.openTransactions)
            for segment in try clean.log.segments {
                #expect(
                    try clean.log.abortedTransactions(inSegment: segment.baseOffset)
                        == again.log.abortedTransactions(inSegment: segment.baseOffset)
                )
            }
        }
    }
}

extension ProducerEntry {
    fileprivate var newestOnly: [Int64] {
        [
            Int64(epoch), Int64(coordinatorEpoch), lastTimestamp, transactionFirstOffset ?? -1, Int64(lastSequence),
            lastDataOffset, Int64(batches.last?.offsetDelta ?? 0),
        ]
    }
}

/// A copy of a golden partition, opened.
private struct Opened {
    let temporary: TemporaryDirectory
    let directory: String
    let log: PartitionLog

    init(
        _ name: String,
        _ partition: TopicPartition,
        clean: Bool = false,
        logStart: Int64 = 0,
        without endings: [String] = []
    ) throws {
        temporary = try TemporaryDirectory()
        directory = try temporary.copy(of: "\(LogGolden.directory(name))/\(partition)", as: "\(partition)")
        let disk = DiskStorage(descriptorLimit: 64)
        for file in try disk.list(directory) where endings.contains(where: { file.hasSuffix($0) }) {
            try disk.remove("\(directory)/\(file)")
        }
        log = try PartitionLog.open(
            topicPartition: partition,
            topicID: nil,
            directory: directory,
            config: LogGolden.config(name, partition.topic),
            recoveryPoint: 0,
            logStartOffset: logStart,
            hadCleanShutdown: clean,
            storage: disk,
            clock: TestClock()
        )
    }

    /// All records from the log's start, read as a consumer does.
    func bytes() throws -> ByteBuffer {
        var all = ByteBuffer()
        var offset = log.offsets.start
        while offset < log.offsets.end {
            let result = try log.read(from: offset, maxBytes: 700)
            guard result.records.readableBytes > 0 else { break }
            all.writeImmutableBuffer(result.records)
            offset = result.nextOffset
        }
        return all
    }
}
